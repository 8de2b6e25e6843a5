#pragma once
// Writes a function of a model as an ONNX file. Every primitive has a row that says it in ONNX; a layer that
// ONNX has an operator for becomes that operator.

#include "compiler/export/onnx/batched.h"
#include "compiler/language/model.h"
#include "compiler/reference/interpreter.h"

namespace sganc {

/// The form in which the file takes images: as bytes (batch, height, width, channels), as people hold them,
/// or as numbers in the model's range (batch, channels, height, width).
enum class OnnxImages : std::uint8_t { bytes, numbers };

struct OnnxSource {
  const Model& model;
  BuiltFor first, second;    // the function, built for two batches
  const Tensors& variables;  // those that it reads
  std::string producer;      // and its version
  std::string version;
  std::vector<std::pair<std::string, std::string>> metadata;
  OnnxImages images = OnnxImages::bytes;
};

/// Two numbers of examples for which the function is to be built: multiples of the groups into which layers
/// divide a batch. `common` is the smallest such number.
struct OnnxBatches {
  std::int64_t common = 1;
  std::vector<std::int64_t> both() const { return {2 * common, 3 * common}; }
};
OnnxBatches onnx_batches(const Model& model);

/// The bytes of the file: opset 17, IR version 8. Throws UserError at a layer that ONNX cannot say.
std::string to_onnx(const OnnxSource& source);

}  // namespace sganc
