#include "runtime/data/likeness.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <numeric>

namespace sganc {
namespace {

constexpr std::int64_t kCells = 7, kDirections = 8;
constexpr std::size_t kLength = kCells * kCells * kDirections;  // of a description by edges

/// One number for each pixel.
struct Plane {
  std::int64_t height, width;
  std::vector<float> values;

  float& at(std::int64_t y, std::int64_t x) { return values[static_cast<std::size_t>(y * width + x)]; }
  float at(std::int64_t y, std::int64_t x) const { return values[static_cast<std::size_t>(y * width + x)]; }
};

/// The mean of the channels.
Plane gray(const LabelledImages& images, std::size_t i) {
  const auto [height, width, channels] = images.shape;
  Plane plane{height, width, std::vector<float>(static_cast<std::size_t>(height * width))};
  for (std::size_t p = 0; p < plane.values.size(); ++p)
    for (std::int64_t c = 0; c < channels; ++c)
      plane.values[p] +=
          static_cast<float>(
              images.pixels[i][p * static_cast<std::size_t>(channels) + static_cast<std::size_t>(c)]) /
          static_cast<float>(channels);
  return plane;
}

/// Adds the gradient of a pixel to its cell, shared between the two nearest directions.
void add_gradient(float down, float right, float* cell) {
  const float strength = std::hypot(down, right);
  if (strength == 0) return;
  const double turn = std::atan2(down, right) / (2 * std::numbers::pi) * kDirections + kDirections;
  const double whole = std::floor(turn);
  const auto direction = static_cast<std::int64_t>(whole) % kDirections;
  const auto share = static_cast<float>(turn - whole);
  cell[direction] += strength * (1 - share);
  cell[(direction + 1) % kDirections] += strength * share;
}

/// A vector of length 1, or of zeros for an image without edges.
std::vector<float> edges_of(const Plane& plane) {
  std::vector<float> vector(kLength);
  for (std::int64_t y = 0; y < plane.height; ++y)
    for (std::int64_t x = 0; x < plane.width; ++x) {
      const bool inner_y = y > 0 && y + 1 < plane.height, inner_x = x > 0 && x + 1 < plane.width;
      const float down = inner_y ? plane.at(y + 1, x) - plane.at(y - 1, x) : 0;
      const float right = inner_x ? plane.at(y, x + 1) - plane.at(y, x - 1) : 0;
      const auto cell = (y * kCells / plane.height) * kCells + x * kCells / plane.width;
      add_gradient(down, right, vector.data() + cell * kDirections);
    }
  double sum = 0;
  for (auto& v : vector) v = std::sqrt(v), sum += v * v;
  if (sum > 0)
    for (auto& v : vector) v /= static_cast<float>(std::sqrt(sum));
  return vector;
}

/// The mean of each channel in each cell.
std::vector<float> colours_of(const LabelledImages& images, std::size_t i) {
  const auto [height, width, channels] = images.shape;
  const auto length = static_cast<std::size_t>(kCells * kCells * channels);
  std::vector<float> sums(length), counts(length);
  for (std::int64_t y = 0; y < height; ++y)
    for (std::int64_t x = 0; x < width; ++x)
      for (std::int64_t c = 0; c < channels; ++c) {
        const auto cell =
            static_cast<std::size_t>(((y * kCells / height) * kCells + x * kCells / width) * channels + c);
        sums[cell] += images.pixels[i][static_cast<std::size_t>((y * width + x) * channels + c)];
        ++counts[cell];
      }
  for (std::size_t k = 0; k < length; ++k) sums[k] /= std::max(counts[k], 1.0F);
  return sums;
}

std::vector<std::vector<float>> descriptions(const LabelledImages& images, Trait trait) {
  std::vector<std::vector<float>> vectors;
  for (std::size_t i = 0; i < images.pixels.size(); ++i)
    vectors.push_back(trait == Trait::edges ? edges_of(gray(images, i)) : colours_of(images, i));
  return vectors;
}

/// Minus the squared distance. Of vectors of length 1 it grows with their cosine.
float likeness(const std::vector<float>& a, const std::vector<float>& b) {
  constexpr std::size_t kLanes = 8;  // sums side by side
  std::array<float, kLanes> sums{};
  std::size_t k = 0;
  for (; k + kLanes <= a.size(); k += kLanes)
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      sums[lane] -= (a[k + lane] - b[k + lane]) * (a[k + lane] - b[k + lane]);
  for (; k < a.size(); ++k) sums[0] -= (a[k] - b[k]) * (a[k] - b[k]);
  return std::accumulate(sums.begin(), sums.end(), 0.0F);
}

/// Where the ink of an image lies, and how it leans.
struct Slant {
  double y = 0, x = 0, slant = 0;
};

Slant slant_of(const Plane& ink) {
  double all = 1e-6, y = 0, x = 0, yy = 0, yx = 0;
  for (std::int64_t r = 0; r < ink.height; ++r)
    for (std::int64_t c = 0; c < ink.width; ++c) {
      const double i = ink.at(r, c), down = static_cast<double>(r), right = static_cast<double>(c);
      all += i, y += i * down, x += i * right, yy += i * down * down, yx += i * down * right;
    }
  y /= all, x /= all;
  return {y, x, (yx / all - y * x) / std::max(yy / all - y * y, 0.25)};
}

/// The value between pixels, 0 outside.
double between(const Plane& plane, double y, double x) {
  const double top = std::floor(y), left = std::floor(x);
  double sum = 0;
  for (int dy = 0; dy < 2; ++dy)
    for (int dx = 0; dx < 2; ++dx) {
      const auto r = static_cast<std::int64_t>(top) + dy, c = static_cast<std::int64_t>(left) + dx;
      if (r < 0 || c < 0 || r >= plane.height || c >= plane.width) continue;
      sum += plane.at(r, c) * (dy ? y - top : 1 - y + top) * (dx ? x - left : 1 - x + left);
    }
  return sum;
}

/// How much brighter or darker than its ground each pixel is.
Plane ink(const Plane& plane, bool bright) {
  const float ground =
      bright ? *std::ranges::min_element(plane.values) : *std::ranges::max_element(plane.values);
  Plane result = plane;
  for (auto& v : result.values) v = std::abs(v - ground);
  return result;
}

/// Whether an image is lines on a plain ground: most of it is ground, and little of the ink is left without
/// its margin, which is as wide as the lines of a digit.
bool is_drawn(const Plane& plane, bool bright) {
  const Plane drawn = ink(plane, bright);
  const float most = *std::ranges::max_element(drawn.values);
  if (most < 64) return false;
  const auto is_ink = [&](std::int64_t y, std::int64_t x) {
    return y >= 0 && x >= 0 && y < plane.height && x < plane.width && drawn.at(y, x) > most / 2;
  };
  const std::int64_t margin =
      std::max<std::int64_t>(1, std::llround(static_cast<double>(std::max(plane.height, plane.width)) / 14));
  std::int64_t ground = 0, marked = 0, thick = 0;
  for (std::int64_t y = 0; y < plane.height; ++y)
    for (std::int64_t x = 0; x < plane.width; ++x) {
      ground += drawn.at(y, x) < most / 8;
      if (!is_ink(y, x)) continue;
      ++marked;
      bool inner = true;
      for (std::int64_t dy = -margin; dy <= margin && inner; ++dy)
        for (std::int64_t dx = -margin; dx <= margin && inner; ++dx) inner = is_ink(y + dy, x + dx);
      thick += inner;
    }
  return 2 * ground >= plane.height * plane.width && marked > 0 && 10 * thick <= marked;
}

}  // namespace

std::vector<std::int32_t> even_part(std::span<const std::int32_t> labels,
                                    std::span<const std::int32_t> indices, std::int64_t most) {
  std::map<std::int32_t, std::vector<std::int32_t>> of_class;
  for (const auto index : indices)
    if (labels[static_cast<std::size_t>(index)] != kUnlabelled)
      of_class[labels[static_cast<std::size_t>(index)]].push_back(index);
  std::vector<std::int32_t> part;
  for (const auto& [label, images] : of_class) {
    const auto all = static_cast<std::int64_t>(images.size());
    const auto some =
        std::min(all, std::max<std::int64_t>(1, most / static_cast<std::int64_t>(of_class.size())));
    for (std::int64_t k = 0; k < some && static_cast<std::int64_t>(part.size()) < most; ++k)
      part.push_back(images[static_cast<std::size_t>(k * all / some)]);
  }
  return part;
}

LabelledImages images_at(const Dataset& dataset, std::span<const std::int32_t> indices) {
  const auto [height, width, channels] = dataset.image_shape;
  const auto bytes = static_cast<std::size_t>(height * width * channels);
  LabelledImages images{dataset.image_shape, {}, {}};
  for (const auto index : indices) {
    images.pixels.emplace_back(bytes);
    dataset.train.images.read(static_cast<std::size_t>(index) * bytes, images.pixels.back());
    images.labels.push_back(dataset.train.labels[static_cast<std::size_t>(index)]);
  }
  return images;
}

LabelledImages mirrored(const LabelledImages& images) {
  const auto [height, width, channels] = images.shape;
  LabelledImages result = images;
  for (auto& pixels : result.pixels)
    for (std::int64_t y = 0; y < height; ++y)
      for (std::int64_t x = 0; x < width / 2; ++x)
        for (std::int64_t c = 0; c < channels; ++c)
          std::swap(pixels[static_cast<std::size_t>((y * width + x) * channels + c)],
                    pixels[static_cast<std::size_t>((y * width + width - 1 - x) * channels + c)]);
  return result;
}

LabelledImages straightened(const LabelledImages& images, bool bright_ink) {
  LabelledImages result{{images.shape[0], images.shape[1], 1}, {}, images.labels};
  const double middle_y = static_cast<double>(images.shape[0] - 1) / 2,
               middle_x = static_cast<double>(images.shape[1] - 1) / 2;
  for (std::size_t i = 0; i < images.pixels.size(); ++i) {
    const Plane drawn = ink(gray(images, i), bright_ink);
    const Slant s = slant_of(drawn);
    auto& pixels = result.pixels.emplace_back();
    for (std::int64_t y = 0; y < drawn.height; ++y)
      for (std::int64_t x = 0; x < drawn.width; ++x) {
        const double down = static_cast<double>(y) - middle_y;
        const double value =
            between(drawn, s.y + down, s.x + static_cast<double>(x) - middle_x + s.slant * down);
        pixels.push_back(static_cast<std::uint8_t>(std::clamp(std::lround(value), 0L, 255L)));
      }
  }
  return result;
}

std::vector<std::int32_t> most_alike(const LabelledImages& asked, const LabelledImages& among, Trait trait) {
  const auto to = descriptions(among, trait);
  const auto others = &asked == &among ? std::vector<std::vector<float>>() : descriptions(asked, trait);
  const auto& from = &asked == &among ? to : others;
  std::vector<std::int32_t> alike;
  for (std::size_t i = 0; i < from.size(); ++i) {
    std::int32_t best = -1;
    float most = 0;
    for (std::size_t j = 0; j < to.size(); ++j) {
      if (i == j) continue;
      const float found = likeness(from[i], to[j]);
      if (best < 0 || found > most) most = found, best = static_cast<std::int32_t>(j);
    }
    alike.push_back(best);
  }
  return alike;
}

double part_of_own_class(const LabelledImages& images, std::span<const std::int32_t> alike) {
  std::int64_t own = 0;
  for (std::size_t i = 0; i < alike.size(); ++i)
    own += alike[i] >= 0 && images.labels[static_cast<std::size_t>(alike[i])] == images.labels[i];
  return alike.empty() ? 0 : static_cast<double>(own) / static_cast<double>(alike.size());
}

std::string ink_of(const LabelledImages& images) {
  if (images.shape[2] != 1 || images.pixels.empty()) return "";
  for (const bool bright : {true, false}) {
    std::size_t drawn = 0;
    for (std::size_t i = 0; i < images.pixels.size(); ++i) drawn += is_drawn(gray(images, i), bright);
    if (10 * drawn >= 9 * images.pixels.size()) return bright ? "bright" : "dark";
  }
  return "";
}

namespace {

/// How many images of each pair of classes (first x second) have a most alike image of either class, and of
/// the other one.
struct Confusions {
  std::vector<std::int64_t> all, wrong;
};

Confusions confusions(const LabelledImages& images, std::size_t classes, Trait trait) {
  const auto alike = most_alike(images, images, trait);
  std::vector<std::int64_t> taken(classes *
                                  classes);  // images of a class, for the class of their most alike image
  for (std::size_t i = 0; i < alike.size(); ++i)
    if (alike[i] >= 0)
      ++taken[static_cast<std::size_t>(images.labels[i]) * classes +
              static_cast<std::size_t>(images.labels[static_cast<std::size_t>(alike[i])])];
  Confusions found;
  for (std::size_t a = 0; a < classes; ++a)
    for (std::size_t b = 0; b < classes; ++b) {
      found.wrong.push_back(taken[a * classes + b] + taken[b * classes + a]);
      found.all.push_back(found.wrong.back() + taken[a * classes + a] + taken[b * classes + b]);
    }
  return found;
}

/// Whether so many wrong ones are no accident of classes of which three in ten would be wrong.
bool are_alike(double wrong, double all) {
  const double part = wrong / all;
  return part >= 0.4 && part - std::sqrt(part * (1 - part) / all) >= 0.32;
}

}  // namespace

std::vector<AlikeClasses> alike_classes(const LabelledImages& images, int classes) {
  constexpr std::int64_t kLeast = 16;
  const auto n = static_cast<std::size_t>(classes);
  const Confusions by[] = {confusions(images, n, Trait::edges), confusions(images, n, Trait::colours)};
  std::vector<AlikeClasses> pairs;
  for (std::size_t a = 0; a < n; ++a)
    for (std::size_t b = a + 1; b < n; ++b) {
      const std::size_t at = a * n + b;
      // The trait that tells more: the one with the smaller part of wrong images.
      const auto& [all, wrong] =
          by[by[0].wrong[at] * by[1].all[at] <= by[1].wrong[at] * by[0].all[at] ? 0 : 1];
      if (all[at] >= kLeast && are_alike(static_cast<double>(wrong[at]), static_cast<double>(all[at])))
        pairs.push_back({static_cast<std::int32_t>(a), static_cast<std::int32_t>(b), wrong[at], all[at]});
    }
  std::ranges::stable_sort(pairs, [](const AlikeClasses& a, const AlikeClasses& b) {
    return a.wrong * b.images > b.wrong * a.images;
  });
  return pairs;
}

}  // namespace sganc
