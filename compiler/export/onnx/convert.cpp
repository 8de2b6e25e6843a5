#include "compiler/export/onnx/convert.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "compiler/export/needed.h"
#include "compiler/export/onnx/fold.h"
#include "compiler/export/onnx/layers.h"
#include "compiler/export/onnx/primitives.h"

namespace sganc {
namespace {

constexpr std::int64_t kOpset = 17, kIrVersion = 8;

/// The declared layers by the names that origins have, NET.LAYER.
std::map<std::string, const DeclaredLayer*> layers_by_name(const Model& model) {
  std::map<std::string, const DeclaredLayer*> layers;
  for (const auto& net : model.nets)
    for (const auto& layer : net.layers) layers[net.name + "." + layer.name] = &layer;
  return layers;
}

/// The images in the model's range: bytes converted, multiplied and moved. Nothing if the function takes
/// none.
Value scaled_images(const Function& function) {
  Value x;
  for (int i = 0; i < static_cast<int>(function.nodes.size()); ++i) {
    const Node& node = function.nodes[static_cast<std::size_t>(i)];
    const bool begins = node.op == Op::input && node.type.dtype == DType::u8;
    const bool follows = x.id >= 0 && std::ranges::count(node.operands, x) > 0;
    if (begins || follows) x = {i};
    if (follows && node.op == Op::add) return x;
  }
  return {};
}

/// Of "trunk.conv_1.weight", "weight".
std::string name_in_layer(const Node& variable) {
  const std::string& name = variable.attributes.name;
  return name.substr(name.rfind('.') + 1);
}

class Conversion {
 public:
  Conversion(const OnnxSource& source, onnx::GraphProto& graph)
      : function_(source.first.function),
        batched_(source.first, source.second),
        values_(batched_, source.variables, graph),
        layers_(layers_by_name(source.model)),
        needed_(needed_for_results(function_)),
        images_(source.images) {}

  void write() {
    for (int i = images_ == OnnxImages::numbers ? take_numbers() : 0;
         i < static_cast<int>(function_.nodes.size());)
      i = write_from(i);
    for (const auto& result : function_.results) {
      const Order order = plain_order(values_.rank(result.value));
      values_.graph.set_part(result.name);
      values_.graph.add_output(values_.whole(result.value), result.name,
                               values_.type_of(result.value, order));
    }
  }

 private:
  bool is_needed(int i) const { return needed_[static_cast<std::size_t>(i)]; }
  const Node& node(int i) const { return function_.nodes[static_cast<std::size_t>(i)]; }

  /// Makes the scaled images an input of the graph, in place of their bytes. Returns the index of the first
  /// node that comes after them.
  int take_numbers() {
    const Value x = scaled_images(function_);
    if (x.id < 0) return 0;
    const Order order = channels_first(values_.rank(x));
    values_.graph.add_input("image", values_.type_of(x, order));
    values_.hold(x, {.name = "image", .order = order});
    return x.id + 1;
  }

  /// Writes the layer that begins with node i, or that node alone. Returns the index of the next node.
  int write_from(int i) {
    const auto layer = layers_.find(node(i).origin.part);
    if (layer == layers_.end() || !has_onnx_operator(layer->second->kind)) {
      write_node(i);
      return i + 1;
    }
    int end = i;
    while (end < static_cast<int>(function_.nodes.size()) && node(end).origin.part == layer->first) ++end;
    const auto applied = application(*layer->second, i, end);
    if (applied) {
      values_.graph.set_part(layer->first);
      for (const auto& [name, weight] : applied->weights) write_node(weight.id);
      if (auto held = write_layer(values_, *applied)) {
        values_.hold(applied->output, std::move(*held));
        return end;
      }
    }
    for (int j = i; j < end; ++j) write_node(j);
    return end;
  }

  /// The layer that the nodes from `begin` to `end` apply, or nothing if they have several outputs.
  std::optional<AppliedLayer> application(const DeclaredLayer& layer, int begin, int end) const {
    AppliedLayer applied{&layer, {}, {}, {}};
    const auto is_within = [&](Value v) { return v.id >= begin && v.id < end; };
    for (int i = begin; i < end; ++i) {
      if (!is_needed(i)) continue;
      if (node(i).op == Op::variable) applied.weights[name_in_layer(node(i))] = {i};
      for (const Value o : node(i).operands)
        if (const Node& given = function_.node(o); !is_within(o) && given.op == Op::variable)
          applied.weights[name_in_layer(given)] = o;
        else if (!is_within(o) && std::ranges::count(applied.inputs, o) == 0)
          applied.inputs.push_back(o);
    }
    std::set<Value> outputs;
    const auto note = [&](Value v) {
      if (is_within(v)) outputs.insert(v);
    };
    for (int i = end; i < static_cast<int>(function_.nodes.size()); ++i)
      if (is_needed(i)) std::ranges::for_each(node(i).operands, note);
    for (const auto& result : function_.results) note(result.value);
    if (outputs.size() != 1 || applied.inputs.empty()) return {};
    applied.output = *outputs.begin();
    return applied;
  }

  void write_node(int i) {
    const Value n{i};
    if (!is_needed(i) || values_.has(n)) return;
    values_.graph.set_part(node(i).origin.part);
    auto known = folded(values_, n);
    values_.hold(n, known ? std::move(*known) : write_primitive(values_, n));
  }

  const Function& function_;
  const Batched batched_;
  OnnxValues values_;
  const std::map<std::string, const DeclaredLayer*> layers_;
  const std::vector<bool> needed_;
  const OnnxImages images_;
};

}  // namespace

OnnxBatches onnx_batches(const Model& model) {
  OnnxBatches batches;
  for (const auto& net : model.nets)
    for (const auto& layer : net.layers)
      if (layer.keys.has("group") && layer.keys.integer("group") > 0)
        batches.common = std::lcm(batches.common, layer.keys.integer("group"));
  return batches;
}

std::string to_onnx(const OnnxSource& source) {
  onnx::ModelProto file;
  file.set_ir_version(kIrVersion);
  file.set_producer_name(source.producer);
  file.set_producer_version(source.version);
  file.add_opset_import()->set_version(kOpset);
  file.mutable_opset_import(0)->set_domain("");
  for (const auto& [key, value] : source.metadata) {
    auto& property = *file.add_metadata_props();
    property.set_key(key);
    property.set_value(value);
  }
  file.mutable_graph()->set_name(source.model.name + "." +
                                 std::string(to_string(source.first.function.role)));
  Conversion(source, *file.mutable_graph()).write();
  return file.SerializeAsString();
}

}  // namespace sganc
