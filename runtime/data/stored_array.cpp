#include "runtime/data/stored_array.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "runtime/data/decompress.h"
#include "runtime/data/idx.h"
#include "runtime/data/npy.h"
#include "runtime/data/npz.h"
#include "runtime/data/other_file.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;
using Bytes = std::vector<std::uint8_t>;

[[noreturn]] void fail(const fs::path& path, const std::string& what) {
  throw std::runtime_error(path.string() + ": " + what);
}

Content content_of(const fs::path& path) {
  if (const auto member = archive_member(path)) return open_npz(member->archive, member->name);
  if (is_npz(path)) {
    const auto names = npz_names(path);
    fail(path,
         "an archive of " + std::to_string(names.size()) + " arrays" +
             (names.empty() ? std::string()
                            : ": name one of them, as in \"" + (path.filename() / names[0]).string() + "\""));
  }
  return open_content(path);
}

/// The bytes of each element, the most significant one last.
void swap_bytes(Bytes& bytes, std::size_t width) {
  for (auto at = bytes.begin(); at != bytes.end(); at += static_cast<std::ptrdiff_t>(width))
    std::reverse(at, at + static_cast<std::ptrdiff_t>(width));
}

/// Elements whose first index moves fastest, with the last index moving fastest.
Bytes in_c_order(const Bytes& from, const std::vector<std::int64_t>& shape, std::size_t width) {
  Bytes to(from.size());
  std::vector<std::int64_t> index(shape.size());
  std::vector<std::size_t> stride;  // of each index, in elements of `from`
  std::size_t step = 1;
  for (const auto extent : shape)
    stride.push_back(std::exchange(step, step * static_cast<std::size_t>(extent)));
  std::size_t source = 0;
  for (std::size_t at = 0; at < to.size(); at += width) {
    std::memcpy(to.data() + at, from.data() + source * width, width);
    for (std::size_t k = shape.size(); k-- > 0;) {
      source += stride[k];
      if (++index[k] < shape[k]) break;
      source -= stride[k] * static_cast<std::size_t>(std::exchange(index[k], 0));
    }
  }
  return to;
}

/// Refuses types that are neither numbers nor texts.
void require_readable(const NpyHeader& header, const fs::path& path, const std::string& what) {
  if (header.element_bytes() > 0) return;
  if (header.type.find('O') != std::string::npos)
    fail(path, what +
                   " are Python objects, which only Python can read: save them as numbers or texts, "
                   "np.save(file, np.array(a.tolist()))");
  fail(path, what + " must be numbers, found \"" + header.type + "\"" +
                 (header.kind() == 'c'   ? ": save np.abs(x)"
                  : header.kind() == 'f' ? ": save it as x.astype(\"float64\")"
                  : what == "labels"     ? ": save np.unique(y, return_inverse=True)[1]"
                                         : ""));
}

/// An array that has been begun to be read.
class Opening {
 public:
  Opening(const fs::path& path, ArrayOf what, const ImageRoom& room, const std::stop_token& stop)
      : path_(path), what_(what), room_(room), stop_(stop), content_(content_of(path)) {}

  StoredArray open() {
    read_up_to(content_, beginning_, kBeginning, path_, stop_);
    const bool npy = is_npy(beginning_) || what_ == ArrayOf::points;
    if (!npy && beginning_.size() >= 4 && (beginning_[0] != 0 || beginning_[1] != 0))
      fail(path_, no_array_text({reinterpret_cast<const char*>(beginning_.data()), beginning_.size()}));
    if (npy)
      read_npy();
    else if (what_ == ArrayOf::labels)
      read_idx_labels();
    else
      read_idx_images();
    return std::move(array_);
  }

 private:
  void read_npy() {
    constexpr const char* kNames[] = {"images", "labels", "points"};
    const std::string name = kNames[static_cast<int>(what_)];
    const auto header = read_npy_header(beginning_, path_);
    require_readable(header, path_, name);
    if (std::ranges::count(header.shape, 0) > 0) fail(path_, "the array holds no " + name);
    const bool images = what_ == ArrayOf::images;
    const auto size = npy_size(header);
    if (size > (images ? kMostArrayBytes : std::uint64_t{kMostDataBytes}))
      fail(path_,
           "its shape " + shape_text(header.shape) + " asks for more than " + (images ? "1 TiB" : "2 GiB"));
    array_ = {header.kind(),         header.element_bytes(), header.shape,
              header.type[0] == '>', header.fortran_order,   {}};
    read_elements(header.data_offset, size, "bytes of shape " + shape_text(header.shape) + ",");
  }

