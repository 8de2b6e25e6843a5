#pragma once
// Random bytes in the place of a data set: what is computed, and how long it takes, does not depend on them.

#include <array>
#include <cstdint>
#include <vector>

#include "compiler/language/model.h"
#include "runtime/execute/executor.h"

namespace sganc {

class SyntheticData {
 public:
  /// Images of the model's shape with labels of the model's classes (0 to 9 where it declares none), and
  /// indices for its largest batch.
  explicit SyntheticData(const Model& model);

  /// Binds all inputs of a function; `this` must stay in place.
  void bind(Executor& executor, Executor::FunctionId function);

  /// Other random numbers for the next step.
  void next_step();

  /// What the images take.
  std::int64_t bytes() const { return static_cast<std::int64_t>(images_.size()); }

 private:
  std::int64_t count_ = 1;  // of images
  std::vector<std::uint8_t> images_;
  std::vector<std::int32_t> labels_, indices_;
  std::array<std::int32_t, 4> key_{};
};

}  // namespace sganc
