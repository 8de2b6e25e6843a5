#include "runtime/data/batches.h"

#include <stdexcept>

namespace sganc {

std::uint32_t draw_stream(const std::string& update, const std::string& variable) {
  return stream_of((update + "." + variable).c_str());
}

void draw_from(std::span<const std::int32_t> pool, RandomKey key, std::uint32_t stream,
               std::span<std::int32_t> indices) {
  draw_from_all(static_cast<std::int64_t>(pool.size()), key, stream, indices);
  for (auto& index : indices) index = pool[static_cast<std::size_t>(index)];
}

void draw_from_all(std::int64_t count, RandomKey key, std::uint32_t stream, std::span<std::int32_t> indices) {
  if (count < 1 || count > INT32_MAX)
    throw std::logic_error("a draw from a pool of " + std::to_string(count));
  const auto size = static_cast<std::uint64_t>(count);
  for (std::size_t i = 0; i < indices.size(); ++i)
    indices[i] =
        static_cast<std::int32_t>((random_bits(key, stream, static_cast<std::uint32_t>(i)) * size) >> 32);
}

}  // namespace sganc
