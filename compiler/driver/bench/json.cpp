#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>
#include <nlohmann/json.hpp>

#include "compiler/driver/bench/layers.h"
#include "compiler/driver/bench/report.h"
#include "compiler/driver/bench/spread.h"
#include "runtime/execute/machine.h"

namespace sganc {
namespace {

using Json = nlohmann::ordered_json;

std::string date() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  std::array<char, 40> text{};
  std::strftime(text.data(), text.size(), "%FT%T%z", &local);
  std::string date = text.data();
  return date.insert(date.size() - 2, ":");  // +02:00
}

std::string host_name() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

Json context_of(const BenchResult& r) {
  std::array<double, 3> load{};
  const int known = std::max(0, getloadavg(load.data(), 3));
#ifdef NDEBUG
  const char* build = "release";
#else
  const char* build = "debug";
#endif
  return {{"date", date()},
          {"host_name", host_name()},
          {"executable", "sganc"},
          {"num_cpus", this_machine().cores},
          {"load_avg", std::vector<double>(load.begin(), load.begin() + known)},
          {"library_build_type", build},
          {"json_schema_version", 1},
          {"model", r.model},
          {"processor", r.processor},
          {"threads", r.threads},
          {"matrix_product_gflops", median(r.product_gflops)}};
}

/// The keys with which every entry of a timing begins.
Json entry(const BenchResult& r, const Timing& t, std::size_t family, const std::string& aggregate) {
  const std::string name = r.model + "/" + r.schedule(t) + (t.kernel.empty() ? "" : "/" + t.kernel);
  Json j = {{"name", aggregate.empty() ? name : name + "_" + aggregate},
            {"family_index", family},
            {"per_family_instance_index", 0},
            {"run_name", name},
            {"run_type", aggregate.empty() ? "iteration" : "aggregate"},
            {"repetitions", t.ms.size()}};
  return j;
}

/// A repetition with its counters. Times are in us, since compare.py shows no digits after the decimal point.
Json repetition(const BenchResult& r, const Timing& t, std::size_t family, std::size_t index) {
  Json j = entry(r, t, family, "");
  j["repetition_index"] = index;
  j["threads"] = r.threads;
  j["iterations"] = t.iterations;
  j["real_time"] = 1e3 * t.ms[index];
  j["cpu_time"] = 1e3 * t.cpu_ms[index];
  j["time_unit"] = "us";
  j["schedule"] = r.schedule(t);
  const double seconds = t.ms[index] / 1e3;
  if (seconds <= 0) return j;
  j["flop_per_second"] = t.flops / seconds;
  if (t.kernel.empty())
    j["items_per_second"] = static_cast<double>(r.images) / seconds;
  else
    j["bytes_per_second"] = static_cast<double>(t.bytes) / seconds;
  return j;
}

Json aggregate(const BenchResult& r, const Timing& t, std::size_t family, const std::string& name,
               double real, double cpu) {
  Json j = entry(r, t, family, name);
  j["threads"] = r.threads;
  j["aggregate_name"] = name;
  j["aggregate_unit"] = name == "cv" ? "percentage" : "time";
  j["iterations"] = t.ms.size();
  j["real_time"] = real;
  j["cpu_time"] = cpu;
  j["time_unit"] = "us";
  j["schedule"] = r.schedule(t);
  return j;
}

/// The coefficient of variation as a fraction, as in Google Benchmark.
double variation(const std::vector<double>& values) {
  const double middle = mean(values);
  return middle > 0 ? standard_deviation(values) / middle : 0;
}

/// Adds the figures that follow from all repetitions.
void add_figures(const BenchResult& r, const Timing& t, Json& j) {
  const auto [least, most] = std::ranges::minmax(t.ms);
  j["ms_median"] = median(t.ms);
  j["ms_deviation"] = median_absolute_deviation(t.ms);
  j["ms_least"] = least;
  j["ms_most"] = most;
  j["flop"] = t.flops;
  j["gflops"] = gflops(t);
  if (const double ratio = product_ratio(r, t); ratio > 0) j["ratio"] = ratio;
  if (t.kernel.empty()) {
    j["images_per_second"] = images_per_second(r, t);
  } else {
    j["implementation"] = t.implementation;
    j["bytes"] = t.bytes;
    j["gigabytes_per_second"] = gigabytes_per_second(t);
  }
  if (const auto against = speedup(r, t)) {
    j["speedup"] = against->ratio;
    j["p"] = against->p;
  }
}

void add_benchmarks(const BenchResult& r, Json& list) {
  for (std::size_t family = 0; family < r.timings.size(); ++family) {
    const Timing& t = r.timings[family];
    for (std::size_t i = 0; i < t.ms.size(); ++i) list.push_back(repetition(r, t, family, i));
    if (t.ms.size() < 2) continue;
    const auto add = [&](const std::string& name, auto figure) {
      list.push_back(aggregate(r, t, family, name, 1e3 * figure(t.ms), 1e3 * figure(t.cpu_ms)));
    };
    add("mean", mean);
    add("median", median);
    add("stddev", standard_deviation);
    list.push_back(aggregate(r, t, family, "cv", variation(t.ms), variation(t.cpu_ms)));
  }
}

Json layer(const BenchResult& r, const std::string& name, const LayerCost& cost) {
  Json j = {{"name", name}};
  j["forward_ms"] = cost[Purpose::forward];
  j["data_gradient_ms"] = cost[Purpose::data_gradient];
  j["weights_gradient_ms"] = cost[Purpose::weights_gradient];
  j["other_ms"] = cost[Purpose::other];
  j["ms"] = cost.ms();
  j["flop"] = cost.flops;
  j["bytes"] = cost.bytes;
  j["gflops"] = gflops(cost.flops, cost.ms());
  if (const auto share = product_share(r, cost.flops, cost.bytes, cost.ms())) j["of_product"] = *share;
  return j;
}

Json variant_of(const BenchResult& r, std::size_t index) {
  const VariantResult& v = r.variants[index];
  Json j = {{"schedule", v.schedule},
            {"compile_seconds", v.compile_s},
            {"first_step_seconds", v.first_step_s},
            {"peak_memory_bytes", v.peak_bytes}};
  for (const auto& t : r.timings) {
    if (t.variant != index) continue;
    Json figures = t.kernel.empty() ? Json::object() : Json{{"name", t.kernel}};
    add_figures(r, t, figures);
    if (t.kernel.empty()) {
      j["step_ms"] = t.ms;
      j.update(figures);
    } else {
      j["kernels"].push_back(std::move(figures));
    }
  }
  for (const auto& [name, ms] : v.update_ms) j["updates"][name] = median(ms);
  for (const auto& c : v.costs)
    j["steps"].push_back({{"update", c.update},
                          {"name", c.name},
                          {"implementation", c.implementation},
                          {"ms", c.ms},
                          {"flop", c.flops},
                          {"bytes", c.bytes}});
  for (const auto& row : layers_of(r))
    if (row.costs[index].ms() > 0) j["layers"].push_back(layer(r, row.layer, row.costs[index]));
  return j;
}

}  // namespace

std::string to_json(const BenchResult& r) {
  Json j;
  j["context"] = context_of(r);
  j["benchmarks"] = Json::array();
  add_benchmarks(r, j["benchmarks"]);
  for (std::size_t v = 0; v < r.variants.size(); ++v) j["variants"].push_back(variant_of(r, v));
  return j.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace sganc
