// Reads the text of a module, line by line. Each line must be well-formed, and each node must have the type
// that follows from its operands. The verifier checks what the lines mean together.

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

#include "compiler/graph/attributes.h"
#include "compiler/graph/lexer.h"
#include "compiler/graph/module.h"

namespace sganc {
namespace {

using Kind = Token::Kind;

[[noreturn]] void fail(const Location& where, std::string message, std::string help = {}) {
  throw UserError{{where, std::move(message), std::move(help)}};
}

[[noreturn]] void fail(const Token& token, std::string message, std::string help = {}) {
  fail(token.where, std::move(message), std::move(help));
}

/// The number that `text` spells, or nothing if the text as a whole is not a number.
template <class Number>
std::optional<Number> complete(const std::string& text) {
  Number number{};
  const char* end = text.data() + text.size();
  const auto [read, error] = std::from_chars(text.data(), end, number);
  return error == std::errc{} && read == end ? std::optional(number) : std::nullopt;
}

class Parser {
 public:
  explicit Parser(std::shared_ptr<const SourceFile> file) : lexer_(std::move(file)), token_(lexer_.next()) {}

  Module parse();

 private:
  // tokens
  Token take();
  bool take_mark(char c);
  Token expect(bool fits, const std::string& what);
  Token expect_word(const std::string& word) {
    return expect(token_.is(Kind::word, word), "\"" + word + "\"");
  }
  Token expect_mark(char c) { return expect(token_.is_mark(c), std::string{'"', c, '"'}); }
  void skip_empty_lines();
  /// Reads the end of a line. Returns the comment before it, or "" if there is none.
  std::string end_of_line();
  void read_part(Origin& origin);

  // parts of a line
  std::string name(const std::string& what);
  Value value(const Function& function);
  DType dtype();
  Located<Type> type();
  void read(std::string& result);
  void read(double& result);
  void read(std::int64_t& result);
  void read(int& result);
  void read(bool& result);
  void read(DType& result) { result = dtype(); }
  template <class Element>
  void read(std::vector<Element>& result);
  void read_extent(std::int64_t& result);

  // lines
  void read_rank(Module& module);
  Variable variable();
  Initializer initializer();
  Function function();
  Node node(const Function& function);
  std::vector<Value> operands(const Function& function);
  Attributes attributes(const OpInfo& op, const Token& at);
  Result result(const Function& function);

