#include "runtime/data/labels.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <set>
#include <stdexcept>
#include <utility>

#include "runtime/execute/random.h"
#include "runtime/system/files.h"

namespace sganc {
namespace {

using Indices = std::vector<std::int32_t>;

/// Returns a random place, from 0 to size - 1, for item `i` of a draw.
std::size_t random_place(RandomKey key, std::uint32_t stream, std::size_t i, std::size_t size) {
  const std::uint64_t bits = random_bits(key, stream, static_cast<std::uint32_t>(i));
  return static_cast<std::size_t>((bits * size) >> 32);
}

/// Moves the next item of a random order to place `i`: a step of a Fisher-Yates shuffle.
void shuffle_step(Indices& items, std::size_t i, RandomKey key, std::uint32_t stream) {
  std::swap(items[i], items[i + random_place(key, stream, i, items.size() - i)]);
}

/// Chooses among the training images of one data set.
class Chooser {
 public:
  Chooser(const ImageChoice& choice, const Dataset& dataset, const std::string& stream,
          const TakenImages& taken)
      : choice_(choice),
        dataset_(dataset),
        stream_(stream_of(stream.c_str())),
        order_stream_(stream_of((stream + ".classes").c_str())),
        spares_single_(stream != "labels"),
        is_taken_(dataset.train.labels.size()),
        images_(dataset.train.unlabelled() > 0 ? " training images with labels" : " training images"),
        which_(taken.indices.empty() ? "" : " that are not " + taken.what),
        of_class_(static_cast<std::size_t>(dataset.classes)) {
    for (const auto index : taken.indices) is_taken_[static_cast<std::size_t>(index)] = true;
    available_.resize(of_class_.size());
    for (std::size_t i = 0; i < is_taken_.size(); ++i) {
      if (!has_label(i)) continue;
      ++labelled_;
      const auto c = static_cast<std::size_t>(dataset.train.labels[i]);
      of_class_.at(c).push_back(static_cast<std::int32_t>(i));
      if (!is_taken_[i]) ++available_[c];
    }
  }

  Indices all() const {
    Indices chosen;
    for (std::size_t i = 0; i < is_taken_.size(); ++i)
      if (!is_taken_[i] && has_label(i)) chosen.push_back(static_cast<std::int32_t>(i));
    return chosen;
  }

  Indices drawn() {
    const auto wanted = wanted_of_classes();
    Indices chosen;
    for (std::size_t c = 0; c < of_class_.size(); ++c) draw(c, wanted[c], chosen);
    return chosen;
  }

 private:
  using Counts = std::vector<std::int64_t>;

  bool has_label(std::size_t image) const { return dataset_.train.labels[image] != kUnlabelled; }

  /// How many images of class `c` can be drawn.
  std::int64_t capacity(std::size_t c) const {
    if (choice_.replace && available_[c] > 0) return labelled_;
    return available_[c];
  }

  Counts wanted_of_classes() const {
    if (choice_.way == ImageChoice::Way::fraction) return parts();
    const bool total = choice_.way == ImageChoice::Way::total;
    const std::string is = total ? ", but total is " : ", but per_class is ";
    std::int64_t least = INT64_MAX, most = choice_.replace ? labelled_ : 0;
    for (std::size_t c = 0; c < of_class_.size(); ++c) {
      least = std::min(least, capacity(c));
      if (!choice_.replace) most += capacity(c);
    }
    if (choice_.count > most)
      throw std::runtime_error(dataset_.name + " has " + std::to_string(most) + images_ + which_ + is +
                               std::to_string(choice_.count));
    if (total) return even_shares();
    if (choice_.count > least)
      throw std::runtime_error("a class of " + dataset_.name + " has " + std::to_string(least) + " images" +
                               which_ + is + std::to_string(choice_.count));
    return Counts(of_class_.size(), choice_.count);
  }

  Counts parts() const {
    Counts wanted;
    for (const auto count : available_) {
      const auto part = std::llround(choice_.fraction * static_cast<double>(count));
      const std::int64_t most = spares_single_ && count == 1 ? 0 : count;
      wanted.push_back(std::min<std::int64_t>(most, std::max(part, 1LL)));
    }
    return wanted;
  }

  /// Divides the total among the classes as evenly as their capacities allow. The classes that get one more
  /// than the others are drawn.
  Counts even_shares() const {
    Counts wanted(of_class_.size());
    for (auto left = choice_.count; left > 0;) {
      Indices open;
      for (std::size_t c = 0; c < wanted.size(); ++c)
        if (wanted[c] < capacity(c)) open.push_back(static_cast<std::int32_t>(c));
      if (open.empty()) break;
      const auto share = left / static_cast<std::int64_t>(open.size());
      if (share == 0) {
        for (std::size_t i = 0; i < open.size(); ++i) shuffle_step(open, i, {choice_.seed, 0}, order_stream_);
        open.resize(static_cast<std::size_t>(left));
      }
      for (const auto c : open) {
        const auto at = static_cast<std::size_t>(c);
        const auto more = std::min(std::max(share, std::int64_t{1}), capacity(at) - wanted[at]);
        wanted[at] += more;
        left -= more;
      }
    }
    return wanted;
  }

