#pragma once
// The measurements of `tune`, one JSON object per line. The file only grows, and later runs continue from it.

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/driver/tune/measure.h"

namespace sganc {

/// The conditions of a measurement. Records with other conditions do not count.
struct TuneContext {
  std::string target;     // the schedule's target, and the processor's features with Halide's names
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
  std::string failure;  // why it does not count; "" if it does
  std::string date;     // 2026-11-23

  bool ok() const { return failure.empty(); }
  double ms() const;       // the median
  double base_ms() const;  // the median of the base beside it
  double ratio() const;    // ms() / base_ms()
  double spread() const;   // in ms: the sum of both median absolute deviations
};

/// One line, without the line feed.
std::string to_json(const TuneRecord& record);
/// Nothing if the line holds no record, for example because it is incomplete.
std::optional<TuneRecord> record_of_json(const std::string& line);

/// The records of one context.
class TuneRecords {
 public:
  /// Reads the file, if it exists. Throws std::runtime_error if it cannot be read.
  TuneRecords(std::filesystem::path path, TuneContext context);

  /// The first and the last record of that candidate, or nullptr.
  const TuneRecord* first(const std::string& workload, const std::string& parameters) const;
  const TuneRecord* last(const std::string& workload, const std::string& parameters) const;

  /// Appends a line to the file. Throws std::runtime_error if that fails.
  const TuneRecord& add(TuneRecord record);

  const TuneContext& context() const { return context_; }

 private:
  std::filesystem::path path_;
  TuneContext context_;
  bool torn_ = false;  // the file's last line is incomplete
  std::map<std::string, TuneRecord> first_, last_;
};

}  // namespace sganc
