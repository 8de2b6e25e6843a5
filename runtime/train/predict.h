#pragma once
// Classifies images with the Program's `predict`.

#include <cstdint>
#include <span>
#include <vector>

#include "runtime/execute/executor.h"

namespace sganc {

/// The results for `count` images, one row each.
struct Predictions {
  std::int64_t count = 0, classes = 0;
  std::vector<float> probability;  // {count, classes}
  std::vector<float> logits;       // {count, classes}; empty if the classifier does not end in a softmax
  std::vector<float> real;         // {count}; empty if the model has no critic
};

class Predictor {
 public:
  explicit Predictor(Executor& executor);

  std::int64_t batch() const { return static_cast<std::int64_t>(indices_.size()); }
  /// The number of classes of the classifier.
  std::int64_t classes() const { return classes_; }
  bool has_logits() const { return has_logits_; }
  bool has_real() const { return has_real_; }

  /// Classifies images: bytes {count, height, width, channels} with the Program's shape. The last batch is
  /// filled up with the last image. Throws std::runtime_error for a probability that is not finite.
  Predictions operator()(std::span<const std::uint8_t> pixels, std::int64_t count);

 private:
  Executor& executor_;
  Executor::FunctionId predict_;
  Executor::InputId images_;
  std::int64_t classes_ = 0;
  bool has_logits_ = false, has_real_ = false;
  std::vector<std::int32_t> indices_;  // of a batch
};

/// What a layer gives for images, by the Program's `features` (build_layer).
class LayerReader {
 public:
  explicit LayerReader(Executor& executor);

  std::int64_t batch() const { return static_cast<std::int64_t>(indices_.size()); }
  /// The shape of the layer's output for one image: {height, width, channels}, or {numbers}.
  const std::vector<std::int64_t>& shape() const { return shape_; }

  /// Appends the layer's output for these images to `values`. The images are as for Predictor.
  void read(std::span<const std::uint8_t> pixels, std::int64_t count, std::vector<float>& values);

 private:
  Executor& executor_;
  Executor::FunctionId features_;
  Executor::InputId images_;
  std::vector<std::int64_t> shape_;
  std::vector<std::int32_t> indices_;  // of a batch
};

}  // namespace sganc
