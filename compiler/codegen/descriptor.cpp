#include "compiler/codegen/descriptor.h"

#include <array>
#include <cerrno>

namespace sganc {

void Descriptor::close() {
  if (number_ >= 0) ::close(number_);
  number_ = -1;
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

bool Descriptor::write_all(std::string_view bytes) const {
  while (!bytes.empty()) {
    const auto count = ::write(number_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

}  // namespace sganc
