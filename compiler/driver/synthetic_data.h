#pragma once
// Random bytes instead of a data set. The computations and their time do not depend on the content.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "compiler/language/model.h"
#include "runtime/execute/executor.h"

namespace sganc {

class SyntheticData {
 public:
  /// Makes images of the model's shape, labels of its classes (0 to 9 if it declares none), and indices for
  /// its largest batch.
  explicit SyntheticData(const Model& model);

  /// Binds all inputs of a function. This object must outlive the executor's runs and not move.
  void bind(Executor& executor, Executor::FunctionId function);

  /// Changes the random key for the next step.
  void next_step();

  /// The size of the images.
  std::int64_t bytes() const { return static_cast<std::int64_t>(images_.size()); }

 private:
  std::int64_t count_ = 1;  // of images
  std::vector<std::uint8_t> images_;
  std::vector<std::int32_t> labels_, indices_;
  std::vector<float> certainties_;
  std::vector<std::string> spreads_;  // their names: "spread.NAME"
  std::array<std::int32_t, 4> key_{};
};

}  // namespace sganc
