#include "compiler/inspect/text_width.h"

#include <algorithm>
#include <cmath>

#include "compiler/inspect/text_table.h"

namespace sganc {

double text_width(std::string_view text, double size) {
  double ems = 0;
  for (const char c : text) {
    if ((c & 0xC0) == 0x80) continue;  // within a character of UTF-8
    if (std::string_view("iljtfr.,:;'|()[] I").find(c) != std::string_view::npos)
      ems += 0.36;
    else if (std::string_view("mwMW@%").find(c) != std::string_view::npos)
      ems += 0.9;
    else
      ems += c >= 'A' && c <= 'Z' ? 0.7 : 0.6;
  }
  return ems * size;
}

std::string layer_title(const LayerSummary& layer) {
  const bool counted = layer.name.starts_with(layer.kind + "_") &&
                       layer.name.find_first_not_of("0123456789", layer.kind.size() + 1) == std::string::npos;
  return counted ? layer.kind : layer.name + " (" + layer.kind + ")";
}

double badge_width(const std::string& update) {
  return std::ceil(text_width(update, 11)) + 12;
}

double layer_width(const LayerSummary& layer) {
  const double parameters = layer.parameters ? 14 + text_width(grouped(layer.parameters), 11) : 0;
  return 16 + std::max(text_width(layer_title(layer), 12) + parameters,
                       text_width(settings_text(layer.settings), 11));
}

double net_width(const NetSummary& net) {
  double width =
      text_width(net.name, 15) + (net.parameters ? 14 + text_width(grouped(net.parameters), 11) : 0);
  double badges = 0;
  for (const auto& update : net.trained_by) badges += badge_width(update) + 4;
  width = std::max(width, badges);
  for (std::size_t i = 0; i < net.of.size(); ++i)
    width = std::max(width, text_width(net.of[i] + " " + shape_text(net.inputs[i]), 12) + 24);
  for (const auto& layer : net.layers) width = std::max(width, layer_width(layer));
  return std::ceil(width);
}

}  // namespace sganc
