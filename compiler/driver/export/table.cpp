#include <vector>

#include "compiler/driver/export/format.h"
#include "compiler/language/listed.h"

namespace sganc {

#define SGANC_EXPORT(name) SGANC_LISTED(ExportFormat, name##_export)

static std::vector<const ExportFormat*> listed_formats() {
  return {
      SGANC_EXPORT(program),    // for sganc-run
      SGANC_EXPORT(c_library),  // for programs in C, and in whatever calls C
      SGANC_EXPORT(onnx),       // for ONNX Runtime
      SGANC_EXPORT(torch),      // for PyTorch
  };
}

#undef SGANC_EXPORT

std::span<const ExportFormat* const> export_formats() {
  static const std::vector<const ExportFormat*> formats = listed_formats();
  return formats;
}

}  // namespace sganc
