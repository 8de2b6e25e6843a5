#pragma once

#include <concepts>
#include <type_traits>

namespace sganc {

/// a / b, rounded up.
template <std::integral A, std::integral B>
constexpr std::common_type_t<A, B> divided_up(A a, B b) {
  return (a + b - 1) / b;
}

}  // namespace sganc
