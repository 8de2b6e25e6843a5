#include "compiler/language/check_expression.h"

#include <algorithm>

#include "compiler/language/other_names.h"
#include "compiler/language/spelling.h"

namespace sganc {
namespace {

class ExpressionCheck {
 public:
  ExpressionCheck(const ExpressionNames& names, Diagnostics& diagnostics)
      : names_(names), diagnostics_(diagnostics) {}

  void check(const Expression& e) {
    if (e.kind == Expression::Kind::name) return check_variable(e);
    const FunctionKeys* reduces = e.kind == Expression::Kind::call ? function(e.name) : nullptr;
    if (reduces && reduces->reduces && has_axes(e)) return check_reduction(e);
    if (e.kind == Expression::Kind::call) check_call(e);
    for (const auto& argument : e.arguments) check(argument);
  }

  std::set<std::string> called;  // nets

 private:
  bool is_net(const std::string& name) const { return std::ranges::count(names_.nets, name) > 0; }

  const FunctionKeys* function(const std::string& name) const {
    const auto found = std::ranges::find(names_.functions, name, &FunctionKeys::name);
    return found == names_.functions.end() ? nullptr : &*found;
  }

  /// Whether an argument after the first can only name an axis.
  bool has_axes(const Expression& e) const {
    for (std::size_t i = 1; i < e.arguments.size(); ++i) {
      const Expression& a = e.arguments[i];
      if (is_axis(a)) return true;
      if (e.name != "max" && e.name != "min" && a.kind == Expression::Kind::name &&
          !names_.draws.contains(a.name))
        return true;
    }
    return false;
  }

  /// Checks a reduction: a value, and then names of axes.
  void check_reduction(const Expression& e) {
    check(e.arguments[0]);
    for (std::size_t i = 1; i < e.arguments.size(); ++i) {
      const Expression& a = e.arguments[i];
      if (is_axis(a)) continue;
      if (a.kind == Expression::Kind::name)
        diagnostics_.error(a.where, "unknown axis \"" + a.name + "\"", suggestion(a.name, axis_words()));
      else
        report_no_axis(e, a);
    }
  }

  void report_no_axis(const Expression& reduction, const Expression& argument) {
    diagnostics_.error(argument.where, reduction.name + " takes one value and then names of axes",
                       suggestion("", axis_words()));
  }

  void check_variable(const Expression& e) {
    if (names_.draws.contains(e.name)) return;
    if (is_axis(e))
      return diagnostics_.error(e.where, "\"" + e.name + "\" is an axis",
                                "write it behind a value: sum(..., " + e.name + ")");
    if (names_.draws.empty() && names_.in_update) return;  // reported already: nothing is drawn
    const std::string quoted = "\"" + e.name + "\"";
    if (is_net(e.name) || function(e.name))
      return diagnostics_.error(
          e.where, quoted + " is a " + (is_net(e.name) ? "net" : "function") + " and must be called",
          "write " + e.name + "(...)");
    std::vector<std::string> known;
    for (const auto& [name, source] : names_.draws)
      if (is_identifier(name) && std::ranges::count(axis_words(), name) == 0) known.push_back(name);
    diagnostics_.error(e.where, "unknown name " + quoted,
                       names_.in_update
                           ? suggestion(e.name, known)
                           : suggestion(e.name, known, "give it a value: --let " + e.name + "=..."));
  }

  void check_call(const Expression& e) {
    const Callee callee = callee_of(e);
    if (!callee.averaged && callee.name == "augment") return check_augment(e);
    if (callee.averaged || !callee.layer.empty()) return check_callee(e, callee);
    if (!is_identifier(e.name) || e.name == "negate") return;  // an operator
    const int given = static_cast<int>(e.arguments.size());
    if (is_net(e.name)) {
      called.insert(e.name);
      return check_net_arguments(e, e.name, "the net \"" + e.name + "\"");
    }
    const FunctionKeys* known = function(e.name);
    if (!known) return report_unknown_call(e);
    const auto& [name, least, most, description, reduces] = *known;
    if (reduces && given > most) {
      report_no_axis(e, e.arguments[static_cast<std::size_t>(most)]);
    } else if (given < least || given > most) {
      const std::string range =
          (least == most ? "" : std::to_string(least) + " to ") + counted(most, "argument");
      diagnostics_.error(e.where, name + " takes " + range + ", not " + std::to_string(given));
    } else if (name == "label") {
      check_label(e);
    } else if (name == "certainty") {
      check_certainty(e);
    }
  }

  void check_augment(const Expression& e) {
    const std::string name = callee_of(e).layer;
    if (!names_.in_update) return diagnostics_.error(e.where, "augment needs images that an update draws");
    if (e.arguments.size() != 1)
      return diagnostics_.error(e.where,
                                e.name + " takes 1 argument, not " + std::to_string(e.arguments.size()));
    if (std::ranges::count(names_.augmentations, name) > 0) return;
    std::vector<std::string> known;
    for (const auto& declared : names_.augmentations)
      if (!declared.empty()) known.push_back(declared);
    if (name.empty())
      diagnostics_.error(e.where, "there is no [augment] that says what augment does",
                         known.empty() ? "write [augment] and, for example, shift = 2"
                                       : "did you mean \"augment." + known[0] + "\"?");
    else
      diagnostics_.error(e.where, "unknown augmentation \"" + name + "\"",
                         known.empty() ? "write [augment." + name + "] and, for example, shift = 2"
                                       : suggestion(name, known));
  }

