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
