#include "compiler/codegen/linker.h"

#include <stdexcept>
#include <string>

#include "runtime/system/process.h"

namespace sganc {

void link_shared(const std::vector<std::filesystem::path>& objects, const std::filesystem::path& library) {
  std::vector<std::string> arguments = {"ld", "-shared", "-z", "noexecstack", "-o", library.string()};
  for (const auto& object : objects) arguments.push_back(object.string());
  const ProcessResult ld = run_program(arguments, ".", std::chrono::hours(1));
  if (ld.end == ProcessResult::End::not_installed)
    throw std::runtime_error("the linker ld (package binutils) is not installed");
  if (!ld.succeeded()) throw std::runtime_error(describe_failure(ld, "ld"));
}

}  // namespace sganc
