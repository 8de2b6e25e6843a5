#include "compiler/driver/report_measurement.h"

#include <algorithm>

#include "compiler/driver/confusion.h"
#include "runtime/data/resize.h"

namespace sganc {
namespace {

constexpr std::size_t kShown = 18;         // images of each list
constexpr std::int64_t kLongestSide = 96;  // of a shown image, in pixels

/// A measured image: its place in the split, its label, and what the classifier takes it for.
struct Guess {
  std::int32_t image, label, guess;
  float certainty;
};

std::vector<Guess> guesses_of(const Evaluation& evaluation, const Split& stored,
                              std::span<const std::int32_t> images, std::span<const float> probabilities) {
  const auto known = probabilities.size() / images.size();  // may be more than the data has
  std::vector<Guess> guesses;
  for (std::size_t i = 0; i < images.size(); ++i) {
    const auto row = probabilities.subspan(i * known, static_cast<std::size_t>(evaluation.classes));
    const auto most = std::ranges::max_element(row);
    guesses.push_back({images[i], stored.labels[static_cast<std::size_t>(images[i])],
                       static_cast<std::int32_t>(most - row.begin()), *most});
  }
  return guesses;
}

/// The image as it is, or smaller if it is large. Of other than 1 or 3 channels only the first is shown.
Picture picture_of(const Dataset& data, const Split& stored, std::int32_t image) {
  const auto [height, width, channels] = data.image_shape;
  const auto bytes = static_cast<std::size_t>(height * width * channels);
  Picture picture{width, height, channels, std::vector<std::uint8_t>(bytes)};
  stored.images.read(static_cast<std::size_t>(image) * bytes, picture.pixels);
  if (channels != 1 && channels != 3) {
    for (std::size_t i = 0; i < bytes; i += static_cast<std::size_t>(channels))
      picture.pixels[i / static_cast<std::size_t>(channels)] = picture.pixels[i];
    picture.channels = 1;
    picture.pixels.resize(static_cast<std::size_t>(height * width));
  }
  const auto longest = std::max(height, width);
  if (longest <= kLongestSide) return picture;
  Picture small{std::max(width * kLongestSide / longest, std::int64_t{1}),
                std::max(height * kLongestSide / longest, std::int64_t{1}),
                picture.channels,
                {}};
  small.pixels.resize(static_cast<std::size_t>(small.height * small.width * small.channels));
  fit_picture(picture, {small.height, small.width, small.channels}, Fit::stretch, small.pixels);
  return small;
}

/// What people call an image of the split.
std::string name_of(const LoadedData& loaded, const std::string& split, std::int32_t image) {
  if (split != "test") return loaded.name_of(image);
  const auto& pictures = loaded.identity.test.pictures;
  if (static_cast<std::int64_t>(pictures.size()) == loaded.dataset.test.count)
    return pictures[static_cast<std::size_t>(image)];
  return loaded.dataset.name + " test[" + std::to_string(image) + "]";
}

}  // namespace

ReportMeasurement report_measurement(const Evaluation& evaluation, const LoadedData& loaded,
                                     std::span<const std::int32_t> images,
                                     std::span<const float> probabilities) {
  const Dataset& data = loaded.dataset;
  const std::string& split = evaluation.record.split;
  const Split& stored = split == "test" ? data.test : data.train;
  ReportMeasurement measured{.record = evaluation.record,
                             .classes = class_rates(evaluation, data.class_names),
                             .confusion = evaluation.confusion};
  auto guesses = guesses_of(evaluation, stored, images, probabilities);
  const auto show = [&](const Guess& g, std::vector<ReportImage>& list) {
    if (list.size() < kShown)
      list.push_back({picture_of(data, stored, g.image), name_of(loaded, split, g.image),
                      data.class_names.at(static_cast<std::size_t>(g.label)),
                      data.class_names.at(static_cast<std::size_t>(g.guess)),
                      static_cast<double>(g.certainty)});
  };
  std::ranges::stable_sort(guesses, std::less(), &Guess::certainty);
  for (const auto& g : guesses) show(g, measured.uncertain);
  std::ranges::stable_sort(guesses, std::greater(), &Guess::certainty);
  for (const auto& g : guesses)
    if (g.guess != g.label) show(g, measured.mistakes);
  return measured;
}

}  // namespace sganc
