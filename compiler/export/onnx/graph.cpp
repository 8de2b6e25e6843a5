#include "compiler/export/onnx/graph.h"

#include <charconv>

namespace sganc {
namespace {

using Proto = onnx::AttributeProto;

struct Setter {
  Proto& proto;
  void operator()(std::int64_t i) const {
    proto.set_type(Proto::INT);
    proto.set_i(i);
  }
  void operator()(float f) const {
    proto.set_type(Proto::FLOAT);
    proto.set_f(f);
  }
  void operator()(const std::string& s) const {
    proto.set_type(Proto::STRING);
    proto.set_s(s);
  }
  void operator()(const std::vector<std::int64_t>& numbers) const {
    proto.set_type(Proto::INTS);
    for (const std::int64_t i : numbers) proto.add_ints(i);
  }
};

template <class T>
void put(std::string& bytes, T number) {
  bytes.append(reinterpret_cast<const char*>(&number), sizeof number);
}

/// The elements as ONNX's raw data: little-endian, row-major.
std::string raw_data(const Tensor& tensor) {
  std::string bytes;
  for (const double x : tensor.data) switch (tensor.type.dtype) {
      case DType::i32:
        put(bytes, static_cast<std::int32_t>(x));
        break;
      case DType::u8:
        put(bytes, static_cast<std::uint8_t>(x));
        break;
      default:
        put(bytes, static_cast<float>(x));
    }
  return bytes;
}

/// The shortest text that reads back as the same float.
std::string shortest(double x) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, static_cast<float>(x)).ptr;
  return {text, end};
}

}  // namespace

onnx::TensorProto::DataType onnx_type(DType type) {
  if (type == DType::i32) return onnx::TensorProto::INT32;
  if (type == DType::u8) return onnx::TensorProto::UINT8;
  return onnx::TensorProto::FLOAT;
}

std::string OnnxGraph::unused(const std::string& name) {
  std::string candidate = name;
  for (int count = 2; !names_.insert(candidate).second; ++count)
    candidate = name + "_" + std::to_string(count);
  return candidate;
}

std::string OnnxGraph::add(const std::string& op, const std::vector<std::string>& inputs,
                           const std::vector<OnnxAttribute>& attributes) {
  onnx::NodeProto& node = *graph_.add_node();
  const std::string name = unused(part_ + "/" + op);
  node.set_name(name);
  node.set_op_type(op);
  for (const auto& input : inputs) node.add_input(input);
  node.add_output(name);
  for (const auto& attribute : attributes) {
    Proto& proto = *node.add_attribute();
    proto.set_name(attribute.name);
    std::visit(Setter{proto}, attribute.value);
  }
  makers_[name] = &node;
  return name;
}

onnx::NodeProto* OnnxGraph::maker(const std::string& output) {
  const auto found = makers_.find(output);
  return found == makers_.end() ? nullptr : found->second;
}

std::string OnnxGraph::tensor(const std::string& name, const Tensor& tensor) {
  const bool number = name.empty() && tensor.data.size() == 1;
  std::string asked = name;
  if (number) {
    asked = shortest(tensor.data[0]);
    if (tensor.type != Type{DType::f32, {}}) asked += " " + to_string(tensor.type);
  } else if (name.empty()) {
    asked = part_ + "/constant";
  }
  if (number && names_.contains(asked)) return asked;
  onnx::TensorProto& proto = *graph_.add_initializer();
  proto.set_name(unused(asked));
  proto.set_data_type(onnx_type(tensor.type.dtype));
  for (const std::int64_t extent : tensor.shape()) proto.add_dims(extent);
  proto.set_raw_data(raw_data(tensor));
  return proto.name();
}

std::string OnnxGraph::integers(const std::vector<std::int64_t>& numbers) {
  std::string name;
  for (const std::int64_t n : numbers) name += (name.empty() ? "[" : ", ") + std::to_string(n);
  name += name.empty() ? "[]" : "]";
  if (!names_.insert(name).second) return name;
  onnx::TensorProto& proto = *graph_.add_initializer();
  proto.set_name(name);
  proto.set_data_type(onnx::TensorProto::INT64);
  proto.add_dims(std::ssize(numbers));
  std::string bytes;
  for (const std::int64_t n : numbers) put(bytes, n);
  proto.set_raw_data(bytes);
  return name;
}

void OnnxGraph::add_input(const std::string& name, const onnx::TypeProto& type) {
  onnx::ValueInfoProto& input = *graph_.add_input();
  input.set_name(unused(name));
  *input.mutable_type() = type;
}

void OnnxGraph::describe(const std::string& value, const onnx::TypeProto& type) {
  if (!makers_.contains(value) || !described_.insert(value).second) return;
  onnx::ValueInfoProto& info = *graph_.add_value_info();
  info.set_name(value);
  *info.mutable_type() = type;
}

/// Gives what a node makes the name of an output, whose type stands with the outputs.
void OnnxGraph::rename(const std::string& value, const std::string& name) {
  for (auto& node : *graph_.mutable_node()) {
    for (auto& input : *node.mutable_input())
      if (input == value) input = name;
    for (auto& output : *node.mutable_output())
      if (output == value) output = name;
  }
  auto& described = *graph_.mutable_value_info();
  for (int i = 0; i < described.size(); ++i)
    if (described[i].name() == value) {
      described.DeleteSubrange(i, 1);
      break;
    }
}

void OnnxGraph::add_output(const std::string& value, const std::string& name, const onnx::TypeProto& type) {
  const auto known = outputs_.find(value);
  const bool copied = known != outputs_.end() || !makers_.contains(value);
  rename(copied ? add("Identity", {known == outputs_.end() ? value : known->second}) : value, name);
  outputs_.try_emplace(value, name);
  onnx::ValueInfoProto& output = *graph_.add_output();
  output.set_name(name);
  *output.mutable_type() = type;
}

}  // namespace sganc
