#include "compiler/language/model.h"

#include <algorithm>
#include <cctype>
#include <stdexcept>

#include "compiler/language/extends.h"
#include "compiler/language/overrides.h"
#include "compiler/language/reading.h"
#include "compiler/language/sections.h"
#include "compiler/language/spelling.h"

namespace sganc {
namespace {

template <class T>
const T* named(const std::vector<T>& items, const std::string& name) {
  const auto found =
      std::find_if(items.begin(), items.end(), [&](const T& item) { return item.name == name; });
  return found == items.end() ? nullptr : &*found;
}

/// Reads the keys of the file itself. The model's name must be valid as the name of a folder.
void read_name(Reading& reading) {
  const Keys keys = check_keys(reading.root, "a model", section_keys(""),
                               {"data", "input", "net", "optimizer", "update", "augment", "spread", "train",
                                "average", "evaluate", "report"},
                               reading.diagnostics);
  if (keys.has("keras_compat")) reading.model.keras_compat = keys.flag("keras_compat");
  if (!keys.has("name")) return;
  const std::string& name = reading.model.name = keys.text("name");
  const auto allowed = [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '_' || c == '.'; };
  if (name.empty() || name[0] == '.' || !std::all_of(name.begin(), name.end(), allowed))
    reading.error(keys.where("name"), "\"" + name + "\" cannot name a model",
                  "a name holds letters, digits, \"-\", \"_\" and \".\", and does not begin with \".\"");
}

/// Steps are counted in 32 bits.
void require_countable(std::int64_t steps, const std::string& what, Reading& reading) {
  if (steps > static_cast<std::int64_t>(kMostInteger))
    reading.error(reading.model.train.where,
                  what + " makes " + std::to_string(steps) + " steps, and at most " +
                      std::to_string(static_cast<std::int64_t>(kMostInteger)) + " are counted",
                  "lower train.epochs or train.steps_per_epoch");
}

/// Counts the steps of each optimizer: one for each run of an update that uses it. A rate whose end is not
/// given changes over all of these steps.
void count_steps(Reading& reading) {
  Model& model = reading.model;
  require_countable(model.train.steps(), "training", reading);
  for (auto& optimizer : model.optimizers) {
    std::int64_t steps = 0;
    for (const auto& update : model.updates)
      if (update.optimizer.value == optimizer.name) steps += update.cadence.runs_until(model.train.steps());
    if (model.train.steps() <= static_cast<std::int64_t>(kMostInteger))
      require_countable(steps, "the optimizer \"" + optimizer.name + "\"", reading);
    const Keys declared = optimizer.keys;
    for (const auto& [key, value] : declared.all()) {
      const auto* given = std::get_if<Rate>(&value.value);
      if (!given || given->end > 0 || given->shape == "constant") continue;
      Rate ended = *given;
      ended.end = std::max(ended.begin + 1, steps);
      optimizer.keys.set(key, ended, value.where);
    }
  }
}

}  // namespace

const DeclaredNet* Model::net(const std::string& wanted) const {
  return named(nets, wanted);
}
const DeclaredInput* Model::input(const std::string& wanted) const {
  return named(inputs, wanted);
}
const DeclaredOptimizer* Model::optimizer(const std::string& wanted) const {
  return named(optimizers, wanted);
}

const DeclaredAugmentation* Model::augmentation(const std::string& wanted) const {
  return named(augmentations, wanted);
}

const DeclaredSpread* Model::spread(const std::string& source) const {
  const auto found = std::ranges::find(spreads, source, [](const auto& s) { return "spread." + s.name; });
  return found == spreads.end() ? nullptr : &*found;
}

const DeclaredInput* Model::image() const {
  for (const auto& input : inputs)
    if (input.kind == DeclaredInput::Kind::image) return &input;
  return nullptr;
}

std::string objective(const DeclaredUpdate& update) {
  std::string text = to_string(update.minimize);
  for (const auto& let : update.lets)
    text += (&let == update.lets.data() ? " where " : ", ") + let.name.value + " = " + to_string(let.value);
  return text;
}

std::string manner(const DeclaredUpdate& update) {
  std::vector<std::string> parts;
  if (update.cadence.every > 1) parts.push_back("every " + std::to_string(update.cadence.every) + " steps");
  if (update.cadence.repeat > 1) parts.push_back(std::to_string(update.cadence.repeat) + " times");
  if (update.cadence.from_step > 1) parts.push_back("from step " + std::to_string(update.cadence.from_step));
  if (update.cadence.ends()) parts.push_back("to step " + std::to_string(update.cadence.to_step));
  for (const auto& s : update.statistics) parts.push_back("running means by " + s.value);
  if (!update.replace) parts.push_back("without replacement");
  if (update.clip_value) parts.push_back("each gradient to " + shortest(*update.clip_value));
  if (update.clip_norm) parts.push_back("all to the length " + shortest(*update.clip_norm));
  if (update.clip_weights) parts.push_back("each weight to " + shortest(*update.clip_weights));
  std::string text;
  for (const auto& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

std::optional<Model> parse_model(const std::string& text, const std::string& path,
                                 const std::vector<std::string>& overrides, const Vocabulary& vocabulary,
                                 Diagnostics& diagnostics) {
  Model model;
  model.file = std::make_shared<const SourceFile>(SourceFile{path, text});
  Diagnostics found;
  try {
    DocumentNode root = parse_with_bases(model.file, found);
    apply_overrides(root, overrides, found);
    Reading reading{root, vocabulary, found, model};
    read_name(reading);
    collect_names(reading);
    read_data(reading);
    read_inputs(reading);
    read_nets(reading);
    read_optimizers(reading);
    read_augmentations(reading);
    read_spreads(reading);
    read_updates(reading);
    read_training(reading);
    read_average(reading);
    read_evaluation(reading);
    read_report(reading);
    if (found.empty()) count_steps(reading);
  } catch (const UserError& syntax) {
    found.add(syntax.diagnostic);
  }
  found.sort();
  for (const auto& mistake : found.items()) diagnostics.add(mistake);
  if (!found.empty()) return {};
  return model;
}

std::optional<Model> load_model(const std::filesystem::path& path, const std::vector<std::string>& overrides,
                                const Vocabulary& vocabulary, Diagnostics& diagnostics) {
  const auto file = read_source(path, "the model", diagnostics);
  if (!file) return {};
  return parse_model(file->text, file->path, overrides, vocabulary, diagnostics);
}

}  // namespace sganc
