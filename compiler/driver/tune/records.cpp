#include "compiler/driver/tune/records.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

#include "compiler/driver/bench/spread.h"
#include "compiler/driver/verb.h"
#include "compiler/schedule/target.h"
#include "runtime/execute/machine.h"
#include "runtime/system/files.h"

namespace sganc {
namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

std::string key_of(const std::string& workload, const std::string& parameters) {
  return workload + "\n" + parameters;
}

}  // namespace

TuneContext tune_context(const PlannedModule& planned) {
  const Machine machine = this_machine();
  return {.target = planned.schedule.target.value + " " + features_for(planned.schedule, planned.machine),
          .processor = machine.processor.name,
          .threads = planned.machine.threads,
          .sganc = version(),
          .halide = std::to_string(halide_version()),
          .onednn = machine.onednn};
}

double TuneRecord::ms() const {
  return median(measured.ms);
}

double TuneRecord::base_ms() const {
  return median(measured.base_ms);
}

double TuneRecord::ratio() const {
  return base_ms() > 0 ? ms() / base_ms() : 1;
}

double TuneRecord::spread() const {
  return median_absolute_deviation(measured.ms) + median_absolute_deviation(measured.base_ms);
}

std::string to_json(const TuneRecord& r) {
  Json j = {
      {"workload", r.workload},
      {"kernel", r.kernel},
      {"function", r.function},
      {"target", r.context.target},
      {"threads", r.context.threads},
      {"processor", r.context.processor},
      {"versions", {{"sganc", r.context.sganc}, {"halide", r.context.halide}, {"onednn", r.context.onednn}}},
      {"parameters", r.parameters}};
  j["ok"] = r.ok();
  if (!r.ok()) j["reason"] = r.failure;
  j["measured"] = Json::parse(to_json(r.measured));
  j["date"] = r.date;
  return j.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<TuneRecord> record_of_json(const std::string& line) try {
  const Json j = Json::parse(line);
  const Json& versions = j.at("versions");
  return TuneRecord{.workload = j.at("workload"),
                    .kernel = j.at("kernel"),
                    .function = j.at("function"),
                    .context = {j.at("target"), j.at("processor"), j.at("threads"), versions.at("sganc"),
                                versions.at("halide"), versions.at("onednn")},
                    .parameters = j.at("parameters"),
                    .measured = measurement_of_json(j.at("measured").dump()),
                    .failure = j.at("ok").get<bool>() ? "" : j.at("reason").get<std::string>(),
                    .date = j.at("date")};
} catch (const Json::exception&) {
  return {};
}

TuneRecords::TuneRecords(fs::path path, TuneContext context)
    : path_(std::move(path)), context_(std::move(context)) {
  if (!fs::exists(path_)) return;
  const std::string text = read_file(path_);
  torn_ = !text.empty() && text.back() != '\n';
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);)
    if (auto record = record_of_json(line); record && record->context == context_) {
      const auto key = key_of(record->workload, record->parameters);
      first_.try_emplace(key, *record);
      last_[key] = std::move(*record);
    }
}

const TuneRecord* TuneRecords::first(const std::string& workload, const std::string& parameters) const {
  const auto found = first_.find(key_of(workload, parameters));
  return found == first_.end() ? nullptr : &found->second;
}

const TuneRecord* TuneRecords::last(const std::string& workload, const std::string& parameters) const {
  const auto found = last_.find(key_of(workload, parameters));
  return found == last_.end() ? nullptr : &found->second;
}

const TuneRecord& TuneRecords::add(TuneRecord record) {
  record.context = context_;
  std::array<char, 16> date{};
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  std::strftime(date.data(), date.size(), "%F", &local);
  record.date = date.data();
  const int file = ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
  if (file < 0) throw std::runtime_error(path_.string() + ": cannot be opened: " + std::strerror(errno));
  try {
    write_fully(file, (torn_ ? "\n" : "") + to_json(record) + "\n", path_);
  } catch (...) {
    ::close(file);
    throw;
  }
  ::close(file);
  torn_ = false;
  const auto key = key_of(record.workload, record.parameters);
  first_.try_emplace(key, record);
  return last_[key] = std::move(record);
}

}  // namespace sganc
