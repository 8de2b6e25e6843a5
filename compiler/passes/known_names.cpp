#include "compiler/passes/known_names.h"

#include <algorithm>

#include "compiler/language/spelling.h"

namespace sganc {

void require_known_layers(const Schedule& schedule, const Module& module) {
  if (schedule.fusion.store.empty() && schedule.fusion.apart.empty()) return;
  std::set<std::string> known;
  std::vector<std::string> layers;  // the same names in the module's order
  for (const auto& function : module.functions)
    for (const auto& node : function.nodes)
      if (const auto& part = node.origin.part; !part.empty() && known.insert(part).second)
        layers.push_back(part);
  for (const auto* names : {&schedule.fusion.store, &schedule.fusion.apart})
    for (const auto& name : *names)
      if (name.value.find('*') == std::string::npos && !known.contains(name.value))
        throw UserError{{name.where, "the model \"" + module.name + "\" has no layer \"" + name.value + "\"",
                         suggestion(name.value, layers)}};
}

void require_known_names(const PlannedModule& planned) {
  std::vector<std::string> kernels, products;
  for (const auto& f : planned.functions)
    for (const auto& group : f.plan.groups) {
      for (const auto& name : {group.name, f.function.name + "/" + group.name}) {
        if (is_kernel(group)) kernels.push_back(name);
        if (group.anchor.id >= 0) products.push_back(name);
      }
    }
  const auto of_function = [](const std::string& name) { return name.find('/') != std::string::npos; };
  const auto require = [&](const Located<std::string>& match, const std::string& what,
                           const std::vector<std::string>& names, const std::string& list) {
    if (match.value.find('*') != std::string::npos || std::ranges::count(names, match.value)) return;
    std::vector<std::string> alike;  // with the function's name, or without
    for (const auto& name : names)
      if (of_function(name) == of_function(match.value)) alike.push_back(name);
    throw UserError{{match.where,
                     "the model \"" + planned.module.name + "\" has no " + what + " \"" + match.value + "\"",
                     std::ranges::count(products, match.value)
                         ? "oneDNN computes it; a [[product]] says by which implementation it is computed"
                         : suggestion(match.value, alike, "`compile MODEL --emit " + list + "` lists them")}};
  };
  for (const auto& kernel : planned.schedule.kernels) require(kernel.match, "kernel", kernels, "kernels");
  for (const auto& rule : planned.schedule.products) require(rule.match, "product", products, "plan");
}

}  // namespace sganc
