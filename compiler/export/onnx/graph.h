#pragma once
// Writes the nodes and tensors of an ONNX graph. The nodes of a layer are named after it.

#include <map>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "compiler/export/onnx/proto.h"
#include "compiler/primitives/tensor.h"

namespace sganc {

struct OnnxAttribute {
  std::string name;
  std::variant<std::int64_t, float, std::string, std::vector<std::int64_t>> value;
};

class OnnxGraph {
 public:
  explicit OnnxGraph(onnx::GraphProto& graph) : graph_(graph) {}

  /// Sets the layer that the nodes added from now on belong to.
  void set_part(const std::string& part) { part_ = part; }

  /// Adds a node with one output, and returns the output's name.
  std::string add(const std::string& op, const std::vector<std::string>& inputs,
                  const std::vector<OnnxAttribute>& attributes = {});
  /// The node whose output has this name, or nullptr.
  onnx::NodeProto* maker(const std::string& output);

  /// Adds a tensor, and returns its name: `name`, with a number behind it if it is taken. A tensor of one
  /// element, without a name, is named after its value, and written once.
  std::string tensor(const std::string& name, const Tensor& tensor);
  /// The tensor of these whole numbers, which is named after them: "[0, -1]".
  std::string integers(const std::vector<std::int64_t>& numbers);

  const std::string& first_input() const { return graph_.input(0).name(); }
  void add_input(const std::string& name, const onnx::TypeProto& type);
  /// Makes the value an output of the graph, under this name.
  void add_output(const std::string& value, const std::string& name, const onnx::TypeProto& type);
  void describe(const std::string& value, const onnx::TypeProto& type);

 private:
  std::string unused(const std::string& name);
  void rename(const std::string& value, const std::string& name);

  onnx::GraphProto& graph_;
  std::string part_;
  std::set<std::string> names_;
  std::map<std::string, std::string> outputs_;  // their names, by the names that they had before
  std::map<std::string, onnx::NodeProto*> makers_;
  std::set<std::string> described_;
};

/// The ONNX name of an element type.
onnx::TensorProto::DataType onnx_type(DType type);

}  // namespace sganc
