#pragma once
// Makes images with the generator, by the Program's `sample` or `generate`.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

#include "runtime/data/array_files.h"
#include "runtime/execute/executor.h"

namespace sganc {

struct GeneratedImages {
  std::int64_t count = 0, height = 0, width = 0, channels = 0;
  std::vector<float> values;  // {count, height, width, channels}
};

/// The class of image i, if the generator takes one; i mod classes, if this is empty.
using ClassOfImage = std::function<std::int64_t(std::int64_t i)>;

/// What sample_images does besides.
struct SampleOptions {
  ArrayPoints* points = nullptr;  // receives the latent points
  ClassOfImage class_of = {};
  std::function<void()> between = {};  // called between two calls; an exception from it stops the work
};

/// Makes `count` images (1 or more), a pure function of weights and seed. Call n of `sample`, from 0, has the
/// key {seed, n}, so a smaller count gives the first images of a larger one.
GeneratedImages sample_images(Executor& executor, std::uint64_t seed, std::int64_t count,
                              const SampleOptions& options = {});

/// Makes images from one or more given points, by the Program's `generate`. The last batch is filled up with
/// the last point. Throws std::runtime_error if the points do not have the size that the generator takes.
GeneratedImages images_of_points(Executor& executor, const ArrayPoints& points,
                                 const ClassOfImage& class_of = {});

/// The bytes that `count` images take: their grid, their numbers, and the memory for numbers, grid and PNG
/// together.
struct SampleSize {
  double grid = 0, numbers = 0, memory = 0;
};
SampleSize sample_size(const Executor& executor, std::int64_t count);

/// The largest grid that can be written as PNG, in bytes.
inline constexpr double kMostGridBytes = 4294967295;

/// The number of images in the picture of an epoch: 100, or fewer large ones, so that their numbers take at
/// most 100 MB.
std::int64_t epoch_sample_count(const Executor& executor);

/// Writes the images row by row as a grid of so many columns, or else one that is about square, and never
/// higher than wide (100 images: 10 x 10). `low` is black, `high` is white. Throws std::runtime_error if it
/// cannot be written.
void write_sample_grid(const std::filesystem::path& path, const GeneratedImages& images, double low,
                       double high, std::optional<std::int64_t> columns = {});

/// Writes each image as a picture of its own size, into the file that `path_of` names for its number, which
/// counts from 0. Throws std::runtime_error if one cannot be written; those before it stay.
void write_single_samples(const std::function<std::filesystem::path(std::int64_t)>& path_of,
                          const GeneratedImages& images, double low, double high);

}  // namespace sganc