  Lexer lexer_;
  Token token_;    // the next token
  Location last_;  // of the token before it
};

Token Parser::take() {
  Token taken = std::move(token_);
  last_ = taken.where;
  token_ = lexer_.next();
  return taken;
}

bool Parser::take_mark(char c) {
  if (!token_.is_mark(c)) return false;
  take();
  return true;
}

Token Parser::expect(bool fits, const std::string& what) {
  if (!fits) fail(token_, "expected " + what + ", not " + describe(token_));
  return take();
}

void Parser::skip_empty_lines() {
  while (token_.kind == Kind::comment || token_.kind == Kind::line_end) take();
}

std::string Parser::end_of_line() {
  std::string comment = token_.kind == Kind::comment ? take().text : "";
  if (token_.kind != Kind::end) expect(token_.kind == Kind::line_end, "the end of the line");
  return comment;
}

/// Reads `# trunk.conv_1`, or `# trunk.conv_1 (backward)` for a node that differentiation made.
void Parser::read_part(Origin& origin) {
  static const std::string backward = " (backward)";
  origin.part = end_of_line();
  origin.gradient = origin.part.ends_with(backward);
  if (origin.gradient) origin.part.resize(origin.part.size() - backward.size());
}

std::string Parser::name(const std::string& what) {
  return expect(token_.kind == Kind::word || token_.kind == Kind::text, what).text;
}

Value Parser::value(const Function& function) {
  const Token token = expect(token_.kind == Kind::value, "a value");
  const auto id = complete<int>(token.text);
  if (!id || *id >= std::ssize(function.nodes)) fail(token, "%" + token.text + " is not defined yet");
  return {*id};
}

DType Parser::dtype() {
  const Token token = expect(token_.kind == Kind::word, "an element type");
  std::vector<std::string> known;
  for (DType dtype : {DType::f32, DType::i32, DType::u8}) {
    if (to_string(dtype) == token.text) return dtype;
    known.push_back(to_string(dtype));
  }
  fail(token, "unknown element type \"" + token.text + "\"", suggestion(token.text, known));
}

Located<Type> Parser::type() {
  Location where = token_.where;
  Type type{dtype(), {}};
  read(type.shape);
  where.length = last_.column + last_.length - where.column;
  return {type, where};
}

void Parser::read(std::string& result) {
  result = expect(token_.kind == Kind::text, "a text in quotes").text;
}

void Parser::read(double& result) {
  const bool fits =
      token_.kind == Kind::number || token_.is(Kind::word, "inf") || token_.is(Kind::word, "nan");
  const Token token = expect(fits, "a number");
  const auto number = complete<double>(token.text);
  if (!number) fail(token, "\"" + token.text + "\" is not a number");
  result = *number;
}

void Parser::read(std::int64_t& result) {
  const Token token = expect(token_.kind == Kind::number, "an integer");
  const auto number = complete<std::int64_t>(token.text);
  if (!number) fail(token, "\"" + token.text + "\" is not an integer");
  result = *number;
}

void Parser::read(int& result) {
  const Token token = token_;
  std::int64_t number = 0;
  read(number);
  if (number < std::numeric_limits<int>::min() || number > std::numeric_limits<int>::max())
    fail(token, "\"" + token.text + "\" is out of range");
  result = static_cast<int>(number);
}

void Parser::read(bool& result) {
  const bool fits = token_.is(Kind::word, "true") || token_.is(Kind::word, "false");
  result = expect(fits, "\"true\" or \"false\"").text == "true";
}

/// Reads an extent, or ? for an unknown one.
void Parser::read_extent(std::int64_t& result) {
  int number = static_cast<int>(kUnknownExtent);
  if (!take_mark('?')) read(number);
  result = number;
}

template <class Element>
void Parser::read(std::vector<Element>& result) {
  result.clear();
  expect(token_.is_mark('['), "a list");
  if (take_mark(']')) return;
  do {
    Element element{};
    if constexpr (std::is_same_v<Element, int>)
      read(element);
    else
      read_extent(element);
    result.push_back(element);
  } while (take_mark(','));
  expect(token_.is_mark(']'), "\",\" or \"]\"");
}

Initializer Parser::initializer() {
  const Token kind = expect(token_.kind == Kind::word, "an initializer");
  Initializer result;
  if (kind.text == "zeros") return result;
  if (kind.text == "constant")
    result.kind = Initializer::Kind::constant;
  else if (kind.text == "uniform")
    result.kind = Initializer::Kind::uniform;
  else if (kind.text == "normal")
    result.kind = Initializer::Kind::normal;
  else
    fail(kind, "unknown initializer \"" + kind.text + "\"",
         suggestion(kind.text, {"zeros", "constant", "uniform", "normal"}));
  read(result.scale);
  return result;
}

Variable Parser::variable() {
  Variable result;
  result.origin.where = expect_word("variable").where;
  result.name = name("the variable's name");
  expect_mark(':');
  const auto [written, where] = type();
  if (auto mistake = extents_mistake(written.shape, false); !mistake.empty()) fail(where, mistake);
  result.type = written;
  expect_mark('{');
  result.role = *variable_role(expect(token_.kind == Kind::word && variable_role(token_.text),
                                      "\"weight\", \"statistic\", \"average\", \"state\" or \"gradient\"")
                                   .text);
  if (result.role == Role::state && !token_.is(Kind::word, "of") && !token_.is_mark(','))
    result.series = name("what the optimizer keeps");
  if (token_.is(Kind::word, "of")) {
    take();
    const bool of_net = result.role == Role::weight || result.role == Role::statistic;
    (of_net ? result.net : result.of) = name(of_net ? "the net's name" : "the weight's name");
  }
  expect_mark(',');
  result.initializer = initializer();
  expect_mark('}');
  result.origin.part = end_of_line();
  return result;
}

std::vector<Value> Parser::operands(const Function& function) {
  std::vector<Value> result;
  if (!take_mark('(') || take_mark(')')) return result;
  do result.push_back(value(function));
  while (take_mark(','));
  expect(token_.is_mark(')'), "\",\" or \")\"");
  return result;
}

Attributes Parser::attributes(const OpInfo& op, const Token& at) {
  const auto known = attributes_of(op.op);
  std::vector<std::string> names, missing, absent;
  for (const auto& attribute : known) {
    names.emplace_back(attribute.name);
    (attribute.may_be_absent ? absent : missing).emplace_back(attribute.name);
  }

  Attributes result;
  if (take_mark('{') && !take_mark('}')) {
    do {
      const Token key = expect(token_.kind == Kind::word, "an attribute");
      const auto found = std::ranges::find(known, key.text, &AttributeInfo::name);
      if (found == known.end())
        fail(key, std::string(op.name) + " has no attribute \"" + key.text + "\"",
             suggestion(key.text, names));
      if (std::erase(missing, key.text) + std::erase(absent, key.text) == 0)
        fail(key, "the attribute \"" + key.text + "\" is given twice");
      expect_mark('=');
      std::visit([&](auto member) { read(result.*member); }, found->member);
    } while (take_mark(','));
    expect(token_.is_mark('}'), "\",\" or \"}\"");
  }
  if (!missing.empty()) fail(at, std::string(op.name) + " needs the attribute \"" + missing[0] + "\"");
  return result;
}

Node Parser::node(const Function& function) {
  const Token number = expect(token_.kind == Kind::value, "a value");
  const auto next = std::to_string(function.nodes.size());
  if (number.text != next)
    fail(number, "values are numbered in order: expected %" + next + ", not %" + number.text);
  expect_mark('=');

  const Token op = expect(token_.kind == Kind::word, "an operation");
  const OpInfo* known = find_op(op.text);
  if (!known) fail(op, "unknown operation \"" + op.text + "\"", suggestion(op.text, op_names()));
  Node node{known->op, operands(function), {}, {}, {"", op.where}};
  node.attributes = attributes(*known, op);

  expect_mark(':');
  const auto [written, where] = type();
  node.type = written;
  if (auto mistake = attribute_mistake(node.op, node.attributes, node.type); !mistake.empty())
    fail(op, mistake);
  std::vector<Type> types;
  for (Value v : node.operands) types.push_back(function.node(v).type);
  try {
    const Type inferred = infer_type(node.op, types, node.attributes, node.type);
    if (inferred != node.type)
      fail(where, "this " + op.text + " is " + to_string(inferred) + ", not " + to_string(node.type));
  } catch (const ShapeError& error) {
    fail(op, error.what());
  }
  read_part(node.origin);
  return node;
}

Result Parser::result(const Function& function) {
  expect_word("result");
  Result result;
  result.name = name("the result's name");
  expect_mark('=');
  result.value = value(function);
  end_of_line();
  return result;
}

Function Parser::function() {
  Function result;
  expect_word("function");
  result.name = name("the function's name");
  if (take_mark('{')) {
    const Token role = expect(token_.kind == Kind::word && function_role(token_.text), "a function's role");
    result.role = *function_role(role.text);
    if (token_.is(Kind::word, "of")) {
      take();
      result.update = name("the update's name");
    }
    expect_mark('}');
  }
  end_of_line();
  for (skip_empty_lines(); token_.kind == Kind::value; skip_empty_lines())
    result.nodes.push_back(node(result));
  for (; token_.is(Kind::word, "result"); skip_empty_lines()) result.results.push_back(this->result(result));
  return result;
}

/// Reads `{rank 0 of 4}`, if it is there.
void Parser::read_rank(Module& module) {
  if (!take_mark('{')) return;
  expect_word("rank");
  read(module.rank);
  expect_word("of");
  const Token ranks = token_;
  read(module.ranks);
  if (module.rank < 0 || module.rank >= module.ranks)
    fail(ranks, "there is no rank " + std::to_string(module.rank) + " of " + ranks.text,
         "ranks are counted from 0");
  expect_mark('}');
}

Module Parser::parse() {
  Module module;
  skip_empty_lines();
  expect_word("module");
  module.name = name("the module's name");
  read_rank(module);
  end_of_line();
  skip_empty_lines();
  for (; token_.is(Kind::word, "variable"); skip_empty_lines()) {
    module.variables.push_back(variable());
    Variable& v = module.variables.back();
    if (v.role != Role::average) continue;
    if (const Variable* averaged = module.variable(v.of)) v.net = averaged->net;
  }
  for (; token_.is(Kind::word, "function"); skip_empty_lines()) module.functions.push_back(function());
  if (token_.kind == Kind::end) return module;

  const Function* last = module.functions.empty() ? nullptr : &module.functions.back();
  expect(false, !last                   ? "a variable or a function"
                : last->results.empty() ? "a value, a result or a function"
                                        : "a result or a function");
  return module;
}

}  // namespace

Module parse_module(const std::string& text, const std::string& path) {
  return Parser(std::make_shared<SourceFile>(SourceFile{path, text})).parse();
}

}  // namespace sganc
