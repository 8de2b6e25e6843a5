#pragma once
// Makes numbers below 1.2e-38 (denormals of f32) count as zero while steps run, as operands and as results.
// Processors take up to a hundred times as long for denormals, and a decaying moment of an optimizer can have
// them in every element.

#include <cstdint>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace sganc {

/// The control register of this thread's floating point arithmetic.
using FloatState = std::uint64_t;

#if defined(__SSE2__)
inline constexpr FloatState kFlushed = 0x8040;  // FTZ and DAZ of MXCSR
inline FloatState float_state() {
  return _mm_getcsr();
}
inline void set_float_state(FloatState state) {
  _mm_setcsr(static_cast<unsigned>(state));
}
#elif defined(__aarch64__)
inline constexpr FloatState kFlushed = FloatState{1} << 24;  // FZ of FPCR
inline FloatState float_state() {
  FloatState state;
  asm volatile("mrs %0, fpcr" : "=r"(state));
  return state;
}
inline void set_float_state(FloatState state) {
  asm volatile("msr fpcr, %0" : : "r"(state));
}
#else
inline constexpr FloatState kFlushed = 0;
inline FloatState float_state() {
  return 0;
}
inline void set_float_state(FloatState) {}
#endif

/// Flushes denormals in this thread until the end of the scope, and then restores its state.
class FlushDenormals {
 public:
  FlushDenormals() : before_(float_state()) {
    if ((before_ & kFlushed) != kFlushed) set_float_state(before_ | kFlushed);
  }
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;
  ~FlushDenormals() {
    if ((before_ & kFlushed) != kFlushed) set_float_state(before_);
  }

 private:
  FloatState before_;
};

/// Flushes denormals in all threads of OpenMP's team until the end of the scope, for libraries that run loops
/// of their own on the team (oneDNN). Then all threads get the state that this thread had. Threads that join
/// the team later start with the state of the thread that makes them. Costs two barriers.
class FlushDenormalsInTeam {
 public:
  FlushDenormalsInTeam();
  FlushDenormalsInTeam(const FlushDenormalsInTeam&) = delete;
  FlushDenormalsInTeam& operator=(const FlushDenormalsInTeam&) = delete;
  ~FlushDenormalsInTeam();

 private:
  FloatState before_;
};

}  // namespace sganc
