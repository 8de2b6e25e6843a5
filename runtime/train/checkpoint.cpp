#include "runtime/train/checkpoint.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <stdexcept>
#include <string_view>

#include "runtime/system/digest.h"
#include "runtime/system/files.h"

namespace sganc {
namespace {

static_assert(std::endian::native == std::endian::little, "tensors are stored as they lie in memory");

using Json = nlohmann::ordered_json;

/// The longest header that the reader takes, as safetensors' own does.
constexpr std::uint64_t kMostHeader = 100'000'000;

constexpr std::array<std::pair<TensorType, const char*>, 3> kTypeNames = {
    {{TensorType::f32, "F32"}, {TensorType::i32, "I32"}, {TensorType::i64, "I64"}}};

const char* name_of(TensorType type) {
  return std::find_if(kTypeNames.begin(), kTypeNames.end(),
                      [&](const auto& row) { return row.first == type; })
      ->second;
}

// The checksum's keys in the metadata. If one of them is missing or damaged, the other one shows it.
constexpr const char* kDigest = "sha256";
constexpr const char* kDigestOf = "sha256_of";
constexpr const char* kDigestOfText = "this file with 64 zeros in place of the sha256";

const std::string kZeros(64, '0');

/// Returns where the digits of the checksum begin in a header. No text of the header can be mistaken for the
/// key, because quotes in it are escaped.
std::size_t place_of_digest(std::string_view header) {
  const std::string before = "\"" + std::string(kDigest) + "\":\"";
  const auto at = header.find(before);
  return at == std::string_view::npos ? at : at + before.size();
}

/// Returns the bytes that a tensor of that shape takes, or nothing if an extent is negative or the product
/// overflows.
std::optional<std::uint64_t> bytes_of(const std::vector<std::int64_t>& shape, TensorType type) {
  std::uint64_t bytes = size_of(type);
  for (const auto extent : shape)
    if (extent < 0 || __builtin_mul_overflow(bytes, static_cast<std::uint64_t>(extent), &bytes))
      return std::nullopt;
  return bytes;
}

template <class T>
CheckpointTensor view_of(std::string name, TensorType type, std::vector<std::int64_t> shape,
                         std::span<const T> values) {
  return {std::move(name), type, std::move(shape), std::as_bytes(values)};
}

/// What is wrong with a file. The code that catches it adds the path.
struct Malformed {
  std::string reason;
};

[[noreturn]] void malformed(std::string reason) {
  throw Malformed{std::move(reason)};
}

/// Parses the header, in which no object may have a key twice.
Json parse_header(std::string_view text) {
  std::vector<std::set<std::string>> keys;
  const Json::parser_callback_t watch = [&](int, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) keys.emplace_back();
    if (event == Json::parse_event_t::object_end) keys.pop_back();
    if (event == Json::parse_event_t::key && !keys.back().insert(parsed.get<std::string>()).second)
      malformed("its header has " + quoted(parsed.get<std::string>()) + " twice");
    return true;
  };
  if (!text.starts_with('{')) malformed("its header is not JSON");
  try {
    return Json::parse(text, watch);
  } catch (const nlohmann::json::exception&) {
    malformed("its header is not JSON");
  }
}

CheckpointMetadata read_metadata(const Json& value) {
  if (!value.is_object()) malformed("__metadata__ is not an object of texts");
  CheckpointMetadata metadata;
  for (const auto& [key, text] : value.items()) {
    if (!text.is_string()) malformed("__metadata__ is not an object of texts");
    metadata.emplace(key, text.get<std::string>());
  }
  return metadata;
}

/// Returns the numbers of the list under `key`, or nothing if it is no list of numbers from 0 to 2^63 - 1.
std::optional<std::vector<std::int64_t>> whole_numbers(const Json& tensor, const char* key) {
  const auto list = tensor.find(key);
  if (list == tensor.end() || !list->is_array()) return std::nullopt;
  std::vector<std::int64_t> numbers;
  for (const auto& number : *list) {
    if (!number.is_number_unsigned() || number.get<std::uint64_t>() > INT64_MAX) return std::nullopt;
    numbers.push_back(number.get<std::int64_t>());
  }
  return numbers;
}

TensorType read_type(const std::string& name, const Json& tensor) {
  const auto type = tensor.find("dtype");
  if (type == tensor.end() || !type->is_string()) malformed("tensor " + quoted(name) + " has no dtype");
  for (const auto& [value, text] : kTypeNames)
    if (*type == text) return value;
  malformed("tensor " + quoted(name) + " has dtype " + quoted(type->get<std::string>()) +
            ", expected F32, I32 or I64");
}

CheckpointTensor read_tensor(const std::string& name, const Json& tensor, std::span<const std::byte> data) {
  if (!tensor.is_object()) malformed("tensor " + quoted(name) + " is not an object");
  CheckpointTensor result{name, read_type(name, tensor), {}, {}};
  auto shape = whole_numbers(tensor, "shape");
  if (!shape) malformed("tensor " + quoted(name) + " has no valid shape");
  result.shape = std::move(*shape);

  const auto offsets = whole_numbers(tensor, "data_offsets");
  if (!offsets || offsets->size() != 2 || offsets->at(0) > offsets->at(1))
    malformed("tensor " + quoted(name) + " has no valid data_offsets");
  const auto begin = static_cast<std::uint64_t>(offsets->at(0)),
             end = static_cast<std::uint64_t>(offsets->at(1));
  if (end > data.size())
    malformed("tensor " + quoted(name) + " ends at byte " + std::to_string(end) + " of " +
              std::to_string(data.size()));
  const auto expected = bytes_of(result.shape, result.type);
  if (!expected) malformed("tensor " + quoted(name) + " is too large");
  if (*expected != end - begin)
    malformed("tensor " + quoted(name) + " has " + std::to_string(end - begin) + " bytes, its shape needs " +
              std::to_string(*expected));
  result.bytes = data.subspan(begin, end - begin);
  return result;
}

/// Sorts the tensors by offset, and checks that they fill the data without gaps and overlaps.
void check_places(std::vector<CheckpointTensor>& tensors, std::span<const std::byte> data) {
  std::stable_sort(tensors.begin(), tensors.end(), [](const auto& a, const auto& b) {
    return std::pair(a.bytes.data(), a.bytes.size()) < std::pair(b.bytes.data(), b.bytes.size());
  });
  const std::byte* next = data.data();
  for (const auto& tensor : tensors) {
    if (tensor.bytes.data() < next) malformed("tensor " + quoted(tensor.name) + " overlaps another");
    if (tensor.bytes.data() > next) malformed("there is a hole before tensor " + quoted(tensor.name));
    next += tensor.bytes.size();
  }
  const auto left = data.data() + data.size() - next;
  if (left > 0) malformed("bytes that belong to no tensor: " + std::to_string(left));
}

const std::string& text_under(const std::filesystem::path& path, const CheckpointMetadata& metadata,
                              const std::string& key) {
  const auto found = metadata.find(key);
  if (found == metadata.end())
    throw std::runtime_error(path.string() + ": not a usable checkpoint: its metadata has no " + quoted(key));
  return found->second;
}

/// A checkpoint's file in parts, one after the other. The tensors' parts refer to their own memory.
struct CheckpointFile {
  std::uint64_t length = 0;  // of the header
  std::string header;
  std::vector<std::string_view> tensors;

