#include "runtime/execute/operands.h"

namespace sganc {
namespace {

Operands operands_of(const KernelCall& call) {
  Operands result;
  for (const Buffer& argument : call.arguments) result.buffers.push_back(&argument);
  for (const Buffer& value : call.values) result.written.push_back(&value);
  return result;
}

Operands operands_of(const Convolution& c) {
  Operands result{{&c.x, &c.w, &c.y}, {}};
  if (!c.bias.empty()) result.buffers.push_back(&c.bias[0]);
  switch (c.kind) {
    case Convolution::Kind::forward:
      result.written = {&c.y};
      break;
    case Convolution::Kind::backward_data:
      result.written = {&c.x};
      break;
    case Convolution::Kind::backward_weights:
      result.written = {&c.w};
      if (!c.bias.empty()) result.written.push_back(&c.bias[0]);
      break;
  }
  return result;
}

Operands operands_of(const MatrixProduct& p) {
  Operands result{{&p.a, &p.b, &p.c}, {&p.c}};
  if (!p.bias.empty()) result.buffers.push_back(&p.bias[0]);
  return result;
}

Operands operands_of(const Copy& c) {
  return {{&c.from, &c.to}, {&c.to}};
}

Operands operands_of(const AllReduce& sum) {
  Operands result;
  for (const Buffer& value : sum.values) {
    result.buffers.push_back(&value);
    if (sum.part != AllReduce::Part::begin) result.written.push_back(&value);
  }
  return result;
}

}  // namespace

Operands operands_of(const Step& step) {
  return std::visit([](const auto& work) { return operands_of(work); }, step.work);
}

}  // namespace sganc
