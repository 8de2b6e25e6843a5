#include "compiler/schedule/rules.h"

#include <algorithm>
#include <numeric>

namespace sganc {

StageSchedule stage(std::string name, const std::vector<std::string>& directives) {
  StageSchedule result{std::move(name), {}};
  for (const auto& text : directives) result.directives.push_back({text, {}});
  return result;
}

StageSchedule sum_up(std::string name, bool pairs, std::vector<std::string> directives) {
  if (pairs) directives.insert(directives.begin() + 1, {"atomic", "vectorize p"});
  return stage(std::move(name), directives);
}

std::string with(const std::string& text, int number) {
  return text + " " + std::to_string(number);
}

int largest_divisor(int extent, int limit) {
  for (int d = std::min(extent, std::max(limit, 1)); d > 1; --d)
    if (extent % d == 0) return d;
  return 1;
}

int tile_of(int extent, int limit) {
  limit = std::max(1, std::min(limit, extent));
  const int divisor = largest_divisor(extent, limit);
  if (2 * divisor > limit) return divisor;
  const int tiles = (extent + limit - 1) / limit;
  return (extent + tiles - 1) / tiles;
}

std::string apart(int floats) {
  constexpr int kLine = 16;
  return std::to_string((((floats + kLine - 1) / kLine) | 1) * kLine);
}

VectorUnit vector_unit(const Halide::Target& target) {
  const bool many = target.has_feature(Halide::Target::AVX512_Skylake) ||
                    (target.arch == Halide::Target::ARM && target.bits == 64);
  return {target.natural_vector_size<float>(), many ? 32 : 16};
}

int lanes_for(int channels, const VectorUnit& unit) {
  return std::gcd(channels, unit.lanes);
}

}  // namespace sganc
