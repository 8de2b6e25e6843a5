#include "compiler/layers/convolution.h"

#include "compiler/language/spelling.h"

namespace sganc {
namespace {

Key pair(const std::string& name, const std::string& description) {
  return integers(name, description + ", or one number for both").from(1).of_length(2).or_one();
}

}  // namespace

std::vector<Key> convolution_keys(const std::string& stride, const std::string& padding) {
  // The rows of layers may be made before the globals of this file, so that this must be local.
  const std::vector<std::int64_t> ones = {1, 1};
  return with_kernel_keys(
      {integer("filters", "output channels").from(1), pair("kernel", "height and width of the kernel"),
       pair("stride", stride).defaulting(ones),
       integers("padding", padding)
           .from(0)
           .of_length(2)
           .or_one()
           .or_word({"same", "valid"})
           .defaulting(std::string("same")),
       pair("dilation", "pixels from one tap of the kernel to the next, down and right").defaulting(ones),
       integer("groups",
               "the number of equal parts of the channels and the filters, each with its own "
               "convolution")
           .from(1)
           .defaulting(std::int64_t{1})});
}

Attributes convolution_geometry(const Keys& keys, const Shape& x) {
  Attributes a =
      same_convolution(x, keys.integers("kernel"), keys.integers("stride"), keys.integers("dilation"));
  a.groups = keys.integer("groups");
  if (!keys.is_word("padding")) {
    const auto& n = keys.integers("padding");
    a.pads = {n[0], n[1], n[0], n[1]};
  } else if (keys.text("padding") == "valid") {
    a.pads = {0, 0, 0, 0};
  }
  return a;
}

void require_convolvable(const std::string& layer, const Keys& keys, const Shape& x) {
  if (x.size() != 4) throw ShapeError(layer + " needs an image, but its input is " + to_string(x));
  const std::int64_t groups = keys.integer("groups"), filters = keys.integer("filters");
  const auto require_divisible = [&](std::int64_t count, const std::string& what) {
    if (count % groups != 0)
      throw ShapeError(layer + " cannot divide " + counted(count, what) + " into " + std::to_string(groups) +
                       " groups");
  };
  require_divisible(x[3], "channel");
  require_divisible(filters, "filter");
}

Initializer convolution_initializer(const Keys& keys, std::int64_t channels) {
  const auto& kernel = keys.integers("kernel");
  const auto of_each_group = [&](std::int64_t count) {
    return static_cast<double>(count / keys.integer("groups")) * static_cast<double>(kernel[0]) *
           static_cast<double>(kernel[1]);
  };
  return kernel_initializer(keys, of_each_group(channels), of_each_group(keys.integer("filters")));
}

}  // namespace sganc
