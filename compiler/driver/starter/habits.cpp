#include "compiler/driver/starter/habits.h"

#include <algorithm>
#include <cmath>

#include "runtime/system/number_text.h"

namespace sganc {
namespace {

std::string percent(double part) {
  return fixed(100 * part, 0) + " %";
}

}  // namespace

std::int64_t looked_at(std::int64_t classes) {
  return std::clamp<std::int64_t>(10 * classes, 200, 1000);
}

ImageHabits habits_of(const LabelledImages& images, std::int64_t classes) {
  ImageHabits habits;
  if (classes < 2 || images.pixels.size() < 2) return habits;
  const auto count = static_cast<double>(images.pixels.size());
  const auto part = [&](const LabelledImages& asked, const LabelledImages& among, Trait trait) {
    return part_of_own_class(images, most_alike(asked, among, trait));
  };
  const double by_edges = part(images, images, Trait::edges),
               by_colours = part(images, images, Trait::colours);
  const Trait trait = by_edges >= by_colours ? Trait::edges : Trait::colours;
  const double plain = std::max(by_edges, by_colours), chance = 1 / static_cast<double>(classes);
  const double slack = std::max(0.05, 2 * std::sqrt(plain * (1 - plain) / std::max(count, 1.0)));
  if (plain < chance + 0.1 * (1 - chance)) {
    habits.why_flip =
        "Whether a mirrored image keeps its class, the labels do not tell: flip = \"horizontal\" suits "
        "photos.";
    return habits;
  }
  const std::string of_labelled = "of " + fixed(count, 0) + " labelled images ";
  const double mirror = part(mirrored(images), images, trait);
  habits.flip = mirror >= plain - slack;
  habits.why_flip = (habits.flip ? "Mirrored images look like their class: "
                                 : "No flip, since mirrored images look like other classes: ") +
                    of_labelled + percent(mirror) + " are most like one of their class when mirrored, " +
                    percent(plain) + " as they are.";
  const auto ink = ink_of(images);
  if (ink.empty()) return habits;
  const auto upright = straightened(images, ink == "bright");
  const double straight = part(upright, upright, Trait::edges);
  if (straight < by_edges) return habits;
  habits.ink = ink;
  habits.why_straighten = "Lines of " + ink + " ink are made upright: " + of_labelled + percent(straight) +
                          " are then most like one of their class, " + percent(by_edges) + " as they are.";
  return habits;
}

}  // namespace sganc
