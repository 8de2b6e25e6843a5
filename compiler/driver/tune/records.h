#pragma once
// What `tune` has measured, one JSON object a line; a file that only grows, and that later runs go on from.

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/driver/tune/measure.h"

namespace sganc {

/// Under which conditions: records of others do not count.
struct TuneContext {
  std::string target;     // of the schedule, and the processor's features as Halide names them
  std::string processor;  // its name
  int threads = 1;
  std::string sganc, halide, onednn;  // versions
  bool operator==(const TuneContext&) const = default;
};

/// This machine and program, for kernels of that plan.
TuneContext tune_context(const PlannedModule& planned);

struct TuneRecord {
  std::string workload;  // its hash
  std::string kernel, function;
  TuneContext context;
  std::string parameters;  // the candidate's text
  Measurement measured;
  std::string failure;  // why it does not count; "" where it does
  std::string date;     // 2026-11-23

  bool ok() const { return failure.empty(); }
  double ms() const;       // the median
  double base_ms() const;  // the same of the base beside it
  double ratio() const;    // of these
  double spread() const;   // of both together, in ms: their median absolute deviations
};

/// One line, without its end.
std::string to_json(const TuneRecord& record);
/// Nothing where the line holds no record: it was cut off, say.
std::optional<TuneRecord> record_of_json(const std::string& line);

/// Records of one context.
class TuneRecords {
 public:
  /// Reads what the file holds; it need not be there. Throws std::runtime_error where it cannot be read.
  TuneRecords(std::filesystem::path path, TuneContext context);

  /// The first and the last one of that candidate; nullptr where there is none.
  const TuneRecord* first(const std::string& workload, const std::string& parameters) const;
  const TuneRecord* last(const std::string& workload, const std::string& parameters) const;

  /// Adds a whole line to the file's end. Throws std::runtime_error where that fails.
  const TuneRecord& add(TuneRecord record);

  const TuneContext& context() const { return context_; }

 private:
  std::filesystem::path path_;
  TuneContext context_;
  bool torn_ = false;  // the file's last line has no end
  std::map<std::string, TuneRecord> first_, last_;
};

}  // namespace sganc
