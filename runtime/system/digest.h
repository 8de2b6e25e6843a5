#pragma once
// SHA-256, and signatures by it.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace sganc {

inline constexpr std::size_t kDigestBytes = 32;

/// The digest of bytes that come in several parts. Call `bytes` or `hex` once, after the last `add`.
class Sha256 {
 public:
  Sha256();
  Sha256& add(std::string_view bytes);
  std::string bytes();  // kDigestBytes of them
  std::string hex();    // 64 lower-case hexadecimal digits

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

std::string sha256_hex(std::span<const std::uint8_t> bytes);

/// The first 16 hexadecimal digits, for names.
std::string short_digest(std::string_view bytes);

/// HMAC of the bytes by SHA-256 (Krawczyk, Bellare, Canetti 1997; RFC 2104): only who has the key can make
/// it. kDigestBytes of them.
std::string signature_of(std::string_view bytes, std::string_view key);

/// The digest of a file's bytes, in hexadecimal digits. Throws std::runtime_error if it cannot be read.
std::string sha256_of_file(const std::filesystem::path& path);

}  // namespace sganc
