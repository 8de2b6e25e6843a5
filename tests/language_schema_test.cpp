// The committed JSON Schema and reference page are what the tables say.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "compiler/language/schema.h"
#include "compiler/layers/table.h"
#include "tests/data_folder.h"

namespace sganc {
namespace {

std::string committed(const std::string& name) {
  return testing::content_of(std::filesystem::path(SGANC_SOURCE_DIR) / "models" / name);
}

TEST(Schema, IsTheCommittedFile) {
  EXPECT_TRUE(json_schema(vocabulary()) == committed("sganc.schema.json"))
      << "write it anew: ./sganc schema > models/sganc.schema.json";
}

TEST(Schema, HasEveryKeyOfALayer) {
  const auto schema = nlohmann::json::parse(json_schema(vocabulary()));
  const auto& kinds = schema["properties"]["net"]["additionalProperties"]["properties"]["layers"]["anyOf"][0]
                            ["items"]["anyOf"];
  ASSERT_EQ(kinds.size(), all_layers().size());
  const auto& dense = kinds[0];
  EXPECT_EQ(dense["properties"]["kind"]["const"], "dense");
  EXPECT_EQ(dense["properties"]["units"]["minimum"], 1);
  EXPECT_EQ(dense["required"], nlohmann::json({"kind", "units"}));
  EXPECT_EQ(dense["additionalProperties"], false);
}

TEST(ReferencePage, IsTheCommittedFile) {
  EXPECT_TRUE(reference_page(vocabulary()) == committed("reference.md"))
      << "write it anew: ./sganc schema --markdown > models/reference.md";
}

TEST(ReferencePage, HasARowForEveryKeyAndFunction) {
  const std::string page = reference_page(vocabulary());
  for (const auto* layer : all_layers()) {
    EXPECT_NE(page.find("### `" + layer->name + "`\n"), std::string::npos) << layer->name;
    for (const auto& key : layer->keys)
      EXPECT_NE(page.find("| `" + key.name + "` | "), std::string::npos) << layer->name << "." << key.name;
  }
  for (const auto* f : all_functions()) EXPECT_NE(page.find("| `" + f->name + "` | "), std::string::npos);
}

}  // namespace
}  // namespace sganc