  /// Checks a call of one layer of a net, or of a net with averaged weights. A call with averaged weights
  /// does not count as a call of the net, because no update trains averaged weights.
  void check_callee(const Expression& e, const Callee& callee) {
    if (!is_net(callee.name))
      return diagnostics_.error(e.where, "unknown net \"" + callee.name + "\"",
                                suggestion(callee.name, names_.nets));
    if (!callee.averaged) called.insert(callee.name);
    const auto of_net = names_.layers.find(callee.name);
    if (!callee.layer.empty() && of_net != names_.layers.end() &&
        std::ranges::count(of_net->second, callee.layer) == 0)
      diagnostics_.error(e.where, "the net \"" + callee.name + "\" has no layer \"" + callee.layer + "\"",
                         suggestion(callee.layer, of_net->second));
    else
      check_net_arguments(e, callee.name, "\"" + e.name + "\"");
  }

  /// Checks the number of arguments. `what` names the net or its layer in the error, which lists the
  /// arguments if there are several.
  void check_net_arguments(const Expression& e, const std::string& net, const std::string& what) {
    const auto known = names_.arguments.find(net);
    if (known == names_.arguments.end() || known->second.empty()) return;
    const auto& wanted = known->second;
    if (e.arguments.size() == wanted.size()) return;
    std::string listed;
    for (const auto& name : wanted) listed += (listed.empty() ? " (" : ", ") + name;
    diagnostics_.error(e.where, what + " takes " + counted(wanted.size(), "argument") +
                                    (wanted.size() == 1 ? "" : listed + ")") + ", not " +
                                    std::to_string(e.arguments.size()));
  }

  void report_unknown_call(const Expression& e) {
    if (names_.in_update && e.name == "teacher")
      return diagnostics_.error(e.where, "\"teacher\" is no net",
                                "averaged weights are called as teacher.NET(...)");
    if (names_.draws.contains(e.name))
      return diagnostics_.error(e.where, "\"" + e.name + "\" is a value and cannot be called",
                                "write " + e.name + " alone");
    std::vector<std::string> known = names_.nets;
    for (const auto& f : names_.functions)
      if (!is_net(f.name)) known.push_back(f.name);
    const std::string what = names_.in_update ? "net or function" : "function";
    diagnostics_.error(e.where, "unknown " + what + " \"" + e.name + "\"",
                       instead_of(e.name).value_or(suggestion(e.name, known)));
  }

  void check_label(const Expression& call) {
    if (!names_.in_update) return diagnostics_.error(call.where, "label needs a batch that an update draws");
    const Expression& of = call.arguments[0];
    if (of.kind != Expression::Kind::name)
      return diagnostics_.error(of.where, "label takes a name that is drawn from \"labeled\"");
    if (names_.lets.contains(of.name))
      return diagnostics_.error(of.where, "\"" + of.name + "\" is not drawn and has no labels",
                                "label takes a name that is drawn from \"labeled\"");
    const auto drawn = names_.draws.find(of.name);
    if (drawn != names_.draws.end() && !drawn->second.empty() && drawn->second != "labeled" &&
        !drawn->second.starts_with("spread."))
      diagnostics_.error(of.where,
                         "\"" + of.name + "\" is drawn from \"" + drawn->second + "\" and has no labels",
                         "draw it from \"labeled\"");
  }

  void check_certainty(const Expression& call) {
    const std::string wanted = "certainty takes a name that is drawn from a spread";
    if (!names_.in_update) return diagnostics_.error(call.where, wanted);
    const Expression& of = call.arguments[0];
    const auto drawn = names_.draws.find(of.name);
    if (of.kind != Expression::Kind::name || names_.lets.contains(of.name))
      diagnostics_.error(of.where, wanted);
    else if (drawn != names_.draws.end() && !drawn->second.empty() && !drawn->second.starts_with("spread."))
      diagnostics_.error(of.where,
                         "\"" + of.name + "\" is drawn from \"" + drawn->second + "\", not from a spread",
                         "draw it from a spread: " + of.name + " = \"spread.NAME 50\"");
  }

  const ExpressionNames& names_;
  Diagnostics& diagnostics_;
};

}  // namespace

const std::vector<std::string>& axis_words() {
  static const std::vector<std::string> words{"batch",    "height", "width", "channels",
                                              "features", "left",   "right"};
  return words;
}

bool is_axis(const Expression& e) {
  return e.kind == Expression::Kind::name && std::ranges::count(axis_words(), e.name) > 0;
}

std::set<std::string> check_expression(const Expression& expression, const ExpressionNames& names,
                                       Diagnostics& diagnostics) {
  ExpressionCheck check(names, diagnostics);
  check.check(expression);
  return check.called;
}

}  // namespace sganc
