#pragma once
// A learning rate that changes with the steps of its optimizer.

#include <cstdint>
#include <string>

namespace sganc {

/// After s steps of the optimizer, the next step has the rate `from` if s <= begin, and `to` if s >= end.
/// Between them the rate follows a straight line or half a cosine wave. Step number t of the first `warmup`
/// steps has t / warmup of that.
struct Rate {
  double from = 0, to = 0;
  std::string shape = "constant";  // constant | linear | cosine
  std::int64_t begin = 0;
  std::int64_t end = 0;  // 0 means all steps of the training, which the reader of the model fills in
  std::int64_t warmup = 0;
  bool operator==(const Rate&) const = default;
};

/// In TOML: `{ from = 3e-3, to = 0.0, shape = "linear", begin = 500, ... }`.
std::string to_string(const Rate& rate);

}  // namespace sganc
