# Writes OUTPUT, the source of code_identity(): a digest of HALIDE_VERSION and of FILES, a list of paths below SOURCE.
# Run by the build whenever one of them changes; the output changes only with their content.
set(all "halide ${HALIDE_VERSION}\n")
foreach(file ${FILES})
  file(SHA256 ${SOURCE}/${file} digest)
  string(APPEND all "${file} ${digest}\n")
endforeach()
string(SHA256 identity "${all}")
string(SUBSTRING ${identity} 0 16 identity)
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT [[#include "compiler/codegen/library.h"

std::string sganc::code_identity() {
  return "@identity@";
}
]] @ONLY)
