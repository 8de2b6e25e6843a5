#include <nlohmann/json.hpp>

#include "compiler/driver/tune/write.h"
#include "compiler/inspect/text_table.h"
#include "compiler/language/spelling.h"

namespace sganc {
namespace {

using Json = nlohmann::ordered_json;

/// The base's time for one use of a workload, measured alone, or its time within the step if nothing was
/// measured.
double base_ms(const Tuned& t) {
  return t.record.measured.base_ms.empty() ? t.workload->ms / static_cast<double>(t.workload->uses.size())
                                           : t.record.base_ms();
}

double gain(const Tuned& t) {
  return t.best ? 1 - t.record.ratio() : 0;
}

std::size_t sum(const std::vector<Tuned>& tuned, std::size_t Tuned::*count) {
  std::size_t all = 0;
  for (const auto& t : tuned) all += t.*count;
  return all;
}

}  // namespace

std::string to_text(const TuneReport& report) {
  TextTable table({"kernel", ">uses", ">base ms", ">best ms", ">gain", ">candidates", ">failed"});
  std::size_t others = 0;
  for (const auto& t : report.tuned) {
    if (t.candidates == 0) {
      ++others;
      continue;
    }
    table.row({t.workload->piece.function + "/" + t.workload->kernel(),
               std::to_string(t.workload->uses.size()), fixed(base_ms(t), 3),
               t.best ? fixed(t.record.ms(), 3) : "-", t.best ? fixed(100 * gain(t), 1) + " %" : "-",
               std::to_string(t.candidates), std::to_string(t.failed)});
  }
  const auto measured = sum(report.tuned, &Tuned::measured);
  const std::string left = others == 0 ? "" : counted(others, "kernel") + " not looked at\n";
  return table.text() + left + "\n" + counted(measured, "measurement") + ", kept in " + report.records +
         "\nschedule " + report.file + "\n";
}

std::string to_json(const TuneReport& report) {
  Json j = {{"model", report.model},
            {"schedule", report.schedule},
            {"processor", report.context.processor},
            {"threads", report.context.threads},
            {"measured", sum(report.tuned, &Tuned::measured)},
            {"records", report.records},
            {"file", report.file},
            {"kernels", Json::array()}};
  for (const auto& t : report.tuned) {
    Json k = {{"kernel", t.workload->kernel()},
              {"function", t.workload->piece.function},
              {"uses", t.workload->uses},
              {"step_ms", t.workload->ms},
              {"base_ms", base_ms(t)},
              {"candidates", t.candidates},
              {"failed", t.failed}};
    if (t.best) {
      k["best_ms"] = t.record.ms();
      k["gain"] = gain(t);
      k["parameters"] = t.record.parameters;
      k["error"] = t.record.measured.error;
      k["checked"] = t.record.measured.checked;
    }
    j["kernels"].push_back(std::move(k));
  }
  return j.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace sganc
