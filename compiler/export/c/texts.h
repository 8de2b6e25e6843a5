#pragma once
// The texts of a C library's files. $NAME and other words in capitals stand for what source.cpp fills in.

namespace sganc {

inline constexpr const char* kSource =
    R"(/* $NAME.c: the model "$MODEL", as a library. Written by sganc $VERSION.
 *
 * Its functions call the kernels of $NAME_kernels.o in order. To compile it anew:
 *   cc -O2 -c $NAME.c && ar rcs lib$NAME.a $NAME.o $NAME_kernels.o
 * With -fopenmp the loops of a call are shared by threads. */

#include "$NAME.h"

#include <stdlib.h>
#include <string.h>

/* The weights, in the layout of the steps below. */
__asm__(
    ".section .rodata\n"
    ".balign 64\n"
    "$NAME_weights:\n"
    ".incbin \"$NAME.weights\"\n"
    ".previous\n");
extern const uint8_t weights[] __asm__("$NAME_weights") __attribute__((visibility("hidden")));

/* The arguments of kernels: Halide's buffers. */
typedef struct {
  uint8_t code, bits;
  uint16_t lanes;
} type;
typedef struct {
  int32_t min, extent, stride;
  uint32_t flags;
} dimension;
typedef struct {
  uint64_t device;
  const void *device_interface;
  uint8_t *host;
  uint64_t flags;
  type type;
  int32_t dimensions;
  dimension *dim;
  void *padding;
} buffer;

#define F32 {2, 32, 1}
#define I32 {0, 32, 1}
#define U8 {1, 8, 1}
#define BF16 {4, 16, 1}
#define BUFFER(address, type, ...) \
  {0, 0, (uint8_t *)(address), 0, type, sizeof((dimension[]){__VA_ARGS__}) / sizeof(dimension), \
   (dimension[]){__VA_ARGS__}, 0}
#define SCALAR(address, type) {0, 0, (uint8_t *)(address), 0, type, 0, 0, 0}

/* What kernels call. */
int halide_do_par_for(void *context, int (*task)(void *, int, uint8_t *), int min, int size, uint8_t *closure) {
  int failed = 0;
#ifdef _OPENMP
#pragma omp parallel for reduction(| : failed) if (size > 1)
#endif
  for (int i = min; i < min + size; ++i) failed |= task(context, i, closure);
  return failed;
}

void *halide_malloc(void *context, size_t bytes) {
  (void)context;
  return aligned_alloc(64, (bytes + 127) / 64 * 64);
}

void halide_free(void *context, void *memory) {
  (void)context;
  free(memory);
}

$KERNELS
$FUNCTIONS
struct $NAME_net {
  uint8_t *arena;
};

$NAME_net *$NAME_new(void) {
  $NAME_net *net = malloc(sizeof *net);
  if (!net) return NULL;
  net->arena = aligned_alloc(64, $ARENA);
  if (net->arena) return net;
  free(net);
  return NULL;
}

void $NAME_free($NAME_net *net) {
  if (!net) return;
  free(net->arena);
  free(net);
}

$CLASSES$ENTRIES)";

inline constexpr const char* kHeader =
    R"(/* $NAME.h: the model "$MODEL", as a library. Written by sganc $VERSION.
 *
 *   $NAME_net *net = $NAME_new();
 *   ...
 *   $NAME_free(net);
 *
 * A net is the working memory of one caller, $MEGABYTES MB. Several threads may call the library at the same time,
 * each with a net of its own. The functions return 0, or 1 if memory is missing. They need $PROCESSOR. */

#ifndef $UPPER_H
#define $UPPER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define $UPPER_HEIGHT $HEIGHT
#define $UPPER_WIDTH $WIDTH
#define $UPPER_CHANNELS $CHANNELS

typedef struct $NAME_net $NAME_net;

/* NULL if there is no memory. */
$NAME_net *$NAME_new(void);
void $NAME_free($NAME_net *net);

$DECLARATIONS#ifdef __cplusplus
}
#endif

#endif
)";

inline constexpr const char* kClassifyExample =
    R"(/* Classifies a picture in the format PGM or PPM of $WIDTH x $HEIGHT pixels:
 *   cc example.c -I. -L. -l:lib$NAME.a -lm -o example && ./example picture.$PNM */

#include <stdio.h>
#include <stdlib.h>

#include "$NAME.h"

int main(int argc, char **argv) {
  FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
  int width = 0, height = 0, most = 0;
  char kind = 0;
  if (!file || fscanf(file, "P%c %d %d %d", &kind, &width, &height, &most) != 4 || kind != '$KIND' ||
      width != $UPPER_WIDTH || height != $UPPER_HEIGHT || most != 255 || fgetc(file) == EOF) {
    fprintf(stderr, "usage: example FILE.$PNM, a picture of %d x %d pixels\n", $UPPER_WIDTH, $UPPER_HEIGHT);
    return 2;
  }
  static uint8_t image[$UPPER_HEIGHT * $UPPER_WIDTH * $UPPER_CHANNELS];
  if (fread(image, 1, sizeof image, file) != sizeof image) return 2;
  fclose(file);

  $NAME_net *net = $NAME_new();
  float probability[$UPPER_CLASSES];
  if ($NAME_classify(net, image, 1, probability$NULLS)) return 1;
  for (int i = 0; i < $UPPER_CLASSES; ++i) printf("%-20s %.9g\n", $NAME_classes[i], (double)probability[i]);
  $NAME_free(net);
  return 0;
}
)";

inline constexpr const char* kOtherExample = R"(/* Calls the library once:
 *   cc example.c -I. -L. -l:lib$NAME.a -lm -o example && ./example */

#include <stdio.h>
#include <stdlib.h>

#include "$NAME.h"

int main(void) {
  static $TYPE input[$INPUT];
  static float output[$OUTPUT];
  $NAME_net *net = $NAME_new();
  if ($CALL) return 1;
  for (int i = 0; i < 10 && i < $OUTPUT; ++i) printf("%.9g\n", (double)output[i]);
  $NAME_free(net);
  return 0;
}
)";

inline constexpr const char* kCMake =
    R"(# find_package($NAME) makes the targets $NAME::$NAME (static) and $NAME::shared.
get_filename_component(_folder "${CMAKE_CURRENT_LIST_FILE}" DIRECTORY)
add_library($NAME::$NAME STATIC IMPORTED)
set_target_properties($NAME::$NAME PROPERTIES IMPORTED_LOCATION "${_folder}/lib$NAME.a"
                      INTERFACE_INCLUDE_DIRECTORIES "${_folder}" INTERFACE_LINK_LIBRARIES m)
add_library($NAME::shared SHARED IMPORTED)
set_target_properties($NAME::shared PROPERTIES IMPORTED_LOCATION "${_folder}/lib$NAME.so"
                      INTERFACE_INCLUDE_DIRECTORIES "${_folder}")
unset(_folder)
)";

inline constexpr const char* kPkgConfig = R"(Name: $NAME
Description: $MODEL, written by sganc
Version: $VERSION
Cflags: -I${pcfiledir}
Libs: -L${pcfiledir} -l$NAME -lm
)";

}  // namespace sganc
