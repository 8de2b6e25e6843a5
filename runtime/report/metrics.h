#pragma once
// metrics.jsonl: one JSON object per line, with keys in a fixed order, and numbers in the shortest text that
// reads back exactly.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sganc {

/// The record of one training step. `updates` has the metrics of each update, by name. `seconds` is the
/// training time of the run at the end of the step.
struct StepRecord {
  std::int64_t step = 0;   // from 1
  std::int64_t epoch = 0;  // from 1
  std::vector<std::pair<std::string, std::vector<std::pair<std::string, float>>>> updates;
  double seconds = 0;
};

/// The result of evaluating the classifier on all examples of a split.
struct EvalRecord {
  std::int64_t step = 0;
  std::int64_t epoch = 0;
  std::string split;
  std::int64_t examples = 0;
  std::int64_t correct = 0;
  double accuracy = 0;
  double loss = 0;
  std::string checkpoint = {};  // the evaluated checkpoint, "last" or "best", if the record names it
};

/// {"kind":"step","step":1,"epoch":1,"c":{"loss":2.305,"accuracy":0.06},"seconds":0.21}
/// Throws std::runtime_error, which names the step and the metric, for a number that is not finite.
std::string to_json(const StepRecord& record);

/// {"kind":"eval","step":600,"epoch":1,"split":"train","examples":60000,"correct":51326,"accuracy":0.8554,"loss":0.5}
/// with "checkpoint":"best" at the end if `checkpoint` is set.
std::string to_json(const EvalRecord& record);

/// The length and the CRC-32 of a metrics file at some time, to check the beginning of the later file.
struct MetricsMark {
  std::int64_t bytes = 0;
  std::uint32_t crc = 0;
  bool operator==(const MetricsMark&) const = default;
};

/// Throws std::runtime_error if the text of the file `path` does not begin as the mark says.
void require_beginning(const std::filesystem::path& path, std::string_view text, const MetricsMark& mark);

/// The open file; every record is in the file when `write` returns. Failures are std::runtime_error.
class MetricsFile {
 public:
  /// Creates an empty file.
  static MetricsFile create(const std::filesystem::path& path);

  /// Continues the file of a run that resumes after `step` with `epochs` evaluated epochs. Drops, atomically,
  /// the lines of later steps, evaluations of later epochs, and an incomplete last line. Creates a missing
  /// file. Throws "PATH:LINE: ..." for a line before the last that is no record.
  static MetricsFile continue_after(const std::filesystem::path& path, std::int64_t step,
                                    std::int64_t epochs);

  /// Continues a file that was as `mark` says, and cuts off everything after that. Throws if the file does
  /// not begin so. Creates a missing file.
  static MetricsFile continue_at(const std::filesystem::path& path, const MetricsMark& mark);

  void write(const StepRecord& record) { write_line(to_json(record)); }
  void write(const EvalRecord& record) { write_line(to_json(record)); }

  /// The mark of the whole file.
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
