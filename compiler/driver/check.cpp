#include <algorithm>
#include <chrono>
#include <functional>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <numeric>
#include <sstream>

#include "compiler/driver/compilation.h"
#include "compiler/driver/label_words.h"
#include "compiler/driver/load_data.h"
#include "compiler/driver/synthetic_data.h"
#include "compiler/inspect/text_table.h"
#include "compiler/language/spelling.h"
#include "compiler/layers/build.h"
#include "runtime/data/decompress.h"
#include "runtime/execute/machine.h"
#include "runtime/system/process.h"
#include "runtime/train/sample.h"

namespace sganc {
namespace {

using Clock = std::chrono::steady_clock;

struct Cost {
  std::int64_t parameters = 0;
  double flop = 0, step_seconds = 0;  // of a step in which each update runs once
  double training_seconds = 0;        // of all steps, each update as often as it runs
  double evaluation_seconds = 0;      // for one image
  std::int64_t variable_bytes = 0, arena_bytes = 0, peak_bytes = 0;
  std::int64_t state_bytes = 0;            // of the file of weights and states, which is read as a whole
  std::int64_t spread_bytes = 0;           // while labels are spread, if the images are known
  std::optional<std::int64_t> data_bytes;  // a part of the peak, if it is known
};

/// Runs the function and looks at each value that it computes.
void require_finite(Executor& executor, const std::string& function) {
  if (const auto where = executor.run_checked(executor.function(function)))
    throw std::runtime_error("\"" + function + "\" is not finite on random data: first in " + *where);
}

double seconds_of(Executor& executor, const std::string& function) {
  const auto begin = Clock::now();
  executor.run(executor.function(function));
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

std::int64_t bytes_of(const VariableSlot& variable) {
  std::int64_t bytes = size_of(variable.dtype);
  for (const auto extent : variable.extents) bytes *= extent;
  return bytes;
}

/// Runs training steps, an evaluated batch and a generated one, each twice. The first time looks at every
/// value; the second is for the time and the memory.
Cost measure(const Compiled& compiled, const ModelRequest& request) {
  Executor executor(compiled.program, request.threads, static_cast<std::uint64_t>(compiled.model.train.seed));
  SyntheticData data(compiled.model);
  Cost cost{.variable_bytes = compiled.program.variable_bytes, .arena_bytes = compiled.program.arena_bytes};
  for (const auto& v : compiled.module.variables)
    if (v.role == Role::weight) cost.parameters += v.type.elements();
  const auto in_turn = [&](const std::vector<FunctionRole>& roles, const auto& visit) {
    for (const FunctionRole role : roles)
      for (const auto& function : compiled.program.functions)
        if (function.role == role) visit(function);
  };
  for (const auto& function : compiled.program.functions)
    data.bind(executor, executor.function(function.name));
  in_turn({FunctionRole::begin, FunctionRole::average, FunctionRole::update},
          [&](const FunctionProgram& f) { require_finite(executor, f.name); });
  data.next_step();
  const std::int64_t steps = compiled.model.train.steps();
  in_turn({FunctionRole::update, FunctionRole::average}, [&](const FunctionProgram& f) {
    const double seconds = seconds_of(executor, f.name);
    const auto update = std::ranges::find(compiled.model.updates, f.update, &DeclaredUpdate::name);
    const auto runs = f.role == FunctionRole::update ? update->cadence.runs_until(steps) : steps;
    cost.step_seconds += seconds;
    cost.training_seconds += seconds * static_cast<double>(runs);
    if (f.role == FunctionRole::update)
      for (const auto& step : f.steps) cost.flop += step.flops;
  });
  in_turn({FunctionRole::classify, FunctionRole::sample},
          [&](const FunctionProgram& f) { require_finite(executor, f.name); });
  if (const auto* classify = compiled.program.function(FunctionRole::classify)) {
    const auto index = std::ranges::find(classify->inputs, "batch.index", &Input::name);
    cost.evaluation_seconds =
        seconds_of(executor, classify->name) / static_cast<double>(index->extents.at(0));
  }
  if (compiled.program.function(FunctionRole::sample))
    write_sample_grid("/dev/null", sample_images(executor, 0, epoch_sample_count(executor)),
                      compiled.model.data.range_low, compiled.model.data.range_high);
  for (const auto& v : compiled.program.variables)
    if (v.role != Role::gradient) cost.state_bytes += bytes_of(v);
  cost.peak_bytes = peak_memory_bytes() - data.bytes() + cost.state_bytes;
  return cost;
}

/// The memory that a spread of labels over all images takes: features, neighbours, ties, and the class shares
/// of each image before a round, after it, and at the start.
std::int64_t spread_bytes_of(const Compiled& compiled, std::int64_t images) {
  constexpr std::int64_t kOfTie = 48;  // a tie is in the neighbours, in two rows of ties, and in the matrix
  std::int64_t most = 0, classes = 10;
  if (const auto* classify = compiled.program.function(FunctionRole::classify))
    classes = std::ranges::find(classify->outputs, "probability", &NamedBuffer::name)->buffer.extents.back();
  for (const auto& spread : compiled.model.spreads) {
    const auto* similarity = compiled.program.function(FunctionRole::similarity, "spread." + spread.name);
    const std::int64_t numbers = similarity->inputs.at(0).extents.at(1);
    std::int64_t compared = 0, candidates = 0;  // numbers of an image that rerank compares, and its distances
    if (spread.rerank) {
      const auto* rerank =
          compiled.program.function(FunctionRole::features, "spread." + spread.name + ".rerank");
      const auto& extents = rerank->outputs.at(0).buffer.extents;
      compared = std::accumulate(extents.begin() + 1, extents.end(), std::int64_t{1}, std::multiplies<>());
      candidates = spread.rerank->candidates;
    }
    most = std::max(most, images * (4 * std::max(numbers, compared) + 12 * candidates +
                                    kOfTie * spread.neighbours + 12 * classes));
  }
  return most;
}

/// The bytes of a source's images, and those of them that lie in memory while it trains.
struct DataBytes {
  std::int64_t all = 0, in_memory = 0;
};

/// The pictures of the model's folder, if it has one that can be listed.
std::optional<LoadedData> listed_folder(const Model& model) {
  try {
    if (model.data.source.files.contains("folder")) return list_data(model);
  } catch (const UserError&) {
  } catch (const std::runtime_error&) {
  }
  return {};
}

/// Returns nothing if the source is not here or is compressed. `listed` are the pictures of its folder.
std::optional<DataBytes> data_bytes_of(const Model& model, const std::optional<LoadedData>& listed) {
  const DeclaredSource& source = model.data.source;
  DataBytes bytes;
  if (const auto* known = find_source(source.known)) {
    for (const auto& file : known->files) bytes.all += static_cast<std::int64_t>(file.size);
    return DataBytes{bytes.all, bytes.all};
  }
  const ImageRoom room = image_room(model);
  const auto add = [&](std::int64_t more, std::int64_t most) {
    bytes.all += more;
    if (more <= most && !room.is_too_much(static_cast<double>(more))) bytes.in_memory += more;
  };
  try {
    if (source.files.contains("folder")) {
      if (!listed || !model.image()) return std::nullopt;
      auto images = listed->dataset.train.count + listed->dataset.test.count;
      for (const auto extent : model.image()->shape) images *= extent;
      add(images, images);
      return bytes;
    }
    for (const auto& [key, file] : source.files) {
      const auto ending = std::filesystem::path(file.value).extension();
      if (ending == ".gz" || ending == ".npz") return std::nullopt;
      add(static_cast<std::int64_t>(std::filesystem::file_size(file.value)), kMostDataBytes);
    }
  } catch (const std::runtime_error&) {
    return std::nullopt;
  }
  return bytes;
}

/// Compiles the kernels in a process of its own, so that its memory does not count for this one: training
/// with compiled kernels does not need it. Mistakes are not reported here, as this process meets them too and
/// reports them.
void compile_apart(const PlannedModule& planned, Terminal& terminal) {
  run_in_fork([&] { return compile(planned, terminal).name; }, std::chrono::hours(24));
}

std::string megabytes(std::int64_t bytes) {
  return std::to_string((bytes + 500000) / 1000000) + " MB";
}

void print_text(const Cost& cost, const Compiled& compiled, std::ostream& out) {
  const auto& train = compiled.model.train;
  std::ostringstream text;
  text << std::fixed << std::setprecision(1);
  text << "model     " << compiled.model.name << ": " << grouped(cost.parameters) << " parameters, "
       << counted(compiled.model.updates.size(), "update") << "\n";
  text << "step      " << 1000 * cost.step_seconds << " ms, " << cost.flop / 1e9 << " GFLOP\n";
  text << "epoch     " << train.steps_per_epoch
       << " steps: " << duration_text(cost.training_seconds / static_cast<double>(train.epochs)) << "\n";
  text << "training  " << counted(train.epochs, "epoch") << ": " << duration_text(cost.training_seconds)
       << "\n";
  if (cost.evaluation_seconds > 0)
    text << "evaluate  10000 images: " << 10000 * cost.evaluation_seconds << " s\n";
  const auto data = cost.data_bytes.value_or(0);
  text << "memory    " << megabytes(cost.peak_bytes) << " at most: " << megabytes(cost.variable_bytes)
       << " of weights and optimizer states, " << megabytes(cost.state_bytes)
       << " of their file while it is read, " << megabytes(cost.arena_bytes) << " of activations, "
       << (cost.data_bytes ? megabytes(data) + " of images, " : "")
       << (cost.spread_bytes ? megabytes(cost.spread_bytes) + " while labels are spread, " : "")
       << megabytes(cost.peak_bytes - cost.variable_bytes - cost.state_bytes - cost.arena_bytes - data -
                    cost.spread_bytes)
       << " of the program and its scratch" << (cost.data_bytes ? "" : "; the data set comes on top") << "\n";
  out << text.str();
}

void print_json(const Cost& cost, const Compiled& compiled, const std::vector<std::string>& words,
                std::ostream& out) {
  nlohmann::ordered_json json{{"model", compiled.model.name},
                              {"parameters", cost.parameters},
                              {"flop", cost.flop},
                              {"step_seconds", cost.step_seconds},
                              {"steps_per_epoch", compiled.model.train.steps_per_epoch},
                              {"epochs", compiled.model.train.epochs},
                              {"training_seconds", cost.training_seconds},
                              {"evaluation_seconds_per_image", cost.evaluation_seconds},
                              {"variable_bytes", cost.variable_bytes},
                              {"state_file_bytes", cost.state_bytes},
                              {"activation_bytes", cost.arena_bytes},
                              {"peak_memory_bytes", cost.peak_bytes}};
  if (cost.data_bytes) json["data_bytes"] = *cost.data_bytes;
  if (!words.empty()) json["labels"] = words;
  out << json.dump() << "\n";
}

/// `labels    cat and dog look alike: ...`
void print_words(const std::vector<std::string>& words, std::ostream& out) {
  for (std::size_t i = 0; i < words.size(); ++i)
    out << (i == 0 ? "labels    " : "          ") << words[i] << "\n";
}

int run(const options::variables_map& values, Terminal& terminal) {
  ModelRequest request = model_request(values["MODEL"].as<std::string>(), values);
  auto model = load(request, terminal);
  if (!model) return kBadInput;
  const auto schedule = load_schedule_of(request, terminal);
  auto module = build(*model, terminal);
  if (!schedule || !module) return kBadInput;
  const auto listed = listed_folder(*model);
  const auto data_bytes = data_bytes_of(*model, listed);
  const PlannedModule planned = plan(*module, *schedule, request);
  compile_apart(planned, terminal);
  Program program = compile(planned, terminal);
  const Compiled compiled{std::move(*model), std::move(*module), std::move(program)};
  Cost cost = measure(compiled, request);
  if (data_bytes) cost.data_bytes = data_bytes->in_memory;
  if (const auto* image = compiled.model.image(); image && data_bytes)
    cost.spread_bytes =
        spread_bytes_of(compiled, data_bytes->all / std::reduce(image->shape.begin(), image->shape.end(),
                                                                std::int64_t{1}, std::multiplies<>()));
  cost.peak_bytes += cost.data_bytes.value_or(0) + cost.spread_bytes;
  const auto words = label_words(compiled.model, listed, values, request.threads, terminal);
  if (terminal.json) {
    print_json(cost, compiled, words, terminal.out);
  } else {
    print_text(cost, compiled, terminal.out);
    print_words(words, terminal.out);
  }
  return kDone;
}

}  // namespace

extern const Verb check_verb{
    .name = "check",
    .summary = "compile a model, run it on random data, and say what training will cost",
    .usage = "MODEL [--set KEY=VALUE] [--schedule NAME] [--threads N] [--format json]",
    .details =
        "Needs no data set. Runs two training steps, an evaluation and a sample, and looks at every value.\n"
        "If one is not finite, check fails and names the layer. Times are those of one step on this machine\n"
        "now. Memory is the most that `train` takes at one time when its kernels are compiled; compiling\n"
        "takes more for some seconds. The data set counts if it is on this machine. Then check also says "
        "which\n"
        "labels cannot carry the training: classes with hardly a label, and classes that look alike.\n"
        "  sganc check models/mnist_stacked.toml\n",
    .positional = {"MODEL"},
    .required = 1,
    .add_options = add_model_options,
    .run = run};

}  // namespace sganc
