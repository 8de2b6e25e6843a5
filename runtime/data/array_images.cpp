#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <stdexcept>
#include <string>

#include "runtime/data/array_files.h"
#include "runtime/data/stored_array.h"
#include "runtime/system/number_text.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;
using Shape = std::array<std::int64_t, 3>;  // height, width, channels
using Values = std::array<double, 2>;

/// "0", "-1", "0.5".
std::string shown(double number) {
  return significant(number, 6);
}

constexpr Values kBytes{0, 255};
constexpr double kDim = 32;               // the largest of numbers that are hardly meant as bytes
constexpr std::int64_t kBlock = 1 << 26;  // bytes that are read at a time

/// How the pixels of images stand in an array.
struct Layout {
  Shape shape;
  std::array<std::int64_t, 3> stride;  // from one row, pixel of a row and channel to the next, in elements
};

class ImageArray {
 public:
  ImageArray(const fs::path& path, const ImageReading& reading, const std::stop_token& stop)
      : path_(path),
        reading_(reading),
        stop_(stop),
        array_(open_array(path, ArrayOf::images, reading.room, stop)) {
    if (array_.kind == 'U' || array_.kind == 'S') fail("images must be numbers, found texts");
  }

  ArrayImages images() {
    const Layout layout = this->layout();
    images_.count = array_.shape[0];
    if (images_.count > INT32_MAX)
      fail("holds " + std::to_string(images_.count) + " images, and there can be " +
           std::to_string(INT32_MAX));
    images_.shape = layout.shape;
    find_values();
    if (is_plain(layout))
      images_.pixels = std::move(array_.bytes);
    else
      convert(layout);
    return std::move(images_);
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw std::runtime_error(path_.string() + ": " + what);
  }
  void note(const std::string& what) { images_.notes.push_back(path_.filename().string() + ": " + what); }

  /// Whether the array holds the pixels as they are to be.
  bool is_plain(const Layout& layout) const {
    const auto& [height, width, channels] = layout.shape;
    return array_.kind == 'u' && array_.width == 1 && !array_.fortran_order && !images_.values &&
           layout.stride == std::array<std::int64_t, 3>{width * channels, channels, 1};
  }

  Layout layout() {
    const auto& s = array_.shape;
    if (s.size() == 2) return transposed(flat());
    if (s.size() == 3) return transposed({{s[1], s[2], 1}, {s[2], 1, 1}});
    if (s.size() != 4)
      fail("images must have the shape (count, height, width) or (count, height, width, channels), found " +
           shape_text(s));
    const Layout last{{s[1], s[2], s[3]}, {s[2] * s[3], s[3], 1}},
        first{{s[2], s[3], s[1]}, {s[3], 1, s[2] * s[3]}};
    return transposed(channels_come_first(last.shape, first.shape) ? first : last);
  }

  /// Images without rows: they must be square, or have the shape that the model takes.
  Layout flat() {
    const std::int64_t pixels = array_.shape[1];
    const auto side = std::llround(std::sqrt(static_cast<double>(pixels)));
    Shape shape{side, side, 1};
    if (const auto& taken = reading_.shape; taken && (*taken)[0] * (*taken)[1] * (*taken)[2] == pixels)
      shape = *taken;
    else if (side * side != pixels)
      fail("images of " + std::to_string(pixels) + " numbers have no height and width: save them as " +
           "x.reshape(len(x), height, width)");
    note("images of " + std::to_string(pixels) + " numbers are taken as " + std::to_string(shape[0]) + "x" +
         std::to_string(shape[1]) + (shape[2] == 1 ? "" : "x" + std::to_string(shape[2])));
    return {shape, {shape[1] * shape[2], shape[2], 1}};
  }

  /// Whether four extents are (count, channels, height, width).
  bool channels_come_first(const Shape& last, const Shape& first) {
    // Gray images and those in colour are more usual than those with transparent parts, and these than
    // others.
    const auto usual = [](std::int64_t channels) {
      return channels == 1 || channels == 3 ? 2 : channels <= 4 ? 1 : 0;
    };
    const auto taken = [&](Shape shape) {
      if (reading_.transposed) std::swap(shape[0], shape[1]);
      return reading_.shape && *reading_.shape == shape;
    };
    if (taken(last) || last == first) return false;
    if (!taken(first) && usual(first[2]) <= usual(last[2])) return false;
    if (first[2] > 1)
      note("channels come first in " + shape_text(array_.shape) + ": taken as images of " +
           std::to_string(first[0]) + "x" + std::to_string(first[1]) + " with " + std::to_string(first[2]) +
           " channels");
    return true;
  }

  Layout transposed(Layout layout) {
    if (!reading_.transposed) return layout;
    note("its columns of pixels are taken for rows, as transposed = true says");
    std::swap(layout.shape[0], layout.shape[1]);
    std::swap(layout.stride[0], layout.stride[1]);
    return layout;
  }

