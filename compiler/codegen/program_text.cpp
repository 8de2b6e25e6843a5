#include "compiler/codegen/program_text.h"

#include <cstdio>

#include "compiler/passes/plan.h"

namespace sganc {
namespace {

std::string place(const Buffer& b, const FunctionProgram& f) {
  const std::string type = to_string(Type{b.dtype, b.extents});
  switch (b.space) {
    case Space::arena:
      return "arena+" + std::to_string(b.offset) + ":" + type;
    case Space::variables:
      return "variables+" + std::to_string(b.offset) + ":" + type;
    default:
      return f.inputs[static_cast<std::size_t>(b.offset)].name + ":" + type;
  }
}

std::string list(const std::vector<std::int64_t>& numbers) {
  return to_string(Shape(numbers));
}

/// The activation of a product, and its precision if that is bf16.
std::string manner(const Activation& activation, Precision precision) {
  const std::string text = to_string(activation);
  return (text.empty() ? "" : " " + text) + (precision == Precision::bf16 ? " in bf16" : "");
}

std::string work(const KernelCall& k, const FunctionProgram& f) {
  std::string text = k.symbol + "(";
  const std::size_t inputs = k.arguments.size() - static_cast<std::size_t>(k.outputs);
  for (std::size_t i = 0; i < k.arguments.size(); ++i)
    text += (i == 0 ? "" : i == inputs ? " -> " : ", ") + place(k.arguments[i], f);
  return text + ")";
}

std::string work(const Convolution& c, const FunctionProgram& f) {
  const char* kind = c.kind == Convolution::Kind::forward         ? "convolution"
                     : c.kind == Convolution::Kind::backward_data ? "convolution_backward_data"
                                                                  : "convolution_backward_weights";
  std::string text =
      std::string(kind) + "(x " + place(c.x, f) + ", w " + place(c.w, f) + ", y " + place(c.y, f);
  for (const auto& b : c.bias) text += std::string(c.bias_of_x ? ", bias of x " : ", bias ") + place(b, f);
  text += ") strides " + list(c.strides) + " pads " + list(c.pads);
  if (c.dilations != Convolution{}.dilations) text += " dilations " + list(c.dilations);
  if (c.groups > 1) text += " groups " + std::to_string(c.groups);
  return text + manner(c.activation, c.precision);
}

std::string work(const MatrixProduct& p, const FunctionProgram& f) {
  std::string text = "product(" + place(p.a, f) + (p.transpose_a ? "'" : "") + ", " + place(p.b, f) +
                     (p.transpose_b ? "'" : "") + " -> " + place(p.c, f);
  for (const auto& b : p.bias) text += ", bias " + place(b, f);
  return text + ")" + manner(p.activation, p.precision);
}

std::string work(const Copy& c, const FunctionProgram& f) {
  return "copy(" + place(c.from, f) + " -> " + place(c.to, f) + ")";
}

std::string work(const AllReduce& r, const FunctionProgram& f) {
  const char* part = r.part == AllReduce::Part::begin ? "begin "
                     : r.part == AllReduce::Part::end ? "end "
                                                      : "";
  return part + ("all_reduce(" + place(r.range, f) + ")");
}

}  // namespace

std::string implementation(const Step& step) {
  if (std::holds_alternative<KernelCall>(step.work)) return "halide";
  if (std::holds_alternative<AllReduce>(step.work)) return "ranks";
  return std::holds_alternative<Copy>(step.work) ? "copy" : "onednn";
}

std::string to_string(const Program& program) {
  const std::string rank = program.ranks == 1 ? ""
                                              : " {rank " + std::to_string(program.rank) + " of " +
                                                    std::to_string(program.ranks) + "}";
  std::string text = "program " + program.name + rank + "\narena " + std::to_string(program.arena_bytes) +
                     " bytes, variables " + std::to_string(program.variable_bytes) + " bytes, kernels " +
                     (program.kernel_library.empty() ? "none" : program.kernel_library) + "\n";
  for (const auto& v : program.variables)
    text += "variable " + v.name + " variables+" + std::to_string(v.offset) + ":" +
            to_string(Type{v.dtype, v.extents}) + "\n";
  for (const auto& f : program.functions) {
    text += "function " + f.name + "\n";
    for (const auto& i : f.inputs)
      text += "  input " + i.name + " " + to_string(Type{i.dtype, i.extents}) + "\n";
    for (const auto& s : f.steps) {
      text += "  " + s.name + " = ";
      std::visit([&](const auto& w) { text += work(w, f); }, s.work);
      char size[64];
      std::snprintf(size, sizeof size, "  # %.6g MFLOP, %.4g MB\n", s.flops / 1e6,
                    static_cast<double>(s.bytes) / 1e6);
      text += size;
    }
    for (const auto& o : f.outputs) text += "  output " + o.name + " " + place(o.buffer, f) + "\n";
  }
  return text;
}

}  // namespace sganc
