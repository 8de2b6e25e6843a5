// Kernels are compiled for the instructions that a processor has, and use no others: the table of targets,
// and what is really emitted for a list of processors.

#include <cstdlib>
#include <ctime>
#include <iomanip>
#include <iostream>

#include "compiler/schedule/target.h"
#include "tests/compiled_model.h"
#include "tests/data_folder.h"
#include "tests/every_processor.h"
#include "tests/instruction_judge.h"
#include "tests/unet_model.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

const SmallModel kOddColours = {.image = "[9, 7, 3]",
                                .seed_image = "[1, 7, 5]",
                                .seed_units = 35,
                                .filters = 17,
                                .growth = "[3, 1]",
                                .channels = 3};

/// Returns a U-Net that restores colour images of an odd size, and a classifier of other odd colour images
/// with its optimizer. The U-Net loads bytes by pairs, for which AVX512-FP16 has an instruction.
std::vector<Module> odd_modules() {
  std::vector<Module> modules = {module_of_text(kUnetOfLayers), module_of_text(text_of(kOddColours))};
  std::erase_if(modules[1].functions, [](const Function& f) { return f.name != "c" && f.name != "c.apply"; });
  return modules;
}

double processor_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

/// Returns the first few instructions that the processor lacks, a line each.
std::string first_of(const Names& refused) {
  std::string text = std::to_string(refused.size()) + " instructions";
  for (std::size_t i = 0; i < std::min<std::size_t>(refused.size(), 5); ++i) text += "\n  " + refused[i];
  return text;
}

/// The test fails if the kernels of the folder use more than the processor has. Returns a line about them.
std::string judge(const KnownProcessor& processor, const fs::path& folder, const fs::path& scratch) {
  const double begin = processor_seconds();
  const auto objects = objects_for(processor, folder);
  const auto used = instructions_in(objects);
  const auto refused = lacking(used, processor.instructions, scratch);
  EXPECT_TRUE(refused.empty()) << processor.name << " lacks " << first_of(refused);
  std::ostringstream line;
  line << processor.name << ": " << features_for({}, {.instructions = processor.instructions}) << "; "
       << objects.size() << " kernels, " << used.size() << " different instructions, "
       << (refused.empty() ? "none too many" : "OF WHICH IT LACKS " + std::to_string(refused.size())) << "; "
       << std::fixed << std::setprecision(1) << processor_seconds() - begin << " s";
  return line.str();
}

/// Compiles kernels in bf16: a generator with enough channels for pairs of them.
void compile_in_bf16(const fs::path& folder) {
  Module module = module_of_text(text_of({.seed_image = "[2, 2, 32]", .seed_units = 128, .filters = 32}));
  std::erase_if(module.functions, [](const Function& f) { return f.name != "g"; });
  Schedule schedule{.name = "bf16", .precision = {"bf16", {}}};
  schedule.products = {{.match = {"generator.conv_transpose_*"}, .by = {{"winograd"}}}};
  compile_for(kProcessors, module, schedule, folder);
}

TEST(Processors, GetKernelsThatTheyCanRun) {
  const testing::TestFolder folder;
  for (const auto& module : odd_modules()) compile_for(kProcessors, module, {}, folder / "kernels");
  compile_in_bf16(folder / "kernels");
  for (const auto& processor : kProcessors) judge(processor, folder / "kernels", folder.path());
}

/// Halide 14 has one target for all processors with AVX-512 BF16. Its code kills processors of AMD.
TEST(Processors, TheTargetThatHalide14NamesForZen4DoesNotSuitIt) {
  if (halide_version() > 14) GTEST_SKIP() << "this is Halide " << halide_version();
  ASSERT_EQ(features_of(kSapphireRapids, 14),
            (Names{"sse41", "avx", "f16c", "fma", "avx2", "avx512", "avx512_skylake", "avx512_cannonlake",
                   "avx512_sapphirerapids"}));
  const testing::TestFolder folder;
  const KnownProcessor named{"what Halide 14 names", kSapphireRapids};
  compile_for({named}, module_of_text(kUnetOfLayers), {}, folder / "kernels");
  const auto used = instructions_in(objects_for(named, folder / "kernels"));
  EXPECT_EQ(lacking(used, kSapphireRapids, folder.path()), Names{});
  for (const auto& processor : {kZen4, kZen5}) {
    const auto refused = lacking(used, processor, folder.path());
    ASSERT_FALSE(refused.empty());
    EXPECT_TRUE(std::ranges::any_of(refused, [](const auto& line) {
      return line.find("vmovw") != line.npos;
    })) << first_of(refused);
  }
}

std::vector<fs::path> shipped_models() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(SGANC_SOURCE_DIR "/models"))
    if (entry.path().extension() == ".toml") files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

/// The long check, run by tests/processors/run: every kernel of every shipped model, in f32 and bf16, and
/// what other tests have left in $SGANC_PROCESSORS. Prints a line for each processor.
TEST(Processors, DISABLED_GetKernelsOfEveryModelThatTheyCanRun) {
  const char* folder = std::getenv("SGANC_PROCESSORS");
  ASSERT_TRUE(folder && *folder);
  Schedule bf16{.name = "bf16"};
  bf16.precision.value = "bf16";
  for (const auto& file : shipped_models()) {
    const double begin = processor_seconds();
    Diagnostics diagnostics;
    const Module module = training_module(load_model(file, {}, vocabulary(), diagnostics), diagnostics);
    for (const auto& schedule : {Schedule{}, bf16}) compile_for(kProcessors, module, schedule, folder);
    std::cout << "compiled " << file.stem().string() << " in " << processor_seconds() - begin << " s\n"
              << std::flush;
  }
  const testing::TestFolder scratch;
  for (const auto& processor : kProcessors)
    std::cout << judge(processor, folder, scratch.path()) << "\n" << std::flush;
}

}  // namespace
}  // namespace sganc
