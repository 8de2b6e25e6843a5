// A library in C: the kernels of a program, and a C file that calls them. It needs nothing but the C library.

#include <algorithm>
#include <cstring>

#include "compiler/driver/compilation.h"
#include "compiler/driver/export/format.h"
#include "compiler/driver/export/source.h"
#include "compiler/driver/saved_run.h"
#include "compiler/export/c/products.h"
#include "compiler/export/c/source.h"
#include "compiler/language/spelling.h"
#include "compiler/layers/build.h"
#include "runtime/system/files.h"
#include "runtime/system/folders.h"
#include "runtime/system/process.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

/// The numbers of examples for which functions are made: for a single one, and for many. Larger batches need
/// more memory, and are not faster.
const std::vector<std::int64_t> kBatches = {1, 16};

/// Runs a program of the system in the folder. Throws if it fails.
void run_in(const fs::path& folder, const std::vector<std::string>& arguments, const std::string& package) {
  const ProcessResult result = run_program(arguments, folder, std::chrono::minutes(10));
  if (result.end == ProcessResult::End::not_installed)
    throw std::runtime_error("--to c needs the program " + arguments[0] + " (package " + package +
                             "), which is not installed");
  if (!result.succeeded()) throw std::runtime_error(describe_failure(result, arguments[0]));
}

std::string compiler() {
  const char* named = std::getenv("CC");
  return named && *named ? named : "cc";
}

/// Copies a weight {o, i, ...} as {..., i, o}, or as {..., o, i} if the channels i are to be innermost.
void copy_turned(const CheckpointTensor& weight, bool of_conv, char* memory) {
  const auto outputs = weight.shape[0], inputs = weight.shape[1];
  std::int64_t taps = 1;
  for (std::size_t axis = 2; axis < weight.shape.size(); ++axis) taps *= weight.shape[axis];
  for (std::int64_t o = 0; o < outputs; ++o)
    for (std::int64_t i = 0; i < inputs; ++i)
      for (std::int64_t tap = 0; tap < taps; ++tap) {
        const auto from = (o * inputs + i) * taps + tap;
        const auto to = of_conv ? (tap * inputs + i) * outputs + o : (tap * outputs + o) * inputs + i;
        std::memcpy(memory + 4 * to, weight.bytes.data() + 4 * from, 4);
      }
}

/// The memory of the program's variables, with the weights of the checkpoint as the kernels read them.
std::string weights_of(const Program& program, const Checkpoint& checkpoint,
                       const std::map<std::string, bool>& channels_innermost) {
  std::string bytes(static_cast<std::size_t>(program.variable_bytes), '\0');
  for (const auto& variable : program.variables) {
    const CheckpointTensor& tensor = weight_of(checkpoint, variable.name, variable.extents);
    char* const memory = bytes.data() + variable.offset;
    if (const auto turned = channels_innermost.find(variable.name); turned != channels_innermost.end())
      copy_turned(tensor, turned->second, memory);
    else
      std::memcpy(memory, tensor.bytes.data(), tensor.bytes.size());
  }
  return bytes;
}

/// Builds libNAME.a and libNAME.so in the folder, which holds the source. Of what they define, callers see
/// only the names in the header.
void build_libraries(const fs::path& folder, const CLibrary& library, const std::vector<fs::path>& objects) {
  const std::string &name = library.name, kernels = name + "_kernels.o", all = name + "_all.o";
  std::vector<std::string> join = {"ld", "-r", "-o", kernels};
  for (const auto& object : objects) join.push_back(object.string());
  run_in(folder, join, "binutils");
  run_in(folder, {compiler(), "-std=c11", "-O2", "-fPIC", "-c", name + ".c", "-o", name + ".o"}, "gcc");
  run_in(folder, {"ld", "-r", "-z", "noexecstack", "-o", all, name + ".o", kernels}, "binutils");
  std::vector<std::string> hide = {"objcopy"};
  for (const auto& symbol : c_symbols(library)) hide.push_back("--keep-global-symbol=" + symbol);
  hide.push_back(all);
  run_in(folder, hide, "binutils");
  run_in(folder, {"ar", "rcs", "lib" + name + ".a", all}, "binutils");
  run_in(folder,
         {compiler(), "-shared", "-Wl,-z,noexecstack,-soname,lib" + name + ".so", all, "-lm", "-o",
          "lib" + name + ".so"},
         "gcc");
}

