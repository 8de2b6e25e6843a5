#pragma once
// The settings of a spread of labels as plain values, which the driver fills in from the declared model.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sganc {

/// A net that tells how alike two images are: the output of that name of the function `features`.
struct SpreadFeature {
  std::string net;
  double part = 1;  // of the cosine similarity
  /// Whether each number is brought to mean 0 and standard deviation 1 over all images first.
  bool standardize = true;
};

/// Among how many candidates the neighbours are chosen, and how far a point may move. The function `features`
/// of "spread.NAME.rerank" gives the images that are compared (rerank.h).
struct SpreadRerank {
  std::int64_t candidates = 50, reach = 2;
};

struct SpreadSettings {
  std::string name;  // "spread.NAME", as draws and functions call it
  std::vector<SpreadFeature> features;
  std::optional<SpreadRerank> rerank = {};
  std::string labels = {};  // the spread whose labels are spread on; "" for those of the data
  std::int64_t neighbours = 10;
  double power = 4;  // a tie is as strong as this power of the similarity
  double alpha = 0.99;
  std::int64_t rounds = 60;
  double keep = 1;  // the part of the images of each class that updates draw
  std::int64_t from_step = 1;
  std::optional<std::int64_t> every = {};

  /// Whether labels are spread before that training step, counted from 1.
  bool is_due(std::int64_t step) const {
    if (!every || step <= from_step) return step == from_step;
    return (step - from_step) % *every == 0;
  }
};

}  // namespace sganc
