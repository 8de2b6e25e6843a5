#pragma once
// How far two images are from each other if one may be bent a little: the image distortion model of Keysers,
// Deselaers, Gollan, Ney 2007 (Deformation models for image recognition, section 5.2).

#include <cstdint>
#include <span>
#include <vector>

namespace sganc {

/// Images of one shape, one behind the other: count x height x width x channels.
struct ImageTable {
  std::int64_t count = 0, height = 0, width = 0, channels = 0;
  std::vector<float> values;

  std::span<const float> image(std::int64_t i) const {
    const auto numbers = static_cast<std::size_t>(height * width * channels);
    return std::span(values).subspan(static_cast<std::size_t>(i) * numbers, numbers);
  }
};

/// Compares one image with others. Each point of the image looks for the point of the other image, at most
/// `reach` pixels away in each direction, around which the gradients are most alike:
///
///   sum over points p of min over |d| <= reach of sum over the 3 x 3 pixels q around 0 and the channels of
///     |gradient of one (p + q) - gradient of the other (p + q + d)|^2
///
/// Gradients are Sobel's, divided by 8; outside of an image its edge goes on, and there the gradient is 0.
/// The distance is not symmetric. An object serves one thread.
class Deformation {
 public:
  /// Of the images' shape, not their values.
  Deformation(const ImageTable& images, std::int64_t reach);

  /// The image that is compared from now on: height x width x channels.
  void compare(std::span<const float> image) { write_gradients(image, one_); }
  float distance_to(std::span<const float> image);

 private:
  void write_gradients(std::span<const float> image, std::vector<float>& planes);

  std::int64_t height_, width_, channels_, reach_;
  std::int64_t row_, plane_;  // numbers of a row and of a plane, which has reach + 1 pixels around the image
  std::vector<float> widened_;                 // a channel, whose edges go on by one pixel
  std::vector<float> one_, other_;             // planes: for each channel the gradients to the right and down
  std::vector<float> squares_, sums_, least_;  // of take_least
};

}  // namespace sganc
