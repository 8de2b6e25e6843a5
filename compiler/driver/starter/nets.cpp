#include "compiler/driver/starter/nets.h"

#include <algorithm>
#include <vector>

namespace sganc {
namespace {

/// Height and width.
using Sides = std::array<std::int64_t, 2>;

constexpr const char* kActivation = "  { kind = \"leaky_relu\", slope = 0.2 },\n";

std::int64_t longer(const Sides& sides) {
  return std::max(sides[0], sides[1]);
}

/// Halves each side that is longer than `most`, and rounds up.
Sides halved(Sides sides, std::int64_t most) {
  for (auto& side : sides)
    if (side > most) side = (side + 1) / 2;
  return sides;
}

/// The sizes from the image's on. Each has half of the one before, and there is at least one step.
std::vector<Sides> halvings(const Sides& image, std::int64_t most) {
  std::vector<Sides> sizes = {image,
                              halved(image, std::min(most, std::max(longer(image) - 1, std::int64_t{1})))};
  while (longer(sizes.back()) > most) sizes.push_back(halved(sizes.back(), most));
  return sizes;
}

std::string text_of(const std::vector<Sides>& sizes) {
  std::string text;
  for (const auto& [height, width] : sizes)
    text += (text.empty() ? "" : " -> ") + std::to_string(height) + "x" + std::to_string(width);
  return text;
}

/// One number if both are equal, else a list of both.
std::string spelled(const Sides& numbers) {
  if (numbers[0] == numbers[1]) return std::to_string(numbers[0]);
  return "[" + std::to_string(numbers[0]) + ", " + std::to_string(numbers[1]) + "]";
}

/// 128 filters if the image is at most `full` pixels long, half as many up to twice that length, and so on
/// down to 16.
std::int64_t filters(const Sides& sides, std::int64_t full) {
  std::int64_t count = 128;
  for (auto length = full; length < longer(sides) && count > 16; length *= 2) count /= 2;
  return count;
}

/// A transposed convolution along each axis: with stride 2 it makes 2 (n - 1) + kernel - 2 pixels of n, with
/// kernel 4 or 3; with stride 1 it makes n of n.
std::string growth(const Sides& from, const Sides& to) {
  Sides kernel{}, stride{};
  for (std::size_t side : {0U, 1U}) {
    stride[side] = from[side] == to[side] ? 1 : 2;
    kernel[side] = stride[side] == 2 && to[side] % 2 == 0 ? 4 : 3;
  }
  const bool doubled = kernel == Sides{4, 4};
  return "  { kind = \"conv_transpose\", filters = " + std::to_string(filters(to, 32)) +
         ", kernel = " + spelled(kernel) + ", stride = " + spelled(stride) +
         (doubled ? "" : ", padding = 1") + " },\n";
}

std::string generator_layers(const std::vector<Sides>& sizes, std::int64_t channels) {
  const auto& [height, width] = sizes.front();
  std::string text = "  { kind = \"dense\", units = " + std::to_string(height * width * 128) + " },\n" +
                     kActivation + "  { kind = \"reshape\", shape = [" + std::to_string(height) + ", " +
                     std::to_string(width) + ", 128] },\n";
  for (std::size_t i = 1; i < sizes.size(); ++i) text += growth(sizes[i - 1], sizes[i]) + kActivation;
  const auto& image = sizes.back();
  const int kernel = std::min(image[0], image[1]) < 7 ? 3 : 7;
  return text + "  { kind = \"conv\", filters = " + std::to_string(channels) +
         ", kernel = " + std::to_string(kernel) + " },\n  { kind = \"tanh\" },\n";
}

Sides stride_between(const Sides& from, const Sides& to) {
  return {to[0] == from[0] ? 1 : 2, to[1] == from[1] ? 1 : 2};
}

std::string trunk_layers(const std::vector<Sides>& sizes) {
  std::string text;
  for (std::size_t i = 1; i < sizes.size(); ++i) {
    text += "  { kind = \"conv\", filters = " + std::to_string(filters(sizes[i], 16)) +
            ", kernel = 3, stride = " + spelled(stride_between(sizes[i - 1], sizes[i])) + " },\n" +
            kActivation;
  }
  return text + "  { kind = \"flatten\" },\n  { kind = \"dropout\", rate = 0.4 },\n";
}

std::string normalized_conv(std::int64_t filters, const Sides& stride) {
  return "  { kind = \"conv\", filters = " + std::to_string(filters) +
         ", kernel = 3, stride = " + spelled(stride) +
         ", bias = false },\n  { kind = \"batch_norm\", momentum = 0.9 },\n"
         "  { kind = \"leaky_relu\", slope = 0.1 },\n";
}

std::string classifier_layers(const std::vector<Sides>& sizes) {
  std::string text = normalized_conv(filters(sizes[0], 8), {1, 1});
  for (std::size_t i = 1; i < sizes.size(); ++i)
    text += normalized_conv(filters(sizes[i], 8), stride_between(sizes[i - 1], sizes[i])) +
            normalized_conv(filters(sizes[i], 8), {1, 1});
  return text + "  { kind = \"global_average_pool\" },\n";
}

}  // namespace

StarterNets starter_nets(const std::array<std::int64_t, 3>& shape) {
  const Sides image = {shape[0], shape[1]};
  auto grown = halvings(image, 8);
  std::ranges::reverse(grown);
  const auto shrunk = halvings(image, 4), halved_to_8 = halvings(image, 8);
  return {text_of(grown),       generator_layers(grown, shape[2]), text_of(shrunk), trunk_layers(shrunk),
          text_of(halved_to_8), classifier_layers(halved_to_8)};
}

}  // namespace sganc
