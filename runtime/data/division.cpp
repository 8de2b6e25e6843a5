#include "runtime/data/division.h"

#include <set>
#include <utility>

namespace sganc {
namespace {

using Indices = std::vector<std::int32_t>;

template <class Choose>
Indices chosen(bool of_validation, Choose&& choose) {
  try {
    return choose();
  } catch (const std::runtime_error& error) {
    throw DivisionError(error.what(), of_validation);
  }
}

/// Returns `held_out`. Throws std::runtime_error if it is empty or lists an image twice.
Indices require_distinct(const ImageChoice& choice, Indices held_out) {
  if (held_out.empty()) throw std::runtime_error("no image is left to be held out");
  std::set<std::int32_t> seen;
  for (std::size_t i = 0; i < held_out.size(); ++i)
    if (!seen.insert(held_out[i]).second)
      throw std::runtime_error(choice.file.string() + ":" + std::to_string(i + 1) + ": image " +
                               std::to_string(held_out[i]) + " is listed twice");
  return held_out;
}

}  // namespace

Division divide(const Dataset& dataset, const std::optional<ImageChoice>& labels,
                const std::optional<ImageChoice>& validation) {
  Indices named;
  if (labels && labels->way == ImageChoice::Way::file)
    named = chosen(false, [&] { return read_indices(labels->file, dataset); });
  Division division;
  if (!validation) division = hold_out(dataset, dataset.validation);
  if (validation && validation->way != ImageChoice::Way::given && !dataset.validation.empty())
    throw DivisionError(dataset.name + " has validation images of its own, which given = true takes", true);
  if (validation) {
    division = hold_out(dataset, chosen(true, [&] {
                          // If both choices are files, an image in both is an error of `labels`, which is
                          // found below.
                          TakenImages taken{named, "labelled"};
                          if (validation->way == ImageChoice::Way::file) taken.indices = {};
                          return require_distinct(*validation,
                                                  choose_images(*validation, dataset, "validation", taken));
                        }));
    if (division.rest.empty())
      throw DivisionError("all " + std::to_string(dataset.train.count) + " training images of " +
                              dataset.name + " are held out",
                          true);
  }
  if (labels)
    division.labelled = chosen(false, [&] {
      auto labelled = choose_images(*labels, dataset, "labels", {division.held_out, "held out"});
      if (labelled.empty())
        throw std::runtime_error(dataset.name + " has no training images with labels to choose from");
      return labelled;
    });
  return division;
}

Division hold_out(const Dataset& dataset, std::vector<std::int32_t> held_out) {
  Division division{.held_out = std::move(held_out)};
  if (division.held_out.empty()) return division;
  std::vector<bool> stays(static_cast<std::size_t>(dataset.train.count), true);
  for (const auto index : division.held_out) stays.at(static_cast<std::size_t>(index)) = false;
  for (std::size_t i = 0; i < stays.size(); ++i)
    if (stays[i]) division.rest.push_back(static_cast<std::int32_t>(i));
  return division;
}

SplitImages images_of(const Dataset& dataset, const Division& division, const std::string& split) {
  if (split != "train" && split != "validation" && split != "test")
    throw std::runtime_error("there is no split \"" + split +
                             "\": the known ones are train, validation and test");
  if (split == "validation" && division.held_out.empty())
    throw std::runtime_error("there is no split \"validation\": no training images are held out");
  const SplitImages images{split == "test" ? dataset.test : dataset.train,
                           split == "train"        ? division.rest
                           : split == "validation" ? division.held_out
                                                   : std::span<const std::int32_t>()};
  if (images.count() == 0)
    throw std::runtime_error("the data set " + dataset.name + " has no images in its split \"" + split +
                             "\"");
  return images;
}

std::vector<std::int32_t> labelled_of(const Dataset& dataset, const Division& division,
                                      const std::string& split) {
  const bool hidden = split == "hidden";
  const SplitImages images = images_of(dataset, division, hidden ? "train" : split);
  std::vector<bool> counts(static_cast<std::size_t>(images.stored.count), true);
  if (hidden)
    for (const auto index : division.labelled) counts.at(static_cast<std::size_t>(index)) = false;
  Indices labelled;
  for (std::int64_t i = 0; i < images.count(); ++i) {
    const auto index = static_cast<std::size_t>(images.index(i));
    if (counts[index] && images.stored.labels[index] != kUnlabelled) labelled.push_back(images.index(i));
  }
  if (labelled.empty())
    throw std::runtime_error("the data set " + dataset.name + " has no images with labels in its split \"" +
                             split + "\"");
  return labelled;
}

}  // namespace sganc
