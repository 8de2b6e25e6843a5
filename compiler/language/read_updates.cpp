// Updates: what each draws, minimizes and trains, and the names in its expression.

#include <algorithm>
#include <set>

#include "compiler/language/reading.h"
#include "compiler/language/sections.h"

namespace sganc {
namespace {

std::string arguments(int count) {
  return std::to_string(count) + (count == 1 ? " argument" : " arguments");
}

/// Checks one expression against the names that it may use.
class ExpressionCheck {
 public:
  /// `variables` maps each drawn name to its source, "" where that is wrong.
  ExpressionCheck(Reading& reading, const std::map<std::string, std::string>& variables)
      : reading_(reading), variables_(variables) {}

  void check(const Expression& e) {
    if (e.kind == Expression::Kind::name) return check_variable(e);
    if (e.kind == Expression::Kind::call) check_call(e);
    for (const auto& argument : e.arguments) check(argument);
  }

  /// Whether the expression's value depends on `net`, or may do, where a net that it calls leads to no input.
  bool may_depend_on(const std::string& net) const { return astray_ || nets_.contains(net); }

 private:
  void check_variable(const Expression& e) {
    if (variables_.empty() || variables_.contains(e.name)) return;  // that nothing is drawn is reported
    if (contains(reading_.nets, e.name))
      return reading_.error(e.where, "\"" + e.name + "\" is a net and must be called",
                            "write " + e.name + "(...)");
    std::vector<std::string> known;
    for (const auto& [name, source] : variables_) known.push_back(name);
    reading_.error(e.where, "unknown name \"" + e.name + "\"", suggestion(e.name, known));
  }

  void check_call(const Expression& e) {
    if (!is_identifier(e.name) || e.name == "negate") return;  // an operator
    const int given = static_cast<int>(e.arguments.size());
    if (contains(reading_.nets, e.name)) {
      if (given != 1)
        reading_.error(e.where, "the net \"" + e.name + "\" takes 1 argument, not " + std::to_string(given));
      follow(e.name);
      return;
    }
    const auto& functions = reading_.vocabulary.functions;
    const auto function =
        std::find_if(functions.begin(), functions.end(), [&](const auto& f) { return f.name == e.name; });
    if (function == functions.end()) {
      std::vector<std::string> known = reading_.nets;
      for (const auto& f : functions) known.push_back(f.name);
      reading_.error(e.where, "unknown net or function \"" + e.name + "\"", suggestion(e.name, known));
      return;
    }
    const auto [name, least, most, description] = *function;
    if (given < least || given > most) {
      const std::string range =
          least == most ? arguments(most) : std::to_string(least) + " to " + arguments(most);
      reading_.error(e.where, name + " takes " + range + ", not " + std::to_string(given));
    } else if (name == "label") {
      check_label(e.arguments[0]);
    }
  }

  /// Notes `net` and all that it is a function of.
  void follow(std::string net) {
    std::vector<std::string> path;
    while (contains(reading_.nets, net) && !contains(path, net)) {
      path.push_back(net);
      const auto of = reading_.net_of.find(net);
      net = of == reading_.net_of.end() ? "" : of->second;
    }
    nets_.insert(path.begin(), path.end());
    astray_ = astray_ || !contains(reading_.inputs, net);
  }

  void check_label(const Expression& of) {
    if (of.kind != Expression::Kind::name)
      return reading_.error(of.where, "label takes a name that is drawn from \"labeled\"");
    const auto drawn = variables_.find(of.name);
    if (drawn != variables_.end() && !drawn->second.empty() && drawn->second != "labeled")
      reading_.error(of.where,
                     "\"" + of.name + "\" is drawn from \"" + drawn->second + "\" and has no labels",
                     "draw it from \"labeled\"");
  }

  Reading& reading_;
  const std::map<std::string, std::string>& variables_;
  std::set<std::string> nets_;
  bool astray_ = false;
};

/// Reads `draw`; the result maps each name to its source, "" where that is wrong.
std::map<std::string, std::string> read_draws(const DocumentNode& table, DeclaredUpdate& update,
                                              Reading& reading) {
  std::map<std::string, std::string> variables;
  const Entry* draw = table.find("draw");
  if (!draw) {
    reading.error(table.where, "[[update]] needs the key \"draw\"");
    return variables;
  }
  if (draw->value.type != DocumentNode::Type::table) {
    reading.error(draw->value.where, "draw must be a table, not " + describe(draw->value),
                  "write draw = { x = \"labeled 50\" }");
    return variables;
  }
  if (draw->value.entries.empty()) reading.error(draw->value.where, "draw names nothing to draw");
  std::vector<std::string> sources{"labeled", "unlabeled"};
  sources.insert(sources.end(), reading.latents.begin(), reading.latents.end());
  for (const auto& [name, where, value] : draw->value.entries) {
    variables[name] = "";
    if (!reading.check_name(name, "what is drawn", where)) continue;
    if (!check_value(value, text(name, ""), reading.diagnostics)) continue;
    try {
      Draw parsed = parse_draw({name, where}, value.text, value.content);
      const auto& source = parsed.source;
      if (contains(sources, source.value)) {
        variables[name] = source.value;
      } else {
        reading.error(source.where, "unknown source \"" + source.value + "\"",
                      suggestion(source.value, sources));
      }
      update.draws.push_back(std::move(parsed));
    } catch (const UserError& error) {
      reading.diagnostics.add(error.diagnostic);
    }
  }
  return variables;
}

/// Reads `minimize` and `train`, which must name nets that the minimized value depends on.
void read_objective(const DocumentNode& table, const Keys& keys,
                    const std::map<std::string, std::string>& variables, DeclaredUpdate& update,
                    Reading& reading) {
  const std::size_t mistakes = reading.diagnostics.items().size();
  ExpressionCheck names(reading, variables);
  if (keys.has("minimize")) {
    const DocumentNode& value = table.find("minimize")->value;
    try {
      update.minimize = parse_expression(value.spelled, value.content);
      names.check(update.minimize);
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
    } else if (sound && !names.may_depend_on(element.text)) {
      reading.error(element.where, "minimize does not depend on the net \"" + element.text + "\"");
    }
    update.train.push_back({element.text, element.where});
  }
}

void check_update_name(const DeclaredUpdate& update, Reading& reading) {
  static const std::vector<std::string> taken{"step", "epoch",    "kind",  "seconds",
                                              "eval", "classify", "sample"};
  if (!reading.check_name(update.name, "an update", update.where)) return;
  if (contains(taken, update.name))
    reading.error(update.where,
                  "\"" + update.name + "\" cannot name an update: the metrics use it otherwise");
  for (const auto& other : reading.model.updates)
    if (other.name == update.name)
      reading.error(update.where, "two updates are named \"" + update.name + "\"");
}

void read_update(const DocumentNode& table, Reading& reading) {
  if (table.type != DocumentNode::Type::table)
    return reading.error(table.where, "an update must be a table, not " + describe(table));
  const Keys keys = check_keys(table, "[[update]]", section_keys("update"), {"draw"}, reading.diagnostics);
  DeclaredUpdate update;
  update.where = table.where;
  if (keys.has("name")) {
    update.name = keys.text("name");
    update.where = keys.where("name");
    check_update_name(update, reading);
  }
  if (keys.has("replace")) update.replace = keys.flag("replace");
  const auto variables = read_draws(table, update, reading);
  read_objective(table, keys, variables, update, reading);
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
