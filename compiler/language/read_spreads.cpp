// Reads how labels are spread over a graph of images: the tables [spread.NAME].

#include <algorithm>

#include "compiler/language/reading.h"
#include "compiler/language/sections.h"
#include "compiler/language/spelling.h"

namespace sganc {
namespace {

constexpr const char* kFeaturesHelp = "write features = { NET = 1 }, where NET is a net of an image";

/// Reports a net that is unknown or not a function of an image alone. `subject` is what must be one, as in
/// "features are functions". Returns whether it is sound.
bool require_net_of_image(const Located<std::string>& name, const std::string& subject, Reading& reading) {
  if (!contains(reading.nets, name.value)) {
    reading.error(name.where, "unknown net \"" + name.value + "\"", suggestion(name.value, reading.nets));
    return false;
  }
  const auto* image = reading.model.image();
  const auto* net = reading.model.net(name.value);
  if (!net || net->arguments.empty() || (image && net->arguments == std::vector{image->name})) return true;
  reading.error(name.where, subject + " of an image alone, and \"" + name.value + "\" is one of " +
                                enumerated(net->arguments));
  return false;
}

/// Reads `features`. Each net must be a function of an image alone, and its part a positive number.
void read_features(const DocumentNode& table, DeclaredSpread& spread, Reading& reading) {
  const Entry* features = table.find("features");
  if (!features) {
    if (!misspelled(table, "features"))
      reading.error(table.where, "[spread." + spread.name + "] needs the key \"features\"", kFeaturesHelp);
    return;
  }
  if (features->value.type != DocumentNode::Type::table)
    return reading.error(features->value.where, "features must be a table, not " + describe(features->value),
                         kFeaturesHelp);
  if (features->value.entries.empty())
    reading.error(features->value.where, "features names no net", kFeaturesHelp);
  for (const auto& [name, where, value] : features->value.entries) {
    if (!require_net_of_image({name, where}, "features are functions", reading)) continue;
    const auto part = check_value(value, number(name, "").greater_than(0).to(1e6), reading.diagnostics);
    if (part) spread.features.push_back({{name, where}, std::get<double>(*part)});
  }
}

/// Reads `rerank`. Its net must be a function of an image alone.
void read_rerank(const DocumentNode& table, DeclaredSpread& spread, Reading& reading) {
  const Entry* entry = table.find("rerank");
  if (!entry) return;
  if (entry->value.type != DocumentNode::Type::table)
    return reading.error(entry->value.where, "rerank must be a table, not " + describe(entry->value),
                         "write rerank = { net = \"NET\" }, where NET is a net that gives an image");
  const std::size_t mistakes = reading.diagnostics.items().size();
  const Keys keys = check_keys(entry->value, "[spread." + spread.name + ".rerank]",
                               section_keys("spread.rerank"), {}, reading.diagnostics);
  DeclaredRerank rerank;
  if (keys.has("net")) {
    rerank.net = {keys.text("net"), keys.where("net")};
    require_net_of_image(rerank.net, "what rerank compares is a function", reading);
  }
  if (keys.has("candidates")) rerank.candidates = keys.integer("candidates");
  if (keys.has("reach")) rerank.reach = keys.integer("reach");
  if (rerank.candidates < spread.neighbours)
    reading.error(keys.has("candidates") ? keys.where("candidates") : entry->where,
                  std::to_string(spread.neighbours) + " neighbours cannot be chosen from " +
                      std::to_string(rerank.candidates) + " candidates");
  if (reading.diagnostics.items().size() == mistakes) spread.rerank = rerank;
}

/// Reads `labels`: a spread that is declared before and has labels when this one begins.
void read_labels(const Keys& keys, DeclaredSpread& spread, Reading& reading) {
  if (!keys.has("labels")) return;
  const auto& name = keys.text("labels");
  if (name == "labeled") return;
  std::vector<std::string> known = {"labeled"};
  for (const auto& before : reading.model.spreads) known.push_back("spread." + before.name);
  const auto found = std::ranges::find(known, name);
  if (found == known.end())
    return reading.error(keys.where("labels"), "there is no \"" + name + "\" before this spread",
                         suggestion(name, known));
  const auto& before = reading.model.spreads[static_cast<std::size_t>(found - known.begin() - 1)];
  if (before.from_step > spread.from_step)
    return reading.error(keys.where("labels"), "[spread." + spread.name + "] begins before step " +
                                                   std::to_string(spread.from_step) + ", and \"" + name +
                                                   "\" has labels from step " +
                                                   std::to_string(before.from_step));
  spread.labels = name;
}

void read_spread(const DocumentNode& table, const std::string& name, Reading& reading) {
  const std::string subject = "[spread." + name + "]";
  if (table.type != DocumentNode::Type::table)
    return reading.error(table.where, "spread." + name + " must be a table, not " + describe(table),
                         "write " + subject);
  DeclaredSpread spread{.name = name, .where = table.where};
  const Keys keys =
      check_keys(table, subject, section_keys("spread"), {"features", "rerank"}, reading.diagnostics);
  const std::size_t mistakes = reading.diagnostics.items().size();
  read_features(table, spread, reading);
  const bool sound = !spread.features.empty() && reading.diagnostics.items().size() == mistakes;
  std::vector<std::string> nets;
  for (const auto& f : spread.features) nets.push_back(f.net.value);
  if (keys.has("standardize")) {
    for (const auto& net : keys.texts("standardize")) {
      if (sound && !contains(nets, net))
        reading.error(keys.where("standardize"), "\"" + net + "\" is not one of the features",
                      suggestion(net, nets));
      spread.standardize.push_back({net, keys.where("standardize")});
    }
  } else {
    for (const auto& f : spread.features) spread.standardize.push_back(f.net);
  }
  if (keys.has("neighbours")) spread.neighbours = keys.integer("neighbours");
  if (keys.has("power")) spread.power = keys.number("power");
  if (keys.has("alpha")) spread.alpha = keys.number("alpha");
  if (keys.has("rounds")) spread.rounds = keys.integer("rounds");
  if (keys.has("keep")) spread.keep = keys.number("keep");
  if (keys.has("from_step")) spread.from_step = keys.integer("from_step");
  if (keys.has("every")) spread.every = keys.integer("every");
  read_rerank(table, spread, reading);
  read_labels(keys, spread, reading);
  reading.model.spreads.push_back(std::move(spread));
}

}  // namespace

void read_spreads(Reading& reading) {
  for (const auto& [name, where, value] : reading.section("spread").entries)
    if (reading.check_name(name, "a spread", where)) read_spread(value, name, reading);
}

}  // namespace sganc
