#include "compiler/export/onnx/primitives.h"

#include "compiler/export/onnx/rows.h"
#include "compiler/language/listed.h"

namespace sganc {

#define SGANC_ONNX_ROWS(name) SGANC_LISTED(OnnxRows, name##_rows)

Held write_primitive(OnnxValues& values, Value n) {
  static const std::vector<const OnnxRows*> files = {
      SGANC_ONNX_ROWS(leaf),
      SGANC_ONNX_ROWS(pointwise),
      SGANC_ONNX_ROWS(structure),
      SGANC_ONNX_ROWS(product),
  };
  for (const OnnxRows* rows : files)
    for (const OnnxRow& row : *rows)
      if (row.op == values.node(n).op) return row.write(values, n);
  throw std::logic_error("export: a primitive has no row");
}

#undef SGANC_ONNX_ROWS

}  // namespace sganc
