#include "compiler/export/onnx/layers.h"

#include <algorithm>

namespace sganc {
namespace {

using Numbers = std::vector<std::int64_t>;
using Settings = std::vector<OnnxAttribute>;

float number(const AppliedLayer& a, const std::string& key) {
  return static_cast<float>(a.layer->keys.number(key));
}

/// The operator of one input, which computes each element by itself.
Held of_elements(OnnxValues& c, const AppliedLayer& a, const std::string& op, const Settings& settings = {}) {
  const Held& x = c.held(a.inputs[0]);
  return {.name = c.graph.add(op, {c.name_of(a.inputs[0], x.order)}, settings),
          .order = x.order,
          .repeated = x.repeated};
}

Held relu(OnnxValues& c, const AppliedLayer& a) {
  return of_elements(c, a, "Relu");
}
Held leaky_relu(OnnxValues& c, const AppliedLayer& a) {
  return of_elements(c, a, "LeakyRelu", {{"alpha", number(a, "slope")}});
}
Held elu(OnnxValues& c, const AppliedLayer& a) {
  return of_elements(c, a, "Elu", {{"alpha", number(a, "alpha")}});
}
Held selu(OnnxValues& c, const AppliedLayer& a) {
  return of_elements(c, a, "Selu");
}
Held softplus(OnnxValues& c, const AppliedLayer& a) {
  return of_elements(c, a, "Softplus");
}
Held sigmoid(OnnxValues& c, const AppliedLayer& a) {
  return of_elements(c, a, "Sigmoid");
}
Held swish(OnnxValues& c, const AppliedLayer& a) {
  Held held = of_elements(c, a, "Sigmoid");
  held.name = c.graph.add("Mul", {c.name_of(a.inputs[0], held.order), held.name});
  return held;
}

/// An operator of images or vectors whose channels come second.
Held of_channels(OnnxValues& c, const AppliedLayer& a, const std::string& op,
                 const std::vector<std::string>& others = {}, const Settings& settings = {}) {
  const Order order = channels_first(c.rank(a.inputs[0]));
  std::vector<std::string> inputs = {c.whole(a.inputs[0], order)};
  inputs.insert(inputs.end(), others.begin(), others.end());
  return {.name = c.graph.add(op, inputs, settings), .order = order};
}

/// A weight of each channel, with the axes of pixels behind it.
std::string beside_pixels(OnnxValues& c, const AppliedLayer& a, Value weight) {
  Tensor of_channel = *c.held(weight).known;
  of_channel.type.shape.resize(c.rank(a.output) - 1, 1);
  return c.graph.tensor(c.held(weight).label, of_channel);
}

Held prelu(OnnxValues& c, const AppliedLayer& a) {
  return of_channels(c, a, "PRelu", {beside_pixels(c, a, a.weights.at("weight"))});
}

/// A weight or statistic of each channel, or this number if the layer has none.
std::string of_each_channel(OnnxValues& c, const AppliedLayer& a, const std::string& name, double otherwise) {
  if (const auto found = a.weights.find(name); found != a.weights.end()) return c.whole(found->second);
  return c.graph.tensor("", filled({DType::f32, {c.node(a.output).type.shape.back()}}, otherwise));
}

Held batch_norm(OnnxValues& c, const AppliedLayer& a) {
  return of_channels(c, a, "BatchNormalization",
                     {of_each_channel(c, a, "weight", 1), of_each_channel(c, a, "bias", 0),
                      of_each_channel(c, a, "running_mean", 0), of_each_channel(c, a, "running_var", 1)},
                     {{"epsilon", number(a, "epsilon")}});
}

Held instance_norm(OnnxValues& c, const AppliedLayer& a) {
  return of_channels(c, a, "InstanceNormalization",
                     {of_each_channel(c, a, "weight", 1), of_each_channel(c, a, "bias", 0)},
                     {{"epsilon", number(a, "epsilon")}});
}

/// The norm of an instance whose channels are the groups.
Held normalized_in_groups(OnnxValues& c, const AppliedLayer& a, std::int64_t groups) {
  const auto each = [&](double x) { return c.graph.tensor("", filled({DType::f32, {groups}}, x)); };
  const Order order = channels_first(c.rank(a.output));
  const std::string grouped =
      c.graph.add("Reshape", {c.whole(a.inputs[0], order), c.graph.integers({0, groups, -1})});
  const std::string normalized =
      c.graph.add("InstanceNormalization", {grouped, each(1), each(0)}, {{"epsilon", number(a, "epsilon")}});
  Numbers shape;
  for (const int axis : order)
    shape.push_back(axis == 0 ? 0 : c.node(a.output).type.shape[static_cast<std::size_t>(axis)]);
  Held held{.name = c.graph.add("Reshape", {normalized, c.graph.integers(shape)}), .order = order};
  if (const auto gain = a.weights.find("weight"); gain != a.weights.end())
    held.name = c.graph.add("Mul", {held.name, beside_pixels(c, a, gain->second)});
  if (const auto bias = a.weights.find("bias"); bias != a.weights.end())
    held.name = c.graph.add("Add", {held.name, beside_pixels(c, a, bias->second)});
  return held;
}
Held group_norm(OnnxValues& c, const AppliedLayer& a) {
  return normalized_in_groups(c, a, a.layer->keys.integer("groups"));
}

Held layer_norm(OnnxValues& c, const AppliedLayer& a) {
  if (a.layer->keys.text("axes") == "all") return normalized_in_groups(c, a, 1);
  std::vector<std::string> inputs = {c.whole(a.inputs[0]), of_each_channel(c, a, "weight", 1)};
  if (a.weights.contains("bias")) inputs.push_back(of_each_channel(c, a, "bias", 0));
  return {.name = c.graph.add("LayerNormalization", inputs, {{"epsilon", number(a, "epsilon")}}),
          .order = plain_order(c.rank(a.output))};
}

std::int64_t last_axis(const Order& order) {
  return std::ranges::max_element(order) - order.begin();
}

Held softmax(OnnxValues& c, const AppliedLayer& a) {
  const Order order = c.held(a.inputs[0]).order;
  return {.name = c.graph.add("Softmax", {c.whole(a.inputs[0], order)}, {{"axis", last_axis(order)}}),
          .order = order};
}

Held logsumexp(OnnxValues& c, const AppliedLayer& a) {
  const std::int64_t last = static_cast<std::int64_t>(c.rank(a.inputs[0])) - 1;
  return {.name = c.graph.add("ReduceLogSumExp", {c.whole(a.inputs[0])},
                              {{"axes", Numbers{last}}, {"keepdims", std::int64_t{0}}}),
          .order = plain_order(c.rank(a.output))};
}

Held global_average_pool(OnnxValues& c, const AppliedLayer& a) {
  Held held = of_channels(c, a, "ReduceMean", {}, {{"axes", Numbers{2, 3}}, {"keepdims", std::int64_t{0}}});
  held.order = plain_order(2);
  return held;
}

/// The windows of a pool. With padding `same`, an odd pixel goes to the bottom and right.
Settings windows(const OnnxValues& c, const AppliedLayer& a) {
  const Keys& keys = a.layer->keys;
  const auto& size = keys.integers("size");
  const auto& stride = keys.has("stride") ? keys.integers("stride") : size;
  Settings settings = {{"kernel_shape", size}, {"strides", stride}};
  if (keys.text("padding") == "same")
    settings.push_back({"pads", same_convolution(c.node(a.inputs[0]).type.shape, size, stride).pads});
  return settings;
}

Held max_pool(OnnxValues& c, const AppliedLayer& a) {
  return of_channels(c, a, "MaxPool", {}, windows(c, a));
}
Held average_pool(OnnxValues& c, const AppliedLayer& a) {
  return of_channels(c, a, "AveragePool", {}, windows(c, a));
}

Held upsample(OnnxValues& c, const AppliedLayer& a) {
  const auto& factor = a.layer->keys.integers("factor");
  const Tensor scales{{DType::f32, {4}},
                      {1, 1, static_cast<double>(factor[0]), static_cast<double>(factor[1])}};
  const std::string given = c.graph.tensor(c.node(a.output).origin.part + ".scales", scales);
  const bool nearest = a.layer->keys.text("by") == "nearest";
  return of_channels(c, a, "Resize", {"", given},
                     {{"mode", std::string(nearest ? "nearest" : "linear")},
                      {"coordinate_transformation_mode", std::string(nearest ? "asymmetric" : "half_pixel")},
                      {"nearest_mode", std::string("floor")}});
}

Held concat(OnnxValues& c, const AppliedLayer& a) {
  const Order order = c.held(a.inputs[0]).order;
  std::vector<std::string> inputs;
  for (const Value x : a.inputs) inputs.push_back(c.whole(x, order));
  return {.name = c.graph.add("Concat", inputs, {{"axis", last_axis(order)}}), .order = order};
}

struct Row {
  std::string_view kind;
  Held (*write)(OnnxValues&, const AppliedLayer&);
};

constexpr Row kRows[] = {
    {"relu", relu},
    {"leaky_relu", leaky_relu},
    {"elu", elu},
    {"selu", selu},
    {"softplus", softplus},
    {"sigmoid", sigmoid},
    {"swish", swish},
    {"prelu", prelu},
    {"batch_norm", batch_norm},
    {"instance_norm", instance_norm},
    {"group_norm", group_norm},
    {"layer_norm", layer_norm},
    {"softmax", softmax},
    {"logsumexp", logsumexp},
    {"global_average_pool", global_average_pool},
    {"max_pool", max_pool},
    {"average_pool", average_pool},
    {"upsample", upsample},
    {"concat", concat},
};

const Row* row_of(const std::string& kind) {
  const auto row = std::ranges::find(kRows, kind, &Row::kind);
  return row == std::end(kRows) ? nullptr : row;
}

}  // namespace

bool has_onnx_operator(const std::string& kind) {
  return row_of(kind) != nullptr;
}

std::optional<Held> write_layer(OnnxValues& values, const AppliedLayer& applied) {
  const Row* row = row_of(applied.layer->kind);
  const std::size_t taken = std::max<std::size_t>(1, applied.layer->from.size());
  if (!row || applied.inputs.size() != taken) return {};  // a value that is taken twice is listed once
  const auto is_known = [&](Value x) { return values.held(x).known.has_value(); };
  if (std::ranges::all_of(applied.inputs, is_known)) return {};
  return row->write(values, applied);
}

}  // namespace sganc
