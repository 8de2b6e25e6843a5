#pragma once
// Reads event files without the code that writes them: frames, and the few fields of protocol buffers.

#include <cstdint>
#include <cstring>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace sganc::testing {

/// The value of a field: a number, or bytes.
struct Field {
  std::uint64_t number = 0;
  std::string_view bytes;
};

/// The fields of a message, by their numbers. Throws std::runtime_error for what is none.
inline std::multimap<std::uint64_t, Field> fields_of(std::string_view message) {
  const auto take = [&](std::size_t count) {
    if (count > message.size()) throw std::runtime_error("a message is cut off");
    const auto taken = message.substr(0, count);
    message.remove_prefix(count);
    return taken;
  };
  const auto varint = [&] {
    std::uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
      const auto byte = static_cast<unsigned char>(take(1)[0]);
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const auto fixed = [&](std::size_t count) {
    std::uint64_t value = 0;
    const auto bytes = take(count);
    std::memcpy(&value, bytes.data(), count);
    return value;
  };
  std::multimap<std::uint64_t, Field> fields;
  while (!message.empty()) {
    const auto key = varint();
    Field field;
    if (key % 8 == 0)
      field.number = varint();
    else if (key % 8 == 1)
      field.number = fixed(8);
    else if (key % 8 == 2)
      field.bytes = take(varint());
    else if (key % 8 == 5)
      field.number = fixed(4);
    else
      throw std::runtime_error("no such type of field");
    fields.emplace(key / 8, field);
  }
  return fields;
}

/// CRC-32C bit by bit, masked as in event files.
inline std::uint32_t masked_checksum(std::string_view bytes) {
  std::uint32_t crc = 0xffffffff;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int i = 0; i < 8; ++i) crc = crc & 1 ? (crc >> 1) ^ 0x82f63b78 : crc >> 1;
  }
  crc = ~crc;
  return ((crc >> 15) | (crc << 17)) + 0xa282ead8;
}

/// The records of an event file. Throws std::runtime_error if it is damaged.
inline std::vector<std::string> records_of(std::string_view file) {
  std::vector<std::string> records;
  while (!file.empty()) {
    std::uint64_t length = 0;
    std::uint32_t of_length = 0, of_record = 0;
    if (file.size() < 16) throw std::runtime_error("a frame is cut off");
    std::memcpy(&length, file.data(), 8);
    std::memcpy(&of_length, file.data() + 8, 4);
    if (of_length != masked_checksum(file.substr(0, 8)) || length > file.size() - 16)
      throw std::runtime_error("a length is damaged");
    const auto record = file.substr(12, length);
    std::memcpy(&of_record, file.data() + 12 + length, 4);
    if (of_record != masked_checksum(record)) throw std::runtime_error("a record is damaged");
    records.emplace_back(record);
    file.remove_prefix(16 + length);
  }
  return records;
}

/// A value of an event: its step, its tag, and its number, or the bytes of its picture or text.
using EventValue = std::tuple<std::uint64_t, std::string, float, std::string>;

/// The values of a file whose first record says its version.
inline std::vector<EventValue> values_of(std::string_view file) {
  const auto records = records_of(file);
  if (records.empty() || fields_of(records[0]).find(3)->second.bytes != "brain.Event:2")
    throw std::runtime_error("no event file");
  std::vector<EventValue> values;
  for (const auto& record : records) {
    const auto event = fields_of(record);
    const auto step = event.contains(2) ? event.find(2)->second.number : 0;
    if (!event.contains(5)) continue;
    for (const auto& [field, summary] : fields_of(event.find(5)->second.bytes)) {
      const auto value = fields_of(summary.bytes);
      EventValue found{step, value.find(1)->second.bytes, 0, ""};
      if (value.contains(2)) {
        const auto bits = static_cast<std::uint32_t>(value.find(2)->second.number);
        std::memcpy(&std::get<2>(found), &bits, 4);
      }
      if (value.contains(4))
        std::get<3>(found) = fields_of(value.find(4)->second.bytes).find(4)->second.bytes;
      if (value.contains(8))
        std::get<3>(found) = fields_of(value.find(8)->second.bytes).find(8)->second.bytes;
      values.push_back(std::move(found));
    }
  }
  return values;
}

}  // namespace sganc::testing
