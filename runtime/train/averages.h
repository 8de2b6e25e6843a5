#pragma once
// The averages of the weights over the steps: the Program's function `average`, where it has one.

#include <array>
#include <cstdint>
#include <optional>

#include "runtime/execute/executor.h"

namespace sganc {

class Averages {
 public:
  explicit Averages(Executor& executor);
  Averages(const Averages&) = delete;
  Averages& operator=(const Averages&) = delete;

  /// Moves the averages after a step, counted from 1. As of step 0 each becomes the weight itself.
  void move(std::int64_t step);

 private:
  Executor& executor_;
  std::optional<Executor::FunctionId> function_;
  std::array<std::int32_t, 4> key_{};
};

}  // namespace sganc
