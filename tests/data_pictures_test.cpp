// Pictures of any size as images of one size: exact values. Also files that are not pictures, or forged.

#include <gtest/gtest.h>

#include "runtime/data/picture_file.h"
#include "runtime/data/plain_picture.h"
#include "runtime/data/resize.h"
#include "tests/picture_files.h"

namespace sganc {
namespace {

using testing::bmp_bytes;
using testing::error_of;
using testing::gif_of_two_pixels;
using testing::jpeg_bytes;
using testing::picture_of;
using testing::png_bytes;
using testing::png_chunk;
using testing::TestFolder;
using testing::tiff_of_two_pixels;
using testing::webp_of_one_pixel;
using Bytes = std::vector<std::uint8_t>;
using Shape = std::array<std::int64_t, 3>;

Bytes fitted(const Picture& picture, const Shape& shape, Fit fit) {
  Bytes image(static_cast<std::size_t>(shape[0] * shape[1] * shape[2]));
  fit_picture(picture, shape, fit, image);
  return image;
}

Picture row_of(Bytes pixels) {
  return {static_cast<std::int64_t>(pixels.size()), 1, 1, std::move(pixels)};
}

TEST(Resize, ThatIsNoneKeepsTheBytes) {
  for (const std::int64_t channels : {1, 3}) {
    const auto picture =
        picture_of(5, 4, channels, [](auto x, auto y, auto c) { return 50 * x + 7 * y + 31 * c; });
    EXPECT_EQ(fitted(picture, {5, 4, channels}, Fit::crop), picture.pixels);
    EXPECT_EQ(fitted(picture, {5, 4, channels}, Fit::stretch), picture.pixels);
  }
}

TEST(Resize, ShrinksToAveragesOfAreas) {
  EXPECT_EQ(fitted(row_of({0, 10, 20, 31}), {1, 2, 1}, Fit::stretch), (Bytes{5, 26}));
  // Three pixels become two, each of which covers one and a half.
  EXPECT_EQ(fitted(row_of({0, 90, 240}), {1, 2, 1}, Fit::stretch), (Bytes{30, 190}));
  EXPECT_EQ(fitted(row_of({10, 20, 30, 40, 255}), {1, 1, 1}, Fit::stretch), (Bytes{71}));
  const auto picture = picture_of(4, 4, 1, [](auto x, auto y, auto) { return 10 * x + 40 * y; });
  EXPECT_EQ(fitted(picture, {2, 2, 1}, Fit::crop), (Bytes{25, 45, 105, 125}));
  EXPECT_EQ(fitted(picture, {1, 1, 1}, Fit::crop), (Bytes{75}));
}

TEST(Resize, GrowsLinearlyBetweenCentres) {
  EXPECT_EQ(fitted(row_of({0, 100}), {1, 4, 1}, Fit::stretch), (Bytes{0, 25, 75, 100}));
  EXPECT_EQ(fitted(row_of({7}), {2, 3, 1}, Fit::stretch), (Bytes{7, 7, 7, 7, 7, 7}));
  // The height grows, the width shrinks.
  const auto picture = picture_of(2, 4, 1, [](auto x, auto y, auto) { return 20 * x + 100 * y; });
  EXPECT_EQ(fitted(picture, {4, 2, 1}, Fit::stretch), (Bytes{10, 50, 35, 75, 85, 125, 110, 150}));
}

TEST(Resize, CropsTheCentre) {
  const auto wide = picture_of(2, 6, 1, [](auto x, auto, auto) { return 40 * x; });
  EXPECT_EQ(fitted(wide, {2, 2, 1}, Fit::crop), (Bytes{80, 120, 80, 120}));
  const auto high = picture_of(5, 2, 1, [](auto, auto y, auto) { return 40 * y; });
  EXPECT_EQ(fitted(high, {2, 2, 1}, Fit::crop), (Bytes{40, 40, 80, 80}));  // of rows 0 to 4 rows 1 and 2
  EXPECT_EQ(fitted(high, {1, 2, 1}, Fit::crop), (Bytes{80, 80}));          // row 2
  EXPECT_EQ(fitted(picture_of(1, 100, 1, [](auto x, auto, auto) { return x; }), {9, 1, 1}, Fit::crop),
            Bytes(9, 49));
}

TEST(Resize, ConvertsGrayAndColour) {
  const Picture colour{2, 1, 3, {255, 0, 0, 10, 100, 200}};
  EXPECT_EQ(fitted(colour, {1, 2, 1}, Fit::crop), (Bytes{76, 84}));  // 76.245, 84.49
  EXPECT_EQ(fitted(row_of({9, 250}), {1, 2, 3}, Fit::crop), (Bytes{9, 9, 9, 250, 250, 250}));
  EXPECT_EQ(fitted({2, 1, 3, {0, 10, 20, 100, 20, 40}}, {1, 1, 3}, Fit::stretch), (Bytes{50, 15, 30}));
}

void expect_near(const Picture& found, const Picture& expected, int most) {
  ASSERT_EQ(found.width, expected.width);
  ASSERT_EQ(found.height, expected.height);
  ASSERT_EQ(found.channels, expected.channels);
  for (std::size_t i = 0; i < expected.pixels.size(); ++i)
    ASSERT_NEAR(found.pixels[i], expected.pixels[i], most) << i;
}

TEST(Pictures, AreToldApartByTheirContent) {
  const TestFolder folder;
  for (const std::int64_t channels : {1, 3}) {
    const auto picture =
        picture_of(17, 23, channels, [](auto x, auto y, auto c) { return 3 * x + 5 * y + 20 * c; });
    EXPECT_EQ(read_picture(folder.file("x.jpg", png_bytes(picture))).picture, picture);
    expect_near(read_picture(folder.file("x.png", jpeg_bytes(picture))).picture, picture, 12);
    expect_near(read_picture(folder.file("x.png", jpeg_bytes(picture, true))).picture, picture, 12);
  }
}

TEST(Pictures, LargeJpegsAreReducedNoFurtherThanTwiceWhatIsWanted) {
  const auto bytes =
      jpeg_bytes(picture_of(160, 320, 3, [](auto x, auto y, auto c) { return x / 4 + y / 4 + 40 * c; }));
  const auto size_for = [&](std::int64_t height, std::int64_t width) {
    const auto read = decode_picture(bytes, "x.jpg", {height, width});
    EXPECT_EQ(read.size, (std::array<std::int64_t, 2>{160, 320}));
    return std::pair(read.picture.height, read.picture.width);
  };
  EXPECT_EQ(size_for(10, 20), std::pair(std::int64_t{20}, std::int64_t{40}));
  EXPECT_EQ(size_for(10, 21), std::pair(std::int64_t{40}, std::int64_t{80}));
  EXPECT_EQ(size_for(40, 40), std::pair(std::int64_t{80}, std::int64_t{160}));
  EXPECT_EQ(size_for(41, 41), std::pair(std::int64_t{160}, std::int64_t{320}));
}

TEST(Pictures, OfOtherKindsOfPng) {
  const TestFolder folder;
  // One pixel of 16 bits of gray, and a transparent one.
  const auto file = [&](const std::string& header, const std::string& row) {
    Bytes packed(100);
    uLongf size = packed.size();
    ::compress(packed.data(), &size, reinterpret_cast<const Bytef*>(row.data()),
               static_cast<uLong>(row.size()));
    return folder.file("x.png",
                       "\x89PNG\r\n\x1a\n" + png_chunk("IHDR", header) +
                           png_chunk("IDAT", {packed.begin(), packed.begin() + static_cast<long>(size)}) +
                           png_chunk("IEND", ""));
  };
  const std::string one("\0\0\0\1\0\0\0\1", 8), end("\0\0\0", 3);
  const auto gray = [&](const std::string& row) {
    return read_picture(file(one + "\x10" + std::string(1, '\0') + end, row));
  };
  EXPECT_EQ(gray(std::string("\0\x80\x80", 3)).picture, (Picture{1, 1, 1, {128}}));
  EXPECT_FALSE(gray(std::string("\0\x10\0", 3)).dim);
  EXPECT_TRUE(gray(std::string("\0\x0f\xff", 3)).dim);  // 12 bits
  EXPECT_EQ(read_picture(file(one + "\x08\x06" + end, std::string("\0\xff\0\0\0", 5))).picture,
            (Picture{1, 1, 3, {255, 255, 255}}));
}

/// Inserts EXIF data with that orientation behind the beginning of a JPEG.
std::string turned(const std::string& jpeg, char orientation) {
  const std::string exif =
      std::string("Exif\0\0II*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0", 24) + orientation + std::string(7, '\0');
  return jpeg.substr(0, 2) + "\xff\xe1" + std::string{'\0', static_cast<char>(exif.size() + 2)} + exif +
         jpeg.substr(2);
}

TEST(Pictures, StandUpright) {
  const TestFolder folder;
  const auto picture = picture_of(16, 32, 1, [](auto x, auto y, auto) { return 4 * x + 8 * y; });
  const auto jpeg = jpeg_bytes(picture);
  const auto read = read_picture(folder.file("x.jpg", turned(jpeg, 6)));  // turn it to the right
  EXPECT_EQ(read.size, (std::array<std::int64_t, 2>{32, 16}));
  expect_near(read.picture, picture_of(32, 16, 1, [](auto x, auto y, auto) { return 4 * y + 8 * (15 - x); }),
              12);
  const auto mirrored = read_picture(folder.file("y.jpg", turned(jpeg, 2)));
  expect_near(mirrored.picture,
              picture_of(16, 32, 1, [](auto x, auto y, auto) { return 4 * (31 - x) + 8 * y; }), 12);
  EXPECT_EQ(read_picture(folder / "x.jpg", {4, 2}).picture.height, 8);
}

/// libvips reads what is not plain. EXIF data that turn nothing make a file so, and no pixel may differ then.
TEST(Pictures, ThatArePlainAreReadAsByLibvips) {
  const auto expect_same = [](const std::string& plain, const std::string& other) {
    for (const PictureReading& reading : {PictureReading{}, PictureReading{4, 5}, PictureReading{16, 9}}) {
      const auto found = decode_picture(plain, "x", reading), expected = decode_picture(other, "y", reading);
      EXPECT_EQ(found.picture, expected.picture);
      EXPECT_EQ(found.size, expected.size);
      EXPECT_EQ(found.transparent, expected.transparent);
    }
  };
  const std::string exif = png_chunk("eXIf", std::string("II*\0\x08\0\0\0\0\0\0\0\0\0", 14));
  for (const std::int64_t channels : {1, 3})
    for (const auto& [height, width] : {std::pair{1, 1}, {7, 9}, {16, 16}, {33, 20}, {61, 131}}) {
      SCOPED_TRACE(std::to_string(height) + "x" + std::to_string(width) + "x" + std::to_string(channels));
      const auto picture = picture_of(height, width, channels,
                                      [](auto x, auto y, auto c) { return 37 * x + (x * y) % 91 + 53 * c; });
      const auto jpeg = jpeg_bytes(picture), png = png_bytes(picture);
      expect_same(jpeg, turned(jpeg, 1));
      expect_same(png, png.substr(0, 33) + exif + png.substr(33));
      EXPECT_TRUE(decode_plain_jpeg(jpeg, "x", {}) && decode_plain_png(png, "x"));
      EXPECT_FALSE(decode_plain_jpeg(turned(jpeg, 1), "y", {}));
      EXPECT_FALSE(decode_plain_png(png.substr(0, 33) + exif + png.substr(33), "y"));
    }
}

TEST(Pictures, LieOnABackground) {
  const TestFolder folder;
  // Red, half of it transparent, and nothing.
  const auto path = folder.file("x.png", "");
  {
    Bytes packed(100);
    uLongf size = packed.size();
    const std::string row("\0\xff\0\0\x80\0\0\0\0", 9);
    ::compress(packed.data(), &size, reinterpret_cast<const Bytef*>(row.data()), row.size());
    folder.file("x.png", "\x89PNG\r\n\x1a\n" +
                             png_chunk("IHDR", std::string("\0\0\0\2\0\0\0\1\x08\6\0\0\0", 13)) +
                             png_chunk("IDAT", {packed.begin(), packed.begin() + static_cast<long>(size)}) +
                             png_chunk("IEND", ""));
  }
  const auto on_white = read_picture(path);
  EXPECT_TRUE(on_white.transparent);
  EXPECT_EQ(on_white.picture, (Picture{2, 1, 3, {255, 127, 127, 255, 255, 255}}));
  EXPECT_EQ(read_picture(path, {.background = {0, 0, 200}}).picture,
            (Picture{2, 1, 3, {128, 0, 99, 0, 0, 200}}));
  EXPECT_FALSE(read_picture(folder.file("y.png", png_bytes({1, 1, 1, {9}}))).transparent);
}

TEST(Pictures, OfTheOtherKinds) {
  const TestFolder folder;
  const auto picture = picture_of(5, 8, 3, [](auto x, auto y, auto c) { return 20 * x + 30 * y + 7 * c; });
  EXPECT_EQ(read_picture(folder.file("x", bmp_bytes(picture))).picture, picture);
  EXPECT_EQ(read_picture(folder.file("y", tiff_of_two_pixels())).picture, (Picture{2, 1, 1, {7, 240}}));
  EXPECT_EQ(read_picture(folder.file("z", gif_of_two_pixels())).size, (std::array<std::int64_t, 2>{1, 2}));
  EXPECT_EQ(read_picture(folder.file("w", webp_of_one_pixel())).size, (std::array<std::int64_t, 2>{1, 1}));
}

/// Forged files: each is one error that names it.
TEST(Pictures, ThatCannotBeRead) {
  const TestFolder folder;
  const auto picture = picture_of(40, 40, 3, [](auto x, auto y, auto c) { return x * y + c; });
  const auto bmp = bmp_bytes(picture), png = png_bytes(picture), jpeg = jpeg_bytes(picture),
             progressive = jpeg_bytes(picture, true);
  const auto with_header = [&](const std::string& header) {
    return png.substr(0, 8) + png_chunk("IHDR", header) + png.substr(33);
  };
  const std::string kind("\x08\x02\0\0\0", 5);
  // The frame of a JPEG is FF C0, its length, the bits, then height and width.
  const auto with_size = [](std::string bytes, const std::string& size) {
    return bytes.replace(testing::place_of(bytes, "\xff\xc0") + 5, 4, size);
  };
  const auto with_segment_length = [](std::string bytes, const std::string& marker,
                                      const std::string& length) {
    return bytes.replace(testing::place_of(bytes, marker) + 2, 2, length);
  };
  const auto png_with_length = [&](const std::string& chunk, const std::string& length) {
    return std::string(png).replace(testing::place_of(png, chunk) - 4, 4, length);
  };
  auto broken = png;
  broken[30] = static_cast<char>(broken[30] ^ 1);
  const auto scan = testing::place_of(progressive, "\xff\xda");
  const auto first_scan = progressive.substr(scan, progressive.find("\xff\xc4", scan) - scan);
  std::string many = progressive.substr(0, scan);
  for (int i = 0; i < 300; ++i) many += first_scan;
  const std::string damaged = "not a readable PNG picture: it is damaged or cut off",
                    no_jpeg = "not a readable JPEG picture: ",
                    unknown = "not a picture that can be read: PNG, JPEG, WebP, GIF, TIFF or BMP";
  struct Case {
    std::string what, bytes, error;
  };
  const std::vector<Case> cases = {
      {"nothing", "", "the file is empty"},
      {"a page", "<html>", unknown},
      {"a pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:1\n",
       "a pointer of Git LFS in the place of the picture: `git lfs pull` brings it"},
      {"a photo of a phone", std::string("\0\0\0\x18", 4) + "ftypheic" + std::string(8, '\0'),
       "a HEIC, AVIF or video file: save it as JPEG or PNG"},
      {"a PNG's beginning", png.substr(0, 4), damaged},
      {"a PNG's header", png.substr(0, 20), damaged},
      {"half a PNG", png.substr(0, png.size() / 2), damaged},
      {"a PNG with a wrong checksum", broken, damaged},
      {"a PNG that is too wide", with_header(std::string("\0\1\0\0\0\1\0\0", 8) + kind),
       "a picture of 65536 x 65536 pixels is too large"},
      {"a PNG larger than its bytes", with_header(std::string("\0\0\x20\0\0\0\x20\0", 8) + kind),
       "a picture of 8192 x 8192 pixels does not fit into " + std::to_string(png.size()) + " bytes"},
      {"a PNG without height", with_header(std::string("\0\0\0\1\0\0\0\0", 8) + kind), damaged},
      {"a PNG whose data is longer than the file", png_with_length("IDAT", "\x7f\xff\xff\xff"), damaged},
      {"a PNG whose header is long", png_with_length("IHDR", std::string("\0\0\1\0", 4)), damaged},
      {"a PNG of colours that are not listed",
       with_header(std::string("\0\0\0\x28\0\0\0\x28", 8) + std::string("\x08\x03\0\0\0", 5)), damaged},
      {"a PNG of 3 bits",
       with_header(std::string("\0\0\0\x28\0\0\0\x28", 8) + std::string("\x03\x02\0\0\0", 5)), damaged},
      {"a PNG with too few rows", with_header(std::string("\0\0\0\x28\0\0\0\x29", 8) + kind), damaged},
      {"a JPEG's beginning", jpeg.substr(0, 2), no_jpeg},
      {"a JPEG's header", jpeg.substr(0, 30), no_jpeg},
      {"half a JPEG", jpeg.substr(0, jpeg.size() / 2), no_jpeg},
      {"half a progressive JPEG", progressive.substr(0, progressive.size() / 2), no_jpeg},
      {"a JPEG that is too large", with_size(jpeg, "\xff\xff\xff\xff"), no_jpeg},
      {"a JPEG that is nearly so", with_size(jpeg, "\xf0\xf0\xf0\xf0"),
       "a picture of 61680 x 61680 pixels is too large"},
      {"a JPEG larger than its bytes", with_size(jpeg, "\x20\x20\x20\x20"),
       "a picture of 8224 x 8224 pixels does not fit into " + std::to_string(jpeg.size()) + " bytes"},
      {"a JPEG without height", with_size(jpeg, std::string("\0\0\0\x28", 4)), no_jpeg},
      {"a JPEG whose table is longer than the file", with_segment_length(jpeg, "\xff\xdb", "\xff\xff"),
       no_jpeg},
      {"a JPEG whose frame has no length", with_segment_length(jpeg, "\xff\xc0", std::string(2, '\0')),
       no_jpeg},
      {"a JPEG of many scans", many + progressive.substr(scan), no_jpeg},
      {"half a BMP", bmp.substr(0, bmp.size() / 2),
       "not a readable BMP picture: it ends before its last row"},
      {"a BMP's beginning", bmp.substr(0, 20), "not a readable BMP picture: it ends within its header"},
      {"half a GIF", "GIF89a", "not a readable GIF picture: Unexpected end of GIF source data"},
      {"a WebP's beginning", std::string("RIFF\x10\0\0\0WEBPVP8 ", 16), "not a readable WebP picture: "},
      {"a TIFF's beginning", std::string("II*\0\x08\0\0\0", 8), "not a readable TIFF picture: "},
  };
  for (const auto& [what, bytes, error] : cases) {
    SCOPED_TRACE(what);
    const auto path = folder.file("x", bytes);
    // libjpeg-turbo, libwebp and libtiff say in their own words why.
    const auto found = folder.without_path(error_of([&] { read_picture(path, {8, 8}); }));
    const bool in_other_words = error.ends_with(": ");
    EXPECT_EQ(in_other_words ? found.substr(0, error.size() + 10) : found, "FOLDER/x: " + error);
    EXPECT_TRUE(!in_other_words || found.size() > error.size() + 12) << found;
  }
}

/// Whichever byte of a file is changed and wherever the file is cut, it must do no harm.
TEST(Pictures, DamagedAnywhereAreReadOrRefused) {
  const auto picture = picture_of(24, 24, 3, [](auto x, auto y, auto c) { return x * y + 50 * c; });
  const TestFolder folder;
  for (const auto& good : {png_bytes(picture), jpeg_bytes(picture), jpeg_bytes(picture, true)}) {
    for (std::size_t i = 2; i < good.size(); i += 7) {
      auto bytes = good;
      bytes[i] = static_cast<char>(~bytes[i]);
      const auto path = folder.file("x", bytes), cut = folder.file("y", good.substr(0, i));
      for (const auto& file : {path, cut}) {
        const auto error = folder.without_path(error_of([&] { read_picture(file, {12, 12}); }));
        EXPECT_TRUE(error.empty() || error.starts_with("FOLDER/")) << error;
      }
    }
  }
}

}  // namespace
}  // namespace sganc
