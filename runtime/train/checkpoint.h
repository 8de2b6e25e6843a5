#pragma once
// Checkpoints in safetensors: named tensors and text metadata. A resume needs tensors (weights, optimizer
// states) and metadata (step, seed). The writer decides what a file holds.
//
// The file has the header's length (8 bytes, little-endian), the header (JSON, padded with spaces to a
// multiple of 8), then the tensors' bytes without gaps. The metadata's "sha256" is the digest of the whole
// file with 64 zeros in its place, so that a change of any byte is noticed.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sganc {

enum class TensorType : std::uint8_t { f32, i32, i64 };

constexpr std::size_t size_of(TensorType type) {
  return type == TensorType::i64 ? 8 : 4;
}

/// A named tensor. `bytes` refers to row-major, dense memory with another owner, which must outlive it.
struct CheckpointTensor {
  std::string name;
  TensorType type = TensorType::f32;
  std::vector<std::int64_t> shape;  // {} is a scalar
  std::span<const std::byte> bytes;
};

CheckpointTensor checkpoint_tensor(std::string name, std::vector<std::int64_t> shape,
                                   std::span<const float> values);
CheckpointTensor checkpoint_tensor(std::string name, std::vector<std::int64_t> shape,
                                   std::span<const std::int32_t> values);
CheckpointTensor checkpoint_tensor(std::string name, std::vector<std::int64_t> shape,
                                   std::span<const std::int64_t> values);

/// The text in quotes, with line breaks escaped.
std::string quoted(const std::string& text);

using CheckpointMetadata = std::map<std::string, std::string>;

/// The bytes of a checkpoint's file. Equal content gives equal bytes. Adds the checksum to the metadata.
std::string checkpoint_bytes(std::span<const CheckpointTensor> tensors, const CheckpointMetadata& metadata);

/// Writes atomically: a reader of `path` finds the old checkpoint or the new one. Throws std::runtime_error
/// if it cannot be written.
void write_checkpoint(const std::filesystem::path& path, std::span<const CheckpointTensor> tensors,
                      const CheckpointMetadata& metadata);

/// The whole number under `key` in the metadata of `path`. Throws std::runtime_error if it is missing or no
/// whole number.
std::int64_t whole_number(const std::filesystem::path& path, const CheckpointMetadata& metadata,
                          const std::string& key);

/// A checkpoint in memory. The tensors refer to its memory.
class Checkpoint {
 public:
  /// Throws std::runtime_error "PATH: not a usable checkpoint: REASON" for a malformed file and for a wrong
  /// checksum. Files of other programs may have no checksum.
  static Checkpoint read(const std::filesystem::path& path);

  /// In the order of the file.
  const std::vector<CheckpointTensor>& tensors() const { return tensors_; }
  /// The metadata without the checksum.
  const CheckpointMetadata& metadata() const { return metadata_; }

  /// The tensor of that name, or nullptr.
  const CheckpointTensor* find(const std::string& name) const;

  /// The metadata's text under `key`, or the whole number in it. Throws std::runtime_error if it is missing
  /// or no whole number.
  const std::string& text(const std::string& key) const;
  std::int64_t integer(const std::string& key) const;

  Checkpoint(Checkpoint&&) = default;
  Checkpoint& operator=(Checkpoint&&) = default;

 private:
  Checkpoint() = default;
  void parse();
  void check_digest(std::string_view header);

  std::filesystem::path path_;
  std::unique_ptr<const std::string> content_;  // stays in place when the checkpoint moves
  std::vector<CheckpointTensor> tensors_;
  CheckpointMetadata metadata_;
};

}  // namespace sganc
