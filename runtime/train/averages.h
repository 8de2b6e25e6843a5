#pragma once
// Keeps the averages of the weights over the training steps, by the Program's function `average` if it has
// one.

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

  /// Updates the averages after a training step, counted from 1. With step 0 each average becomes the weight
  /// itself.
  void move(std::int64_t step);

 private:
  Executor& executor_;
  std::optional<Executor::FunctionId> function_;
  std::array<std::int32_t, 4> key_{};
};

}  // namespace sganc
