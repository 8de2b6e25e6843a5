#include "runtime/spread/rerank.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace sganc {
namespace {

/// Images whose distances are computed between two reports of progress.
constexpr std::int64_t kBlock = 512;

std::size_t at(std::int64_t i) {
  return static_cast<std::size_t>(i);
}

/// The distance of each image to each of its candidates, in their order; or nothing if it was stopped.
std::vector<float> distances(const Neighbours& candidates, const ImageTable& images, std::int64_t reach,
                             const SearchProgress& progress) {
  std::vector<float> distance(candidates.index.size());
  for (std::int64_t first = 0; first < images.count; first += kBlock) {
    const std::int64_t end = std::min(first + kBlock, images.count);
#pragma omp parallel
    {
      Deformation deformation(images, reach);
#pragma omp for schedule(dynamic)
      for (std::int64_t i = first; i < end; ++i) {
        deformation.compare(images.image(i));
        for (std::int64_t k = i * candidates.each; k < (i + 1) * candidates.each; ++k)
          if (const auto j = candidates.index[at(k)]; j >= 0)
            distance[at(k)] = deformation.distance_to(images.image(j));
      }
    }
    if (progress && !progress(static_cast<double>(end) / static_cast<double>(images.count))) return {};
  }
  return distance;
}

/// The median, over the images with neighbours, of the distance to the `each`-th nearest candidate.
double scale_of(const Neighbours& candidates, const std::vector<float>& distance, std::int64_t each) {
  std::vector<float> last, own;
  for (std::size_t k = 0; k < distance.size(); k += at(candidates.each)) {
    own.clear();
    for (std::size_t c = k; c < k + at(candidates.each); ++c)
      if (candidates.index[c] >= 0) own.push_back(distance[c]);
    if (own.empty()) continue;
    const auto nth = own.begin() + std::min(each, std::ssize(own)) - 1;
    std::ranges::nth_element(own, nth);
    last.push_back(*nth);
  }
  if (last.empty()) return 0;
  const auto middle = last.begin() + std::ssize(last) / 2;
  std::ranges::nth_element(last, middle);
  return static_cast<double>(*middle);
}

}  // namespace

Neighbours rerank(const Neighbours& candidates, const ImageTable& images, std::int64_t reach, double power,
                  std::int64_t each, const SearchProgress& progress) {
  const auto distance = distances(candidates, images, reach, progress);
  if (distance.size() != candidates.index.size()) return {};
  const double scale = scale_of(candidates, distance, each);
  const auto weight = [&](std::size_t k) {
    if (candidates.index[k] < 0 || !(candidates.similarity[k] > 0)) return 0.F;
    const double closeness = scale > 0 ? std::exp(-static_cast<double>(distance[k]) / scale) : 1;
    return static_cast<float>(std::pow(static_cast<double>(candidates.similarity[k]), power) * closeness);
  };
  Neighbours nearest{.each = each, .index = {}, .similarity = {}};
  std::vector<std::pair<float, std::int32_t>> weighed;  // the negative weight, and the index
  for (std::size_t k = 0; k < distance.size(); k += at(candidates.each)) {
    weighed.clear();
    for (std::size_t c = k; c < k + at(candidates.each); ++c)
      if (candidates.index[c] >= 0) weighed.emplace_back(-weight(c), candidates.index[c]);
    std::ranges::sort(weighed);
    weighed.resize(at(each), {0.F, -1});
    for (std::size_t n = 0; n < at(each); ++n) {
      nearest.similarity.push_back(-weighed[n].first);
      nearest.index.push_back(weighed[n].second);
    }
  }
  return nearest;
}

}  // namespace sganc
