#include "compiler/driver/latent_path.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <span>
#include <string_view>

#include "compiler/language/source.h"

namespace sganc {

std::vector<std::int64_t> read_between(const std::string& text) {
  constexpr std::int64_t kMost = 100'000;
  std::vector<std::int64_t> numbers;
  std::string_view rest = text;
  for (bool more = true; more;) {
    std::int64_t number = -1;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    more = rest.starts_with(',');
    if (error != std::errc() || number < 0 || number >= kMost || (!more && !rest.empty())) {
      numbers.clear();
      break;
    }
    if (more) rest.remove_prefix(1);
    numbers.push_back(number);
  }
  if (numbers.size() < 2)
    throw UserError{
        {{},
         "--between takes the numbers of two images or more, counted from 0, not \"" + text + "\"",
         "for example --between 3,17"}};
  return numbers;
}

ArrayPoints points_between(const ArrayPoints& points, const std::vector<std::int64_t>& chosen,
                           std::int64_t steps, bool normal) {
  for (const auto number : chosen)
    if (number >= points.count)
      throw UserError{{{},
                       "--between names point " + std::to_string(number) + ", and there are " +
                           std::to_string(points.count) + ", counted from 0",
                       ""}};
  ArrayPoints path{0, points.size, {}};
  const auto point = [&](std::int64_t number) {
    return std::span(points.values)
        .subspan(static_cast<std::size_t>(number * points.size), static_cast<std::size_t>(points.size));
  };
  const auto product = [](std::span<const float> a, std::span<const float> b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
  };
  for (std::size_t way = 0; way + 1 < chosen.size(); ++way) {
    const auto from = point(chosen[way]), to = point(chosen[way + 1]);
    const double lengths = std::sqrt(product(from, from) * product(to, to));
    const double angle = lengths > 0 ? std::acos(std::clamp(product(from, to) / lengths, -1.0, 1.0)) : 0;
    const bool round = normal && std::sin(angle) > 1e-6;
    for (std::int64_t i = 0; i < steps; ++i) {
      const double part = static_cast<double>(i) / static_cast<double>(steps - 1);
      const double a = round ? std::sin((1 - part) * angle) / std::sin(angle) : 1 - part;
      const double b = round ? std::sin(part * angle) / std::sin(angle) : part;
      for (std::size_t k = 0; k < from.size(); ++k)
        path.values.push_back(
            static_cast<float>(a * static_cast<double>(from[k]) + b * static_cast<double>(to[k])));
      ++path.count;
    }
  }
  return path;
}

}  // namespace sganc
