// Prints the pixels of pictures as sganc reads them, for tests/pictures/compare.py: for each path on standard
// input a line with width, height and channels, or "error: ...", then the pixels.

#include <iostream>

#include "runtime/data/picture_file.h"

int main() {
  for (std::string path; std::getline(std::cin, path);) {
    try {
      const auto picture = sganc::read_picture(path).picture;
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
