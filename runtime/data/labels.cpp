#include "runtime/data/labels.h"

#include <stdexcept>
#include <utility>

#include "runtime/execute/random.h"

namespace sganc {

std::vector<std::int32_t> choose_labelled(std::span<const std::int32_t> labels, int classes,
                                          std::int64_t per_class, std::uint64_t seed) {
  std::vector<std::vector<std::int32_t>> of_class(static_cast<std::size_t>(classes));
  for (std::size_t i = 0; i < labels.size(); ++i)
    of_class.at(static_cast<std::size_t>(labels[i])).push_back(static_cast<std::int32_t>(i));

  const auto wanted = static_cast<std::size_t>(per_class);
  std::vector<std::int32_t> chosen;
  for (std::size_t c = 0; c < of_class.size(); ++c) {
    auto& candidates = of_class[c];
    if (candidates.size() < wanted)
      throw std::runtime_error("class " + std::to_string(c) + " has " + std::to_string(candidates.size()) +
                               " images, but " + std::to_string(per_class) +
                               " labelled images of each class are wanted");
    // The first steps of a Fisher-Yates shuffle; a class is a step of the random stream.
    for (std::size_t i = 0; i < wanted; ++i) {
      const auto bits = random_bits({seed, c}, stream_of("labels"), static_cast<std::uint32_t>(i));
      const auto left = static_cast<std::uint64_t>(candidates.size() - i);
      std::swap(candidates[i], candidates[i + static_cast<std::size_t>((bits * left) >> 32)]);
      chosen.push_back(candidates[i]);
    }
  }
  return chosen;
}

std::string labels_text(std::span<const std::int32_t> indices) {
  std::string text;
  for (const auto index : indices) text += std::to_string(index) + "\n";
  return text;
}

}  // namespace sganc
