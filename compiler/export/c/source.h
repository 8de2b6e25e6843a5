#pragma once
// A program as the source of a C library: a header, a C file whose functions call the kernels in order, an
// example, and the files by which CMake and pkg-config find it.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "runtime/program.h"

namespace sganc {

/// What the source is made from.
struct CLibrary {
  std::string name;     // an identifier of C, which begins all names: digits
  std::string version;  // of sganc
  const Program& program;
  std::string processor;                  // what it must have, in words: "an x86-64 processor with avx2"
  std::array<std::int64_t, 3> shape{};    // height, width and channels of an image
  std::vector<std::string> classes;       // their names; empty if it classifies nothing
  double range_low = -1, range_high = 1;  // of the images that a generator makes
};

/// The name as an identifier of C: other characters become "_".
std::string c_identifier(const std::string& name);

/// NAME.h. Throws UserError, which names the layer, if a step of the program is no kernel.
std::string c_header(const CLibrary& library);
/// NAME.c. The kernels are in NAME_kernels.o, and the variables in NAME.weights.
std::string c_source(const CLibrary& library);
/// example.c
std::string c_example(const CLibrary& library);
/// NAME-config.cmake and NAME.pc
std::string c_cmake(const CLibrary& library);
std::string c_pkg_config(const CLibrary& library);

/// The names that the library defines for its callers.
std::vector<std::string> c_symbols(const CLibrary& library);

}  // namespace sganc
