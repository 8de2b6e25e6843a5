#pragma once
// Checkpoints in safetensors: named tensors and text metadata. What a resume needs is tensors (weights,
// optimizer states) and metadata (step, seed) alike; which of them a file holds is its writer's choice.
//
// The file: the header's length (8 bytes, little-endian), the header (JSON, padded with spaces to a multiple
// of 8), then the tensors' bytes without holes. The metadata's "sha256" is that of the whole file with 64
// zeros in its place, so that no byte of it changes unnoticed.

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

/// A tensor by name. `bytes` is a view, row-major and dense, of memory that someone else owns.
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

/// The text in quotes, on one line whatever is in it.
std::string quoted(const std::string& text);

using CheckpointMetadata = std::map<std::string, std::string>;

/// Writes atomically: whoever reads `path` finds the former checkpoint or this one. The same content gives
/// the same bytes. Adds the checksum to the metadata. Throws std::runtime_error where it cannot be written.
void write_checkpoint(const std::filesystem::path& path, std::span<const CheckpointTensor> tensors,
                      const CheckpointMetadata& metadata);

/// What the metadata of `path` says under `key` as a whole number. Where it is missing or no such number,
/// std::runtime_error.
std::int64_t whole_number(const std::filesystem::path& path, const CheckpointMetadata& metadata,
                          const std::string& key);

/// A checkpoint in memory. The tensors are views into it.
class Checkpoint {
 public:
  /// Every malformed file is a std::runtime_error "PATH: not a usable checkpoint: REASON", and so is one
  /// whose checksum is wrong. Files of other programs have none.
  static Checkpoint read(const std::filesystem::path& path);

  /// In the order in which they lie in the file.
  const std::vector<CheckpointTensor>& tensors() const { return tensors_; }
  /// As it was given, without the checksum.
  const CheckpointMetadata& metadata() const { return metadata_; }

  /// The tensor of that name, or nullptr.
  const CheckpointTensor* find(const std::string& name) const;

  /// The metadata's text under `key`, or what it says as a whole number. Where it is missing or no such
  /// number, std::runtime_error.
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
