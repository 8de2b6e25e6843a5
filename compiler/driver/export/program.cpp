// A program in a folder, for sganc-run.

#include "compiler/driver/compilation.h"
#include "compiler/driver/export/format.h"
#include "compiler/driver/export/source.h"
#include "compiler/driver/load_folder.h"
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

ExportedProgram exported_program(const ExportSource& source, const Schedule& schedule, Program program) {
  const FoundRun& run = source.run;
  const DeclaredData& data = run.model.data;
  return {.version = version(),
          .instructions = instructions_for(schedule, target_machine(run.request.threads)),
          .threads = run.request.threads,
          .checkpoint = source.weights.metadata(),
          .pictures = folder_reading(run.model),
          .arrays = {.values = data.source.values, .transposed = data.source.transposed},
          .range_low = data.range_low,
          .range_high = data.range_high,
          .seed = static_cast<std::uint64_t>(run.model.train.seed),
          .classes = data_classes_of(run, program),
          .program = std::move(program)};
}

int write(const ExportRequest& request, Terminal& terminal) {
  auto source = read_export(request, terminal, [&](const Model& model, Diagnostics& diagnostics) {
    return build_program(model, nets_of(request, model), kBatches, diagnostics);
  });
  if (!source) return kBadInput;
  const auto schedule = load_schedule_of(source->run.request, terminal);
  if (!schedule) return kBadInput;
  Program program = compile(plan(source->module, *schedule, source->run.request), terminal);
  const auto exported = exported_program(*source, *schedule, std::move(program));
  use_given_file([&] { write_exported_program(request.out, exported, source->weights); });
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
