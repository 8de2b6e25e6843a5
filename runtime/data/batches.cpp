#include "runtime/data/batches.h"

#include <numeric>
#include <stdexcept>
#include <utility>

namespace sganc {
namespace {

void require_pool(std::int64_t count) {
  if (count < 1 || count > INT32_MAX)
    throw std::logic_error("a draw from a pool of " + std::to_string(count));
}

}  // namespace

std::uint32_t draw_stream(const std::string& update, const std::string& variable) {
  return stream_of((update + "." + variable).c_str());
}

void draw_from_all(std::int64_t count, RandomKey key, std::uint32_t stream, std::span<std::int32_t> indices) {
  require_pool(count);
  const auto size = static_cast<std::uint64_t>(count);
  for (std::size_t i = 0; i < indices.size(); ++i)
    indices[i] =
        static_cast<std::int32_t>((random_bits(key, stream, static_cast<std::uint32_t>(i)) * size) >> 32);
}

PassDraw::PassDraw(std::int64_t count, std::uint64_t seed, std::uint32_t stream)
    : seed_(seed), stream_(stream) {
  require_pool(count);
  order_.resize(static_cast<std::size_t>(count));
}

void PassDraw::draw(std::int64_t number, std::span<std::int32_t> indices) {
  const std::uint64_t size = order_.size();
  auto place = static_cast<std::uint64_t>(number - 1) * indices.size();
  for (auto& index : indices) {
    if (place / size != pass_) shuffle(place / size);
    index = order_[static_cast<std::size_t>(place++ % size)];
  }
}

/// Puts the indices in a random order (Fisher-Yates). The key of the random numbers has the pass in the place
/// of the step.
void PassDraw::shuffle(std::uint64_t pass) {
  std::iota(order_.begin(), order_.end(), 0);
  for (std::size_t i = 0; i + 1 < order_.size(); ++i) {
    const std::uint64_t bits = random_bits({seed_, pass}, stream_, static_cast<std::uint32_t>(i));
    std::swap(order_[i], order_[i + static_cast<std::size_t>((bits * (order_.size() - i)) >> 32)]);
  }
  pass_ = pass;
}

}  // namespace sganc
