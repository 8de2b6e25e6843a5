// A layer, a function and an optimizer whose rows are in this file alone are used by all that the tables
// feed: the check of model files, the schema, the reference page, the samples. Also what a verb needs
// besides its row.

#include <nlohmann/json.hpp>

#include "compiler/driver/verb.h"
#include "compiler/language/schema.h"
#include "tests/data_folder.h"
#include "tests/language_testing.h"
#include "tests/layer_samples.h"

namespace sganc {
namespace {

const Layer bump_layer{.name = "bump",
                       .description = "1 / (1 + sharpness x^2).",
                       .build =
                           [](LayerContext& c, Value x) {
                             const Value square =
                                 c.b.multiply(c.b.multiply(x, x), c.keys.number("sharpness"));
                             return c.b.divide(1.0, c.b.add(square, 1.0));
                           },
                       .keys = {number("sharpness", "how narrow it is").greater_than(0).defaulting(1.0)},
                       .samples = {{{3, 7}}, {{2, 5, 4, 3}, {{"sharpness", 0.25}}}},
                       .is_function = true};

const ExpressionFunction cube_function{
    .name = "cube",
    .description = "cube(a): a * a * a.",
    .least_arguments = 1,
    .most_arguments = 1,
    .build = [](FunctionContext& c,
                const std::vector<Value>& a) { return c.b.multiply(a[0], c.b.multiply(a[0], a[0])); },
    .samples = {{.arguments = {{3, 4}}, .any_numbers = true}}};

const Optimizer sign_optimizer{.name = "sign",
                               .description = "Steps of one size.",
                               .build = [](OptimizerContext&, Value w, Value) { return w; },
                               .keys = {rate("rate", "the size of a step").greater_than(0)},
                               .samples = {{{"rate", 0.1}}}};

Vocabulary with_these_rows() {
  Tables all = tables();
  all.layers.push_back(&bump_layer);
  all.functions.push_back(&cube_function);
  all.optimizers.push_back(&sign_optimizer);
  return vocabulary(all);
}

std::string with_bump(const std::string& keys) {
  return varied("{ kind = \"softmax\" }", "{ kind = \"bump\"" + keys + " }");
}

std::string complaint(const std::string& text) {
  Diagnostics diagnostics;
  EXPECT_FALSE(parse_model(text, "model.toml", {}, with_these_rows(), diagnostics)) << text;
  return diagnostics.items().empty() ? "" : diagnostics.items()[0].message;
}

TEST(Rows, OfALayerIsReadFromAModelFile) {
  Diagnostics diagnostics;
  const auto model = parse_model(with_bump(""), "model.toml", {}, with_these_rows(), diagnostics);
  ASSERT_TRUE(model) << printed(diagnostics);
  EXPECT_EQ(model->net("classifier")->layers[0].keys.number("sharpness"), 1);
  EXPECT_EQ(complaint(with_bump(", sharpness = 0")), "sharpness must be greater than 0, not 0");
  EXPECT_EQ(complaint(with_bump(", width = 1")), "a bump layer has no key \"width\"");
}

TEST(Rows, OfAFunctionIsCheckedInExpressions) {
  const std::string loss = "cross_entropy(classifier(x), label(x))";
  Diagnostics diagnostics;
  EXPECT_TRUE(parse_model(varied(loss, "mean(cube(bump(classifier(x))))"), "model.toml", {},
                          with_these_rows(), diagnostics))
      << printed(diagnostics);
  EXPECT_EQ(complaint(varied(loss, "cube(1, 2)")), "cube takes 1 argument, not 2");
  EXPECT_EQ(complaint(varied(loss, "bump(1, 2)")), "bump takes 1 argument, not 2");
}

TEST(Rows, OfAnOptimizerIsReadFromAModelFile) {
  Diagnostics diagnostics;
  const auto text = varied("kind = \"adam\"", "kind = \"sign\"");
  EXPECT_TRUE(parse_model(text, "model.toml", {}, with_these_rows(), diagnostics)) << printed(diagnostics);
  EXPECT_EQ(complaint(varied("kind = \"adam\", rate = 2e-4", "kind = \"sign\"")),
            "a sign optimizer needs the key \"rate\"");
}

/// The page and the schema say what the row says.
TEST(Rows, StandInTheReferencePageAndTheSchema) {
  const std::string page = reference_page(with_these_rows()), before = reference_page(vocabulary());
  for (const std::string text :
       {"[`bump`](#bump)", "### `bump`\n\n1 / (1 + sharpness x^2).\n\n| key | ",
        "| `sharpness` | a number, above 0 | `1.0` | how narrow it is |\n",
        "### `sign`\n\nSteps of one size.\n\n", "| `cube` | 1 | cube(a): a * a * a. |\n",
        "| `bump` | 1 | bump(x): 1 / (1 + sharpness x^2). |\n"}) {
    EXPECT_NE(page.find(text), std::string::npos) << text;
    EXPECT_EQ(before.find(text), std::string::npos) << text;
  }
  const auto properties = nlohmann::json::parse(json_schema(with_these_rows()))["properties"];
  const auto kinds =
      properties["net"]["additionalProperties"]["properties"]["layers"]["anyOf"][0]["items"]["anyOf"];
  const auto bump = kinds[all_layers().size()];
  EXPECT_EQ(bump["properties"]["kind"]["const"], "bump");
  EXPECT_EQ(bump["properties"]["kind"]["description"], "1 / (1 + sharpness x^2).");
  EXPECT_EQ(bump["properties"]["sharpness"]["description"], "how narrow it is");
  EXPECT_EQ(bump["properties"]["sharpness"]["exclusiveMinimum"], 0);
}

/// The row is enough for a kernel that agrees with the reference and gradients that agree with slopes.
TEST(Rows, OfALayerHasAKernelAndGradientsByItsSamples) {
  Module module{.name = "rows"};
  for (std::size_t i = 0; i < bump_layer.samples.size(); ++i)
    add_layer(module, "bump." + std::to_string(i), bump_layer, bump_layer.samples[i]);
  Twin twin(std::move(module), {});
  std::mt19937 random(1);
  for (const auto& f : twin.module.functions) {
    bind_inputs(twin, f, random);
    const Tensors before = twin.truth;
    twin.step(f.name, 1e-5);
    check_gradients(twin, before, f);
  }
}

TEST(Rows, OfAVerbStandsInTheFrontDoor) {
  const std::string page = testing::content_of(std::filesystem::path(SGANC_SOURCE_DIR) / "README.md");
  for (const Verb* verb : all_verbs())
    EXPECT_NE(page.find("\n| `" + verb->name), std::string::npos)
        << "add a line to the table of verbs in README.md: | `" << verb->name << " " << verb->usage << "` | "
        << verb->summary << " |";
}

}  // namespace
}  // namespace sganc
