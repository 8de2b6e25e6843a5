#pragma once
// What a trained classifier says of images: the Program's `predict`.

#include <cstdint>
#include <span>
#include <vector>

#include "runtime/execute/executor.h"

namespace sganc {

/// Row by row of so many images.
struct Predictions {
  std::int64_t count = 0, classes = 0;
  std::vector<float> probability;  // {count, classes}
  std::vector<float> logits;       // {count, classes}; none where the classifier ends in no softmax
  std::vector<float> real;         // {count}; none where the model has no critic
};

class Predictor {
 public:
  explicit Predictor(Executor& executor);

  std::int64_t batch() const { return static_cast<std::int64_t>(indices_.size()); }
  /// How many classes the classifier knows.
  std::int64_t classes() const { return classes_; }
  bool has_logits() const { return has_logits_; }
  bool has_real() const { return has_real_; }

  /// The images, bytes {count, height, width, channels} of the Program's shape; batches are filled up with
  /// the last image. A probability that is not finite is a std::runtime_error.
  Predictions operator()(std::span<const std::uint8_t> pixels, std::int64_t count);

 private:
  Executor& executor_;
  Executor::FunctionId predict_;
  Executor::InputId images_;
  std::int64_t classes_ = 0;
  bool has_logits_ = false, has_real_ = false;
  std::vector<std::int32_t> indices_;  // of a batch
};

}  // namespace sganc
