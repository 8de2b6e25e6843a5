#include "compiler/graph/op.h"

#include <algorithm>

namespace sganc {

std::string to_string(DType dtype) {
  switch (dtype) {
    case DType::f32:
      return "f32";
    case DType::i32:
      return "i32";
    case DType::bf16:
      return "bf16";
    default:
      return "u8";
  }
}

std::string to_string(const Shape& shape) {
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); ++i)
    text += (i ? ", " : "") + (shape[i] == kUnknownExtent ? std::string("?") : std::to_string(shape[i]));
  return text + "]";
}

std::string to_string(const Type& type) {
  return to_string(type.dtype) + to_string(type.shape);
}

Attributes same_convolution(const Shape& x, const std::vector<std::int64_t>& kernel,
                            const std::vector<std::int64_t>& strides,
                            const std::vector<std::int64_t>& dilations) {
  Attributes a;
  a.strides = strides;
  a.dilations = dilations;
  a.pads.resize(4);
  for (std::size_t i = 0; i < 2; ++i) {
    const auto y = (x[i + 1] + strides[i] - 1) / strides[i];
    const auto total =
        std::max<std::int64_t>(0, (y - 1) * strides[i] + span_of(kernel[i], dilations[i]) - x[i + 1]);
    a.pads[i] = total / 2;
    a.pads[i + 2] = total - total / 2;
  }
  return a;
}

}  // namespace sganc
