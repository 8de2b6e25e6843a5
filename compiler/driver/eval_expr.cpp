#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "compiler/driver/verb.h"
#include "compiler/gradient/gradient.h"
#include "compiler/language/check_expression.h"
#include "compiler/language/spelling.h"
#include "compiler/layers/build.h"
#include "compiler/layers/table.h"
#include "compiler/reference/interpreter.h"

namespace sganc {
namespace {

using Words = std::vector<std::string>;

void add_options(options::options_description& o) {
  o.add_options()("let", options::value<Words>()->composing()->value_name("NAME=EXPRESSION"),
                  "a named value for later values and the expressions; may be repeated")(
      "gradient", options::value<std::string>()->value_name("NAME"),
      "print the gradient of each expression with respect to this value, instead of its own value")(
      "step", options::value<std::int64_t>()->default_value(1)->value_name("N"),
      "the training step in which ramps are evaluated");
}

/// Reads the values of --let, and then the expressions, whose names are their numbers from 1.
class Reader {
 public:
  explicit Reader(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  void read_let(const std::string& given) {
    const auto file = std::make_shared<const SourceFile>(SourceFile{"--let", given});
    const std::size_t equals = given.find('=');
    const std::string name = given.substr(0, equals);
    const Location where{file, 1, 1, std::max(1, columns(name))};
    if (equals == std::string::npos) return diagnostics_.error(where, "a value is given as NAME=EXPRESSION");
    if (!is_identifier(name))
      return diagnostics_.error(where, "\"" + name + "\" cannot name a value",
                                "a name holds letters, digits and \"_\", and does not begin with a digit");
    if (std::ranges::count(axis_words(), name) > 0)
      return diagnostics_.error(where, "\"" + name + "\" names an axis and cannot name a value");
    if (names_.draws.contains(name)) diagnostics_.error(where, "\"" + name + "\" is given twice");
    read(name, given.substr(equals + 1), {file, 1, columns(name) + 2, 1});
    names_.draws[name] = "";
  }

  void read_expression(const std::string& text) {
    const auto file = std::make_shared<const SourceFile>(SourceFile{"expression", text});
    read(std::to_string(++count_), text, {file, 1, 1, 1});
  }

  std::vector<NamedExpression> expressions;

 private:
  void read(const std::string& name, const std::string& text, const Location& at) {
    try {
      expressions.push_back({name, parse_expression(text, at)});
      check_expression(expressions.back().expression, names_, diagnostics_);
    } catch (const UserError& error) {
      diagnostics_.add(error.diagnostic);
    }
  }

  Diagnostics& diagnostics_;
  ExpressionNames names_{.functions = vocabulary().functions, .in_update = false};
  int count_ = 0;
};

/// d `of` / d `by`, where `of` is the value of `expression`. It has the shape of `by`.
Value gradient_of(Function& function, Value of, Value by, const Expression& expression) {
  Builder b(function);
  if (!b.shape(of).empty())
    throw UserError{{expression.where,
                     "only one number has a gradient, but this is " + to_string(b.shape(of)),
                     "take its mean(...) or sum(...)"}};
  const Value slope = gradient(b, of, {by})[0];
  return slope.id < 0 ? b.like(by, 0.0) : slope;
}

/// The value that --gradient names.
Value target_of(const std::string& name, const Words& lets, const Function& function) {
  Words known;
  for (const auto& let : lets) known.push_back(let.substr(0, let.find('=')));
  if (std::ranges::count(known, name) == 0)
    throw UserError{{{},
                     "--gradient: no value is named \"" + name + "\"",
                     known.empty() ? "give it: --let " + name + "=..." : suggestion(name, known)}};
  return function.result(name)->value;
}

/// The shortest digits that read back as the same double. A number that is not finite is null in JSON, and
/// else inf, -inf or nan without a sign.
std::string text_of(double number, bool json) {
  if (json && !std::isfinite(number)) return "null";
  return std::isnan(number) ? "nan" : shortest(number);
}

/// The elements under `axis`, from `next` on, as lists of lists, or as a number if no axis is left.
std::string text_of(const Tensor& tensor, std::size_t axis, std::size_t& next, bool json) {
  if (axis == tensor.shape().size()) return text_of(tensor.data[next++], json);
  std::string text;
  for (std::int64_t i = 0; i < tensor.shape()[axis]; ++i)
    text += (i == 0 ? "" : json ? "," : ", ") + text_of(tensor, axis + 1, next, json);
  return "[" + text + "]";
}

void print(const std::string& expression, const Tensor& tensor, const std::string& gradient,
           Terminal& terminal) {
  std::size_t next = 0;
  const std::string value = text_of(tensor, 0, next, terminal.json);
  if (!terminal.json) {
    terminal.out << value << "\n";
    return;
  }
  using Json = nlohmann::json;
  terminal.out << "{\"expression\":" << Json(expression).dump();
  if (!gradient.empty()) terminal.out << ",\"gradient\":" << Json(gradient).dump();
  terminal.out << ",\"shape\":" << Json(tensor.shape()).dump() << ",\"value\":" << value << "}\n";
}

int run(const options::variables_map& values, Terminal& terminal) {
  const auto texts = values["EXPRESSION"].as<Words>();
  const auto lets = values.count("let") ? values["let"].as<Words>() : Words{};
  const auto by = values.count("gradient") ? values["gradient"].as<std::string>() : "";
  const auto step = values["step"].as<std::int64_t>();
  if (step < 1 || step > INT32_MAX)
    throw UserError{{{}, "--step must lie between 1 and " + std::to_string(INT32_MAX), ""}};
  Diagnostics diagnostics;
  Reader reader(diagnostics);
  for (const auto& let : lets) reader.read_let(let);
  for (const auto& text : texts) reader.read_expression(text);
  if (!diagnostics.empty()) {
    diagnostics.print(terminal.err, terminal.color);
    return kBadInput;
  }
  Function function = build_expressions(reader.expressions);
  const Value target = by.empty() ? Value{} : target_of(by, lets, function);
  std::vector<Value> printed;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto& [name, expression] = reader.expressions[lets.size() + i];
    const Value value = function.result(name)->value;
    printed.push_back(by.empty() ? value : gradient_of(function, value, target, expression));
  }
  const Tensor key{{DType::i32, {4}}, {0, 0, static_cast<double>(step), 0}};
  const auto tensors = evaluate_nodes(function, {{"random.key", key}}, {});
  for (std::size_t i = 0; i < texts.size(); ++i)
    print(texts[i], tensors[static_cast<std::size_t>(printed[i].id)], by, terminal);
  return kDone;
}

}  // namespace

extern const Verb eval_expr_verb{
    .name = "eval-expr",
    .summary = "evaluate expressions of the model language on given values",
    .usage = "EXPRESSION... [--let NAME=EXPRESSION] [--gradient NAME] [--step N] [--format json]",
    .details =
        "Prints one result per line, in double precision. A list is a vector, a list of lists a matrix:\n"
        "  sganc eval-expr \"sigmoid(logsumexp([-10, -10, -10]))\"\n"
        "  sganc eval-expr --let x=\"[1, 2, 3]\" \"exp(x) / (sum(exp(x)) + 1)\"\n"
        "  sganc eval-expr --let x=\"[1, 2, 3]\" \"logsumexp(x)\" --gradient x\n"
        "  sganc eval-expr -- \"-log(0.5)\"     words that begin with \"-\" come after \"--\"\n",
    .positional = {"EXPRESSION"},
    .required = 1,
    .add_options = add_options,
    .run = run,
    .repeats = true};

}  // namespace sganc
