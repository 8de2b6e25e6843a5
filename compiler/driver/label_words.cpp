#include "compiler/driver/label_words.h"

#include <algorithm>
#include <filesystem>

#include "compiler/driver/divide_data.h"
#include "compiler/driver/load_folder.h"
#include "compiler/driver/training_settings.h"
#include "compiler/language/spelling.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

/// "of the class cat", "of the classes cat and dog", "of 40 classes".
std::string of_classes(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 10;
  if (names.size() > kMost) return "of " + std::to_string(names.size()) + " classes";
  return std::string("of the class") + (names.size() == 1 ? " " : "es ") + enumerated(names);
}

/// A line about the most and the fewest labels of a class, if they differ very much.
std::vector<std::string> unequal_text(const std::vector<std::string>& classes,
                                      std::span<const std::int64_t> counts) {
  constexpr std::int64_t kTimes = 10, kFew = 3;
  const auto [least, most] = std::ranges::minmax_element(counts);
  if (*least < kFew || *most < kTimes * *least) return {};
  const auto name = [&](auto at) { return classes.at(static_cast<std::size_t>(at - counts.begin())); };
  return {"very unequal: " + std::to_string(*most) + " of the class " + name(most) + ", " +
          std::to_string(*least) + " of the class " + name(least) +
          ", which the classifier will seldom name; labels = { per_class = " + std::to_string(*least) +
          " } takes as many of each"};
}

/// Whether all files of the source are here and soon read.
bool is_at_hand(const Model& model, const DataPlaces& places) {
  constexpr std::uintmax_t kMostBytes = 1'000'000'000;
  const DeclaredSource& source = model.data.source;
  if (const auto* known = find_source(source.known))
    return std::ranges::all_of(
        known->files, [&](const DataFile& file) { return find_file(*known, file, places).has_value(); });
  std::uintmax_t bytes = 0;
  for (const auto& [key, file] : source.files) {
    const fs::path path = file.value, archive = path.parent_path();
    const fs::path real = fs::is_regular_file(archive) ? archive : path;
    if (!fs::is_regular_file(real)) return false;
    bytes += fs::file_size(real);
  }
  return bytes < kMostBytes;
}

/// The labelled images of a folder, of which only those that are compared are read.
LabelledImages read_some(const Model& model, const LoadedData& listed, std::span<const std::int32_t> some,
                         int threads) {
  ImageFolder folder{.name = listed.dataset.name,
                     .classes = listed.dataset.class_names,
                     .train = {},
                     .test = {},
                     .notes = {}};
  for (const auto index : some)
    folder.train.push_back(
        {listed.name_of(index), listed.dataset.train.labels[static_cast<std::size_t>(index)]});
  FolderReading reading = folder_reading(model);
  reading.skip_unreadable = true;
  LoadProgress progress;
  const auto read = load_image_folder(folder, reading, threads, progress);
  std::vector<std::int32_t> all;
  for (std::int32_t i = 0; i < read.dataset.train.count; ++i) all.push_back(i);
  return images_at(read.dataset, all);
}

std::vector<std::string> words(const Model& model, const std::optional<LoadedData>& listed,
                               const options::variables_map& values, int threads, const Terminal& terminal) {
  if (listed) {
    const Dataset& data = listed->dataset;
    return words_of_labels(data, divide_data(model, data, true), [&](std::span<const std::int32_t> some) {
      return read_some(model, *listed, some, threads);
    });
  }
  ProgressLine progress(stderr, ProgressStyle::silent);
  const Dataset data = DataLoading(model, values, threads, terminal).get(progress).dataset;
  return words_of_labels(data, divide_data(model, data, true),
                         [&](std::span<const std::int32_t> some) { return images_at(data, some); });
}

}  // namespace

std::vector<std::string> counted_labels_text(const std::vector<std::string>& classes,
                                             std::span<const std::int64_t> counts) {
  if (counts.empty()) return {};
  constexpr std::int64_t kMany = 5;  // labels of most classes, beside which two are few
  std::vector<std::int64_t> sorted(counts.begin(), counts.end());
  std::ranges::sort(sorted);
  const bool two_are_few = sorted[sorted.size() / 2] >= kMany;
  std::vector<std::string> none, one, two, lines;
  for (std::size_t c = 0; c < counts.size(); ++c) {
    if (counts[c] == 0) none.push_back(classes.at(c));
    if (counts[c] == 1) one.push_back(classes.at(c));
    if (counts[c] == 2 && two_are_few) two.push_back(classes.at(c));
  }
  if (!none.empty())
    lines.push_back("no label " + of_classes(none) + ", so that the classifier cannot learn " +
                    (none.size() == 1 ? "it" : "them"));
  const auto depends = [&](const std::vector<std::string>& few, const std::string& number,
                           const std::string& which) {
    if (!few.empty())
      lines.push_back(number + " only " + of_classes(few) + ": much depends on which " + which +
                      "; sganc suggest lists images whose label helps");
  };
  depends(one, "one label", "image that is");
  depends(two, "two labels", "images those are");
  for (const auto& line : unequal_text(classes, counts)) lines.push_back(line);
  return lines;
}

std::vector<std::string> alike_classes_text(const std::vector<std::string>& classes,
                                            const LabelledImages& images) {
  const auto pairs = alike_classes(images, static_cast<int>(classes.size()));
  if (pairs.empty()) return {};
  const auto& [first, second, wrong, count] = pairs.front();
  std::string text = classes.at(static_cast<std::size_t>(first)) + " and " +
                     classes.at(static_cast<std::size_t>(second)) + " look alike: of " +
                     std::to_string(count) + " images of them with labels, " + std::to_string(wrong) +
                     " are most like one of the other class, by edges and by colours";
  if (pairs.size() > 1) text += " (and " + counted(pairs.size() - 1, "other pair") + " of classes so)";
  return {text + "; look whether these labels are right, and label more of both: sganc suggest lists images"};
}

std::vector<std::string> words_of_labels(const Dataset& data, const Division& division,
                                         const ReadImages& read) {
  constexpr std::int64_t kMostCompared = 1000;  // which take some tenths of a second
  auto lines = counted_labels_text(data.class_names,
                                   class_histogram(data.train.labels, division.labelled, data.classes));
  const auto some = even_part(data.train.labels, division.labelled, kMostCompared);
  for (const auto& line : alike_classes_text(data.class_names, read(some))) lines.push_back(line);
  return lines;
}

std::vector<std::string> label_words(const Model& model, const std::optional<LoadedData>& listed,
                                     const options::variables_map& values, int threads,
                                     const Terminal& terminal) {
  try {
    DataPlaces places = data_places(values);
    if (!training_settings(model).uses_labels() || !model.image()) return {};
    if (model.data.source.files.contains("folder") ? !listed : !is_at_hand(model, places)) return {};
    return words(model, listed, values, threads, terminal);
  } catch (const UserError&) {
    return {};
  } catch (const std::runtime_error&) {
    return {};
  }
}

}  // namespace sganc
