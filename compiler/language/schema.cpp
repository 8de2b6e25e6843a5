#include "compiler/language/schema.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "compiler/language/sections.h"

namespace sganc {
namespace {

using Json = nlohmann::ordered_json;

struct JsonValue {
  Json operator()(const Rate& rate) const { return to_toml(rate); }
  template <class T>
  Json operator()(const T& value) const {
    return value;
  }
};

Json table_schema(const std::vector<Key>& keys, const std::string& description);

bool is_list(const Key& key) {
  return key.type == KeyType::integers || key.type == KeyType::numbers || key.type == KeyType::texts;
}

/// The schema of one value, or of one element of a list.
Json element_schema(const Key& key) {
  Json schema;
  switch (key.type) {
    case KeyType::boolean:
      schema["type"] = "boolean";
      break;
    case KeyType::integer:
    case KeyType::integers:
      schema["type"] = "integer";
      break;
    case KeyType::number:
    case KeyType::numbers:
      schema["type"] = "number";
      break;
    case KeyType::text:
    case KeyType::texts:
      schema["type"] = "string";
      break;
    case KeyType::rate:
      schema["anyOf"] = {{{"type", "number"}}, table_schema(rate_keys(), "a rate that changes")};
  }
  if (key.at_least) schema["minimum"] = *key.at_least;
  if (key.at_most) schema["maximum"] = *key.at_most;
  if (key.above) schema["exclusiveMinimum"] = *key.above;
  if (!key.choices.empty() && key.type != KeyType::integers) schema["enum"] = key.choices;
  return schema;
}

Json value_schema(const Key& key) {
  Json schema = element_schema(key);
  if (is_list(key)) {
    Json list{{"type", "array"}, {"items", schema}};
    if (key.length) list["minItems"] = list["maxItems"] = *key.length;
    Json any = key.or_single ? Json{schema, list} : Json{list};
    if (key.type == KeyType::integers && !key.choices.empty()) any.push_back({{"enum", key.choices}});
    schema = any.size() > 1 ? Json{{"anyOf", any}} : list;
  }
  schema["description"] = key.description;
  if (key.fallback) schema["default"] = std::visit(JsonValue(), *key.fallback);
  return schema;
}

/// The schema of a table with these keys and no others.
Json table_schema(const std::vector<Key>& keys, const std::string& description) {
  Json schema{{"type", "object"},
              {"description", description},
              {"properties", Json::object()},
              {"additionalProperties", false}};
  for (const auto& key : keys) schema["properties"][key.name] = value_schema(key);
  return schema;
}

/// The schema of a table that names its kind and has the keys of that kind. If `whole` is false, the kind may
/// be absent: a file that extends another may leave it to the other file.
Json kinds_schema(const std::vector<KindKeys>& kinds, const std::vector<std::pair<std::string, Json>>& more,
                  bool whole) {
  Json any = Json::array();
  for (const auto& kind : kinds) {
    Json schema = table_schema(kind.keys, kind.description);
    Json properties{{"kind", {{"const", kind.name}, {"description", kind.description}}}};
    for (const auto& [name, value] : more) properties[name] = value;
    properties.update(schema["properties"]);
    schema["properties"] = properties;
    schema["required"] = {"kind"};
    for (const auto& key : kind.keys)
      if (!key.fallback && !key.optional) schema["required"].push_back(key.name);
    any.push_back(schema);
  }
  if (!whole) any.push_back({{"type", "object"}, {"not", {{"required", {"kind"}}}}});
  return {{"anyOf", any}};
}

Json section_schema(const std::string& name);

/// Adds the tables within a section: [data.labels] is the key `labels` of [data].
void add_tables_within(const std::string& name, Json& schema) {
  for (const auto& section : model_sections()) {
    const auto dot = section.name.rfind('.');
    if (dot == std::string::npos || section.name.substr(0, dot) != name) continue;
    const std::string key = section.name.substr(dot + 1);
    const Json table = section_schema(section.name);
    Json& known = schema["properties"][key];
    known = known.is_null() ? table : Json{{"anyOf", {known, table}}};
  }
}

Json section_schema(const std::string& name) {
  const auto sections = model_sections();
  const auto& section = *std::ranges::find(sections, name, &KindKeys::name);
  Json schema = table_schema(section.keys, section.description);
  if (name != "input") add_tables_within(name, schema);
  return schema;
}

Json inputs_schema() {
  const Json image = value_schema(section_keys("input.image").at(0));
  return {{"type", "object"},
          {"additionalProperties",
           {{"anyOf", {image, section_schema("input.latent"), section_schema("input.label")}}}}};
}

Json nets_schema(const Vocabulary& vocabulary) {
  const Json name{{"type", "string"}, {"description", "the layer's name (default: its kind and number)"}};
  const Json from{{"anyOf", {{{"type", "string"}}, {{"type", "array"}, {"items", {{"type", "string"}}}}}},
                  {"description", "its inputs (default: the layer before it)"}};
  Json net = section_schema("net");
  const Json layer = kinds_schema(vocabulary.layers, {{"name", name}, {"from", from}}, true);
  // A file that extends another may change single layers by their names.
  net["properties"]["layers"] = {{"anyOf", {{{"type", "array"}, {"items", layer}}, {{"type", "object"}}}}};
  return {{"type", "object"}, {"additionalProperties", net}};
}

Json spreads_schema() {
  Json spread = section_schema("spread");
  spread["properties"]["features"] = {{"type", "object"},
                                      {"description", "nets of an image and their parts: NET = PART"},
                                      {"additionalProperties", {{"type", "number"}}}};
  return {{"type", "object"}, {"additionalProperties", spread}};
}

Json updates_schema() {
  Json update = section_schema("update");
  update["properties"]["draw"] = {
      {"type", "object"},
      {"description", "what the update draws each time it runs: NAME = \"SOURCE COUNT\""},
      {"additionalProperties",
       {{"type", "string"}, {"pattern", "^\\s*(spread\\.)?[A-Za-z_]\\w*\\s+\\d+\\s*$"}}}};
  update["properties"]["let"] = {{"type", "object"},
                                 {"description", "named values: NAME = \"EXPRESSION\""},
                                 {"additionalProperties", {{"type", "string"}}}};
  return {{"anyOf",
           {{{"type", "array"}, {"items", update}}, {{"type", "object"}, {"additionalProperties", update}}}}};
}

}  // namespace

std::string json_schema(const Vocabulary& vocabulary) {
  Json schema{{"$schema", "http://json-schema.org/draft-07/schema#"}, {"title", "a model of sganc"}};
  schema.update(section_schema(""));
  Json& properties = schema["properties"];
  for (const std::string name : {"data", "train", "average", "evaluate", "report"})
    properties[name] = section_schema(name);
  properties["augment"] = section_schema("augment");
  properties["augment"]["additionalProperties"] = section_schema("augment");
  properties["spread"] = spreads_schema();
  properties["input"] = inputs_schema();
  properties["net"] = nets_schema(vocabulary);
  properties["optimizer"] = {{"type", "object"},
                             {"additionalProperties", kinds_schema(vocabulary.optimizers, {}, false)}};
  properties["update"] = updates_schema();
  return schema.dump(2) + "\n";
}

}  // namespace sganc
