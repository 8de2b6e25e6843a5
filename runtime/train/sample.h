#pragma once
// Images from the generator: the Program's `sample`.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

#include "runtime/data/array_files.h"
#include "runtime/execute/executor.h"

namespace sganc {

struct GeneratedImages {
  std::int64_t count = 0, height = 0, width = 0, channels = 0;
  std::vector<float> values;  // {count, height, width, channels}
};

/// `count` images (1 or more), a pure function of weights and seed: call n of `sample` has the key
/// {seed, n}, n from 0, so that fewer images are the first of more. `points`, where given, receives what the
/// images were made of. `between` is called between two calls; what it throws ends the work.
GeneratedImages sample_images(Executor& executor, std::uint64_t seed, std::int64_t count,
                              ArrayPoints* points = nullptr, const std::function<void()>& between = {});

/// The images of given points, one or more: the Program's `generate`, whose batches are filled up with the
/// last point. Points of another size than it takes are a std::runtime_error.
GeneratedImages images_of_points(Executor& executor, const ArrayPoints& points);

/// What so many images of the Program take, in bytes: their grid; the memory for their numbers, and for
/// those, the grid and its PNG.
struct SampleSize {
  double grid = 0, numbers = 0, memory = 0;
};
SampleSize sample_size(const Executor& executor, std::int64_t count);

/// The largest grid that can be written as PNG, in bytes.
inline constexpr double kMostGridBytes = 4294967295;

/// How many images the picture of an epoch shows: 100, and fewer where they are large, so that their numbers
/// take no more than 100 MB.
std::int64_t epoch_sample_count(const Executor& executor);

/// Writes them, row by row, as a grid that is as high as it is wide or less (100 images: 10 x 10); `low` is
/// black, `high` white. Throws std::runtime_error where it cannot be written.
void write_sample_grid(const std::filesystem::path& path, const GeneratedImages& images, double low,
                       double high);

}  // namespace sganc
