// The cache of compiled kernels: each kernel is compiled once, whichever functions use it, and never again.

#include <atomic>
#include <set>

#include "tests/cli_program.h"
#include "tests/compiled_model.h"
#include "tests/compiled_twin.h"

namespace sganc::testing {
namespace {

namespace fs = std::filesystem;

class KernelLibrary : public ::testing::Test {
 protected:
  LibraryWork lowered() {
    LibraryWork work;
    library =
        lower(planned(module), {.cache = folder.path(), .built = [&](const LibraryWork& w) { work = w; }})
            .kernel_library;
    return work;
  }
  std::vector<fs::path> objects() const {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(folder.path()))
      if (entry.path().extension() == ".o") found.push_back(entry.path());
    return found;
  }

  TestFolder folder;
  const Module module = module_of_text(text_of(SmallModel{}));
  fs::path library;
};

TEST_F(KernelLibrary, CompilesEqualKernelsOfAllFunctionsOnce) {
  const auto kernels = kernels_of(planned(module));
  std::set<std::string> different;
  for (const auto& k : kernels) different.insert(k.cut.description.identity());
  ASSERT_LT(different.size(), kernels.size() / 2);
  const LibraryWork work = lowered();
  EXPECT_EQ(work.uses, kernels.size());
  EXPECT_EQ(work.kernels, different.size());
  EXPECT_EQ(work.compiled, different.size());
  EXPECT_EQ(objects().size(), different.size());
  EXPECT_GE(work.threads, 1u);
  EXPECT_GT(work.linking, 0);
}

TEST_F(KernelLibrary, CompilesOnlyWhatIsMissing) {
  const LibraryWork first = lowered();
  const fs::path made = library;
  const LibraryWork second = lowered();
  EXPECT_EQ(library, made);
  EXPECT_EQ(second.kernels, first.kernels);
  EXPECT_EQ(second.compiled, 0u);
  EXPECT_EQ(second.linking, 0);
  fs::remove(made);
  EXPECT_EQ(lowered().compiled, 0u);
  EXPECT_TRUE(fs::exists(made));
  fs::remove(made);
  fs::remove(objects().at(0));
  EXPECT_EQ(lowered().compiled, 1u);
  EXPECT_EQ(objects().size(), first.kernels);
}

TEST_F(KernelLibrary, StopsBetweenKernelsAndLeavesNothingHalfMade) {
  std::atomic<int> asked = 0;
  LibraryOptions options{folder.path()};
  options.stop = [&] { return ++asked > 4; };
  EXPECT_THROW(lower(planned(module), options), Interrupted);
  const std::size_t kept = objects().size();
  EXPECT_EQ(kept, 4u);
  for (const auto& entry : fs::directory_iterator(folder.path()))
    EXPECT_EQ(entry.path().extension(), ".o") << entry.path();
  const LibraryWork rest = lowered();
  EXPECT_EQ(rest.compiled, rest.kernels - kept);
}

/// Returns every file that lies directly in models/.
std::vector<std::string> models() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(SGANC_SOURCE_DIR "/models"))
    if (entry.path().extension() == ".toml") names.push_back(entry.path().stem());
  std::ranges::sort(names);
  return names;
}

class ShippedModels : public ProgramTest, public ::testing::WithParamInterface<std::string> {
 protected:
  /// Returns the row "kernels" of --time-passes behind its time, or "" if there is none.
  std::string kernels_row() {
    const auto ending = sganc({"compile", SGANC_SOURCE_DIR "/models/" + GetParam() + ".toml", "--time-passes",
                               "--out", "program.txt", "-q"});
    EXPECT_EQ(ending.code, 0) << ending.err;
    for (const auto& line : lines_of(ending.err))
      if (line.starts_with("kernels ")) return line.substr(line.find_first_of('.') + 5);
    return "";
  }
};

/// Two processes store the same kernels under the same names.
TEST_P(ShippedModels, CompileNoKernelASecondTime) {
  kernels_row();
  const std::string program = content("program.txt"), row = kernels_row();
  const std::string count = row.substr(0, row.find(' '));
  EXPECT_GT(std::stoi("0" + count), 10) << row;
  const std::string rest = "; 0 compiled, " + count + " in the cache";
  EXPECT_TRUE(row.ends_with(rest)) << row;
  EXPECT_EQ(content("program.txt"), program);
}

INSTANTIATE_TEST_SUITE_P(Files, ShippedModels, ::testing::ValuesIn(models()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace sganc::testing