  std::vector<std::string_view> parts() const {
    std::vector<std::string_view> all = {{reinterpret_cast<const char*>(&length), sizeof length}, header};
    all.insert(all.end(), tensors.begin(), tensors.end());
    return all;
  }
};

CheckpointFile checkpoint_file(std::span<const CheckpointTensor> tensors,
                               const CheckpointMetadata& metadata) {
  // Wider types first, so that every tensor is aligned.
  std::vector<const CheckpointTensor*> ordered;
  for (const auto& tensor : tensors) ordered.push_back(&tensor);
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const auto* a, const auto* b) { return size_of(a->type) > size_of(b->type); });

  Json header = Json::object();
  CheckpointMetadata sealed = metadata;
  sealed[kDigest] = kZeros;
  sealed[kDigestOf] = kDigestOfText;
  header["__metadata__"] = sealed;
  std::set<std::string> names;
  CheckpointFile file;
  std::uint64_t offset = 0;
  for (const auto* tensor : ordered) {
    if (tensor->name == "__metadata__" || !names.insert(tensor->name).second)
      throw std::logic_error("a checkpoint has a second tensor " + quoted(tensor->name));
    if (bytes_of(tensor->shape, tensor->type) != tensor->bytes.size())
      throw std::logic_error("a checkpoint: the bytes of " + quoted(tensor->name) + " do not fit its shape");
    const auto end = offset + tensor->bytes.size();
    header[tensor->name] = {
        {"dtype", name_of(tensor->type)}, {"shape", tensor->shape}, {"data_offsets", {offset, end}}};
    file.tensors.emplace_back(reinterpret_cast<const char*>(tensor->bytes.data()), tensor->bytes.size());
    offset = end;
  }

  file.header = header.dump(-1, ' ', false, Json::error_handler_t::replace);
  file.header.resize((file.header.size() + 7) / 8 * 8, ' ');
  file.length = file.header.size();
  Sha256 digest;
  for (const auto part : file.parts()) digest.add(part);
  file.header.replace(place_of_digest(file.header), kZeros.size(), digest.hex());
  return file;
}

}  // namespace

