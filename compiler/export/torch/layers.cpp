#include "compiler/export/torch/layers.h"

#include <algorithm>

#include "compiler/export/torch/python.h"
#include "compiler/language/joined.h"
#include "compiler/layers/convolution.h"

namespace sganc {
namespace {

using Layer = TorchLayer;
using Text = TorchText;
using Numbers = std::vector<std::int64_t>;

std::string called(const Layer& l, const std::string& x) {
  return "self." + l.layer.name + "(" + x + ")";
}
/// A module that is called with the input as it is.
Text module(const Layer& l, const std::string& module) {
  return {module, called(l, l.x[0])};
}
Text function(const std::string& call) {
  return {"", call};
}

const Keys& keys(const Layer& l) {
  return l.layer.keys;
}
std::string number(const Layer& l, const std::string& key) {
  return python(keys(l).number(key));
}
std::string channels(const Layer& l) {
  return std::to_string(l.inputs[0].back());
}
/// The axis of the channels.
std::string channel_axis(const Shape& example) {
  return is_image(example) ? "1" : std::to_string(example.size());
}

Shape with_batch(Shape example) {
  example.insert(example.begin(), 1);
  return example;
}

/// Pads {top, left, bottom, right} as F.pad takes them.
std::string padding(const Numbers& pads, std::int64_t sign = 1) {
  return python_tuple({sign * pads[1], sign * pads[3], sign * pads[0], sign * pads[2]});
}
bool is_symmetric(const Numbers& pads) {
  return pads[0] == pads[2] && pads[1] == pads[3];
}

// layers with weights

std::string without_bias(const Layer& l) {
  return keys(l).flag("bias") ? "" : ", bias=False";
}

Text dense(const Layer& l) {
  return module(l, "nn.Linear(" + channels(l) + ", " + std::to_string(l.output[0]) + without_bias(l) + ")");
}

Text embedding(const Layer& l) {
  return module(l, "Embedding(" + channels(l) + ", " + std::to_string(l.output[0]) + ")");
}

std::string convolution(const Layer& l, const std::string& name, const Attributes& a, const Numbers& more) {
  std::string text = name + "(" + channels(l) + ", " + std::to_string(l.output[2]) + ", " +
                     python_pair(keys(l).integers("kernel"));
  if (a.strides != Numbers{1, 1}) text += ", stride=" + python_pair(a.strides);
  if (is_symmetric(a.pads) && a.pads != Numbers{0, 0, 0, 0})
    text += ", padding=" + python_pair({a.pads[0], a.pads[1]});
  if (more != Numbers{0, 0}) text += ", output_padding=" + python_pair(more);
  if (a.dilations != Numbers{1, 1}) text += ", dilation=" + python_pair(a.dilations);
  if (a.groups != 1) text += ", groups=" + std::to_string(a.groups);
  return text + without_bias(l) + ")";
}

Text conv(const Layer& l) {
  const Attributes a = convolution_geometry(keys(l), with_batch(l.inputs[0]));
  const std::string made = convolution(l, "nn.Conv2d", a, {0, 0});
  if (is_symmetric(a.pads)) return module(l, made);
  return {made, called(l, "F.pad(" + l.x[0] + ", " + padding(a.pads) + ")")};
}

/// What is too much at the edges is cut off, unless both edges of an axis lose as much.
Text conv_transpose(const Layer& l) {
  const Attributes a = convolution_geometry(keys(l), with_batch(l.output));
  Numbers more;
  for (std::size_t i = 0; i < 2; ++i)
    more.push_back(l.output[i] + a.pads[i] + a.pads[i + 2] - (l.inputs[0][i] - 1) * a.strides[i] -
                   span_of(keys(l).integers("kernel")[i], a.dilations[i]));
  const std::string made = convolution(l, "nn.ConvTranspose2d", a, more);
  if (is_symmetric(a.pads)) return module(l, made);
  return {made, "F.pad(" + called(l, l.x[0]) + ", " + padding(a.pads, -1) + ")"};
}

Text prelu(const Layer& l) {
  if (!is_image(l.inputs[0]) && l.inputs[0].size() > 1)
    return {"nn.PReLU(" + channels(l) + ")", called(l, l.x[0] + ".movedim(-1, 1)") + ".movedim(1, -1)"};
  return module(l, "nn.PReLU(" + channels(l) + ")");
}

// norms

/// A norm of PyTorch has a gain and a bias, or none of them.
bool is_affine(const Layer& l) {
  return keys(l).flag("gain") || keys(l).flag("bias");
}
std::string norm(const Layer& l, const std::string& name, const std::string& first,
                 const std::string& affine = "affine", const std::string& more = "") {
  return name + "(" + first + ", eps=" + number(l, "epsilon") + more + ", " + affine + "=" +
         python_flag(is_affine(l)) + ")";
}
/// The norm of a value whose channels lie first, for one whose channels may lie last.
Text of_channels(const Layer& l, const std::string& made) {
  if (is_image(l.inputs[0]) || l.inputs[0].size() == 1) return module(l, made);
  return {made, called(l, l.x[0] + ".movedim(-1, 1)") + ".movedim(1, -1)"};
}

Text batch_norm(const Layer& l) {
  const std::string name = is_image(l.inputs[0]) ? "nn.BatchNorm2d" : "nn.BatchNorm1d";
  return of_channels(
      l, norm(l, name, channels(l), "affine", ", momentum=" + python(1 - keys(l).number("momentum"))));
}

Text layer_norm(const Layer& l) {
  if (keys(l).text("axes") == "all") return of_channels(l, norm(l, "nn.GroupNorm", "1, " + channels(l)));
  const std::string made = norm(l, "nn.LayerNorm", channels(l), "elementwise_affine");
  if (!is_image(l.inputs[0])) return module(l, made);
  return {made, "channels_first(" + called(l, "channels_last(" + l.x[0] + ")") + ")"};
}

Text group_norm(const Layer& l) {
  const std::string groups = std::to_string(keys(l).integer("groups"));
  return of_channels(l, norm(l, "nn.GroupNorm", groups + ", " + channels(l)));
}

Text instance_norm(const Layer& l) {
  return module(l, norm(l, "nn.InstanceNorm2d", channels(l)));
}

// layers without weights

Text relu(const Layer& l) {
  return module(l, "nn.ReLU()");
}
Text leaky_relu(const Layer& l) {
  return module(l, "nn.LeakyReLU(" + number(l, "slope") + ")");
}
Text elu(const Layer& l) {
  return module(l, "nn.ELU(" + number(l, "alpha") + ")");
}
Text selu(const Layer& l) {
  return module(l, "nn.SELU()");
}
Text gelu(const Layer& l) {
  return module(l, "nn.GELU(\"tanh\")");
}
Text softplus(const Layer& l) {
  return module(l, "nn.Softplus()");
}
Text swish(const Layer& l) {
  return module(l, "nn.SiLU()");
}
Text tanh(const Layer& l) {
  return module(l, "nn.Tanh()");
}
Text sigmoid(const Layer& l) {
  return module(l, "nn.Sigmoid()");
}
Text softmax(const Layer& l) {
  return module(l, "nn.Softmax(" + channel_axis(l.inputs[0]) + ")");
}
Text logsumexp(const Layer& l) {
  return function(l.x[0] + ".logsumexp(" + channel_axis(l.inputs[0]) + ")");
}
Text dropout(const Layer& l) {
  return module(l, "nn.Dropout(" + number(l, "rate") + ")");
}
Text gaussian_noise(const Layer& l) {
  return module(l, "GaussianNoise(" + number(l, "deviation") + ")");
}

/// Images are flattened and shaped in the order height, width, channel.
std::string in_model_order(const Layer& l) {
  return is_image(l.inputs[0]) ? "channels_last(" + l.x[0] + ")" : l.x[0];
}
Text flatten(const Layer& l) {
  return function(in_model_order(l) + ".flatten(1)");
}
Text reshape(const Layer& l) {
  Shape shape = l.output;
  shape.insert(shape.begin(), -1);
  const std::string made = in_model_order(l) + ".reshape" + python_tuple(shape);
  return function(is_image(l.output) ? "channels_first(" + made + ")" : made);
}

struct Windows {
  Numbers size, stride, pads;
};
Windows windows(const Layer& l) {
  const Numbers& size = keys(l).integers("size");
  const Numbers& stride = keys(l).has("stride") ? keys(l).integers("stride") : size;
  if (keys(l).text("padding") != "same") return {size, stride, {0, 0, 0, 0}};
  return {size, stride, same_convolution(with_batch(l.inputs[0]), size, stride).pads};
}

Text max_pool(const Layer& l) {
  const auto [size, stride, pads] = windows(l);
  const std::string made = "nn.MaxPool2d(" + python_pair(size) + ", " + python_pair(stride) + ")";
  if (pads == Numbers{0, 0, 0, 0}) return module(l, made);
  return {made, called(l, "F.pad(" + l.x[0] + ", " + padding(pads) + ", value=-torch.inf)")};
}
Text average_pool(const Layer& l) {
  const auto [size, stride, pads] = windows(l);
  if (pads == Numbers{0, 0, 0, 0})
    return module(l, "nn.AvgPool2d(" + python_pair(size) + ", " + python_pair(stride) + ")");
  return function("average_pool(" + l.x[0] + ", " + python_tuple(size) + ", " + python_tuple(stride) + ", " +
                  padding(pads) + ")");
}
Text global_max_pool(const Layer& l) {
  return function(l.x[0] + ".amax((2, 3))");
}
Text global_average_pool(const Layer& l) {
  return function(l.x[0] + ".mean((2, 3))");
}

Text upsample(const Layer& l) {
  const bool nearest = keys(l).text("by") == "nearest";
  return module(l, "nn.Upsample(scale_factor=" + python_pair(keys(l).integers("factor")) +
                       (nearest ? ")" : ", mode=\"bilinear\")"));
}

Text add(const Layer& l) {
  return function(joined(l.x, " + "));
}
Text multiply(const Layer& l) {
  return function(joined(l.x, " * "));
}
Text concat(const Layer& l) {
  return function("torch.cat([" + joined(l.x, ", ") + "], " + channel_axis(l.output) + ")");
}

/// The rows and columns of the output, from this one on.
Text cut(const Layer& l, std::int64_t top, std::int64_t left) {
  const auto range = [](std::int64_t from, std::int64_t count) {
    return std::to_string(from) + ":" + std::to_string(from + count);
  };
  return function(l.x[0] + "[:, :, " + range(top, l.output[0]) + ", " + range(left, l.output[1]) + "]");
}
Text crop(const Layer& l) {
  return cut(l, (l.inputs[0][0] - l.output[0]) / 2, (l.inputs[0][1] - l.output[1]) / 2);
}
Text trim(const Layer& l) {
  return cut(l, keys(l).integer("top"), keys(l).integer("left"));
}

Text minibatch_deviation(const Layer& l) {
  return function("minibatch_deviation(" + l.x[0] + ", " + std::to_string(keys(l).integer("group")) + ")");
}
Text straighten(const Layer& l) {
  return function("straighten(" + l.x[0] + ", bright=" + python_flag(keys(l).text("ink") == "bright") + ")");
}
Text oriented_gradients(const Layer& l) {
  return function("oriented_gradients(" + l.x[0] + ", " + std::to_string(keys(l).integer("directions")) +
                  ")");
}

struct Row {
  std::string_view kind;
  Text (*write)(const Layer&);
};

constexpr Row kRows[] = {
    {"dense", dense},
    {"embedding", embedding},
    {"conv", conv},
    {"conv_transpose", conv_transpose},
    {"max_pool", max_pool},
    {"average_pool", average_pool},
    {"global_max_pool", global_max_pool},
    {"global_average_pool", global_average_pool},
    {"upsample", upsample},
    {"relu", relu},
    {"leaky_relu", leaky_relu},
    {"prelu", prelu},
    {"elu", elu},
    {"selu", selu},
    {"gelu", gelu},
    {"softplus", softplus},
    {"swish", swish},
    {"tanh", tanh},
    {"sigmoid", sigmoid},
    {"softmax", softmax},
    {"logsumexp", logsumexp},
    {"flatten", flatten},
    {"reshape", reshape},
    {"batch_norm", batch_norm},
    {"layer_norm", layer_norm},
    {"group_norm", group_norm},
    {"instance_norm", instance_norm},
    {"minibatch_deviation", minibatch_deviation},
    {"dropout", dropout},
    {"gaussian_noise", gaussian_noise},
    {"add", add},
    {"multiply", multiply},
    {"concat", concat},
    {"crop", crop},
    {"trim", trim},
    {"straighten", straighten},
    {"oriented_gradients", oriented_gradients},
};

}  // namespace

TorchText torch_text(const TorchLayer& layer) {
  const auto row = std::ranges::find(kRows, layer.layer.kind, &Row::kind);
  if (row == std::end(kRows))
    throw UserError{{layer.layer.where, "PyTorch has no layer for " + layer.layer.kind, ""}};
  return row->write(layer);
}

std::vector<std::string> torch_layer_kinds() {
  std::vector<std::string> kinds;
  for (const Row& row : kRows) kinds.emplace_back(row.kind);
  return kinds;
}

}  // namespace sganc
