#pragma once
// metrics.jsonl: one JSON object a line, keys in a fixed order, numbers in the shortest text that reads back
// exactly.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sganc {

/// What one step did. `updates`: for each update by name its metrics by name. `seconds`: how long the run has
/// trained at the end of the step.
struct StepRecord {
  std::int64_t step = 0;   // from 1
  std::int64_t epoch = 0;  // from 1
  std::vector<std::pair<std::string, std::vector<std::pair<std::string, float>>>> updates;
  double seconds = 0;
};

/// What an evaluation of the classifier found on all examples of a split.
struct EvalRecord {
  std::int64_t step = 0;
  std::int64_t epoch = 0;
  std::string split;
  std::int64_t examples = 0;
  std::int64_t correct = 0;
  double accuracy = 0;
  double loss = 0;
  std::string checkpoint = {};  // which one was evaluated, where that must be told: "last", "best"
};

/// {"kind":"step","step":1,"epoch":1,"c":{"loss":2.305,"accuracy":0.06},"seconds":0.21}
/// A number that is not finite throws std::runtime_error naming the step and the metric.
std::string to_json(const StepRecord& record);

/// {"kind":"eval","step":600,"epoch":1,"split":"train","examples":60000,"correct":51326,"accuracy":0.8554,"loss":0.5}
/// and "checkpoint":"best" at the end where that is told.
std::string to_json(const EvalRecord& record);

/// The beginning of a metrics file, as it was at some time: by its length and its CRC-32.
struct MetricsMark {
  std::int64_t bytes = 0;
  std::uint32_t crc = 0;
  bool operator==(const MetricsMark&) const = default;
};

/// Throws std::runtime_error where the text, that of the file `path`, does not begin as the mark says.
void require_beginning(const std::filesystem::path& path, std::string_view text, const MetricsMark& mark);

/// The open file; every record is in the file when `write` returns. Failures are std::runtime_error.
class MetricsFile {
 public:
  /// Starts the file anew.
  static MetricsFile create(const std::filesystem::path& path);

  /// Continues the file of a run that resumes after `step` with `epochs` epochs evaluated: drops, atomically,
  /// the lines of later steps, evaluations of later epochs, and a torn last line. A missing file is created.
  /// A line before the last that is no record is an error "PATH:LINE: ...".
  static MetricsFile continue_after(const std::filesystem::path& path, std::int64_t step,
                                    std::int64_t epochs);

  /// Continues the file that was as `mark` says: cuts off what came later. A file that does not begin so is
  /// an error; a missing one begins anew.
  static MetricsFile continue_at(const std::filesystem::path& path, const MetricsMark& mark);

  void write(const StepRecord& record) { write_line(to_json(record)); }
  void write(const EvalRecord& record) { write_line(to_json(record)); }

  /// All that is in the file.
  const MetricsMark& mark() const { return mark_; }

  /// Flushes it to the disk.
  void flush() const;

  MetricsFile(MetricsFile&& other) noexcept;
  MetricsFile& operator=(MetricsFile&&) = delete;
  ~MetricsFile();

 private:
  MetricsFile(std::filesystem::path path, int flags, const MetricsMark& mark);
  void write_line(std::string text);

  std::filesystem::path path_;
  int descriptor_;
  MetricsMark mark_;
};

}  // namespace sganc
