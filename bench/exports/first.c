/* Answers once: first FILE.npy, an array of one image of bytes. race.py says the library and its function. */

#include <stdio.h>
#include <string.h>

#include HEADER

#define JOINED(a, b) a##b
#define NAMED(a, b) JOINED(a, b)
#if RESULTS == 1
#define OTHERS
#elif RESULTS == 2
#define OTHERS , NULL
#else
#define OTHERS , NULL, NULL
#endif

int main(int argc, char **argv) {
  static uint8_t file[1 << 20];
  static float numbers[1 << 20];
  FILE *given = argc == 2 ? fopen(argv[1], "rb") : NULL;
  if (!given) return 2;
  const size_t size = fread(file, 1, sizeof file, given);
  fclose(given);
  const size_t header = 10 + file[8] + 256 * (size_t)file[9];
  if (size <= header) return 2;
  NAMED(NET, _net) *net = NAMED(NET, _new)();
  if (NAMED(NET, NAMED(_, VERB))(net, file + header, 1, numbers OTHERS)) return 1;
  printf("%.9g %.9g\n", (double)numbers[0], (double)numbers[1]);
  NAMED(NET, _free)(net);
  return 0;
}