  /// The numbers of an image.
  std::int64_t each() const {
    return std::accumulate(array_.shape.begin() + 1, array_.shape.end(), std::int64_t{1},
                           std::multiplies<>());
  }

  /// Calls `use(first image, images)` for blocks of images in order.
  template <class Use>
  void for_blocks(const Use& use) const {
    const auto most = std::max<std::int64_t>(1, kBlock / (each() * static_cast<std::int64_t>(array_.width)));
    for (std::int64_t first = 0; first < images_.count; first += most) {
      if (stop_.stop_requested()) fail("reading was stopped");
      use(first, array_.rows(first, std::min(most, images_.count - first)));
    }
  }

  /// The smallest and the largest element. Throws for elements that are not finite.
  Values range() const {
    Values range{HUGE_VAL, -HUGE_VAL};
    for_blocks([&](std::int64_t first, const Array& block) {
      for (std::int64_t i = 0; i < block.count(); ++i) {
        const double x = block.number(i);
        if (!std::isfinite(x))
          fail("image " + std::to_string(first + i / each()) +
               " holds a number that is not finite: for 0 in its place, save np.nan_to_num(x)");
        range = {std::min(range[0], x), std::max(range[1], x)};
      }
    });
    return range;
  }

  /// Says of whole numbers that are small for bytes that they make black images.
  void say_dim(double largest) {
    if (largest < kDim)
      note("its largest number is " + shown(largest) + " of 255, which is nearly black: values = [0, " +
           shown(std::max(largest, 1.0)) + "] beside images makes it white");
  }

  /// Finds the numbers that become the bytes 0 and 255, and checks that all lie between them.
  void find_values() {
    if (array_.kind == 'u' && array_.width == 1 && reading_.values.value_or(kBytes) == kBytes) {
      if (!reading_.values && array_.bytes.are_in_memory())
        say_dim(*std::max_element(array_.bytes.data(), array_.bytes.data() + array_.bytes.size()));
      return;
    }
    const Values found = range();
    const std::string from_to = "from " + shown(found[0]) + " to " + shown(found[1]);
    const auto lies_in = [&](const Values& v) { return found[0] >= v[0] && found[1] <= v[1]; };
    Values values = kBytes;
    if (reading_.values) {
      values = *reading_.values;
      if (!lies_in(values))
        fail("its numbers go " + from_to + ", beyond the values " + shown(values[0]) + " and " +
             shown(values[1]) + " for black and white");
    } else if (array_.kind == 'b') {
      values = {0, 1};
    } else if (array_.kind == 'f') {
      for (const Values& usual : {Values{0, 1}, Values{-1, 1}, Values{0, 255}})
        if (values = usual; lies_in(usual)) break;
      if (!lies_in(values) || (values == kBytes && found[1] < kDim))
        fail("its numbers go " + from_to + ": say which are black and white, as in values = [" +
             shown(found[0]) + ", " + shown(found[1]) + "] beside images");
      note("floats " + from_to + ": " + shown(values[0]) + " is taken as black and " + shown(values[1]) +
           " as white, in 256 levels");
    } else if (!lies_in(values)) {
      fail("its numbers go " + from_to + ", beyond a byte: say which are black and white, as in values = [" +
           shown(found[0]) + ", " + shown(found[1]) +
           "] beside images, or save it as x.astype(\"uint8\") after scaling");
    } else {
      say_dim(found[1]);
    }
    if (values != kBytes) images_.values = values;
  }

  void convert(const Layout& layout) {
    const auto all = static_cast<std::size_t>(images_.count * each());
    images_.pixels = reading_.room.is_too_much(static_cast<double>(all)) ? reading_.room.in_file(all)
                                                                         : Pixels::in_memory(all);
    for_blocks([&](std::int64_t first, const Array& block) {
      images_.pixels.write(static_cast<std::size_t>(first * each()), bytes_of(block, layout));
    });
  }

  /// The pixels of some images.
  std::vector<std::uint8_t> bytes_of(const Array& block, const Layout& layout) const {
    const auto& [height, width, channels] = layout.shape;
    const Values values = images_.values.value_or(kBytes);
    const double scale = 255 / (values[1] - values[0]);
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(block.count()));
    auto to = bytes.begin();
    for (std::int64_t n = 0; n < block.shape[0]; ++n)
      for (std::int64_t y = 0; y < height; ++y)
        for (std::int64_t x = 0; x < width; ++x)
          for (std::int64_t c = 0; c < channels; ++c) {
            const double number =
                block.number(n * each() + y * layout.stride[0] + x * layout.stride[1] + c * layout.stride[2]);
            *to++ = static_cast<std::uint8_t>(std::lround((number - values[0]) * scale));
          }
    return bytes;
  }

  const fs::path& path_;
  const ImageReading& reading_;
  const std::stop_token& stop_;
  StoredArray array_;
  ArrayImages images_;
};

}  // namespace

ArrayImages read_array_images(const fs::path& path, const ImageReading& reading,
                              const std::stop_token& stop) {
  return ImageArray(path, reading, stop).images();
}

}  // namespace sganc
