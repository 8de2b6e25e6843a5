#include "compiler/driver/measure_run.h"

#include <algorithm>

#include "compiler/driver/divide_data.h"
#include "compiler/driver/load_data.h"
#include "compiler/driver/same_data.h"
#include "compiler/language/spelling.h"

namespace sganc {

void require_split(const std::string& split) {
  const std::vector<std::string> splits = {"train", "hidden", "validation", "test"};
  if (std::ranges::find(splits, split) == splits.end())
    throw UserError{{{}, "there is no split \"" + split + "\"", suggestion(split, splits)}};
}

MeasuredRun measure_run(SavedRun& run, const std::string& split, const options::variables_map& values,
                        const Terminal& terminal) {
  ProgressLine progress(stderr, terminal.quiet ? ProgressStyle::silent : ProgressStyle::automatic);
  const LoadedData loaded = DataLoading(run.model, values, run.threads, terminal).get(progress);
  const Dataset& data = loaded.dataset;
  require_same_classes(run, data);
  require_data_of_split(run, loaded.identity, split, values.count("any-data"), terminal);
  const Division division = division_of(run, data);
  MeasuredRun measured{.class_names = data.class_names};
  measured.evaluation = *evaluate(*run.executor, data, division, split, {}, &measured.probabilities);
  const auto& stored = split == "test" ? data.test : data.train;
  for (const auto index : labelled_of(data, division, split))
    measured.labels.push_back(stored.labels[static_cast<std::size_t>(index)]);
  return measured;
}

}  // namespace sganc
