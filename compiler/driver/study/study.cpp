#include <algorithm>
#include <charconv>

#include "compiler/driver/confusion.h"
#include "compiler/driver/measure_run.h"
#include "compiler/driver/shell_word.h"
#include "compiler/driver/study/result.h"
#include "compiler/language/spelling.h"
#include "runtime/execute/machine.h"
#include "runtime/report/run_metrics.h"
#include "runtime/system/digest.h"

namespace sganc {

extern const Verb train_verb;

namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

constexpr std::size_t kShownConfusions = 3;
constexpr std::int64_t kMostRuns = 10000;

void add_options(options::options_description& o) {
  using options::value;
  o.add_options()("draws", value<std::string>()->default_value("0-4")->value_name("LIST"),
                  "draws of the labelled images: values of data.labels.seed, such as 0-4,7")(
      "seeds", value<std::string>()->default_value("0")->value_name("LIST"),
      "seeds of the training: values of train.seed")(
      "split", value<std::string>()->default_value("hidden")->value_name("train|hidden|validation|test"),
      "the images to measure on")("ensemble", "measure the mean of all runs' probabilities too")(
      "out", value<std::string>()->value_name("DIR"), "the folder of the study; by default studies/NAME")(
      "set", value<Words>()->composing()->value_name("KEY=VALUE"),
      "override a key of the model file; may be repeated")(
      "schedule", value<std::string>()->default_value("default")->value_name("NAME|FILE"),
      "the name of a schedule in schedules/, or a file")("threads", value<int>()->value_name("N"),
                                                         "number of threads; by default all cores");
  add_data_option(o);
}

/// The numbers in a text: "0-4,7" means 0 1 2 3 4 7. Each number appears once.
std::vector<std::int64_t> numbers_of(const std::string& option, const std::string& text) {
  const auto refuse = [&](const std::string& why) {
    throw UserError{
        {{}, "--" + option + " cannot be \"" + text + "\": " + why, "write numbers, as in 0-4,7"}};
  };
  const auto number = [&](std::string_view word) {
    std::int64_t n = -1;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), n);
    if (error != std::errc() || end != word.data() + word.size() || n < 0)
      refuse("\"" + std::string(word) + "\" is not a whole number from 0 on");
    return n;
  };
  std::vector<std::int64_t> numbers;
  for (std::size_t at = 0; at <= text.size();) {
    const auto comma = std::min(text.find(',', at), text.size());
    const std::string_view part = std::string_view(text).substr(at, comma - at);
    const auto dash = part.find('-');
    const std::int64_t first = number(part.substr(0, dash));
    const std::int64_t last = dash == part.npos ? first : number(part.substr(dash + 1));
    if (last < first) refuse(std::to_string(last) + " is less than " + std::to_string(first));
    if (last - first >= kMostRuns) refuse("that is more than " + std::to_string(kMostRuns) + " runs");
    for (std::int64_t n = first; n <= last; ++n)
      if (std::ranges::find(numbers, n) == numbers.end()) numbers.push_back(n);
    at = comma + 1;
  }
  return numbers;
}

/// One run of the study, and its files.
struct StudyRun {
  std::int64_t draw, seed;
  fs::path folder, result;
  std::string name() const { return "draw " + std::to_string(draw) + ", seed " + std::to_string(seed); }
};

class Study {
 public:
  Study(const options::variables_map& values, const Model& model, Terminal& terminal)
      : values_(values),
        model_(model),
        digest_(short_digest(to_toml(model))),
        split_(values["split"].as<std::string>()),
        out_(values.count("out") ? values["out"].as<std::string>() : "studies/" + model.name),
        terminal_(terminal) {
    for (const auto draw : numbers_of("draws", values["draws"].as<std::string>()))
      for (const auto seed : numbers_of("seeds", values["seeds"].as<std::string>())) {
        const std::string name = "draw_" + std::to_string(draw) + "_seed_" + std::to_string(seed);
        runs_.push_back({draw, seed, out_ / name, out_ / (name + "." + split_ + ".json")});
      }
  }

  int run() {
    StudyTable table{.model = model_.name, .split = split_};
    std::vector<const StudyRun*> done;
    for (const auto& run : runs_) {
      auto result = known(run);
      if (!result) {
        terminal_.say("study    " + run.name() + ", run " + std::to_string(&run - runs_.data() + 1) + " of " +
                      std::to_string(runs_.size()));
        const int code = train(run);
        if (code == kFailed) {
          table.failures.push_back(run.name() + ": see " + (run.folder / "log.txt").string());
          continue;
        }
        if (code != kDone) return stopped(code);
        result = measure(run);
        use_given_file([&] { write_result(run.result, *result); });
      }
      table.results.push_back(std::move(*result));
      done.push_back(&run);
    }
    if (values_.count("ensemble") && !done.empty()) table.ensemble = wrong_of_ensemble(done);
    const auto format = values_["format"].as<std::string>();
    terminal_.out << (format == "json" ? to_json(table)
                      : format == "md" ? to_markdown(table)
                                       : to_text(table));
    return table.failures.empty() ? kDone : kFailed;
  }

 private:
  /// The result of a run that is already measured. Throws UserError if it is the result of another model.
  std::optional<StudyResult> known(const StudyRun& run) const {
    if (!fs::exists(run.result)) return {};
    auto result = use_given_file([&] { return read_result(run.result); });
    if (result.model == digest_) return result;
    throw UserError{{{},
                     run.result.string() + " is the result of another model",
                     "give the folder of a study of its own with --out, or remove that one"}};
  }

