// Reads updates: what each draws, minimizes and trains, and the names in its expressions.

#include <algorithm>
#include <set>

#include "compiler/language/check_expression.h"
#include "compiler/language/reading.h"
#include "compiler/language/sections.h"

namespace sganc {
namespace {

/// Whether a value that calls `nets` depends on `net`. Also true if this is unknown, because a net on the way
/// is missing or has no known arguments.
bool may_depend_on(const std::string& net, const std::set<std::string>& nets, const Reading& reading) {
  std::vector<std::string> open(nets.begin(), nets.end());
  std::set<std::string> reached;
  bool lost = false;
  while (!open.empty()) {
    const std::string at = open.back();
    open.pop_back();
    if (contains(reading.inputs, at) || !reached.insert(at).second) continue;
    const auto* called = reading.model.net(at);
    if (!called || called->arguments.empty()) {
      lost = true;
      continue;
    }
    for (const auto& of : called->of) open.push_back(of.value);
  }
  return lost || reached.contains(net);
}

/// Returns whether `name` is the name of an axis, and reports an error if it is.
bool is_axis_name(const std::string& name, const Location& where, Reading& reading) {
  const bool is = contains(axis_words(), name);
  if (is) reading.error(where, "\"" + name + "\" names an axis and cannot name a value");
  return is;
}

/// Reads `let`. Adds its names to `names`, and the nets that its expressions call to `nets`.
void read_lets(const DocumentNode& table, DeclaredUpdate& update, ExpressionNames& names,
               std::set<std::string>& nets, Reading& reading) {
  const Entry* lets = table.find("let");
  if (!lets) return;
  if (lets->value.type != DocumentNode::Type::table)
    return reading.error(lets->value.where, "let must be a table, not " + describe(lets->value),
                         "write let = { p = \"classifier(x)\" }");
  for (const auto& [name, where, value] : lets->value.entries) {
    if (names.draws.contains(name)) {
      reading.error(where, "\"" + name + "\" is drawn and cannot name another value");
      continue;
    }
    if (reading.check_name(name, "a value", where) && !is_axis_name(name, where, reading) &&
        check_value(value, text(name, ""), reading.diagnostics)) {
      try {
        Expression e = parse_expression(value.spelled, value.content);
        nets.merge(check_expression(e, names, reading.diagnostics));
        update.lets.push_back({{name, where}, std::move(e)});
      } catch (const UserError& error) {
        reading.diagnostics.add(error.diagnostic);
      }
    }
    names.draws.try_emplace(name, "");
    names.lets.insert(name);
  }
}

/// Reads `draw`. Returns the source of each name, or "" for a source that is wrong.
std::map<std::string, std::string> read_draws(const DocumentNode& table, DeclaredUpdate& update,
                                              Reading& reading) {
  std::map<std::string, std::string> draws;
  const Entry* draw = table.find("draw");
  if (!draw) {
    if (!misspelled(table, "draw")) reading.error(table.where, "[[update]] needs the key \"draw\"");
    return draws;
  }
  if (draw->value.type != DocumentNode::Type::table) {
    reading.error(draw->value.where, "draw must be a table, not " + describe(draw->value),
                  "write draw = { x = \"labeled 50\" }");
    return draws;
  }
  if (draw->value.entries.empty()) reading.error(draw->value.where, "draw names nothing to draw");
  std::vector<std::string> sources{"labeled", "unlabeled"};
  sources.insert(sources.end(), reading.drawn_inputs.begin(), reading.drawn_inputs.end());
  for (const auto& spread : reading.model.spreads) sources.push_back("spread." + spread.name);
  for (const auto& [name, where, value] : draw->value.entries) {
    draws[name] = "";
    if (!reading.check_name(name, "what is drawn", where) || is_axis_name(name, where, reading)) continue;
    if (value.type != DocumentNode::Type::text) {
      reading.error(value.where, name + " must be a string, not " + describe(value),
                    "write a source and how many of it, as in \"labeled 50\"");
      continue;
    }
    try {
      Draw parsed = parse_draw({name, where}, value.text, value.content);
      const auto& source = parsed.source;
      if (contains(sources, source.value)) {
        draws[name] = source.value;
        if (const auto* spread = reading.model.spread(source.value);
            spread && update.cadence.from_step < spread->from_step)
          reading.error(source.where,
                        "the update runs from step " + std::to_string(update.cadence.from_step) + ", and \"" +
                            source.value + "\" has labels from step " + std::to_string(spread->from_step),
                        "write from_step = " + std::to_string(spread->from_step) + " or more for the update");
      } else {
        reading.error(source.where, "unknown source \"" + source.value + "\"",
                      suggestion(source.value, sources));
      }
      update.draws.push_back(std::move(parsed));
    } catch (const UserError& error) {
      reading.diagnostics.add(error.diagnostic);
    }
  }
  return draws;
}

/// Reads `let`, `minimize` and `train`. Each net in `train` must be one that the minimized value depends on.
void read_objective(const DocumentNode& table, const Keys& keys,
                    const std::map<std::string, std::string>& draws, DeclaredUpdate& update,
                    Reading& reading) {
  const std::size_t mistakes = reading.diagnostics.items().size();
  std::set<std::string> nets;  // called by the minimized value or by a value of `let`
  ExpressionNames names{.functions = reading.vocabulary.functions, .nets = reading.nets, .draws = draws};
  for (const auto& net : reading.model.nets) {
    names.arguments[net.name] = net.arguments;
    for (const auto& layer : net.layers) names.layers[net.name].push_back(layer.name);
  }
  for (const auto& augmentation : reading.model.augmentations)
    names.augmentations.push_back(augmentation.name);
  read_lets(table, update, names, nets, reading);
  if (keys.has("minimize")) {
    const DocumentNode& value = table.find("minimize")->value;
    try {
      update.minimize = parse_expression(value.spelled, value.content);
      nets.merge(check_expression(update.minimize, names, reading.diagnostics));
    } catch (const UserError& error) {
      reading.diagnostics.add(error.diagnostic);
    }
  }
  const bool sound = keys.has("minimize") && reading.diagnostics.items().size() == mistakes;
  if (!keys.has("train")) return;
  const DocumentNode& train = table.find("train")->value;
  if (train.elements.empty()) reading.error(train.where, "train names no net");
  for (const auto& element : train.elements) {
    const auto same = [&](const auto& earlier) { return earlier.value == element.text; };
    if (!contains(reading.nets, element.text)) {
      reading.error(element.where, "unknown net \"" + element.text + "\"",
                    suggestion(element.text, reading.nets));
    } else if (std::any_of(update.train.begin(), update.train.end(), same)) {
      reading.error(element.where, "\"" + element.text + "\" is listed twice");
    } else if (sound && !may_depend_on(element.text, nets, reading)) {
      reading.error(element.where, "minimize does not depend on the net \"" + element.text + "\"");
    }
    update.train.push_back({element.text, element.where});
  }
}

/// Reads `statistics`: names of values of this update.
void read_statistics(const DocumentNode& table, const Keys& keys, DeclaredUpdate& update, Reading& reading) {
  if (!keys.has("statistics")) return;
  std::vector<std::string> known;
  for (const auto& draw : update.draws) known.push_back(draw.name.value);
  for (const auto& let : update.lets) known.push_back(let.name.value);
  const DocumentNode& statistics = table.find("statistics")->value;
  if (statistics.elements.empty()) reading.error(statistics.where, "statistics names no value");
  for (const auto& element : statistics.elements) {
    if (!contains(known, element.text))
      reading.error(element.where, "\"" + element.text + "\" is no value of this update's draw or let",
                    suggestion(element.text, known));
    update.statistics.push_back({element.text, element.where});
  }
}

void check_update_name(const DeclaredUpdate& update, Reading& reading) {
  static const std::vector<std::string> taken{"step", "epoch",    "kind",   "seconds",
                                              "eval", "classify", "sample", "average"};
  if (!reading.check_name(update.name, "an update", update.where)) return;
  if (contains(taken, update.name))
    reading.error(update.where,
                  "\"" + update.name + "\" cannot name an update: the metrics use this name already");
  for (const auto& other : reading.model.updates)
    if (other.name == update.name)
      reading.error(update.where, "two updates are named \"" + update.name + "\"");
}

void read_update(const DocumentNode& table, Reading& reading) {
  if (table.type != DocumentNode::Type::table)
    return reading.error(table.where, "an update must be a table, not " + describe(table));
  const Keys keys =
      check_keys(table, "[[update]]", section_keys("update"), {"draw", "let"}, reading.diagnostics);
  DeclaredUpdate update;
  update.where = table.where;
  if (keys.has("name")) {
    update.name = keys.text("name");
    update.where = keys.where("name");
    check_update_name(update, reading);
  }
  if (keys.has("replace")) update.replace = keys.flag("replace");
  if (keys.has("every")) update.cadence.every = keys.integer("every");
  if (keys.has("from_step")) update.cadence.from_step = keys.integer("from_step");
  if (keys.has("to_step")) {
    update.cadence.to_step = keys.integer("to_step");
    if (update.cadence.to_step < update.cadence.from_step)
      reading.error(keys.where("to_step"), "to_step must be at least from_step, which is " +
                                               std::to_string(update.cadence.from_step));
  }
  if (keys.has("repeat")) update.cadence.repeat = keys.integer("repeat");
  if (keys.has("clip_value")) update.clip_value = keys.number("clip_value");
  if (keys.has("clip_norm")) update.clip_norm = keys.number("clip_norm");
  if (keys.has("clip_weights")) update.clip_weights = keys.number("clip_weights");
  const auto draws = read_draws(table, update, reading);
  read_objective(table, keys, draws, update, reading);
  read_statistics(table, keys, update, reading);
  if (keys.has("optimizer")) {
    update.optimizer = {keys.text("optimizer"), keys.where("optimizer")};
    if (!contains(reading.optimizers, update.optimizer.value))
      reading.error(update.optimizer.where, "unknown optimizer \"" + update.optimizer.value + "\"",
                    suggestion(update.optimizer.value, reading.optimizers));
  }
  reading.model.updates.push_back(std::move(update));
}

}  // namespace

void read_updates(Reading& reading) {
  const Entry* updates = reading.root.find("update");
  if (!updates) return;
  if (updates->value.type != DocumentNode::Type::list)
    return reading.error(updates->value.where,
                         "update must be a list of tables, not " + describe(updates->value),
                         "write [[update]]");
  for (const auto& table : updates->value.elements) read_update(table, reading);
}

}  // namespace sganc
