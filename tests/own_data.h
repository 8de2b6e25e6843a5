#pragma once
// Pictures and arrays of a user's own, and a small model of them.

#include "tests/cli_program.h"
#include "tests/picture_files.h"

namespace sganc::testing {

class OwnData : public ProgramTest {
 protected:
  /// Writes small.toml with colour images of 28 x 28 from `source` and two steps an epoch.
  void write_model(const std::string& source, const std::string& more = "") const {
    write_variant("mine.toml", "source = \"fashion-mnist\"",
                  "source = " + source + "\nlabels = { per_class = 2 }\n" + more);
    auto text = content("mine.toml");
    const auto replace = [&](const std::string& from, const std::string& to) {
      text.replace(place_of(text, from), from.size(), to);
    };
    replace("28, 28, 1", "28, 28, 3");
    replace("filters = 1,", "filters = 3,");
    replace("units = 10 ", "units = 3 ");
    replace("steps_per_epoch = 3", "steps_per_epoch = 2");
    replace("splits = []", "splits = [\"train\"]");
    folder.file("mine.toml", text);
  }

  Ending train_mine(const Words& more = {}) {
    Words words = {"train", "mine.toml", "--out", "run", "--threads", "1"};
    words.insert(words.end(), more.begin(), more.end());
    auto ending = sganc(words);
    ending.err = folder.without_path(ending.err);
    return ending;
  }

  /// Writes pictures of odd sizes, `count` of each class, into photos/`part`. One in three is gray, and one
  /// in three is a JPEG.
  void write_photos(const std::string& part, int count) const {
    for (const std::string name : {"cat", "dog", "red panda"})
      for (int i = 0; i < count; ++i) {
        const auto picture = picture_of(31 + i, 45, i % 3 == 0 ? 1 : 3, [&](auto x, auto y, auto c) {
          return 5 * x + 3 * y + 40 * c + 11 * i + static_cast<int>(name.size());
        });
        folder.file("photos/" + part + name + "/" + std::to_string(i) + (i % 3 == 2 ? ".jpg" : ".png"),
                    i % 3 == 2 ? jpeg_bytes(picture) : png_bytes(picture));
      }
  }
};

}  // namespace sganc::testing
