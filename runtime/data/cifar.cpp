#include "runtime/data/cifar.h"

#include <stdexcept>
#include <string>

namespace sganc {

void add_cifar_batch(const std::vector<std::uint8_t>& content, const std::filesystem::path& path, int classes,
                     std::vector<std::uint8_t>& pixels, std::vector<std::int32_t>& labels) {
  const auto records = static_cast<std::int64_t>(content.size()) / kCifarRecordBytes;
  pixels.reserve(pixels.size() + static_cast<std::size_t>(records * 3 * kCifarPlane));
  for (std::int64_t r = 0; r < records; ++r) {
    const std::uint8_t* record = content.data() + r * kCifarRecordBytes;
    if (record[0] >= classes)
      throw std::runtime_error(path.string() + ": expected labels below " + std::to_string(classes) +
                               ", found " + std::to_string(record[0]) + " in record " + std::to_string(r));
    labels.push_back(record[0]);
    for (std::int64_t pixel = 0; pixel < kCifarPlane; ++pixel)
      for (std::int64_t channel = 0; channel < 3; ++channel)
        pixels.push_back(record[1 + channel * kCifarPlane + pixel]);
  }
}

}  // namespace sganc
