#pragma once
// An event file, which TensorBoard shows: the metrics of steps and evaluations, samples, and the model.
//
// Each of the first 100 steps is written, and then every n-th, so that a run has about 1000 of them. Their
// values are those of metrics.jsonl. A resumed run cuts off what came after the step from which it goes on,
// and continues the same file, so that no step appears twice.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>

#include "runtime/report/metrics.h"

namespace sganc {

/// Nothing here throws: an event file only reports. The first failure goes to `warn`, and the rest of the run
/// is not written.
class TensorBoard {
 public:
  using Warn = std::function<void(const std::string&)>;

  /// `steps` is the length of the whole training.
  TensorBoard(std::filesystem::path file, std::int64_t steps, Warn warn);
  TensorBoard(const TensorBoard&) = delete;
  TensorBoard& operator=(const TensorBoard&) = delete;
  ~TensorBoard();

  /// Begins an empty file with the text of the model.
  void begin(const std::string& model);

  /// Continues the file of a run that has done `step` steps, and has or has not `evaluated` after the last of
  /// them. Begins it if there is none.
  void go_on(std::int64_t step, bool evaluated, const std::string& model);

  void add(const StepRecord& record);

  /// The evaluations after one step, and the samples in a PNG file, if `samples` names one.
  void add(std::int64_t step, std::span<const EvalRecord> evaluations, const std::filesystem::path& samples);

  /// Whether the metrics of that step are written.
  bool includes(std::int64_t step) const;

 private:
  void open(int flags);
  void append(const std::string& event);
  template <class Work>
  void attempt(Work&& work);

  std::filesystem::path file_;
  std::int64_t every_;
  Warn warn_;
  int descriptor_ = -1;
};

}  // namespace sganc
