#include "runtime/data/limit.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <stdexcept>
#include <string>

namespace sganc {

std::vector<std::int32_t> limited(std::span<const std::int32_t> labels, std::int64_t limit) {
  const auto count = static_cast<std::int64_t>(labels.size());
  std::vector<std::int32_t> kept;
  if (count <= limit) {
    kept.resize(labels.size());
    std::iota(kept.begin(), kept.end(), 0);
    return kept;
  }
  std::map<std::int32_t, std::vector<std::int32_t>> of_class;
  for (std::size_t i = 0; i < labels.size(); ++i) of_class[labels[i]].push_back(static_cast<std::int32_t>(i));
  if (static_cast<std::int64_t>(of_class.size()) > limit)
    throw std::runtime_error("a limit of " + std::to_string(limit) + " images leaves out some of " +
                             std::to_string(of_class.size()) + " kinds of images");
  // Those that would have none take one from what is left for the others.
  std::int64_t left = limit, others = count;
  for (const auto& [label, images] : of_class)
    if (static_cast<std::int64_t>(images.size()) * limit < count)
      --left, others -= static_cast<std::int64_t>(images.size());
  for (const auto& [label, images] : of_class) {
    const auto n = static_cast<std::int64_t>(images.size());
    const auto part = n * limit < count ? 1 : std::max<std::int64_t>(1, n * left / others);
    for (std::int64_t k = 0; k < part; ++k) kept.push_back(images[static_cast<std::size_t>(k * n / part)]);
  }
  std::ranges::sort(kept);
  return kept;
}

void keep_images(Split& split, std::span<const std::int32_t> places, std::size_t bytes) {
  keep_images(split.images, places, bytes);
  for (std::size_t i = 0; i < places.size(); ++i)
    split.labels[i] = split.labels[static_cast<std::size_t>(places[i])];
  split.labels.resize(places.size());
  split.count = static_cast<std::int64_t>(places.size());
}

}  // namespace sganc
