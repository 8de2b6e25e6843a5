#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "compiler/inspect/summary.h"
#include "compiler/inspect/text_table.h"
#include "compiler/language/spelling.h"

namespace sganc {
namespace {

using Json = nlohmann::ordered_json;

std::string gflop(double flop) {
  char text[32];
  std::snprintf(text, sizeof text, "%#.3g", flop / 1e9);
  return text;
}

std::string layer_table(const NetSummary& net) {
  TextTable table({"layer", "settings", "output", ">parameters", ">multiply-adds"});
  for (const auto& l : net.layers)
    table.row({l.name, settings_text(l.settings), shape_text(l.output), grouped(l.parameters),
               grouped(l.multiply_adds)});
  table.row({"total", "", "", grouped(net.parameters), grouped(net.multiply_adds)});
  std::vector<std::string> of;
  for (const auto& name : net.of) of.push_back(name + " (" + shape_text(net.input(name)) + ")");
  return net.name + ", a function of " + enumerated(of) + "\n" + table.text(2);
}

std::string net_table(const ModelSummary& summary) {
  TextTable table({"net", "of", "output", ">parameters", ">multiply-adds", "shared by", "trained by"});
  for (const auto& n : summary.nets)
    table.row({n.name, listed(n.of), shape_text(n.output()), grouped(n.parameters), grouped(n.multiply_adds),
               listed(n.shared_by), listed(n.trained_by)});
  return table.text();
}

std::string composition_table(const ModelSummary& summary) {
  TextTable table({"with all that it is built on", ">parameters", ">multiply-adds"});
  for (const auto& c : summary.compositions)
    table.row({c.text, grouped(c.parameters), grouped(c.multiply_adds)});
  return table.text();
}

std::string optimizer_table(const ModelSummary& summary) {
  TextTable table({"optimizer", "kind", "settings", ">state values"});
  for (const auto& o : summary.optimizers)
    table.row({o.name, o.kind, settings_text(o.settings), grouped(o.state_values)});
  return table.text();
}

std::string update_table(const ModelSummary& summary) {
  const bool manners = std::ranges::any_of(summary.updates, [](const auto& u) { return !u.manner.empty(); });
  std::vector<std::string> columns = {"update", "draws", "trains", "with", ">GFLOP a step"};
  if (manners) columns.emplace_back("runs");
  columns.emplace_back("minimizes");
  TextTable table(columns);
  double step = 0;
  for (const auto& u : summary.updates) {
    std::vector<std::string> row = {u.name, draws_text(u), listed(u.train), u.optimizer, gflop(u.flop)};
    if (manners) row.push_back(u.manner.empty() ? "-" : u.manner);
    row.push_back(u.minimize);
    table.row(row);
    step += u.flop;
  }
  table.row({"all", "", "", "", gflop(step)});
  return table.text();
}

template <class T>
Json to_json_value(const T& value) {
  return value;
}
Json to_json_value(const Rate& rate) {
  return {{"from", rate.from},   {"to", rate.to},   {"shape", rate.shape},
          {"begin", rate.begin}, {"end", rate.end}, {"warmup", rate.warmup}};
}

Json object(const std::vector<Setting>& settings) {
  Json json = Json::object();
  for (const auto& s : settings)
    json[s.name] = std::visit([](const auto& value) { return to_json_value(value); }, s.value);
  return json;
}

/// The value itself if there is only one, as in the model file; else the list.
template <class T>
Json one_or_all(const std::vector<T>& values) {
  return values.size() == 1 ? Json(values[0]) : Json(values);
}

Json to_object(const NetSummary& net) {
  Json layers = Json::array();
  for (const auto& l : net.layers)
    layers.push_back({{"name", l.name},
                      {"kind", l.kind},
                      {"settings", object(l.settings)},
                      {"from", l.from},
                      {"output", l.output},
                      {"parameters", l.parameters},
                      {"multiply_adds", l.multiply_adds}});
  return {{"name", net.name},           {"of", one_or_all(net.of)},     {"input", one_or_all(net.inputs)},
          {"output", net.output()},     {"parameters", net.parameters}, {"multiply_adds", net.multiply_adds},
          {"shared_by", net.shared_by}, {"trained_by", net.trained_by}, {"layers", layers}};
}

Json to_object(const UpdateSummary& update) {
  Json draw = Json::object();
  for (const auto& [name, source] : update.draw) draw[name] = source;
  return {{"name", update.name},           {"draw", draw},
          {"minimize", update.minimize},   {"train", update.train},
          {"optimizer", update.optimizer}, {"flop", update.flop},
          {"runs", update.manner}};
}

}  // namespace

std::string draws_text(const UpdateSummary& update) {
  std::string text;
  for (const auto& [name, source] : update.draw) text += (text.empty() ? "" : ", ") + name + " = " + source;
  return text.empty() ? "-" : text;
}

std::string settings_text(const std::vector<Setting>& settings) {
  std::string text;
  for (const auto& s : settings) text += (text.empty() ? "" : ", ") + s.name + " " + s.text;
  return text;
}

std::string to_text(const ModelSummary& summary) {
  std::string text = summary.name + ": " + grouped(summary.parameters) + " parameters\n\n";
  for (const auto& net : summary.nets) text += layer_table(net) + "\n";
  return text + net_table(summary) + "\n" + composition_table(summary) + "\n" + optimizer_table(summary) +
         "\n" + update_table(summary);
}

std::string to_json(const ModelSummary& summary) {
  Json json = {{"model", summary.name}, {"parameters", summary.parameters}};
  for (const auto* list : {"inputs", "nets", "compositions", "optimizers", "updates"})
    json[list] = Json::array();
  for (const auto& i : summary.inputs) json["inputs"].push_back({{"name", i.name}, {"shape", i.shape}});
  for (const auto& net : summary.nets) json["nets"].push_back(to_object(net));
  for (const auto& c : summary.compositions)
    json["compositions"].push_back(
        {{"net", c.text}, {"parameters", c.parameters}, {"multiply_adds", c.multiply_adds}});
  for (const auto& o : summary.optimizers)
    json["optimizers"].push_back({{"name", o.name},
                                  {"kind", o.kind},
                                  {"settings", object(o.settings)},
                                  {"state_values", o.state_values}});
  for (const auto& u : summary.updates) json["updates"].push_back(to_object(u));
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace sganc
