#include "compiler/driver/bench/variants.h"

#include <unistd.h>

#include <chrono>
#include <fstream>
#include <sstream>

#include "compiler/driver/places.h"
#include "compiler/language/spelling.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// Seconds since this process began, to a hundredth.
double process_age() {
  std::ifstream stat("/proc/self/stat"), uptime("/proc/uptime");
  std::string text((std::istreambuf_iterator<char>(stat)), {});
  std::istringstream fields(text.substr(text.rfind(')') + 2));  // after the name, which may contain spaces
  std::string field;
  for (int i = 3; i <= 22; ++i) fields >> field;  // the 22nd is the start, in clock ticks since boot
  double now = 0;
  uptime >> now;
  return now - std::stod(field) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> names(1);
  for (const char c : list) {
    if (c == ',')
      names.emplace_back();
    else
      names.back() += c;
  }
  return names;
}

/// Throws UserError if two names mean one file, since that is one schedule.
void require_distinct(const std::vector<std::string>& names) {
  std::vector<fs::path> files;
  for (const auto& name : names) {
    files.push_back(fs::canonical(schedule_file(name)));
    for (std::size_t i = 0; i + 1 < files.size(); ++i) {
      if (files[i] != files.back()) continue;
      throw UserError{{{},
                       names[i] == name ? "--schedules names \"" + name + "\" twice"
                                        : "--schedules names one schedule twice: \"" + names[i] +
                                              "\" and \"" + name + "\"",
                       ""}};
    }
  }
}

}  // namespace

std::vector<std::string> schedules_of(const options::variables_map& values) {
  if (!values.count("schedules")) return {values["schedule"].as<std::string>()};
  if (!values["schedule"].defaulted())
    throw UserError{
        {{}, "--schedule and --schedules cannot both be given", "name all of them in --schedules"}};
  const auto names = split(values["schedules"].as<std::string>());
  for (const auto& name : names)
    if (name.empty())
      throw UserError{
          {{}, "--schedules has an empty name", "write it as in --schedules default,naive,mine.toml"}};
  require_distinct(names);
  return names;
}

std::vector<std::string> Variants::functions_of_step() const {
  std::vector<std::string> names;
  for (const FunctionRole role : {FunctionRole::update, FunctionRole::average})
    for (const auto& function : list.at(0).program.functions)
      if (function.role == role) names.push_back(function.name);
  return names;
}

std::optional<Variants> compile_variants(const ModelRequest& request,
                                         const std::vector<std::string>& schedules, Terminal& terminal) {
  const auto begin = Clock::now();
  auto model = load(request, terminal);
  if (!model) return {};
  auto module = build(*model, terminal);
  if (!module) return {};
  Variants variants{.model = std::move(*model)};
  for (const auto& name : schedules) {  // all of them before any is compiled, so that mistakes show at once
    ModelRequest variant = request;
    variant.schedule = name;
    auto schedule = load_schedule_of(variant, terminal);
    if (!schedule) return {};
    variants.list.push_back(
        {.schedule = name, .planned = plan(*module, *schedule, variant), .threads = variant.threads});
  }
  const double shared_s = seconds_since(begin), shared_age = process_age();
  for (auto& variant : variants.list) {
    const auto own = Clock::now();
    variant.program = compile(variant.planned, terminal);
    const double own_s = seconds_since(own);
    variant.compile_s = shared_s + own_s;
    variant.begin_s = shared_age + own_s;
  }
  return variants;
}

}  // namespace sganc
