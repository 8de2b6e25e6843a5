#pragma once
// Puts classified pictures into a folder for each class: `sganc predict --sort DIR`.

#include <filesystem>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "runtime/train/predict.h"

namespace sganc {

class SortedPictures {
 public:
  /// `classes` are the names of the first classes of each prediction. Pictures whose class has a probability
  /// below `sure` go into the folder "unsure". If `links` is true, links to the pictures are made, else
  /// copies. Throws UserError if the folder holds anything, or cannot be made.
  SortedPictures(const std::filesystem::path& folder, std::vector<std::string> classes, double sure,
                 bool links);

  /// Puts a block of pictures into their folders, by their paths. A picture whose name is taken there gets a
  /// number: cat/7.png, cat/7 (2).png. Throws UserError for an image of an array, std::runtime_error if a
  /// file cannot be written.
  void add(std::span<const std::string> pictures, const Predictions& predictions);

  /// "12 pictures: cat 5, dog 4, unsure 3"
  std::string text() const;

 private:
  void place(const std::filesystem::path& picture, std::size_t place);

  std::filesystem::path folder_;
  std::vector<std::string> places_;   // the folders of the classes, and "unsure"
  std::vector<std::int64_t> counts_;  // of pictures in each
  double sure_;
  bool links_;
};

}  // namespace sganc
