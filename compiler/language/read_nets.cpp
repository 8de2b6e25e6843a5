// Reads nets and their layers, and orders the nets so that each comes after the nets that it is a function
// of.

#include <algorithm>
#include <set>

#include "compiler/language/reading.h"
#include "compiler/language/sections.h"
#include "compiler/language/spelling.h"

namespace sganc {
namespace {

/// Whether a net may be a function of `name`.
bool is_source(const std::string& name, const Reading& reading) {
  return contains(reading.inputs, name) || contains(reading.nets, name);
}

std::vector<std::string> names_of(const std::vector<Located<std::string>>& located) {
  std::vector<std::string> names;
  for (const auto& name : located) names.push_back(name.value);
  return names;
}

/// The names that `from` of the next layer may list.
std::vector<std::string> layers_so_far(const DeclaredNet& net) {
  std::vector<std::string> names = names_of(net.of);
  for (const auto& layer : net.layers) names.push_back(layer.name);
  return names;
}

/// Sets the inputs of a net's first layer that has no `from`, if the net is a function of several values. The
/// layer takes all of them if it joins values. Otherwise this is an error.
void take_all(const KindKeys& kind, const DeclaredNet& net, DeclaredLayer& layer, Reading& reading) {
  if (kind.joins) {
    for (const auto& name : net.of) layer.from.push_back({name.value, layer.where});
    return;
  }
  reading.error(layer.where,
                with_article(kind.name) + " layer takes one input, and the net \"" + net.name +
                    "\" is a function of " + enumerated(names_of(net.of)),
                "name it: from = \"" + net.of[0].value + "\"");
}

/// Reads `from = "a"` or `from = ["a", "b"]`. Checks that the layer takes this many inputs.
void read_from(const DocumentNode& node, const KindKeys& kind, const DeclaredNet& net, DeclaredLayer& layer,
               Reading& reading) {
  const Entry* from = node.find("from");
  const bool first = net.layers.empty();
  if (!from && first && net.of.empty()) return;  // reported already
  if (!from && first && net.of.size() > 1) return take_all(kind, net, layer, reading);
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

/// Reports each name in `of`, and each layer but the last, that no layer takes.
void report_unused_layers(const DeclaredNet& net, Reading& reading) {
  std::set<std::string> used;
  if (net.of.size() == 1) used.insert(net.of[0].value);
  for (std::size_t i = 0; i < net.layers.size(); ++i) {
    if (net.layers[i].from.empty() && i > 0) used.insert(net.layers[i - 1].name);
    for (const auto& name : net.layers[i].from) used.insert(name.value);
  }
  for (const auto& name : net.of)
    if (!used.contains(name.value) && is_source(name.value, reading))
      reading.error(name.where, "no layer takes \"" + name.value + "\"");
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
  if (contains(names_of(net.of), layer.name))
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
  if (!layers) {
    if (!misspelled(table, "layers"))
      reading.error(table.where, "[net." + net.name + "] needs the key \"layers\"");
    return;
  }
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

/// Extends `path` at its end until it leads back to its first net. If there is no such way, returns false and
/// leaves `path` as it was. Nets in `seen` have been tried and are not tried again.
bool close_cycle(std::vector<std::string>& path, std::set<std::string>& seen, const Reading& reading) {
  const auto of = reading.net_of.find(path.back());
  if (of == reading.net_of.end()) return false;
  for (const auto& next : of->second) {
    if (contains(reading.inputs, next)) continue;
    if (next == path.front()) return true;
    if (!seen.insert(next).second) continue;
    path.push_back(next);
    if (close_cycle(path, seen, reading)) return true;
    path.pop_back();
  }
  return false;
}

/// The nets on a cycle through `start`, beginning with `start`. Empty if `start` is on no cycle.
std::vector<std::string> cycle_through(const std::string& start, const Reading& reading) {
  std::vector<std::string> path{start};
  std::set<std::string> seen;
  return close_cycle(path, seen, reading) ? path : std::vector<std::string>{};
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
    const std::string& next = cycle.size() > 1 ? cycle[1] : net.name;
    const auto at = std::ranges::find(net.of, next, &Located<std::string>::value);
    reading.error(at == net.of.end() ? net.where : at->where, "nets form a cycle: " + text + net.name);
  }
}

/// Moves each net behind the nets that it is a function of. Otherwise keeps the order of the file.
void order_nets(std::vector<DeclaredNet>& nets) {
  std::vector<DeclaredNet> ordered;
  while (!nets.empty()) {
    const auto waits = [&](const DeclaredNet& net) {
      return std::any_of(nets.begin(), nets.end(),
                         [&](const auto& other) { return contains(names_of(net.of), other.name); });
    };
    auto next = std::find_if_not(nets.begin(), nets.end(), waits);
    if (next == nets.end()) next = nets.begin();  // a cycle, which is reported
    ordered.push_back(std::move(*next));
    nets.erase(next);
  }
  nets = std::move(ordered);
}

/// Reads `of = "a"` or `of = ["a", "b"]`, whose type has been checked.
void read_of(const DocumentNode& of, DeclaredNet& net, Reading& reading) {
  const bool list = of.type == DocumentNode::Type::list;
  if (list && of.elements.empty()) reading.error(of.where, "of names no input or net");
  for (const auto& source : list ? of.elements : std::vector{of}) {
    if (contains(names_of(net.of), source.text)) {
      reading.error(source.where, "\"" + source.text + "\" is listed twice");
      continue;
    }
    if (!is_source(source.text, reading))
      reading.error(source.where, "unknown input or net \"" + source.text + "\"",
                    suggestion(source.text, sources_for(net.name, reading)));
    net.of.push_back({source.text, source.where});
  }
}

/// The arguments of a net; see DeclaredNet. Empty if a name in `of` is wrong, or names a net without known
/// arguments.
std::vector<std::string> arguments_of(const DeclaredNet& net, const Reading& reading) {
  std::vector<std::string> arguments;
  for (const auto& of : net.of) {
    const auto* before = reading.model.net(of.value);
    if (before ? before->arguments.empty() : !contains(reading.inputs, of.value)) return {};
    for (const auto& name : before ? before->arguments : std::vector{of.value})
      if (!contains(arguments, name)) arguments.push_back(name);
  }
  return arguments;
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
    if (keys.has("of")) read_of(value.find("of")->value, net, reading);
    read_layers(value, net, reading);
    reading.model.nets.push_back(std::move(net));
  }
  report_cycles(reading);
  order_nets(reading.model.nets);
  for (auto& net : reading.model.nets) net.arguments = arguments_of(net, reading);
}

}  // namespace sganc
