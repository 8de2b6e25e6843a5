#include "runtime/data/array_files.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string_view>

#include "runtime/data/array.h"
#include "runtime/data/npy.h"
#include "runtime/system/files.h"

namespace sganc {

ArrayPoints read_array_points(const std::filesystem::path& path) {
  const auto fail = [&](const std::string& what) { throw std::runtime_error(path.string() + ": " + what); };
  const Array array = read_array(path, ArrayOf::points);
  if (array.is_text()) fail("points must be numbers, found texts");
  if (array.shape.size() != 2)
    fail("points must have the shape (count, size), found " + shape_text(array.shape));
  ArrayPoints points{array.shape[0], array.shape[1], {}};
  for (std::int64_t i = 0; i < array.count(); ++i) {
    points.values.push_back(static_cast<float>(array.number(i)));
    if (!std::isfinite(points.values.back()))
      fail("point " + std::to_string(i / points.size) + " holds a number that is not finite");
  }
  return points;
}

void write_array(const std::filesystem::path& path, std::span<const std::int64_t> shape,
                 std::span<const float> values) {
  const auto bytes = std::as_bytes(values);
  const std::string beginning = npy_beginning(shape);
  const std::string_view parts[] = {beginning, {reinterpret_cast<const char*>(bytes.data()), bytes.size()}};
  write_file_atomically(path, parts);
}

}  // namespace sganc