std::string quoted(const std::string& text) {
  std::string line = nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  std::ranges::replace(line, '\x7f', '?');  // which JSON does not escape
  return line;
}

CheckpointTensor checkpoint_tensor(std::string name, std::vector<std::int64_t> shape,
                                   std::span<const float> values) {
  return view_of(std::move(name), TensorType::f32, std::move(shape), values);
}

CheckpointTensor checkpoint_tensor(std::string name, std::vector<std::int64_t> shape,
                                   std::span<const std::int32_t> values) {
  return view_of(std::move(name), TensorType::i32, std::move(shape), values);
}

CheckpointTensor checkpoint_tensor(std::string name, std::vector<std::int64_t> shape,
                                   std::span<const std::int64_t> values) {
  return view_of(std::move(name), TensorType::i64, std::move(shape), values);
}

std::string checkpoint_bytes(std::span<const CheckpointTensor> tensors, const CheckpointMetadata& metadata) {
  const CheckpointFile file = checkpoint_file(tensors, metadata);
  std::string bytes;
  for (const auto part : file.parts()) bytes += part;
  return bytes;
}

void write_checkpoint(const std::filesystem::path& path, std::span<const CheckpointTensor> tensors,
                      const CheckpointMetadata& metadata) {
  write_file_atomically(path, checkpoint_file(tensors, metadata).parts());
}

Checkpoint Checkpoint::read(const std::filesystem::path& path) {
  Checkpoint checkpoint;
  checkpoint.path_ = path;
  checkpoint.content_ = std::make_unique<const std::string>(read_file(path));
  try {
    checkpoint.parse();
  } catch (const Malformed& problem) {
    throw std::runtime_error(path.string() + ": not a usable checkpoint: " + problem.reason);
  }
  return checkpoint;
}

void Checkpoint::parse() {
  const std::string_view content = *content_;
  std::uint64_t length = 0;
  if (content.size() < sizeof length) malformed("it has only " + std::to_string(content.size()) + " bytes");
  std::memcpy(&length, content.data(), sizeof length);
  const auto left = content.size() - sizeof length;
  if (length > left)
    malformed("its header is said to have " + std::to_string(length) + " bytes, the file has " +
              std::to_string(left) + " more");
  if (length > kMostHeader) malformed("its header has more than " + std::to_string(kMostHeader) + " bytes");
  const auto text = content.substr(sizeof length, length);
  const auto header = parse_header(text);
  const auto data = std::as_bytes(std::span(content).subspan(sizeof length + length));
  for (const auto& [name, value] : header.items()) {
    if (name == "__metadata__")
      metadata_ = read_metadata(value);
    else
      tensors_.push_back(read_tensor(name, value, data));
  }
  check_places(tensors_, data);
  check_digest(text);
}

/// Checks that the content has its digest, and removes the checksum from the metadata.
void Checkpoint::check_digest(std::string_view header) {
  const auto digest = metadata_.extract(kDigest), of = metadata_.extract(kDigestOf);
  if (digest.empty() && of.empty()) return;
  const auto place = place_of_digest(header);
  if (!digest.empty() && !of.empty() && digest.mapped().size() == kZeros.size() &&
      place != std::string_view::npos) {
    const std::string_view content = *content_;
    const auto at = static_cast<std::size_t>(header.data() - content.data()) + place;
    const auto behind = content.substr(at + kZeros.size());
    if (Sha256().add(content.substr(0, at)).add(kZeros).add(behind).hex() == digest.mapped()) return;
  }
  malformed(
      "its content does not match its sha256: it was damaged or changed; take a copy of it, or another "
      "checkpoint");
}

const CheckpointTensor* Checkpoint::find(const std::string& name) const {
  for (const auto& tensor : tensors_)
    if (tensor.name == name) return &tensor;
  return nullptr;
}

const std::string& Checkpoint::text(const std::string& key) const {
  return text_under(path_, metadata_, key);
}

std::int64_t Checkpoint::integer(const std::string& key) const {
  return whole_number(path_, metadata_, key);
}

std::int64_t whole_number(const std::filesystem::path& path, const CheckpointMetadata& metadata,
                          const std::string& key) {
  const auto& value = text_under(path, metadata, key);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc() || end != value.data() + value.size())
    throw std::runtime_error(path.string() + ": not a usable checkpoint: its metadata's " + quoted(key) +
                             " is not a whole number: " + quoted(value));
  return number;
}

}  // namespace sganc