FolderFiles files_of(const CLibrary& library, const std::string& weights,
                     const std::vector<fs::path>& objects) {
  const std::string& name = library.name;
  FolderFiles files = {{name + ".h", c_header(library)},      {name + ".c", c_source(library)},
                       {name + ".weights", weights},          {name + "-config.cmake", c_cmake(library)},
                       {name + ".pc", c_pkg_config(library)}, {"example.c", c_example(library)}};
  const TemporaryFolder folder(temporary_place(), "sganc-", "no folder to build in can be made");
  for (const auto& [file, content] : files) write_file_atomically(folder.path() / file, content);
  build_libraries(folder.path(), library, objects);
  for (const auto& built : {"lib" + name + ".a", "lib" + name + ".so", name + "_kernels.o"})
    files[built] = read_file(folder.path() / built);
  return files;
}

/// This machine without AMX, whose tiles kernels multiply by a function of the runtime.
TargetMachine machine_of_library() {
  TargetMachine machine = target_machine(1);
  std::erase_if(machine.instructions, [](const std::string& name) { return name.starts_with("amx"); });
  return machine;
}

/// What a processor must have, in words.
std::string processor_text(const Schedule& schedule, const TargetMachine& machine) {
  const auto instructions = instructions_for(schedule, machine);
  return instructions.empty() ? "no special instructions" : "a processor with " + enumerated(instructions);
}

/// The name of the folder, which may end with a slash.
std::string name_of_folder(const fs::path& given) {
  const fs::path folder = fs::absolute(given).lexically_normal();
  return (folder.has_filename() ? folder : folder.parent_path()).filename().string();
}

/// The name of the library, and of all that it defines. Throws UserError for one that would hide a library of
/// the system from the linker.
std::string name_of(const fs::path& out) {
  const std::string name = c_identifier(name_of_folder(out));
  for (const std::string taken : {"c", "m", "dl", "rt", "pthread"})
    if (name == taken)
      throw UserError{{{},
                       "a library called lib" + name + " would hide the system's",
                       "the folder gives the name: choose another one as --out"}};
  return name;
}

int write(const ExportRequest& request, Terminal& terminal) {
  const std::string name = name_of(request.out);
  auto source = read_export(request, terminal, [&](const Model& model, Diagnostics& diagnostics) {
    return build_export(model, {net_of(request, model)}, kBatches, diagnostics);
  });
  if (!source) return kBadInput;
  const auto schedule = load_schedule_of(source->run.request, terminal);
  if (!schedule) return kBadInput;
  const TargetMachine machine = machine_of_library();
  std::vector<fs::path> objects;
  const KernelPlan plan = plan_with_kernels(source->module, *schedule, machine);
  const Program program =
      compile_objects(plan.planned, terminal, [&](const auto& files) { objects = files; });
  const Model& model = source->run.model;
  CLibrary library{.name = name,
                   .version = version(),
                   .program = program,
                   .processor = processor_text(*schedule, machine),
                   .classes = classes_of(source->run, source->module),
                   .range_low = model.data.range_low,
                   .range_high = model.data.range_high};
  if (const DeclaredInput* image = model.image()) std::ranges::copy(image->shape, library.shape.begin());
  const auto files =
      files_of(library, weights_of(program, source->weights, plan.channels_innermost), objects);
  use_given_file([&] { write_folder_atomically(request.out, files); });
  terminal.out << request.out.string() << "\n";
  return kDone;
}

}  // namespace

extern const ExportFormat c_library_export{
    .name = "c",
    .summary = "a header, a static and a shared library with the weights inside, and an example in C",
    .out = "DIR",
    .write = write};

}  // namespace sganc
