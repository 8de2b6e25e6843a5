#include <algorithm>

#include "compiler/inspect/plot.h"
#include "compiler/inspect/text_table.h"
#include "compiler/inspect/text_width.h"

namespace sganc {
namespace {

/// The text as a quoted string of Graphviz, whose lines are centred ('n') or aligned to the left ('l').
std::string in_quotes(const std::string& text, char line_end = 'n') {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c == '\n' ? std::string({'\\', line_end}) : std::string(1, c);
  }
  return result + "\"";
}

std::string layer_label(const LayerSummary& layer) {
  std::string label = layer_title(layer);
  if (!layer.settings.empty()) label += "\n" + settings_text(layer.settings);
  if (layer.parameters) label += "\n" + grouped(layer.parameters) + " parameters";
  return label;
}

std::string net_label(const NetSummary& net) {
  std::string label = net.name;
  if (net.parameters) label += ", " + grouped(net.parameters) + " parameters";
  if (!net.trained_by.empty()) label += "\ntrained by " + listed(net.trained_by);
  return label;
}

/// The node of an input of a net: NET(INPUT).
std::string input_node(const NetSummary& net, const std::string& input) {
  return net.name + "(" + input + ")";
}

/// Whether `name` is a model input that the net is `of`.
bool is_input(const ModelSummary& summary, const NetSummary& net, const std::string& name) {
  return !summary.net(name) && std::ranges::count(net.of, name) > 0;
}

std::string cluster(const ModelSummary& summary, const NetSummary& net) {
  std::string text = "  subgraph " + in_quotes("cluster_" + net.name) +
                     " {\n    label = " + in_quotes(net_label(net)) + "\n";
  for (const auto& of : net.of)
    if (is_input(summary, net, of))
      text += "    " + in_quotes(input_node(net, of)) +
              " [label = " + in_quotes(of + " " + shape_text(net.input(of))) + ", style = rounded]\n";
  for (const auto& layer : net.layers)
    text += "    " + in_quotes(net.name + "." + layer.name) + " [label = " + in_quotes(layer_label(layer)) +
            "]\n";
  return text + "  }\n";
}

/// The shape of what a layer reads: an input's or another layer's output.
std::string shape_of(const ModelSummary& summary, const NetSummary& reader, const std::string& from) {
  for (const auto& net : summary.nets)
    for (const auto& layer : net.layers)
      if (net.name + "." + layer.name == from) return shape_text(layer.output);
  return shape_text(reader.input(from));
}

std::string edges(const ModelSummary& summary, const NetSummary& net) {
  std::string text;
  for (const auto& layer : net.layers)
    for (const auto& from : layer.from)
      text += "  " + in_quotes(is_input(summary, net, from) ? input_node(net, from) : from) + " -> " +
              in_quotes(net.name + "." + layer.name) +
              " [label = " + in_quotes(shape_of(summary, net, from)) + "]\n";
  return text;
}

std::string edge(const ModelSummary& summary, const FeedSummary& feed) {
  const NetSummary &from = *summary.net(feed.from), &to = *summary.net(feed.to);
  return "  " + in_quotes(from.name + "." + from.layers.back().name) + " -> " +
         in_quotes(input_node(to, feed.input)) +
         " [style = dashed, label = " + in_quotes(shape_text(from.output()) + "\n" + listed(feed.updates)) +
         "]\n";
}

/// A line for each update, aligned to the left.
std::string legend(const ModelSummary& summary) {
  std::string label;
  for (const auto& u : summary.updates)
    label +=
        u.name + " minimizes " + u.minimize + ", trains " + listed(u.train) + " with " + u.optimizer + "\n";
  return in_quotes(label, 'l');
}

}  // namespace

std::string to_dot(const ModelSummary& summary) {
  std::string text = "digraph " + in_quotes(summary.name) +
                     " {\n"
                     "  label = " +
                     legend(summary) +
                     "\n"
                     "  node [shape = box, fontname = \"sans-serif\"]\n"
                     "  edge [fontname = \"sans-serif\", fontsize = 10]\n"
                     "  graph [fontname = \"sans-serif\"]\n";
  for (const auto& net : summary.nets) text += cluster(summary, net);
  for (const auto& net : summary.nets) text += edges(summary, net);
  for (const auto& feed : summary.feeds) text += edge(summary, feed);
  return text + "}\n";
}

}  // namespace sganc
