#pragma once
// Files of pictures and arrays as other programs write them, for tests.

#include <cstddef>
#include <cstdio>
// jpeglib.h needs the two headers above.
#include <jpeglib.h>
#include <zip.h>
#include <zlib.h>

#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "runtime/report/picture.h"
#include "tests/data_folder.h"

namespace sganc::testing {

/// Returns a picture whose channel `c` at (x, y) is `value(x, y, c)`.
template <class Value>
Picture picture_of(std::int64_t height, std::int64_t width, std::int64_t channels, Value&& value) {
  Picture picture{width, height, channels, {}};
  for (std::int64_t y = 0; y < height; ++y)
    for (std::int64_t x = 0; x < width; ++x)
      for (std::int64_t c = 0; c < channels; ++c)
        picture.pixels.push_back(static_cast<std::uint8_t>(value(x, y, c)));
  return picture;
}

/// Returns a PNG without the chunk of text by which the program knows its own pictures.
inline std::string png_bytes(const Picture& picture) {
  const TestFolder folder;
  write_png(folder / "x.png", picture);
  std::string bytes = content_of(folder / "x.png");
  const std::string type = "tEXt", content = std::string("Software\0sganc", 14);
  if (const auto at = bytes.find(type + content); at != std::string::npos)
    bytes.erase(at - 4, 4 + type.size() + content.size() + 4);  // with its length and its checksum
  return bytes;
}

/// An uncompressed BMP with the rows from the bottom, for pictures whose rows are multiples of four bytes.
inline std::string bmp_bytes(const Picture& picture) {
  const auto word = [](std::int64_t n) {
    return std::string{static_cast<char>(n), static_cast<char>(n >> 8), static_cast<char>(n >> 16),
                       static_cast<char>(n >> 24)};
  };
  const auto row = static_cast<std::size_t>(3 * picture.width);
  std::string bytes = "BM" + word(54 + static_cast<std::int64_t>(picture.pixels.size())) + word(0) +
                      word(54) + word(40) + word(picture.width) + word(picture.height) +
                      std::string("\1\0\x18\0", 4) + word(0) + std::string(20, '\0');
  for (auto y = picture.height; y-- > 0;)
    for (std::size_t x = 0; x < row; x += 3)
      for (const std::size_t c : {2U, 1U, 0U})
        bytes += static_cast<char>(picture.pixels[static_cast<std::size_t>(y) * row + x + c]);
  return bytes;
}

/// One row of two pixels, gray: 7 and 240. It has ten entries of 12 bytes, then the pixels at byte 134.
inline std::string tiff_of_two_pixels() {
  const auto entry = [](int tag, int type, int count, int value) {
    std::string bytes;
    for (const auto& [number, size] : {std::pair(tag, 2), {type, 2}, {count, 4}, {value, 4}})
      for (int i = 0; i < size; ++i) bytes += static_cast<char>(number >> 8 * i);
    return bytes;
  };
  return std::string("II*\0\x08\0\0\0\x0a\0", 10) + entry(256, 3, 1, 2) + entry(257, 3, 1, 1) +
         entry(258, 3, 1, 8) + entry(259, 3, 1, 1) + entry(262, 3, 1, 1) + entry(273, 4, 1, 134) +
         entry(277, 3, 1, 1) + entry(278, 3, 1, 1) + entry(279, 4, 1, 2) + entry(339, 3, 1, 1) +
         std::string(4, '\0') + "\x07\xf0";
}

/// Black and white.
inline std::string gif_of_two_pixels() {
  return std::string("GIF89a\2\0\1\0\x80\0\0\0\0\0\xff\xff\xff", 19) +
         std::string("\x2c\0\0\0\0\2\0\1\0\0\2\2\x44\x0a\0\x3b", 16);
}

/// Lossless.
inline std::string webp_of_one_pixel() {
  return std::string("RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\0\0\0\x10\x07\x10\x11\x11\x88\x88\xfe\x07\0", 34);
}

inline std::string jpeg_bytes(const Picture& picture, bool progressive = false) {
  jpeg_compress_struct state{};
  jpeg_error_mgr errors{};
  state.err = jpeg_std_error(&errors);
  jpeg_create_compress(&state);
  unsigned char* memory = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&state, &memory, &size);
  state.image_width = static_cast<JDIMENSION>(picture.width);
  state.image_height = static_cast<JDIMENSION>(picture.height);
  state.input_components = static_cast<int>(picture.channels);
  state.in_color_space = picture.channels == 3 ? JCS_RGB : picture.channels == 4 ? JCS_CMYK : JCS_GRAYSCALE;
  jpeg_set_defaults(&state);
  jpeg_set_quality(&state, 95, TRUE);
  if (progressive) jpeg_simple_progression(&state);
  jpeg_start_compress(&state, TRUE);
  auto pixels = picture.pixels;
  while (state.next_scanline < state.image_height) {
    JSAMPROW row =
        pixels.data() + static_cast<std::int64_t>(state.next_scanline) * picture.width * picture.channels;
    jpeg_write_scanlines(&state, &row, 1);
  }
  jpeg_finish_compress(&state);
  jpeg_destroy_compress(&state);
  const std::string bytes(reinterpret_cast<const char*>(memory), size);
  std::free(memory);
  return bytes;
}

