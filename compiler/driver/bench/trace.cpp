#include "compiler/driver/bench/trace.h"

#include <nlohmann/json.hpp>

#include "compiler/driver/bench/layers.h"
#include "compiler/driver/bench/spread.h"

namespace sganc {
namespace {

using Json = nlohmann::ordered_json;

enum Track : int { kUpdates = 1, kSteps = 2 };

/// The format's unit of time is the microsecond.
double microseconds(std::int64_t ns) {
  return static_cast<double>(ns) / 1e3;
}

double milliseconds(std::int64_t ns) {
  return static_cast<double>(ns) / 1e6;
}

/// The name of a process, or of one of its tracks.
Json name_of(const std::string& what, std::size_t pid, int tid, const std::string& name) {
  return {{"name", what}, {"ph", "M"}, {"pid", pid}, {"tid", tid}, {"args", {{"name", name}}}};
}

Json event(const std::string& name, const std::string& category, const Span& span, std::size_t pid,
           Track track, Json args) {
  return {{"name", name},
          {"cat", category},
          {"ph", "X"},
          {"ts", microseconds(span.begin_ns)},
          {"dur", microseconds(span.ns)},
          {"pid", pid},
          {"tid", static_cast<int>(track)},
          {"args", std::move(args)}};
}

Json step_event(const BenchResult& r, const StepCost& c, std::size_t pid) {
  const double ms = milliseconds(c.last.ns);
  Json args = {{"by", c.implementation},
               {"layer", c.layer},
               {"update", c.update},
               {"GFLOP/s", gflops(c.flops, ms)},
               {"MB", static_cast<double>(c.bytes) / 1e6}};
  if (const auto share = product_share(r, c.flops, c.bytes, ms)) args["of product"] = *share;
  return event(c.name, to_string(c.purpose), c.last, pid, kSteps, std::move(args));
}

void add_variant(const BenchResult& r, std::size_t index, Json& events) {
  const VariantResult& v = r.variants[index];
  const std::size_t pid = index + 1;
  events.push_back(name_of("process_name", pid, 0, r.model + ", schedule " + v.schedule));
  events.push_back(name_of("thread_name", pid, kUpdates, "updates"));
  events.push_back(name_of("thread_name", pid, kSteps, "steps"));
  for (std::size_t i = 0; i < v.update_spans.size(); ++i) {
    const std::string& update = v.update_ms[i].first;
    double flops = 0;
    for (const auto& c : v.costs) flops += c.update == update ? c.flops : 0;
    events.push_back(event(update, "update", v.update_spans[i], pid, kUpdates,
                           {{"GFLOP/s", gflops(flops, milliseconds(v.update_spans[i].ns))}}));
  }
  for (const auto& c : v.costs) events.push_back(step_event(r, c, pid));
}

}  // namespace

std::string to_trace(const BenchResult& r) {
  Json events = Json::array();
  for (std::size_t v = 0; v < r.variants.size(); ++v) add_variant(r, v, events);
  const Json trace = {{"traceEvents", std::move(events)},
                      {"displayTimeUnit", "ms"},
                      {"otherData",
                       {{"model", r.model},
                        {"processor", r.processor},
                        {"threads", r.threads},
                        {"matrix_product_gflops", median(r.product_gflops)}}}};
  return trace.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace sganc
