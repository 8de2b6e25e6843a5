// Tells the thread sanitizer, which does not see into libgomp, what that orders: all that a thread did
// before a parallel region happens before its body in each thread, and the bodies before all that follows.

#include <dlfcn.h>
#include <sanitizer/tsan_interface.h>

namespace {

struct Region {
  void (*body)(void*);
  void* data;
  char begin = 0, end = 0;  // their addresses stand for the two barriers
};

__attribute__((no_sanitize("thread"))) void run(void* argument) {
  auto* region = static_cast<Region*>(argument);
  __tsan_acquire(&region->begin);
  region->body(region->data);
  __tsan_release(&region->end);
}

}  // namespace

/// Takes the place of libgomp's function, and calls it.
extern "C" __attribute__((visibility("default"))) void GOMP_parallel(void (*body)(void*), void* data,
                                                                     unsigned threads, unsigned flags) {
  static const auto real = reinterpret_cast<void (*)(void (*)(void*), void*, unsigned, unsigned)>(
      dlsym(RTLD_NEXT, "GOMP_parallel"));
  Region region{body, data};
  __tsan_release(&region.begin);
  real(run, &region, threads, flags);
  __tsan_acquire(&region.end);
}
