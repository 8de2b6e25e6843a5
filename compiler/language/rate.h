#pragma once
// A learning rate that changes with the steps of its optimizer.

#include <cstdint>
#include <string>

namespace sganc {

/// When the optimizer has made s steps, the next has the rate `from` where s <= begin, `to` where s >= end,
/// and between them what lies on a line or on half a wave of a cosine. Step number t of the first `warmup`
/// ones has t / warmup of that.
struct Rate {
  double from = 0, to = 0;
  std::string shape = "constant";  // constant | linear | cosine
  std::int64_t begin = 0;
  std::int64_t end = 0;  // 0: all steps of the training, to be filled in
  std::int64_t warmup = 0;
  bool operator==(const Rate&) const = default;
};

/// As a model file spells it: `{ from = 3e-3, to = 0.0, shape = "linear", begin = 500, ... }`.
std::string to_string(const Rate& rate);

}  // namespace sganc
