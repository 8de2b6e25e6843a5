// A program in a folder, for sganc-run.

#include "compiler/driver/compilation.h"
#include "compiler/driver/export/format.h"
#include "compiler/driver/load_data.h"
#include "compiler/driver/saved_run.h"
#include "compiler/layers/build.h"
#include "runtime/deploy/exported_program.h"

namespace sganc {
namespace {

/// The numbers of images for which functions of images are made: for a single image, and for many.
const std::vector<std::int64_t> kBatches = {1, 100};

/// The names of the classes of the data, of which the most probable one is predicted.
std::vector<std::string> data_classes_of(const FoundRun& run, const Program& program) {
  const auto* predict = program.function(FunctionRole::predict);
  if (!predict) return {};
  return class_names_of(run.folder, predict->outputs.at(0).buffer.extents.at(1));
}

/// What the program of a run is made from, and for.
struct Source {
  const FoundRun& run;
  const Schedule& schedule;
  const Checkpoint& weights;
};

ExportedProgram exported_program(const Source& source, Program program) {
  const auto& [run, schedule, weights] = source;
  const DeclaredData& data = run.model.data;
  return {.version = version(),
          .instructions = instructions_for(schedule, target_machine(run.request.threads)),
          .threads = run.request.threads,
          .checkpoint = weights.metadata(),
          .pictures = folder_reading(run.model),
          .arrays = {.values = data.source.values, .transposed = data.source.transposed},
          .range_low = data.range_low,
          .range_high = data.range_high,
          .seed = static_cast<std::uint64_t>(run.model.train.seed),
          .classes = data_classes_of(run, program),
          .program = std::move(program)};
}

int write(const ExportRequest& request, Terminal& terminal) {
  auto run = find_saved_run(request.run, request.values, terminal);
  if (!run) return kBadInput;
  const Checkpoint weights = read_checkpoint(*run);
  const auto nets = nets_of(request, run->model);
  const auto schedule = load_schedule_of(run->request, terminal);
  const auto module = build(run->model, terminal, [&](const Model& model, Diagnostics& diagnostics) {
    return build_program(model, nets, kBatches, diagnostics);
  });
  if (!schedule || !module) return kBadInput;
  Program program = compile(plan(*module, *schedule, run->request), terminal);
  const auto exported = exported_program({*run, *schedule, weights}, std::move(program));
  use_given_file([&] { write_exported_program(request.out, exported, weights); });
  terminal.out << request.out.string() << "\n";
  return kDone;
}

}  // namespace

extern const ExportFormat program_export{
    .name = "program",
    .summary = "the compiled program and its weights, for sganc-run on processors like this one",
    .out = "DIR",
    .write = write};

}  // namespace sganc
