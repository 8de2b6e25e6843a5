#include "runtime/system/descriptor.h"

#include <unistd.h>

#include <array>
#include <cerrno>

namespace sganc {

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = ::write(descriptor, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

bool Descriptor::close() {
  const bool closed = number_ < 0 || ::close(number_) == 0;
  number_ = -1;
  return closed;
}

bool Descriptor::read_rest(std::string& bytes) const {
  std::array<char, 64 * 1024> part;
  for (;;) {
    const auto count = ::read(number_, part.data(), part.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return count == 0;
    bytes.append(part.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace sganc
