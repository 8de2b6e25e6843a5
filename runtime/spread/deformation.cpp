#include "runtime/spread/deformation.h"

#include <algorithm>
#include <limits>

namespace sganc {
namespace {

std::size_t at(std::int64_t i) {
  return static_cast<std::size_t>(i);
}

// The distances are nearly all of the work, so that their loops are compiled for each kind of vectors.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define SGANC_WIDE_VECTORS __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define SGANC_WIDE_VECTORS
#endif

/// Two sets of planes, from the pixels on that are compared first.
struct Planes {
  const float *one, *other;
  std::int64_t count, size, row;  // how many, numbers of each, and of a row
};

/// Lowers each of the `numbers` of `least` to the squared differences of the planes, summed over the planes
/// and over 3 x 3 pixels from there to the right and down. Rows follow each other, so that what is computed
/// for the last pixels of a row means nothing. `squares` and `sums` have room for `numbers`,
/// two rows and two numbers.
SGANC_WIDE_VECTORS
void take_least(const Planes& planes, std::int64_t numbers, float* squares, float* sums, float* least) {
  const std::int64_t row = planes.row, summed = numbers + 2 * row;
  for (std::int64_t p = 0; p < planes.count; ++p) {
    const float *a = planes.one + p * planes.size, *b = planes.other + p * planes.size;
    if (p == 0)
#pragma omp simd
      for (std::int64_t i = 0; i < summed + 2; ++i) squares[i] = (a[i] - b[i]) * (a[i] - b[i]);
    else
#pragma omp simd
      for (std::int64_t i = 0; i < summed + 2; ++i) squares[i] += (a[i] - b[i]) * (a[i] - b[i]);
  }
#pragma omp simd
  for (std::int64_t i = 0; i < summed; ++i) sums[i] = squares[i] + squares[i + 1] + squares[i + 2];
#pragma omp simd
  for (std::int64_t i = 0; i < numbers; ++i) {
    const float sum = sums[i] + sums[i + row] + sums[i + 2 * row];
    least[i] = sum < least[i] ? sum : least[i];
  }
}

/// Writes the gradients of the middle one of three rows of `width` pixels, except for its first and last
/// pixel.
SGANC_WIDE_VECTORS
void sobel(const float* rows, std::int64_t width, float* right, std::int64_t to_down) {
  const float *above = rows, *row = rows + width, *below = rows + 2 * width;
  float* down = right + to_down;
#pragma omp simd
  for (std::int64_t x = 0; x < width - 2; ++x) {
    right[x] = (above[x + 2] + 2 * row[x + 2] + below[x + 2] - above[x] - 2 * row[x] - below[x]) / 8;
    down[x] = (below[x] + 2 * below[x + 1] + below[x + 2] - above[x] - 2 * above[x + 1] - above[x + 2]) / 8;
  }
}

}  // namespace

Deformation::Deformation(const ImageTable& images, std::int64_t reach)
    : height_(images.height),
      width_(images.width),
      channels_(images.channels),
      reach_(reach),
      row_(images.width + 2 * (reach + 1)),
      plane_((images.height + 2 * (reach + 1)) * row_),
      widened_(at((height_ + 2) * (width_ + 2))),
      one_(at(2 * channels_ * plane_)),
      other_(one_.size()),
      squares_(at((height_ + 2) * row_)),
      sums_(squares_.size()),
      least_(at(height_ * row_)) {}

void Deformation::write_gradients(std::span<const float> image, std::vector<float>& planes) {
  const std::int64_t width = width_ + 2;
  for (std::int64_t c = 0; c < channels_; ++c) {
    for (std::int64_t y = 0; y < height_ + 2; ++y) {
      const std::int64_t row = std::clamp<std::int64_t>(y - 1, 0, height_ - 1) * width_;
      float* widened = widened_.data() + y * width;
      for (std::int64_t x = 0; x < width_; ++x) widened[x + 1] = image[at((row + x) * channels_ + c)];
      widened[0] = widened[1], widened[width - 1] = widened[width - 2];
    }
    for (std::int64_t y = 0; y < height_; ++y)
      sobel(widened_.data() + y * width, width,
            planes.data() + 2 * c * plane_ + (y + reach_ + 1) * row_ + reach_ + 1, plane_);
  }
}

float Deformation::distance_to(std::span<const float> image) {
  write_gradients(image, other_);
  std::ranges::fill(least_, std::numeric_limits<float>::max());
  const std::int64_t numbers = (height_ - 1) * row_ + width_;
  for (std::int64_t dy = -reach_; dy <= reach_; ++dy)
    for (std::int64_t dx = -reach_; dx <= reach_; ++dx)
      take_least({one_.data() + reach_ * row_ + reach_, other_.data() + (reach_ + dy) * row_ + reach_ + dx,
                  2 * channels_, plane_, row_},
                 numbers, squares_.data(), sums_.data(), least_.data());
  float sum = 0;
  for (std::int64_t y = 0; y < height_; ++y)
    for (std::int64_t x = 0; x < width_; ++x) sum += least_[at(y * row_ + x)];
  return sum;
}

}  // namespace sganc
