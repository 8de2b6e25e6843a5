// Prints the pixels of pictures as sganc reads them, for tests/pictures/compare.py and bench/pictures: for
// each path on standard input a line with width, height and channels, or "error: ...", then the pixels. With
// two numbers as arguments, pictures are fitted to images of that height and width in three channels.

#include <cstdlib>
#include <iostream>

#include "runtime/data/picture_file.h"
#include "runtime/data/resize.h"

namespace {

sganc::Picture fitted(const std::string& path, std::int64_t height, std::int64_t width) {
  const auto read = sganc::read_picture(path, {height, width});
  sganc::Picture image{width, height, 3,
                       std::vector<std::uint8_t>(static_cast<std::size_t>(height * width * 3))};
  sganc::fit_picture(read.picture, {height, width, 3}, sganc::Fit::crop, image.pixels);
  return image;
}

}  // namespace

int main(int argc, char** argv) {
  for (std::string path; std::getline(std::cin, path);) {
    try {
      const auto picture = argc == 3 ? fitted(path, std::atoi(argv[1]), std::atoi(argv[2]))
                                     : sganc::read_picture(path).picture;
      std::cout << picture.width << " " << picture.height << " " << picture.channels << "\n";
      std::cout.write(reinterpret_cast<const char*>(picture.pixels.data()),
                      static_cast<std::streamsize>(picture.pixels.size()));
    } catch (const std::exception& error) {
      std::string text = error.what();
      for (char& c : text)
        if (c == '\n') c = ' ';
      std::cout << "error: " << text << "\n";
    }
    std::cout.flush();
  }
}