  /// Draws `wanted` images of class `c`. The key of the random numbers has the class in the place of the
  /// step.
  void draw(std::size_t c, std::int64_t wanted, Indices& chosen) {
    Indices& images = of_class_[c];
    const RandomKey key{choice_.seed, c};
    const auto taken = [&](std::int32_t i) { return bool{is_taken_[static_cast<std::size_t>(i)]}; };
    if (choice_.replace) {
      std::erase_if(images, taken);
      for (std::int64_t i = 0; i < wanted; ++i)
        chosen.push_back(images[random_place(key, stream_, static_cast<std::size_t>(i), images.size())]);
      return;
    }
    for (std::size_t i = 0; wanted > 0; ++i) {
      shuffle_step(images, i, key, stream_);
      if (taken(images[i])) continue;
      chosen.push_back(images[i]);
      --wanted;
    }
  }

  const ImageChoice& choice_;
  const Dataset& dataset_;
  std::uint32_t stream_, order_stream_;
  bool spares_single_;          // of a class with a single image, which is for learning
  std::vector<bool> is_taken_;  // of each image
  std::int64_t labelled_ = 0;   // images that have a label
  std::string images_, which_;
  std::vector<Indices> of_class_;
  Counts available_;  // images of each class that are not taken
};

/// Quotes a line of a file for an error: at most 40 characters, with ? for those that are not printable
/// ASCII.
std::string shown(std::string_view line) {
  constexpr std::size_t kMost = 40;
  std::string text(line.substr(0, kMost));
  for (char& c : text)
    if (c < ' ' || c > '~') c = '?';
  return "\"" + text + (line.size() > kMost ? "...\"" : "\"");
}

}  // namespace

std::vector<std::int32_t> choose_images(const ImageChoice& choice, const Dataset& dataset,
                                        const std::string& stream, const TakenImages& taken) {
  if (choice.way == ImageChoice::Way::given) {
    if (dataset.validation.empty())
      throw std::runtime_error(dataset.name + " has no validation images of its own");
    return dataset.validation;
  }
  if (choice.way == ImageChoice::Way::all) return Chooser(choice, dataset, stream, taken).all();
  if (choice.way != ImageChoice::Way::file) return Chooser(choice, dataset, stream, taken).drawn();
  auto indices = read_indices(choice.file, dataset);
  const std::set<std::int32_t> refused(taken.indices.begin(), taken.indices.end());
  for (std::size_t i = 0; i < indices.size(); ++i) {
    const bool unlabelled = dataset.train.labels[static_cast<std::size_t>(indices[i])] == kUnlabelled;
    if (refused.contains(indices[i]) || unlabelled)
      throw std::runtime_error(choice.file.string() + ":" + std::to_string(i + 1) + ": image " +
                               std::to_string(indices[i]) +
                               (unlabelled ? " has no label" : " is " + taken.what));
  }
  return indices;
}

std::string labels_text(std::span<const std::int32_t> indices, std::span<const std::string> names) {
  std::string text;
  for (const auto index : indices)
    text += (names.empty() ? std::to_string(index) : names[static_cast<std::size_t>(index)]) + "\n";
  return text;
}

std::vector<std::int32_t> read_indices(const std::filesystem::path& path, const Dataset& dataset) {
  const std::string text = read_file(path);
  std::map<std::string_view, std::int32_t> places;
  for (std::size_t i = 0; i < dataset.picture_names.size(); ++i)
    places.emplace(dataset.picture_names[i], static_cast<std::int32_t>(i));
  Indices indices;
  for (std::string_view rest = text; !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size());
    auto line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (const auto named = places.find(line); named != places.end()) {
      indices.push_back(named->second);
      continue;
    }
    std::int64_t index = -1;
    const auto [stop, error] = std::from_chars(line.data(), line.data() + line.size(), index);
    if (error != std::errc() || stop != line.data() + line.size() || index < 0 ||
        index >= dataset.train.count)
      throw std::runtime_error(path.string() + ":" + std::to_string(indices.size() + 1) + ": " + shown(line) +
                               " is not " + (places.empty() ? "" : "the name of a picture or ") +
                               "the index of an image: " + dataset.name + " has " +
                               std::to_string(dataset.train.count) + " training images, counted from 0");
    indices.push_back(static_cast<std::int32_t>(index));
  }
  if (indices.empty()) throw std::runtime_error(path.string() + ": names no image");
  return indices;
}

}  // namespace sganc
