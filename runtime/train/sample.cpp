#include "runtime/train/sample.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "runtime/execute/random.h"
#include "runtime/report/picture.h"
#include "runtime/train/bind_data.h"

namespace sganc {
namespace {

/// {n, h, w, c}: images of one call of `sample`.
const std::vector<std::int64_t>& sample_extents(const Executor& executor) {
  const auto& outputs = executor.program().functions[executor.function("sample").index].outputs;
  const auto output = std::ranges::find(outputs, "image", &NamedBuffer::name);
  if (output == outputs.end() || output->buffer.extents.size() != 4)
    throw std::logic_error("`sample` has no output image {n, h, w, c}");
  return output->buffer.extents;
}

}  // namespace

SampleSize sample_size(const Executor& executor, std::int64_t count) {
  const auto& extents = sample_extents(executor);
  const auto images = static_cast<double>(count);
  const auto h = static_cast<double>(extents[1]), w = static_cast<double>(extents[2]),
             c = static_cast<double>(extents[3]), gap = static_cast<double>(GridStyle().separator);
  // Of one pixel a pixel, as all grids are that are wider than a page.
  const double grid = images * (h + gap) * (w + gap) * c;
  return {grid, images * h * w * c * sizeof(float) + 2 * grid};
}

GeneratedImages sample_images(Executor& executor, std::uint64_t seed, std::int64_t count) {
  if (count < 1) throw std::logic_error("sample_images: no images are wanted");
  const auto sample = executor.function("sample");
  const auto& extents = sample_extents(executor);

  GeneratedImages images{count, extents[1], extents[2], extents[3], {}};
  const auto wanted = static_cast<std::size_t>(count * extents[1] * extents[2] * extents[3]);
  images.values.reserve(wanted);
  for (std::uint64_t call = 0; images.values.size() < wanted; ++call) {
    const auto key = RandomKey{seed, call}.words();
    if (has_input(executor, sample, "random.key"))
      executor.bind(executor.input(sample, "random.key"), key.data());
    executor.run(sample);
    const auto made = executor.output(sample, "image");
    const auto taken = made.first(std::min(made.size(), wanted - images.values.size()));
    images.values.insert(images.values.end(), taken.begin(), taken.end());
  }
  return images;
}

void write_sample_grid(const std::filesystem::path& path, const GeneratedImages& images, double low,
                       double high) {
  if (images.channels != 1 && images.channels != 3)
    throw std::runtime_error(path.string() + ": cannot be drawn: the generator's images have " +
                             std::to_string(images.channels) + " channels, a picture has 1 or 3");
  GridStyle style;
  style.columns = static_cast<std::int64_t>(std::ceil(std::sqrt(static_cast<double>(images.count))));
  write_png(path, image_grid(images.values, images.height, images.width, images.channels,
                             static_cast<float>(low), static_cast<float>(high), style));
}

}  // namespace sganc
