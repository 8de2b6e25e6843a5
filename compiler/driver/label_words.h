#pragma once
// What labels cannot carry, said before a training begins.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "compiler/driver/verb.h"
#include "compiler/language/model.h"
#include "runtime/data/likeness.h"

namespace sganc {

/// The most labelled images that are compared. A thousand take some tenths of a second.
inline constexpr std::int64_t kMostCompared = 1000;

/// Lines about classes of which no, one or two labels are used, and about very unequal numbers. `counts` are
/// the labels of each class.
std::vector<std::string> counted_labels_text(const std::vector<std::string>& classes,
                                             std::span<const std::int64_t> counts);

/// A line about classes that the images hardly tell apart, or none.
std::vector<std::string> alike_classes_text(const std::vector<std::string>& classes,
                                            const LabelledImages& images);

/// Both for the labels that the model would use, and where its data lie on this machine: of a folder only the
/// images are read that are compared. Returns nothing for data that are not here, that take long to read, or
/// that a training would refuse.
std::vector<std::string> label_words(const Model& model, const options::variables_map& values, int threads,
                                     const Terminal& terminal);

}  // namespace sganc
