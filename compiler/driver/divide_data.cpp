#include "compiler/driver/divide_data.h"

#include <algorithm>
#include <filesystem>

#include "runtime/system/files.h"
#include "runtime/train/run_folder.h"

namespace sganc {

void require_fit(const Compiled& compiled, const Dataset& data, bool uses_labels) {
  const Model& model = compiled.model;
  const auto* image = model.image();
  if (image && !std::ranges::equal(image->shape, data.image_shape))
    throw UserError{{image->where,
                     "the images of " + data.name + " are " +
                         to_string(Shape(data.image_shape.begin(), data.image_shape.end())) + ", not " +
                         to_string(image->shape),
                     ""}};
  for (const auto& input : model.inputs)
    if (input.kind == DeclaredInput::Kind::label && uses_labels && input.shape[0] != data.classes)
      throw UserError{{input.where,
                       "the input \"" + input.name + "\" has " + std::to_string(input.shape[0]) +
                           " classes, " + data.name + " has " + std::to_string(data.classes),
                       ""}};
  const auto* classify = compiled.program.function(FunctionRole::classify);
  if (!classify) return;
  const auto probability = std::ranges::find(classify->outputs, "probability", &NamedBuffer::name);
  if (const auto classes = probability->buffer.extents.back(); classes < data.classes)
    throw UserError{{model.net(model.evaluate.classifier.value)->where,
                     "the classifier knows " + std::to_string(classes) + " classes, " + data.name + " has " +
                         std::to_string(data.classes),
                     ""}};
}

ImageChoice choice_of(const DeclaredChoice& declared, std::int64_t train_seed) {
  using Way = ImageChoice::Way;
  const Way way = declared.by == "per_class"  ? Way::per_class
                  : declared.by == "total"    ? Way::total
                  : declared.by == "fraction" ? Way::fraction
                  : declared.by == "file"     ? Way::file
                  : declared.by == "given"    ? Way::given
                                              : Way::all;
  return {way,           declared.count,   declared.fraction,
          declared.file, declared.replace, static_cast<std::uint64_t>(declared.seed.value_or(train_seed))};
}

Division divide_data(const Model& model, const Dataset& dataset, bool labels_are_used) {
  std::optional<ImageChoice> labels, validation;
  if (labels_are_used) labels = choice_of(model.data.labels, model.train.seed);
  if (model.data.validation) validation = choice_of(*model.data.validation, model.train.seed);
  try {
    return divide(dataset, labels, validation);
  } catch (const DivisionError& error) {
    throw UserError{
        {error.of_validation ? model.data.validation->where : model.data.labels.where, error.what(), ""}};
  }
}

void require_labels(const Model& model, const Dataset& dataset, const Division& division) {
  auto splits = model.evaluate.splits;
  // A complete run is measured on test images, if there are any.
  if (dataset.test.count > 0) splits.push_back({"test", model.data.source.where});
  for (const auto& split : splits) {
    try {
      labelled_of(dataset, division, split.value);
    } catch (const std::runtime_error& error) {
      throw UserError{{split.where, error.what(), ""}};
    }
  }
}

void require_same_classes(const SavedRun& run, const Dataset& dataset) {
  const auto file = RunFolder::open_existing(run.folder).classes();
  if (!std::filesystem::exists(file)) return;
  if (use_given_file([&] { return read_file(file); }) == class_names_text(dataset.class_names)) return;
  throw UserError{
      {run.model.data.source.where,
       "the classes of " + dataset.name + " are not those of the run, which are in " + file.string(), ""}};
}

Division division_of(const SavedRun& run, const Dataset& dataset) {
  return use_given_file([&] {
    const auto folder = RunFolder::open_existing(run.folder);
    Division division;
    if (std::filesystem::exists(folder.held_out()))
      division = hold_out(dataset, read_indices(folder.held_out(), dataset));
    if (std::filesystem::exists(folder.labels())) division.labelled = read_indices(folder.labels(), dataset);
    return division;
  });
}

}  // namespace sganc
