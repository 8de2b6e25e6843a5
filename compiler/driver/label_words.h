#pragma once
// What labels cannot carry, said before a training begins.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "compiler/driver/load_data.h"
#include "compiler/driver/verb.h"
#include "compiler/language/model.h"
#include "runtime/data/division.h"
#include "runtime/data/likeness.h"

namespace sganc {

/// Lines about classes of which no, one or two labels are used, and about very unequal numbers. `counts` are
/// the labels of each class.
std::vector<std::string> counted_labels_text(const std::vector<std::string>& classes,
                                             std::span<const std::int64_t> counts);

/// A line about classes that the images hardly tell apart, or none.
std::vector<std::string> alike_classes_text(const std::vector<std::string>& classes,
                                            const LabelledImages& images);

/// Reads the training images with these indices.
using ReadImages = std::function<LabelledImages(std::span<const std::int32_t> indices)>;

/// Both for the labels of this division; `read` gives the images that are compared.
std::vector<std::string> words_of_labels(const Dataset& data, const Division& division,
                                         const ReadImages& read);

/// The same for the labels that the model would use, and where its data lie on this machine: of a folder,
/// whose pictures are `listed`, only the images are read that are compared. Returns nothing for data that are
/// not here, that take long to read, or that a training would refuse.
std::vector<std::string> label_words(const Model& model, const std::optional<LoadedData>& listed,
                                     const options::variables_map& values, int threads,
                                     const Terminal& terminal);

}  // namespace sganc
