#pragma once
// Classifies images with the Program's `predict`.

#include <cstdint>
#include <functional>
#include <optional>
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

/// Runs the functions of one role on any number of images. Each takes batches of its own size: of images by
/// their indices (data.image and batch.index), or of images alone (image).
class ImageBatches {
 public:
  /// Throws std::logic_error if the program has no function of that role.
  ImageBatches(Executor& executor, FunctionRole role);
  ImageBatches(const ImageBatches&) = delete;
  ImageBatches& operator=(const ImageBatches&) = delete;

  /// The images in the largest batch.
  std::int64_t batch() const { return functions_.front().batch; }
  /// The function that takes the largest batch. All give the same outputs, for other numbers of images.
  Executor::FunctionId function() const { return functions_.front().id; }

  /// Runs the functions on batches of these images: bytes {count, height, width, channels} with the Program's
  /// shape. A batch with too few images is filled up with the last one. After each run calls `use` with the
  /// function and the number of images that count.
  void run(std::span<const std::uint8_t> pixels, std::int64_t count,
           const std::function<void(Executor::FunctionId function, std::int64_t rows)>& use);

 private:
  struct Function {
    Executor::FunctionId id;
    std::int64_t batch = 0;
    Executor::InputId images;
    std::optional<Executor::InputId> indices;  // of the images, if it takes them
  };
  const Function& function_for(std::int64_t left) const;
  void bind(const Function& function, std::span<const std::uint8_t> pixels, std::int64_t count,
            std::int64_t first);

  Executor& executor_;
  std::vector<Function> functions_;  // those of large batches first
  std::vector<std::int32_t> indices_;
  std::vector<std::uint8_t> filled_;  // the images of a batch with too few
};

class Predictor {
 public:
  explicit Predictor(Executor& executor);

  std::int64_t batch() const { return batches_.batch(); }
  /// The number of classes of the classifier.
  std::int64_t classes() const { return classes_; }
  bool has_logits() const { return has_logits_; }
  bool has_real() const { return has_real_; }

  /// Classifies images, which are as for ImageBatches. Throws std::runtime_error for a probability that is
  /// not finite.
  Predictions operator()(std::span<const std::uint8_t> pixels, std::int64_t count);

 private:
  Executor& executor_;
  ImageBatches batches_;
  std::int64_t classes_ = 0;
  bool has_logits_ = false, has_real_ = false;
};

/// What a layer gives for images, by the Program's `features` (build_layer).
class LayerReader {
 public:
  explicit LayerReader(Executor& executor);

  std::int64_t batch() const { return batches_.batch(); }
  /// The shape of the layer's output for one image: {height, width, channels}, or {numbers}.
  const std::vector<std::int64_t>& shape() const { return shape_; }

  /// Appends the layer's output for these images to `values`. The images are as for ImageBatches.
  void read(std::span<const std::uint8_t> pixels, std::int64_t count, std::vector<float>& values);

 private:
  Executor& executor_;
  ImageBatches batches_;
  std::vector<std::int64_t> shape_;
};

}  // namespace sganc
