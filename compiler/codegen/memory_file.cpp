#include "compiler/codegen/memory_file.h"

#include <sys/mman.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "runtime/system/descriptor.h"

namespace sganc {

std::string written_in_memory(const std::function<void(const std::string& name)>& write) {
  const Descriptor memory(::memfd_create("sganc-kernel", MFD_CLOEXEC));
  std::string content;
  if (memory.is_open()) {
    write("/proc/self/fd/" + std::to_string(memory.number()));
    if (memory.read_rest(content)) return content;
  }
  throw std::runtime_error(std::string("no memory for a kernel: ") + std::strerror(errno));
}

}  // namespace sganc
