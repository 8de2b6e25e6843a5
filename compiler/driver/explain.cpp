#include "compiler/driver/explain.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "compiler/driver/wrapped.h"
#include "compiler/inspect/text_table.h"
#include "compiler/language/source.h"
#include "compiler/language/spelling.h"
#include "runtime/execute/onednn_choices.h"

namespace sganc {
namespace {

using Json = nlohmann::ordered_json;
using Words = std::vector<std::string>;

constexpr std::size_t kWidth = 112;  // of the lines below a step

double megabytes(std::int64_t bytes) {
  return static_cast<double>(bytes) / 1e6;
}

/// Lines below a step, the first of them indented by six spaces, the others by eight.
std::string indented(const std::string& text) {
  return wrapped(text, "     ", "       ", kWidth);
}

/// trunk.conv_1, trunk.leaky_relu_1; backward of trunk.dropout_1
std::string origins_of(const ExplainedStep& step) {
  std::string text = step.forward.empty() ? "" : listed(step.forward);
  if (!step.backward.empty()) text += (text.empty() ? "" : "; ") + ("backward of " + listed(step.backward));
  return text;
}

std::string layout_of(const ExplainedStep& step) {
  return step.layout + (step.reorders > 0 ? " repacked" : "");
}

/// in parallel: weights k 128, output block 10 (83 % of the threads at work)
std::string tasks_of(const ExplainedStep& step) {
  Words loops;
  for (const auto& l : step.parallel)
    loops.push_back(l.stage + " " + l.loop + (l.tasks < 0 ? "" : " " + std::to_string(l.tasks)) +
                    (l.busy < 1 ? " (" + fixed(100 * l.busy, 0) + " % of the threads at work)" : ""));
  return loops.empty() ? "" : indented("in parallel: " + listed(loops));
}

std::string below(const ExplainedStep& step) {
  const std::string origins = origins_of(step);
  return (origins.empty() ? "" : indented(origins)) +
         indented(step.why + (step.onednn.empty() ? "" : "; oneDNN's " + step.onednn)) + tasks_of(step);
}

/// 3 messages of 1.268 MB
std::string messages_text(std::size_t count, std::int64_t bytes) {
  return counted(count, "message") + " of " + fixed(megabytes(bytes), 3) + " MB";
}

std::string text_of(const ExplainedFunction& f) {
  TextTable table({"step", "by", "with", "layout", ">MB", ">GFLOP"});
  for (const auto& s : f.steps)
    table.row({s.step.name, s.implementation, listed(s.fused), layout_of(s),
               fixed(megabytes(s.step.bytes), 3), fixed(s.step.flops / 1e9, 4)});
  std::istringstream lines(table.text(2));
  std::string text = "function " + f.name + "\n", line;
  std::getline(lines, line);
  text += line + "\n";
  for (const auto& s : f.steps) {
    std::getline(lines, line);
    text += line + "\n" + below(s);
  }
  return text + (f.count == 1 ? "  " : "  all ") + counted(f.count, "step") + ": " + fixed(f.flops / 1e9, 3) +
         " GFLOP, " + fixed(megabytes(f.bytes), 2) + " MB moved; arena " +
         fixed(megabytes(f.arena_bytes), 2) + " MB" +
         (f.messages > 0 ? "; " + messages_text(f.messages, f.message_bytes) : "") + "\n";
}

/// What each rank sums with the others if every update runs once, in case there are several.
std::string messages_of_updates(const std::vector<ExplainedFunction>& functions) {
  std::size_t count = 0, updates = 0;
  std::int64_t bytes = 0;
  for (const auto& f : functions)
    if (f.role == FunctionRole::update) ++updates, count += f.messages, bytes += f.message_bytes;
  if (count == 0 || updates == 1) return "";
  return "\nall updates, once each: " + messages_text(count, bytes) + " between the ranks\n";
}

Json object(const ExplainedStep& s) {
  Json parallel = Json::array();
  for (const auto& l : s.parallel)
    parallel.push_back({{"stage", l.stage},
                        {"loop", l.loop},
                        {"tasks", l.tasks < 0 ? Json() : Json(l.tasks)},
                        {"busy", l.busy}});
  return {{"step", s.step.name},    {"implementation", s.implementation},
          {"groups", s.groups},     {"forward", s.forward},
          {"backward", s.backward}, {"with", s.fused},
          {"layout", s.layout},     {"reorders", s.reorders},
          {"parallel", parallel},   {"onednn", s.onednn},
          {"why", s.why},           {"bytes", s.step.bytes},
          {"flop", s.step.flops}};
}

bool computes(const ExplainedStep& step, const std::string& name) {
  return step.step.name == name || std::ranges::find(step.groups, name) != step.groups.end();
}

}  // namespace

void keep_step(std::vector<ExplainedFunction>& functions, const std::string& name) {
  Words names;
  for (auto& f : functions) {
    for (const auto& s : f.steps) names.push_back(s.step.name);
    std::erase_if(f.steps, [&](const ExplainedStep& s) { return !computes(s, name); });
  }
  std::erase_if(functions, [](const ExplainedFunction& f) { return f.steps.empty(); });
  if (!functions.empty()) return;
  throw UserError{{{},
                   "there is no kernel or other step \"" + name + "\"",
                   suggestion(name, names, "--explain without --kernel lists them")}};
}

void ask_onednn(std::vector<ExplainedFunction>& functions, int threads) {
  std::vector<const Step*> steps;
  for (const auto& f : functions)
    for (const auto& s : f.steps) steps.push_back(&s.step);
  const auto choices = onednn_choices(steps, threads);
  auto choice = choices.begin();
  for (auto& f : functions)
    for (auto& s : f.steps) {
      s.onednn = choice->implementation;
      s.reorders = choice++->reorders;
    }
}

std::string to_text(const std::vector<ExplainedFunction>& functions) {
  std::string text;
  for (const auto& f : functions) text += (text.empty() ? "" : "\n") + text_of(f);
  return text + messages_of_updates(functions);
}

std::string to_json(const std::vector<ExplainedFunction>& functions, const std::string& model,
                    const std::string& schedule) {
  Json json = {{"model", model}, {"schedule", schedule}, {"functions", Json::array()}};
  for (const auto& f : functions) {
    Json steps = Json::array();
    for (const auto& s : f.steps) steps.push_back(object(s));
    json["functions"].push_back({{"function", f.name},
                                 {"steps", std::move(steps)},
                                 {"count", f.count},
                                 {"flop", f.flops},
                                 {"bytes", f.bytes},
                                 {"arena_bytes", f.arena_bytes}});
    if (f.messages == 0) continue;
    json["functions"].back()["messages"] = f.messages;
    json["functions"].back()["message_bytes"] = f.message_bytes;
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace sganc
