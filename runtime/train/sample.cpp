#include "runtime/train/sample.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "runtime/data/batch_tables.h"
#include "runtime/execute/random.h"
#include "runtime/report/picture.h"

namespace sganc {
namespace {

/// Returns the extents {n, h, w, c} of the images that one call of `sample` or `generate` makes.
const std::vector<std::int64_t>& image_extents(const Executor& executor, Executor::FunctionId function) {
  const auto& outputs = executor.program().functions[function.index].outputs;
  const auto output = std::ranges::find(outputs, "image", &NamedBuffer::name);
  if (output == outputs.end() || output->buffer.extents.size() != 4)
    throw std::logic_error("the generator has no output image {n, h, w, c}");
  return output->buffer.extents;
}

/// Returns no images yet, with memory for `count`.
GeneratedImages empty_images(const std::vector<std::int64_t>& extents, std::int64_t count) {
  GeneratedImages images{count, extents[1], extents[2], extents[3], {}};
  images.values.reserve(static_cast<std::size_t>(count * extents[1] * extents[2] * extents[3]));
  return images;
}

/// Appends `made` to the values, up to `count` rows in all, each of `row` numbers.
void add_rows(std::vector<float>& values, std::span<const float> made, std::int64_t count, std::int64_t row) {
  const auto wanted = static_cast<std::size_t>(count * row) - values.size();
  const auto taken = made.first(std::min(made.size(), wanted));
  values.insert(values.end(), taken.begin(), taken.end());
}

/// The input batch.number of a function, if it has one: numbers of images, which say their classes.
class Numbers {
 public:
  Numbers(Executor& executor, Executor::FunctionId function, std::int64_t batch, const ClassOfImage& class_of)
      : class_of_(class_of), numbers_(static_cast<std::size_t>(batch)) {
    if (has_input(executor, function, "batch.number"))
      executor.bind(executor.input(function, "batch.number"), numbers_.data());
  }
  Numbers(const Numbers&) = delete;
  Numbers& operator=(const Numbers&) = delete;

  /// Sets the numbers of the batch that begins with this image.
  void set(std::int64_t first) {
    for (auto& number : numbers_) {
      number = static_cast<std::int32_t>(class_of_ ? class_of_(first) : first);
      ++first;
    }
  }

 private:
  const ClassOfImage& class_of_;
  std::vector<std::int32_t> numbers_;
};

}  // namespace

std::int64_t epoch_sample_count(const Executor& executor) {
  constexpr std::int64_t kMost = 100, kMostNumbers = 25'000'000;
  const auto& extents = image_extents(executor, executor.function(FunctionRole::sample));
  return std::clamp(kMostNumbers / (extents[1] * extents[2] * extents[3]), std::int64_t{1}, kMost);
}

SampleSize sample_size(const Executor& executor, std::int64_t count) {
  const bool drawn = executor.program().function(FunctionRole::sample);
  const auto& extents =
      image_extents(executor, executor.function(drawn ? FunctionRole::sample : FunctionRole::generate));
  const auto images = static_cast<double>(count);
  const auto h = static_cast<double>(extents[1]), w = static_cast<double>(extents[2]),
             c = static_cast<double>(extents[3]), gap = static_cast<double>(GridStyle().separator);
  // The grid has the scale 1, as all grids have that are wider than a page.
  const double grid = images * (h + gap) * (w + gap) * c;
  const double numbers = images * h * w * c * sizeof(float);
  return {grid, numbers, numbers + 2 * grid};
}

GeneratedImages sample_images(Executor& executor, std::uint64_t seed, std::int64_t count,
                              const SampleOptions& options) {
  if (count < 1) throw std::logic_error("sample_images: no images are wanted");
  const auto sample = executor.function(FunctionRole::sample);
  const auto& extents = image_extents(executor, sample);
  GeneratedImages images = empty_images(extents, count);
  ArrayPoints* const points = options.points;
  if (points) *points = {count, 0, {}};
  Numbers numbers(executor, sample, extents[0], options.class_of);
  for (std::int64_t done = 0; done < count; done += extents[0]) {
    if (options.between && done > 0) options.between();
    numbers.set(done);
    const auto key = RandomKey{seed, static_cast<std::uint64_t>(done / extents[0])}.words();
    if (has_input(executor, sample, "random.key"))
      executor.bind(executor.input(sample, "random.key"), key.data());
    executor.run(sample);
    add_rows(images.values, executor.output(sample, "image"), count, extents[1] * extents[2] * extents[3]);
    if (!points) continue;
    const auto drawn = executor.output(sample, "latent");
    points->size = static_cast<std::int64_t>(drawn.size()) / extents[0];
    add_rows(points->values, drawn, count, points->size);
  }
  return images;
}

GeneratedImages images_of_points(Executor& executor, const ArrayPoints& points,
                                 const ClassOfImage& class_of) {
  const auto generate = executor.function(FunctionRole::generate);
  const auto input = executor.input(generate, "latent");
  const auto& taken = executor.program().functions[generate.index].inputs[input.index].extents;
  if (points.size != taken.at(1))
    throw std::runtime_error("points have " + std::to_string(points.size) +
                             " numbers, but the generator takes " + std::to_string(taken[1]));
  const auto& extents = image_extents(executor, generate);
  GeneratedImages images = empty_images(extents, points.count);
  std::vector<float> batch(static_cast<std::size_t>(taken[0] * taken[1]));
  executor.bind(input, batch.data());
  Numbers numbers(executor, generate, taken[0], class_of);
  for (std::int64_t done = 0; done < points.count; done += taken[0]) {
    numbers.set(done);
    for (std::int64_t i = 0; i < taken[0]; ++i)
      std::copy_n(points.values.begin() + std::min(done + i, points.count - 1) * points.size, points.size,
                  batch.begin() + i * points.size);
    const auto key = RandomKey{0, static_cast<std::uint64_t>(done / taken[0])}.words();  // counts the calls
    if (has_input(executor, generate, "random.key"))
      executor.bind(executor.input(generate, "random.key"), key.data());
    executor.run(generate);
    add_rows(images.values, executor.output(generate, "image"), points.count,
             extents[1] * extents[2] * extents[3]);
  }
  return images;
}

void write_sample_grid(const std::filesystem::path& path, const GeneratedImages& images, double low,
                       double high, std::optional<std::int64_t> columns) {
  GridStyle style;
  const auto square = static_cast<std::int64_t>(std::ceil(std::sqrt(static_cast<double>(images.count))));
  style.columns = columns.value_or(square);
  write_png(path, image_grid(images.values, images.height, images.width, images.channels,
                             static_cast<float>(low), static_cast<float>(high), style));
}

void write_single_samples(const std::function<std::filesystem::path(std::int64_t)>& path_of,
                          const GeneratedImages& images, double low, double high) {
  const GridStyle style{.columns = 1, .scale = 1, .separator = 0, .margin = 0};
  const auto row = static_cast<std::size_t>(images.height * images.width * images.channels);
  for (std::int64_t i = 0; i < images.count; ++i)
    write_png(path_of(i), image_grid(std::span(images.values).subspan(static_cast<std::size_t>(i) * row, row),
                                     images.height, images.width, images.channels, static_cast<float>(low),
                                     static_cast<float>(high), style));
}

}  // namespace sganc
