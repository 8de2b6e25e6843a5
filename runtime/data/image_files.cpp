#include "runtime/data/image_files.h"

#include <algorithm>
#include <fstream>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "runtime/data/npz.h"
#include "runtime/data/parallel.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

/// Whether the file begins as .npy, .npz, IDX or gzip-compressed files do, or is an array of an archive.
bool is_array(const fs::path& path) {
  if (archive_member(path)) return true;
  std::array<char, 6> bytes{};
  std::ifstream file(path, std::ios::binary);
  file.read(bytes.data(), bytes.size());
  const std::string_view begin(bytes.data(), static_cast<std::size_t>(file.gcount()));
  return begin.starts_with("\x93NUMPY") || begin.starts_with("PK\x03\x04") || begin.starts_with("\x1f\x8b") ||
         begin.starts_with(std::string_view("\0\0\x08\x03", 4));
}

std::string shape_text(const std::array<std::int64_t, 3>& s) {
  return std::to_string(s[0]) + "x" + std::to_string(s[1]) + "x" + std::to_string(s[2]);
}

std::vector<fs::path> list(const fs::path& path) {
  if (archive_member(path)) return {path};
  if (fs::exists(path)) return fs::is_directory(path) ? list_pictures(path) : std::vector{path};
  throw std::runtime_error(path.string() + ": there is no such file or folder");
}

}  // namespace

std::vector<fs::path> list_image_files(const std::vector<fs::path>& paths) {
  std::vector<fs::path> files;
  try {
    for (const auto& path : paths) {
      auto found = list(path);
      if (found.empty()) throw std::runtime_error(path.string() + ": holds no pictures");
      std::ranges::move(found, std::back_inserter(files));
    }
  } catch (const fs::filesystem_error& error) {
    throw std::runtime_error(error.path1().string() + ": cannot be read: " + error.code().message());
  }
  return files;
}

ImageReader::ImageReader(std::vector<fs::path> files, const FolderReading& pictures, int threads,
                         const ImageReading& arrays)
    : files_(std::move(files)), pictures_(pictures), threads_(threads), arrays_(arrays) {
  arrays_.shape = pictures.shape;
}

std::optional<ImageBlock> ImageReader::next(std::int64_t most) {
  if (array_) return rows_of_array(most);
  if (next_file_ == files_.size()) return {};
  if (!is_array(files_[next_file_])) return pictures(most);
  try {
    open_array();
  } catch (const std::runtime_error& error) {
    return ImageBlock{{}, {}, {}, {error.what()}};
  }
  return rows_of_array(most);
}

void ImageReader::open_array() {
  const fs::path& path = files_[next_file_++];
  auto images = read_array_images(path, arrays_);
  if (images.shape != pictures_.shape)
    throw std::runtime_error(path.string() + ": its images are " + shape_text(images.shape) +
                             ", but the model takes " + shape_text(pictures_.shape));
  array_ = std::move(images);
  next_row_ = 0;
}

ImageBlock ImageReader::rows_of_array(std::int64_t most) {
  const auto bytes = pictures_.shape[0] * pictures_.shape[1] * pictures_.shape[2];
  const auto end = std::min(next_row_ + most, array_->count);
  ImageBlock block;
  block.notes = std::exchange(array_->notes, {});
  block.pixels.resize(static_cast<std::size_t>((end - next_row_) * bytes));
  array_->pixels.read(static_cast<std::size_t>(next_row_ * bytes), block.pixels);
  for (; next_row_ < end; ++next_row_)
    block.names.push_back(files_[next_file_ - 1].string() + "[" + std::to_string(next_row_) + "]");
  if (end == array_->count) array_.reset();
  return block;
}

ImageBlock ImageReader::pictures(std::int64_t most) {
  const auto& shape = pictures_.shape;
  const std::size_t first = next_file_;
  while (next_file_ < files_.size() && next_file_ - first < static_cast<std::size_t>(most) &&
         !is_array(files_[next_file_]))
    ++next_file_;
  const auto bytes = static_cast<std::size_t>(pictures_.shape[0] * pictures_.shape[1] * pictures_.shape[2]);
  const std::size_t count = next_file_ - first;
  ImageBlock block;
  block.pixels.resize(count * bytes);
  std::vector<std::string> problems(count);
  in_parallel(count, threads_, [&](std::size_t i) {
    try {
      if (shape[2] != 1 && shape[2] != 3)
        throw std::runtime_error(files_[first + i].string() +
                                 ": a picture has 1 or 3 channels, but the model takes " +
                                 std::to_string(shape[2]));
      const auto read = read_picture(files_[first + i], {shape[0], shape[1], pictures_.background});
      fit_picture(read.picture, shape, pictures_.fit, std::span(block.pixels).subspan(i * bytes, bytes));
    } catch (const std::exception& error) {
      problems[i] = error.what();
    }
  });
  auto kept = block.pixels.begin();
  for (std::size_t i = 0; i < count; ++i) {
    if (!problems[i].empty()) {
      block.refused.push_back(std::move(problems[i]));
      continue;
    }
    const auto from = block.pixels.begin() + static_cast<std::ptrdiff_t>(i * bytes);
    if (kept != from) std::copy_n(from, bytes, kept);
    kept += static_cast<std::ptrdiff_t>(bytes);
    block.names.push_back(files_[first + i].string());
  }
  block.pixels.erase(kept, block.pixels.end());
  return block;
}

}  // namespace sganc
