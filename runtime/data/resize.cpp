#include "runtime/data/resize.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>
#include <vector>

namespace sganc {
namespace {

/// A part of a side: `count` pixels from `first` on.
struct Part {
  std::int64_t first = 0, count = 0;
};

/// The weights with which one pixel of the image sums up the pixels of a side, from `first` on.
struct Taps {
  std::int64_t first = 0;
  std::vector<float> weights;  // their sum is 1
};

Part centred(std::int64_t length, std::int64_t count) {
  return {(length - count) / 2, count};
}

/// Returns the taps of `count` pixels, each of which averages the area that it covers.
std::vector<Taps> averages(Part part, std::int64_t count) {
  std::vector<Taps> taps;
  const double scale = static_cast<double>(part.count) / static_cast<double>(count);
  for (std::int64_t i = 0; i < count; ++i) {
    const double begin = static_cast<double>(i) * scale, end = begin + scale;
    const auto first = static_cast<std::int64_t>(begin);
    Taps t{part.first + first, {}};
    for (auto at = first; at < part.count && static_cast<double>(at) < end - 1e-9; ++at) {
      const double covered =
          std::min(end, static_cast<double>(at + 1)) - std::max(begin, static_cast<double>(at));
      t.weights.push_back(static_cast<float>(covered / scale));
    }
    taps.push_back(std::move(t));
  }
  return taps;
}

/// Returns the taps of `count` pixels, each interpolated linearly between two neighbours. A position outside
/// of the part takes its border pixel.
std::vector<Taps> interpolations(Part part, std::int64_t count) {
  std::vector<Taps> taps;
  for (std::int64_t i = 0; i < count; ++i) {
    const double centre =
        (static_cast<double>(i) + 0.5) * static_cast<double>(part.count) / static_cast<double>(count) - 0.5;
    const double at = std::clamp(centre, 0.0, static_cast<double>(part.count - 1));
    const auto first = std::min(static_cast<std::int64_t>(at), std::max<std::int64_t>(part.count - 2, 0));
    const auto second = static_cast<float>(at - static_cast<double>(first));
    taps.push_back({part.first + first, {1 - second}});
    if (part.count > 1) taps.back().weights.push_back(second);
  }
  return taps;
}

std::vector<Taps> taps_of(Part part, std::int64_t count) {
  return part.count > count ? averages(part, count) : interpolations(part, count);
}

/// Reads row `y` of the picture, converted to `channels` channels.
void read_row(const Picture& picture, std::int64_t y, std::int64_t channels, std::vector<float>& row) {
  const std::uint8_t* from = picture.pixels.data() + y * picture.width * picture.channels;
  auto to = row.begin();
  for (std::int64_t x = 0; x < picture.width; ++x, from += picture.channels) {
    if (picture.channels == 3 && channels == 1) {
      *to++ = (299.0f * from[0] + 587.0f * from[1] + 114.0f * from[2]) / 1000.0f;
    } else {
      for (std::int64_t c = 0; c < channels; ++c) *to++ = from[picture.channels == 3 ? c : 0];
    }
  }
}

/// Returns the rows and the columns of the picture that the image shows.
std::pair<Part, Part> shown_part(const Picture& picture, std::int64_t height, std::int64_t width, Fit fit) {
  Part rows{0, picture.height}, columns{0, picture.width};
  const double aspect = static_cast<double>(width) / static_cast<double>(height);
  const auto of_columns = std::llround(static_cast<double>(picture.height) * aspect);
  const auto of_rows = std::llround(static_cast<double>(picture.width) / aspect);
  if (fit == Fit::crop && of_columns < picture.width)
    columns = centred(picture.width, std::max(of_columns, 1LL));
  else if (fit == Fit::crop && of_rows < picture.height)
    rows = centred(picture.height, std::max(of_rows, 1LL));
  return {rows, columns};
}

/// Sets each pixel of `to` to the sum of pixels of `from` that its taps weigh. Both are rows with `channels`
/// channels.
template <std::int64_t channels>
void narrow_row(const std::vector<float>& from, const std::vector<Taps>& taps, float* to) {
  for (const auto& [first, weights] : taps) {
    const float* pixel = from.data() + first * channels;
    std::array<float, channels> sums{};
    for (const float weight : weights)
      for (float& sum : sums) sum += weight * *pixel++;
    to = std::ranges::copy(sums, to).out;
  }
}

/// The nearest byte; a half is rounded up.
std::uint8_t rounded(float value) {
  const float within = std::clamp(value, 0.0f, 255.0f);
  const int below = static_cast<int>(within);
  return static_cast<std::uint8_t>(below + (within - static_cast<float>(below) >= 0.5f));
}

}  // namespace

void fit_picture(const Picture& picture, const std::array<std::int64_t, 3>& shape, Fit fit,
                 std::span<std::uint8_t> image) {
  const auto [height, width, channels] = shape;
  if (channels != 1 && channels != 3) throw std::logic_error("fit_picture: neither gray nor colour");
  if (shape == std::array{picture.height, picture.width, picture.channels}) {
    std::ranges::copy(picture.pixels, image.begin());
    return;
  }
  const auto [rows, columns] = shown_part(picture, height, width, fit);
  const auto across = taps_of(columns, width), down = taps_of(rows, height);

  const auto row_size = static_cast<std::size_t>(width * channels);
  std::vector<float> row(static_cast<std::size_t>(picture.width * channels));
  const auto narrow = channels == 3 ? narrow_row<3> : narrow_row<1>;
  std::vector<float> narrowed(row_size * static_cast<std::size_t>(rows.count));
  for (std::int64_t y = 0; y < rows.count; ++y) {
    read_row(picture, rows.first + y, channels, row);
    narrow(row, across, narrowed.data() + static_cast<std::size_t>(y) * row_size);
  }
  auto out = image.begin();
  for (const auto& [first, weights] : down) {
    for (std::size_t i = 0; i < row_size; ++i) {
      const float* from = narrowed.data() + static_cast<std::size_t>(first - rows.first) * row_size + i;
      float sum = 0;
      for (std::size_t k = 0; k < weights.size(); ++k) sum += weights[k] * from[k * row_size];
      *out++ = rounded(sum);
    }
  }
}

}  // namespace sganc
