#pragma once
// SHA-256 as 64 lower-case hexadecimal digits.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace sganc {

std::string sha256_hex(std::span<const std::uint8_t> bytes);

/// The digest of a file's bytes. Throws std::runtime_error if it cannot be read.
std::string sha256_of_file(const std::filesystem::path& path);

/// The digest of bytes that come in several parts.
class Sha256 {
 public:
  Sha256();
  Sha256& add(std::string_view bytes);
  std::string hex();  // of all added bytes; to be called once

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

}  // namespace sganc
