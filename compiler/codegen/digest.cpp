#include "compiler/codegen/digest.h"

#include <openssl/evp.h>

#include <stdexcept>

namespace sganc {

std::string sha256(std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  if (!EVP_Digest(bytes.data(), bytes.size(), digest, &length, EVP_sha256(), nullptr) ||
      length != kDigestBytes)
    throw std::runtime_error("SHA-256 is not available");
  return {reinterpret_cast<const char*>(digest), length};
}

std::string short_digest(std::string_view bytes) {
  constexpr char digits[] = "0123456789abcdef";
  std::string hex;
  for (const char c : sha256(bytes).substr(0, 8)) {
    const auto byte = static_cast<unsigned char>(c);
    hex += digits[byte >> 4];
    hex += digits[byte & 15];
  }
  return hex;
}

}  // namespace sganc
