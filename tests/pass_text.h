#pragma once
// Runs passes on functions that are written as text, and returns the results as text.

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

#include "compiler/passes/pass.h"

namespace sganc {

/// Returns a module with one function. Throws std::logic_error if the text is not that of a module.
inline Module module_of_lines(const std::string& variables, const std::string& body) {
  try {
    return parse_module("module m\n" + variables + "function f\n" + body, "text");
  } catch (const UserError& error) {
    throw std::logic_error(std::to_string(error.diagnostic.where.line) + ": " + error.diagnostic.message);
  }
}

/// Returns the body of a function, which needs no variables, after passes of the pipeline.
inline std::string after(const std::vector<std::string>& passes, const std::string& body) {
  const Module module = module_of_lines("", body);
  EXPECT_EQ(verify(module), std::vector<std::string>{});
  PlannedFunction c{module.functions[0], {}};
  const Schedule schedule;
  const TargetMachine machine;
  const VariableLayout layout;
  const PassContext context{module, schedule, machine, layout};
  for (const auto& name : passes) std::ranges::find(pipeline(), name, &Pass::name)->run(c, context);
  const std::string text = to_string(c.function);
  EXPECT_EQ(verify(Module{.name = "m", .functions = {c.function}}), std::vector<std::string>{});
  return text.substr(text.find('\n') + 1);
}

/// The first line of a body.
inline const std::string kX = "  %0 = input {name = \"x\"} : f32[4]\n";

/// Returns the module's first function after the pipeline up to `last`, with its plan.
inline PlannedFunction compiled_to(const std::string& last, const Module& module,
                                   const Schedule& schedule = {}) {
  EXPECT_EQ(verify(module), std::vector<std::string>{});
  return plan(module, schedule, {.threads = 2}, {.stop_after = last, .verify = true}).functions.at(0);
}

/// Returns what `pass` adds to the function's text: the lines of its plan. Checks that the graph stays.
inline std::string plan_of(const std::string& pass, const std::string& body, const std::string& variables,
                           const Schedule& schedule = {}) {
  const std::string text = to_string(compiled_to(pass, module_of_lines(variables, body), schedule));
  const std::string graph = "function f\n" + body;
  EXPECT_EQ(text.substr(0, graph.size()), graph);
  return text.substr(std::min(text.size(), graph.size()));
}

}  // namespace sganc
