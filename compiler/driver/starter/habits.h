#pragma once
// What a first model does to its images, chosen by what labelled ones look like.

#include <string>

#include "runtime/data/likeness.h"

namespace sganc {

/// The choices, and the reasons as sentences for comments.
struct ImageHabits {
  std::string ink;  // of the layer straighten, "bright" or "dark"; "" for images that are not straightened
  bool flip = false;
  std::string why_straighten, why_flip;
};

/// The most images that are looked at.
std::int64_t looked_at(std::int64_t classes);

/// Images are compared by edges, or by colours if these tell classes apart more often. Lines on a plain
/// ground are straightened, if upright images are by their edges at least as often most like one of their
/// class. Left and right are exchanged if mirrored images are nearly as often most like one of their class as
/// unmirrored ones, and these more often than by chance.
ImageHabits habits_of(const LabelledImages& images, std::int64_t classes);

}  // namespace sganc
