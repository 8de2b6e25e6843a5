// Each primitive's row is complete. By its samples: modules verify, mistakes in them are found, and the
// text of a graph asks for its attributes.

#include <gtest/gtest.h>

#include <set>

#include "compiler/language/source.h"
#include "tests/primitive_samples.h"

namespace sganc {
namespace {

/// What a row lacks, or "".
std::string missing_in(const Primitive& row) {
  if (!row.samples || row.samples().empty()) return "it needs samples";
  if (!row.examples || row.examples().empty()) return "it needs examples";
  if (!row.type) return "it needs a rule of types";
  for (auto i = static_cast<std::size_t>(row.info.operands); i < std::size(row.gradient); ++i)
    if (row.gradient[i]) return "it has more gradients than operands";
  const bool bound = row.info.op == Op::variable || row.info.op == Op::input;
  if ((row.element ? 1 : 0) + (row.reference ? 1 : 0) != (bound ? 0 : 1))
    return "it needs an element or a reference";
  if (row.info.kind == OpClass::product && !row.multiply_adds) return "a product needs its multiply-adds";
  return "";
}

TEST(PrimitiveRows, AreWhole) {
  for (const Primitive* row : all_primitives()) EXPECT_EQ(missing_in(*row), "") << row->info.name;
}

TEST(PrimitiveRows, SayWhatTheyLack) {
  Primitive row = primitive(Op::exp);
  EXPECT_EQ(missing_in(row), "");
  row.gradient[1] = row.gradient[0];
  EXPECT_EQ(missing_in(row), "it has more gradients than operands");
  row.element = nullptr;
  row.gradient[1] = nullptr;
  EXPECT_EQ(missing_in(row), "it needs an element or a reference");
  row.examples = nullptr;
  EXPECT_EQ(missing_in(row), "it needs examples");
  row.samples = [] { return std::vector<PrimitiveSample>{}; };
  EXPECT_EQ(missing_in(row), "it needs samples");
}

TEST(PrimitiveRows, StandInTheOrderOfOp) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < all_primitives().size(); ++i) {
    const OpInfo& row = all_primitives()[i]->info;
    EXPECT_EQ(static_cast<std::size_t>(row.op), i) << row.name;
    EXPECT_EQ(find_op(row.name), &row);
    EXPECT_TRUE(names.insert(row.name).second) << row.name << " stands twice";
  }
  EXPECT_EQ(find_op("adds"), nullptr);
}

TEST(PrimitiveRows, OfSamplesVerify) {
  EXPECT_EQ(verify(module_of_samples()), std::vector<std::string>{});
}

/// Returns a sample's operands, the first with one more axis.
std::vector<Type> with_an_axis_more(const PrimitiveSample& sample) {
  std::vector<Type> types;
  for (const auto& operand : sample.operands) types.push_back(operand.type);
  if (!types.empty()) types[0].shape.push_back(2);
  return types;
}

TEST(PrimitiveRows, CountOperands) {
  for (const auto& of : all_samples_of_primitives()) {
    std::vector<Type> types = with_an_axis_more(of.sample);
    types.push_back({});
    try {
      infer_type(of.row->info.op, types, of.sample.attributes, of.sample.declared);
      ADD_FAILURE() << of.name() << " takes an operand more";
    } catch (const ShapeError& error) {
      EXPECT_EQ(std::string(error.what()), of.name() + " takes " + std::to_string(of.row->info.operands) +
                                               " operands, not " + std::to_string(types.size()));
    }
  }
}

/// No rule overlooks a shape: with another one it refuses the operands or gives another type.
TEST(PrimitiveRows, LookAtTheShapesOfOperands) {
  for (const auto& of : all_samples_of_primitives()) {
    if (of.sample.operands.empty()) continue;
    Module module;
    const Value node = add_sample(module, "f", of);
    try {
      EXPECT_NE(
          infer_type(of.row->info.op, with_an_axis_more(of.sample), of.sample.attributes, of.sample.declared),
          module.functions[0].node(node).type)
          << to_string(module);
    } catch (const ShapeError& error) {
      EXPECT_STRNE(error.what(), "");
    }
  }
}

TEST(PrimitiveRows, OfAnotherTypeThanTheirRuleSaysAreMistakes) {
  for (const auto& of : all_samples_of_primitives()) {
    if (of.row->info.kind == OpClass::leaf) continue;  // its type is declared
    Module module;
    const Value v = add_sample(module, "f", of);
    Node& node = module.functions[0].node(v);
    const Type right = node.type;
    node.type.shape.push_back(2);
    EXPECT_EQ(verify(module), (std::vector<std::string>{"%" + std::to_string(v.id) + " (" + of.name() +
                                                        ") of function f has type " + to_string(node.type) +
                                                        ", but its operands make it " + to_string(right)}));
  }
}

/// Gives a member of the attributes a value that is not its default.
void change(Attributes& attributes, const AttributeInfo& which) {
  struct Change {
    Attributes& a;
    void operator()(std::string Attributes::*m) const { a.*m = "x"; }
    void operator()(double Attributes::*m) const { a.*m = 2; }
    void operator()(std::int64_t Attributes::*m) const { a.*m = 2; }
    void operator()(bool Attributes::*m) const { a.*m = true; }
    void operator()(DType Attributes::*m) const { a.*m = DType::u8; }
    void operator()(std::vector<int> Attributes::*m) const { a.*m = {0}; }
    void operator()(Shape Attributes::*m) const { a.*m = {2}; }
  };
  std::visit(Change{attributes}, which.member);
}

TEST(PrimitiveRows, ReadNoAttributesButTheirOwn) {
  std::map<std::string_view, AttributeInfo> every;
  for (const Primitive* row : all_primitives())
    for (const auto& attribute : row->attributes) every.emplace(attribute.name, attribute);
  for (const Primitive* row : all_primitives()) {
    const auto own = [&](std::string_view name) {
      return std::ranges::find(row->attributes, name, &AttributeInfo::name) != row->attributes.end();
    };
    for (const auto& [name, attribute] : every) {
      if (own(name)) continue;
      Module module;
      const Value node = add_sample(module, "f", samples_of(*row)[0]);
      change(module.functions[0].node(node).attributes, attribute);
      EXPECT_EQ(verify(module),
                (std::vector<std::string>{"%" + std::to_string(node.id) + " (" + std::string(row->info.name) +
                                          ") of function f has attributes that the operation does not read"}))
          << name;
    }
  }
}

TEST(PrimitiveRows, NeedTheirAttributesInTheText) {
  for (const Primitive* row : all_primitives()) {
    const auto needed = std::ranges::find(row->attributes, false, &AttributeInfo::may_be_absent);
    if (needed == row->attributes.end()) continue;
    Module module{.name = "m"};
    add_sample(module, "f", samples_of(*row)[0]);
    std::string text = to_string(module);
    const auto begin = text.rfind(" {"), end = text.rfind('}');  // of the last line, which is the node
    text.erase(begin, end + 1 - begin);
    try {
      parse_module(text, "m.graph");
      ADD_FAILURE() << text;
    } catch (const UserError& error) {
      EXPECT_EQ(error.diagnostic.message,
                std::string(row->info.name) + " needs the attribute \"" + std::string(needed->name) + "\"");
    }
  }
}

}  // namespace
}  // namespace sganc
