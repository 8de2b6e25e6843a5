#include "runtime/system/digest.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <stdexcept>

#include "runtime/system/files.h"

namespace sganc {
namespace {

void require(int done) {
  if (done != 1) throw std::logic_error("SHA-256 is not available");
}

}  // namespace

void Sha256::Free::operator()(evp_md_ctx_st* context) const {
  EVP_MD_CTX_free(context);
}

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  require(context_ && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1);
}

Sha256& Sha256::add(std::string_view bytes) {
  require(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
  return *this;
}

std::string Sha256::bytes() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  require(EVP_DigestFinal_ex(context_.get(), digest.data(), &size));
  return {reinterpret_cast<const char*>(digest.data()), size};
}

std::string Sha256::hex() {
  constexpr const char* kDigits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes()) {
    const auto byte = static_cast<unsigned char>(c);
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

std::string sha256_hex(std::span<const std::uint8_t> bytes) {
  return Sha256().add({reinterpret_cast<const char*>(bytes.data()), bytes.size()}).hex();
}

std::string short_digest(std::string_view bytes) {
  return Sha256().add(bytes).hex().substr(0, 16);
}

std::string signature_of(std::string_view bytes, std::string_view key) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> signature{};
  unsigned size = 0;
  require(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
               reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), signature.data(),
               &size) != nullptr);
  return {reinterpret_cast<const char*>(signature.data()), size};
}

std::string sha256_of_file(const std::filesystem::path& path) {
  return Sha256().add(read_file(path)).hex();
}

}  // namespace sganc
