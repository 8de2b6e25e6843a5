// Nets: their layers, and an order in which each comes after what it is a function of.

#include <algorithm>
#include <set>

#include "compiler/language/reading.h"
#include "compiler/language/sections.h"
#include "compiler/language/spelling.h"

namespace sganc {
namespace {

/// What may stand in `from` of the next layer.
std::vector<std::string> layers_so_far(const DeclaredNet& net) {
  std::vector<std::string> names{net.of.value};
  for (const auto& layer : net.layers) names.push_back(layer.name);
  return names;
}

/// Reads `from = "a"` or `from = ["a", "b"]`, as many as the layer takes.
void read_from(const DocumentNode& node, const KindKeys& kind, const DeclaredNet& net, DeclaredLayer& layer,
               Reading& reading) {
  const Entry* from = node.find("from");
  if (from) {
    const bool one = from->value.type == DocumentNode::Type::text;
    if (!one && from->value.type != DocumentNode::Type::list)
      return reading.error(from->value.where,
                           "from must be a layer's name or a list of names, not " + describe(from->value));
    if (!check_value(from->value, one ? text("from", "") : texts("from", ""), reading.diagnostics)) return;
    const auto names = layers_so_far(net);
    for (const auto& name : one ? std::vector{from->value} : from->value.elements) {
      if (!contains(names, name.text))
        reading.error(name.where, "there is no \"" + name.text + "\" before this layer",
                      suggestion(name.text, names));
      layer.from.push_back({name.text, name.where});
    }
  }
  const std::size_t given = from ? layer.from.size() : 1;
  const Location& where = from ? from->value.where : layer.where;
  if (kind.joins && given < 2)
    reading.error(where, with_article(kind.name) + " layer takes two inputs or more",
                  "name them: from = [\"LAYER\", \"LAYER\"]");
  if (!kind.joins && given != 1)
    reading.error(where, with_article(kind.name) + " layer takes one input, not " + std::to_string(given));
}

/// Every layer but the last must be taken by another.
void report_unused_layers(const DeclaredNet& net, Reading& reading) {
  std::set<std::string> used;
  for (std::size_t i = 0; i < net.layers.size(); ++i) {
    if (net.layers[i].from.empty() && i > 0) used.insert(net.layers[i - 1].name);
    for (const auto& name : net.layers[i].from) used.insert(name.value);
  }
  for (std::size_t i = 0; i + 1 < net.layers.size(); ++i)
    if (!used.contains(net.layers[i].name))
      reading.error(net.layers[i].where, "no layer takes \"" + net.layers[i].name + "\"");
}

void read_layer(const DocumentNode& node, DeclaredNet& net, std::map<std::string, int>& counts,
                Reading& reading) {
  if (node.type != DocumentNode::Type::table)
    return reading.error(node.where, "a layer must be a table, not " + describe(node),
                         "write { kind = ... }");
  const KindKeys* kind = kind_of(node, reading.vocabulary.layers, "layer", reading.diagnostics);
  if (!kind) return;
  DeclaredLayer layer;
  layer.kind = kind->name;
  layer.where = node.find("kind")->value.where;
  layer.name = kind->name + "_" + std::to_string(++counts[kind->name]);
  Location name_where = layer.where;
  if (const Entry* name = node.find("name")) {
    if (!check_value(name->value, text("name", ""), reading.diagnostics) ||
        !reading.check_name(name->value.text, "a layer", name->value.where))
      return;
    layer.name = name->value.text;
    name_where = name->value.where;
  }
  if (layer.name == net.of.value)
    reading.error(name_where, "\"" + layer.name + "\" is what the net \"" + net.name + "\" is a function of");
  for (const auto& other : net.layers)
    if (other.name == layer.name)
      reading.error(name_where, "the net \"" + net.name + "\" has two layers named \"" + layer.name + "\"");
  layer.keys = check_keys(node, with_article(kind->name) + " layer", kind->keys, {"kind", "name", "from"},
                          reading.diagnostics);
  read_from(node, *kind, net, layer, reading);
  net.layers.push_back(std::move(layer));
}

void read_layers(const DocumentNode& table, DeclaredNet& net, Reading& reading) {
  const Entry* layers = table.find("layers");
  if (!layers) return reading.error(table.where, "[net." + net.name + "] needs the key \"layers\"");
  if (layers->value.type != DocumentNode::Type::list)
    return reading.error(layers->value.where,
                         "layers must be a list of tables, not " + describe(layers->value));
  if (layers->value.elements.empty())
    return reading.error(layers->value.where, "the net \"" + net.name + "\" has no layers");
  std::map<std::string, int> counts;
  const std::size_t mistakes = reading.diagnostics.items().size();
  for (const auto& node : layers->value.elements) read_layer(node, net, counts, reading);
  if (reading.diagnostics.items().size() == mistakes) report_unused_layers(net, reading);
}

/// What a net may be a function of: inputs and the other nets.
std::vector<std::string> sources_for(const std::string& net, const Reading& reading) {
  std::vector<std::string> sources = reading.inputs;
  for (const auto& other : reading.nets)
    if (other != net) sources.push_back(other);
  return sources;
}

/// The nets on a cycle through `start`, from `start` on; empty where `start` is on none.
std::vector<std::string> cycle_through(const std::string& start, const Reading& reading) {
  std::vector<std::string> path{start};
  while (true) {
    const auto of = reading.net_of.find(path.back());
    if (of == reading.net_of.end() || contains(reading.inputs, of->second)) return {};
    if (of->second == start) return path;
    if (contains(path, of->second)) return {};
    path.push_back(of->second);
  }
}

void report_cycles(Reading& reading) {
  std::set<std::string> reported;
  for (const auto& net : reading.model.nets) {
    if (reported.contains(net.name)) continue;
    const auto cycle = cycle_through(net.name, reading);
    if (cycle.empty()) continue;
    reported.insert(cycle.begin(), cycle.end());
    std::string text;
    for (const auto& name : cycle) text += name + " -> ";
    reading.error(net.of.where, "nets form a cycle: " + text + net.name);
  }
}

/// Moves each net behind what it is a function of, else keeping the order of the file.
void order_nets(std::vector<DeclaredNet>& nets) {
  std::vector<DeclaredNet> ordered;
  while (!nets.empty()) {
    const auto waits = [&](const DeclaredNet& net) {
      return std::any_of(nets.begin(), nets.end(),
                         [&](const auto& other) { return other.name == net.of.value; });
    };
    auto next = std::find_if_not(nets.begin(), nets.end(), waits);
    if (next == nets.end()) next = nets.begin();  // a cycle, which is reported
    ordered.push_back(std::move(*next));
    nets.erase(next);
  }
  nets = std::move(ordered);
}

}  // namespace

void read_nets(Reading& reading) {
  const DocumentNode section = reading.section("net");
  const Entry* entry = reading.root.find("net");
  if (!entry || (entry->value.type == DocumentNode::Type::table && entry->value.entries.empty()))
    reading.error(section.where, "a model needs at least one net: [net.NAME]");
  for (const auto& [name, where, value] : section.entries) {
    if (value.type != DocumentNode::Type::table) {
      reading.error(value.where, "net." + name + " must be a table, not " + describe(value));
      continue;
    }
    DeclaredNet net{.name = name, .of = {}, .layers = {}, .where = where};
    const Keys keys =
        check_keys(value, "[net." + name + "]", section_keys("net"), {"layers"}, reading.diagnostics);
    if (keys.has("of")) {
      net.of = {keys.text("of"), keys.where("of")};
      if (!contains(reading.inputs, net.of.value) && !contains(reading.nets, net.of.value))
        reading.error(net.of.where, "unknown input or net \"" + net.of.value + "\"",
                      suggestion(net.of.value, sources_for(name, reading)));
    }
    read_layers(value, net, reading);
    reading.model.nets.push_back(std::move(net));
  }
  report_cycles(reading);
  order_nets(reading.model.nets);
}

}  // namespace sganc