  /// The words after `sganc train`. A run that has begun is resumed. One that was killed before its first
  /// checkpoint begins again.
  Words training(const StudyRun& run) const {
    Words words = {values_["MODEL"].as<std::string>(), "--out", run.folder.string(), "--no-test"};
    if (values_.count("set"))
      for (const auto& o : values_["set"].as<Words>()) words.insert(words.end(), {"--set", o});
    words.insert(words.end(), {"--set", "data.labels.seed=" + std::to_string(run.draw)});
    words.insert(words.end(), {"--seed", std::to_string(run.seed)});
    for (const std::string option : {"schedule", "data"})
      if (values_.count(option))
        words.insert(words.end(), {"--" + option, values_[option].as<std::string>()});
    if (values_.count("threads"))
      words.insert(words.end(), {"--threads", std::to_string(values_["threads"].as<int>())});
    if (terminal_.quiet) words.emplace_back("-q");
    if (fs::exists(run.folder / "checkpoints" / "state.safetensors"))
      words.emplace_back("--resume");
    else if (fs::exists(run.folder))
      words.emplace_back("--force");
    return words;
  }

  int train(const StudyRun& run) const { return run_verb(train_verb, training(run)); }

  int stopped(int code) const {
    if (code > 128) terminal_.say("the study is incomplete; the same command goes on with it");
    return code;
  }

  MeasuredRun measured(const StudyRun& run) const {
    auto saved = open_saved_run(run.folder.string(), values_, terminal_, classification_module);
    if (!saved) throw std::runtime_error(run.folder.string() + ": its model cannot be read");
    return measure_run(*saved, split_, values_, terminal_);
  }

  StudyResult measure(const StudyRun& run) const {
    const MeasuredRun m = measured(run);
    StudyResult result{.draw = run.draw,
                       .seed = run.seed,
                       .split = split_,
                       .wrong = m.evaluation.record.examples - m.evaluation.record.correct,
                       .examples = m.evaluation.record.examples,
                       .minutes = read_metrics(RunFolder::open_existing(run.folder).metrics()).seconds / 60,
                       .model = digest_,
                       .machine = this_machine().processor.name};
    const auto name = [&](std::int64_t label) { return m.class_names.at(static_cast<std::size_t>(label)); };
    for (const auto& c : confusions(m.evaluation))
      if (result.confusions.size() < kShownConfusions)
        result.confusions.push_back({name(c.label), name(c.predicted), c.images});
    return result;
  }

  /// The number of images that the mean of the runs' probabilities gets wrong.
  std::int64_t wrong_of_ensemble(const std::vector<const StudyRun*>& runs) const {
    std::vector<double> sums;
    std::vector<std::int32_t> labels;
    std::size_t classes = 0;
    for (const auto* run : runs) {
      const MeasuredRun m = measured(*run);
      if (sums.empty()) sums.resize(m.probabilities.size()), labels = m.labels;
      if (m.labels != labels || sums.size() != m.probabilities.size())
        throw std::runtime_error("an ensemble needs the same images for every run");
      for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += static_cast<double>(m.probabilities[i]);
      classes = static_cast<std::size_t>(m.evaluation.classes);
    }
    const std::size_t known = sums.size() / labels.size();  // may be more than the data has
    std::int64_t wrong = 0;
    for (std::size_t i = 0; i < labels.size(); ++i) {
      const auto row = std::span(sums).subspan(i * known, classes);
      wrong += std::ranges::max_element(row) - row.begin() != labels[i];
    }
    return wrong;
  }

  const options::variables_map& values_;
  const Model& model_;
  const std::string digest_, split_;
  const fs::path out_;
  Terminal& terminal_;
  std::vector<StudyRun> runs_;
};

void require_sound(const options::variables_map& values, const Model& model) {
  const auto split = values["split"].as<std::string>();
  require_split(split);
  if (model.evaluate.classifier.value.empty())
    throw UserError{{{}, "the model declares no classifier", "name one as evaluate.classifier"}};
  if (split == "validation" && !model.data.validation)
    throw UserError{{{},
                     "there is no split \"validation\": the model holds no images out",
                     "write validation = { per_class = 100 } under [data]"}};
  if (split == "hidden" && values.count("ensemble"))
    throw UserError{
        {{},
         "--ensemble needs the same images for every run, and the split hidden has others for each draw",
         "add --split train, validation or test"}};
}

int run(const options::variables_map& values, Terminal& terminal) {
  ModelRequest request{.file = values["MODEL"].as<std::string>()};
  if (values.count("set")) request.overrides = values["set"].as<Words>();
  const auto model = load(request, terminal);
  if (!model) return kBadInput;
  require_sound(values, *model);
  return Study(values, *model, terminal).run();
}

}  // namespace

extern const Verb study_verb{
    .name = "study",
    .summary = "train a model over draws of its labels and over seeds, and tabulate the errors",
    .usage = "MODEL [--draws 0-4] [--seeds 0] [--split SPLIT] [--ensemble] [--out DIR] [options]",
    .details =
        "Trains one run for each draw of the labelled images and each seed, in a folder of its own, and\n"
        "measures the last weights of each. The same command goes on with an incomplete study, and only\n"
        "tabulates a complete one. No run looks at the test images unless --split test asks for them.\n"
        "The default split, hidden, has the training images whose labels no update sees: use it to choose\n"
        "between recipes, and the test images once, at the end, with draws that chose nothing.\n"
        "  sganc study models/papers/fixmatch.toml --draws 0-4\n"
        "  sganc study models/papers/fixmatch.toml --draws 10-19 --split test --ensemble --format md\n",
    .positional = {"MODEL"},
    .required = 1,
    .add_options = add_options,
    .run = run,
    .formats = {"text", "json", "md"}};

}  // namespace sganc