/// Returns where `part` first occurs in `bytes`.
inline std::size_t place_of(const std::string& bytes, const std::string& part) {
  const auto at = bytes.find(part);
  if (at == std::string::npos) throw std::logic_error("there are no such bytes");
  return at;
}

/// Returns a chunk of a PNG, with its checksum.
inline std::string png_chunk(const std::string& kind, const std::string& data) {
  const auto word = [](std::uint32_t value) {
    return std::string{static_cast<char>(value >> 24), static_cast<char>(value >> 16),
                       static_cast<char>(value >> 8), static_cast<char>(value)};
  };
  const std::string checked = kind + data;
  const auto crc =
      ::crc32(0, reinterpret_cast<const Bytef*>(checked.data()), static_cast<uInt>(checked.size()));
  return word(static_cast<std::uint32_t>(data.size())) + checked + word(static_cast<std::uint32_t>(crc));
}

inline std::string gzip_bytes(const std::string& bytes) {
  const TestFolder folder;
  gzFile file = ::gzopen((folder / "x.gz").c_str(), "wb");
  ::gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
  ::gzclose(file);
  return content_of(folder / "x.gz");
}

/// Returns an .npy file of version 1 with that header, padded as NumPy does.
inline std::string npy_bytes(const std::string& header, const std::string& data) {
  std::string text = header;
  text.resize((10 + text.size() + 1 + 63) / 64 * 64 - 11, ' ');
  text += '\n';
  const auto size = text.size();
  return std::string("\x93NUMPY\x01\x00", 8) + static_cast<char>(size & 255) + static_cast<char>(size >> 8) +
         text + data;
}

inline std::string npy_of(const std::string& type, const std::string& shape, const std::string& data) {
  return npy_bytes("{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }", data);
}

/// Returns an .npz archive of these .npy files, by the names of the arrays.
inline std::string npz_bytes(const std::vector<std::pair<std::string, std::string>>& arrays,
                             bool compressed) {
  const TestFolder folder;
  zip_t* zip = ::zip_open((folder / "x.npz").c_str(), ZIP_CREATE, nullptr);
  for (const auto& [name, bytes] : arrays) {
    zip_source_t* source = ::zip_source_buffer(zip, bytes.data(), bytes.size(), 0);
    const auto index = ::zip_file_add(zip, (name + ".npy").c_str(), source, 0);
    ::zip_set_file_compression(zip, static_cast<zip_uint64_t>(index),
                               compressed ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 0);
  }
  ::zip_close(zip);
  return content_of(folder / "x.npz");
}

}  // namespace sganc::testing