  void read_idx_images() {
    array_.shape = idx_image_extents(beginning_, path_);
    std::uint64_t size = 1;
    for (const auto extent : array_.shape)
      size = std::min(size * static_cast<std::uint64_t>(extent), kMostArrayBytes + 1);
    if (size > kMostArrayBytes) fail(path_, "the IDX header asks for more than 1 TiB");
    read_elements(kIdxImagesBegin, kIdxImagesBegin + size, "bytes after the IDX header,");
  }

  void read_idx_labels() {
    read_up_to(content_, beginning_, std::min<std::uint64_t>(idx_size(beginning_), kMostDataBytes) + 1, path_,
               stop_);
    const auto labels = parse_idx_labels(beginning_, path_);
    array_.shape = {static_cast<std::int64_t>(labels.size())};
    array_.bytes = Bytes(labels.begin(), labels.end());
  }

  /// The bytes from `begin` to `size` of the content.
  void read_elements(std::size_t begin, std::uint64_t size, const std::string& expected) {
    const bool images = what_ == ArrayOf::images;
    const bool too_much = images && room_.is_too_much(static_cast<double>(size - begin));
    const auto refuse = [&](std::uint64_t found) {
      fail(path_, "expected " + std::to_string(size - begin) + " " + expected + " " +
                      found_bytes(found - begin, size - begin));
    };
    if (content_.plain && content_.most < size) refuse(content_.most);
    if (content_.plain && images && (too_much || size > std::uint64_t{kMostDataBytes})) {
      if (content_.most > size) refuse(content_.most);
      array_.bytes = Pixels::of_file(path_, begin, size - begin);
      return;
    }
    if (too_much) {
      into_file(begin, size, refuse);
      return;
    }
    if (beginning_.size() <= size) {
      beginning_.reserve(std::min(size, content_.most) + 1);
      read_up_to(content_, beginning_, size + 1, path_, stop_);
    }
    if (beginning_.size() != size) refuse(beginning_.size());
    array_.bytes = std::move(beginning_);
    array_.bytes.drop(begin);
  }

  template <class Refuse>
  void into_file(std::size_t begin, std::uint64_t size, const Refuse& refuse) {
    if (content_.most < size) refuse(beginning_.size());
    array_.bytes = room_.in_file(size);
    std::uint64_t done = 0;
    for (Bytes block = std::move(beginning_); !block.empty();) {
      if (stop_.stop_requested()) fail(path_, "reading was stopped");
      if (block.size() > size - done) refuse(size + 1);
      array_.bytes.write(done, block);
      done += block.size();
      block.resize(std::size_t{1} << 22);
      block.resize(content_.next(block));
    }
    if (done != size) refuse(done);
    array_.bytes.drop(begin);
  }

  const fs::path& path_;
  ArrayOf what_;
  const ImageRoom& room_;
  const std::stop_token& stop_;
  Content content_;
  Bytes beginning_;
  StoredArray array_;
};

}  // namespace

Array StoredArray::rows(std::int64_t first, std::int64_t count) const {
  Array array{kind, width, shape, {}};
  std::size_t row = width;  // bytes
  if (!shape.empty()) array.shape[0] = count;
  for (std::size_t k = 1; k < shape.size(); ++k) row *= static_cast<std::size_t>(shape[k]);
  array.bytes.resize(row * static_cast<std::size_t>(count));
  if (fortran_order && shape.size() > 1) {
    // The elements of a column lie together.
    const std::size_t some = static_cast<std::size_t>(count) * width,
                      all = static_cast<std::size_t>(shape[0]) * width;
    for (std::size_t column = 0; column < row / width; ++column)
      bytes.read(column * all + static_cast<std::size_t>(first) * width,
                 std::span(array.bytes).subspan(column * some, some));
    array.bytes = in_c_order(array.bytes, array.shape, width);
  } else {
    bytes.read(static_cast<std::size_t>(first) * row, array.bytes);
  }
  if (big_endian) swap_bytes(array.bytes, kind == 'U' ? 4 : width);
  return array;
}

StoredArray open_array(const fs::path& path, ArrayOf what, const ImageRoom& room,
                       const std::stop_token& stop) {
  return Opening(path, what, room, stop).open();
}

}  // namespace sganc
