// Padding as TensorFlow defines it.

#include <gtest/gtest.h>

#include "compiler/graph/op.h"

namespace sganc {
namespace {

struct Case {
  std::int64_t image, kernel, stride, result;
  Shape pads;
};

TEST(GraphOp, SameConvolutionPadsAsTensorFlow) {
  const Case cases[] = {
      {28, 3, 2, 14, {0, 0, 1, 1}}, {14, 3, 2, 7, {0, 0, 1, 1}},  {7, 3, 2, 4, {1, 1, 1, 1}},
      {14, 4, 2, 7, {1, 1, 1, 1}},  {28, 7, 1, 28, {3, 3, 3, 3}}, {5, 1, 3, 2, {0, 0, 0, 0}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.image);
    const Shape x = {2, c.image, c.image, 3};
    const Attributes a = same_convolution(x, {c.kernel, c.kernel}, {c.stride, c.stride});
    EXPECT_EQ(a.pads, c.pads);
    EXPECT_EQ(a.strides, (Shape{c.stride, c.stride}));
    const Type operands[] = {{DType::f32, x}, {DType::f32, {5, 3, c.kernel, c.kernel}}};
    EXPECT_EQ(infer_type(Op::conv, operands, a, {}), (Type{DType::f32, {2, c.result, c.result, 5}}));
  }
}

TEST(GraphOp, SameConvolutionTakesHeightAndWidthApart) {
  const Attributes a = same_convolution({1, 28, 7, 1}, {3, 4}, {2, 1});
  EXPECT_EQ(a.pads, (Shape{0, 1, 1, 2}));
}

}  // namespace
}  // namespace sganc
