#include "runtime/data/digest.h"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>

#include "runtime/report/files.h"

namespace sganc {

std::string sha256_hex(std::span<const std::uint8_t> bytes) {
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1)
    throw std::logic_error("sha256 is not available");
  std::string text;
  for (const auto byte : std::span(digest).first(size)) {
    constexpr const char* kDigits = "0123456789abcdef";
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

std::string sha256_of_file(const std::filesystem::path& path) {
  const auto bytes = read_file(path);
  return sha256_hex({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

}  // namespace sganc
