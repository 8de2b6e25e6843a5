#pragma once
// Writes a function of a model as an ONNX file. Every primitive has a row that says it in ONNX; a layer that
// ONNX has an operator for becomes that operator.

#include "compiler/export/onnx/batched.h"
#include "compiler/language/model.h"
#include "compiler/reference/interpreter.h"

namespace sganc {

struct OnnxSource {
  const Model& model;
  BuiltFor first, second;    // the function, built for two batches
  const Tensors& variables;  // those that it reads
  std::string producer;      // and its version
  std::string version;
  std::vector<std::pair<std::string, std::string>> metadata;
};

/// The bytes of the file: opset 17, IR version 8. Throws UserError at a layer that ONNX cannot say.
std::string to_onnx(const OnnxSource& source);

}  // namespace sganc
