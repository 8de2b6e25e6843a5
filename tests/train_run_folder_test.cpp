// The folder of a run: when it may be begun, what is removed from it, and what is written first.

#include "runtime/train/run_folder.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <optional>
#include <regex>

#include "runtime/train/run_lock.h"
#include "tests/data_folder.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

using testing::content_of;
using testing::error_of;
using testing::TestFolder;

constexpr const char* kEnvironment = R"({"command": ["sganc", "train"], "versions": {"sganc": "0.1.0"}})";

TEST(RunFolder, IsCreatedWithTheFoldersInIt) {
  const TestFolder folder;
  const auto run = RunFolder::open_new(folder / "runs/x", false);
  EXPECT_TRUE(fs::is_directory(folder / "runs/x/samples"));
  EXPECT_TRUE(fs::is_directory(folder / "runs/x/checkpoints"));
  EXPECT_TRUE(fs::is_empty(folder / "runs/x/samples"));
  EXPECT_EQ(std::distance(fs::directory_iterator(run.path()), {}), 2);
  EXPECT_EQ(run.epoch_sample(1), folder / "runs/x/samples/epoch_0001.png");
  EXPECT_EQ(run.epoch_checkpoint(12345), folder / "runs/x/checkpoints/epoch_12345.safetensors");
  EXPECT_EQ(run.last(), folder / "runs/x/checkpoints/last.safetensors");
}

TEST(RunFolder, MayHoldFoldersAlone) {
  const TestFolder folder;
  RunFolder::open_new(folder.path(), false);
  RunFolder::open_new(folder.path(), false);  // the folder of an attempt that ended before the run began
  // Left by a process that was killed.
  for (const auto* name : {".lock", "checkpoints/.state.safetensors.unfinished-17"})
    folder.file(name, "left");
  RunFolder::open_new(folder.path(), false);
  EXPECT_FALSE(fs::exists(folder / "checkpoints/.state.safetensors.unfinished-17"));
  folder.file("env.json", kEnvironment);
  EXPECT_EQ(
      folder.without_path(error_of([&] { RunFolder::open_new(folder.path(), false); })),
      "the run folder \"FOLDER\" is not empty: give --resume to go on with it, --force to begin anew, or "
      "another --out");
}

TEST(RunFolder, OfAPersonIsRefusedWhateverTheFlag) {
  const std::vector<std::vector<std::string>> folders = {
      {"labels.txt", "classes.txt", "samples/epoch_0001.png"},
      {"model.toml"},
      {"env.json", "cats/1.png"},
      {"checkpoints/last.safetensors", "checkpoints/state.safetensors"},
      {"resolved.toml"},
      {".notes.unfinished-3"},
      {"metrics.jsonl", "log.txt", "report.html"}};
  for (const auto& names : folders) {
    const TestFolder folder;
    for (const auto& name : names) folder.file(name, "mine");
    EXPECT_FALSE(RunFolder::holds_run(folder.path()));
    EXPECT_EQ(folder.without_path(error_of([&] { RunFolder::open_new(folder.path(), true); })),
              "the run folder \"FOLDER\" is not empty and holds no run, and --force replaces nothing but a "
              "run: give another --out");
    EXPECT_EQ(folder.without_path(error_of([&] { RunFolder::open_new(folder.path(), false); })),
              "the run folder \"FOLDER\" is not empty and holds no run: give another --out");
    EXPECT_EQ(folder.without_path(error_of([&] { RunFolder::open_to_resume(folder.path()); })),
              "the run folder \"FOLDER\" holds no run");
    for (const auto& name : names) EXPECT_EQ(content_of(folder / name), "mine") << name;
  }
}

TEST(RunFolder, GoesOnOnlyWithAState) {
  const TestFolder folder;
  folder.file("env.json", kEnvironment);
  const std::string cannot =
      "the run in \"FOLDER\" cannot go on: there is no FOLDER/checkpoints/state.safetensors; give --force to "
      "begin anew";
  const auto said = [&] {
    return folder.without_path(error_of([&] { RunFolder::open_to_resume(folder.path()); }));
  };
  EXPECT_EQ(said(), cannot);
  folder.file("checkpoints/last.safetensors", "weights");
  EXPECT_EQ(said(), cannot + ", or --init FOLDER with another --out to begin with its last weights");
  folder.file("checkpoints/state.safetensors", "{\"__metadata__\":{\"holds\":\"state\"}}");
  EXPECT_EQ(said(), "");
  fs::remove(folder / "env.json");  // the state alone tells that a run was begun
  EXPECT_EQ(said(), "");
}

TEST(RunFolder, ListsTheEpochsItKeeps) {
  const TestFolder folder;
  for (const auto* name :
       {"epoch_0012.safetensors", "epoch_0003.safetensors", "epoch_10000.safetensors", "epoch_0001.png",
        "epoch_x.safetensors", "best.safetensors", "epoch_99999999999999999999.safetensors"})
    folder.file(std::string("x/checkpoints/") + name, "");
  folder.file("x/env.json", kEnvironment);
  folder.file("x/model.toml", "");
  EXPECT_EQ(RunFolder::open_existing(folder / "x").epoch_checkpoints(),
            (std::vector<std::int64_t>{3, 12, 10000}));
}

TEST(RunFolder, IsCleanedOfWhatKilledProcessesLeft) {
  const TestFolder folder;
  const auto run = RunFolder::open_new(folder / "x", false);
  for (const auto* name :
       {"x/.metrics.jsonl.unfinished-4", "x/checkpoints/.last.safetensors.unfinished-17",
        "x/samples/.epoch_0001.png.unfinished-3", "x/.notes.txt.unfinished-4", "x/log.txt"})
    folder.file(name, "left");
  run.remove_unfinished();
  EXPECT_FALSE(fs::exists(folder / "x/.metrics.jsonl.unfinished-4"));
  EXPECT_FALSE(fs::exists(folder / "x/checkpoints/.last.safetensors.unfinished-17"));
  EXPECT_FALSE(fs::exists(folder / "x/samples/.epoch_0001.png.unfinished-3"));
  EXPECT_TRUE(fs::exists(folder / "x/.notes.txt.unfinished-4"));
  EXPECT_TRUE(fs::exists(folder / "x/log.txt"));
}

TEST(RunLock, BelongsToOneAtATime) {
  const TestFolder folder;
  std::optional<RunLock> lock(std::in_place, folder / "runs/x");
  const auto refused = folder.without_path(error_of([&] { RunLock(folder / "runs/x"); }));
  EXPECT_TRUE(
      std::regex_match(refused, std::regex("the run folder \"FOLDER/runs/x\" is in use by process " +
                                           std::to_string(::getpid()) + ", since 20[0-9-]{8}T[0-9:]{8}Z")))
      << refused;
  folder.file("runs/x/.lock", "12 elsewhere 2026-11-28T18:44:45Z\n");
  EXPECT_EQ(folder.without_path(error_of([&] { RunLock(folder / "runs/x"); })),
            "the run folder \"FOLDER/runs/x\" is in use by process 12 on elsewhere, since "
            "2026-11-28T18:44:45Z");
  folder.file("runs/x/.lock", "");
  EXPECT_EQ(folder.without_path(error_of([&] { RunLock(folder / "runs/x"); })),
            "the run folder \"FOLDER/runs/x\" is in use by another process");
  lock.reset();
  const RunLock again(folder / "runs/x");
}

TEST(RunLock, LeavesNothing) {
  const TestFolder folder;
  { const RunLock lock(folder / "runs/x"); }
  EXPECT_FALSE(fs::exists(folder / "runs"));
  {
    const RunLock lock(folder / "runs/x");
    RunFolder::open_new(folder / "runs/x", false);
  }
  EXPECT_FALSE(fs::exists(folder / "runs"));
  folder.file("runs/x/notes.txt", "mine");
  { const RunLock lock(folder / "runs/x"); }
  EXPECT_EQ(std::distance(fs::directory_iterator(folder / "runs/x"), {}), 1);
}

TEST(RunLock, OfAProcessThatIsNoMoreIsTaken) {
  const TestFolder folder;
  folder.file("x/.lock", "12 elsewhere 2026-11-28T18:44:45Z\n");
  const RunLock lock(folder / "x");
  EXPECT_TRUE(content_of(folder / "x/.lock").starts_with(std::to_string(::getpid()) + " "));
}
TEST(RunFolder, ForceRemovesWhatARunMakesAndNothingElse) {
  const TestFolder folder;
  folder.file("env.json", kEnvironment);
  for (const auto* ours :
       {"model.toml", "resolved.toml", "log.txt", "labels.txt", "validation.txt", "metrics.jsonl",
        "report.html", "events.out.tfevents.sganc", "data.json", "kernels.so", "SHA256SUMS",
        "checkpoints/best.safetensors", "samples/epoch_0001.png", "checkpoints/epoch_0020.safetensors",
        "checkpoints/last.safetensors", "checkpoints/state.safetensors",
        "checkpoints/.last.safetensors.unfinished-17", ".metrics.jsonl.unfinished-4"})
    folder.file(ours, "old");
  const std::vector<std::string> foreign = {"notes.txt",
                                            "samples/best.png",
                                            "samples/epoch_one.png",
                                            "checkpoints/epoch_1.png",
                                            "checkpoints/mine.safetensors",
                                            ".notes.txt.unfinished-4",
                                            "model.toml.bak",
                                            "other/model.toml"};
  for (const auto& name : foreign) folder.file(name, "kept");
  RunFolder::open_new(folder.path(), true);
  std::vector<std::string> left;
  for (const auto& entry : fs::recursive_directory_iterator(folder.path()))
    if (entry.is_regular_file()) left.push_back(fs::relative(entry.path(), folder.path()).string());
  EXPECT_EQ(std::set(left.begin(), left.end()), std::set(foreign.begin(), foreign.end()));
  for (const auto& name : foreign) EXPECT_EQ(content_of(folder / name), "kept");
}

TEST(RunFolder, SaysWhatCannotBeAFolder) {
  const TestFolder folder;
  folder.file("file", "");
  EXPECT_EQ(folder.without_path(error_of([&] { RunFolder::open_new(folder / "file", true); })),
            "the run folder \"FOLDER/file\" is a file: give another --out");
  EXPECT_EQ(folder.without_path(error_of([&] { RunFolder::open_new(folder / "file/x", false); })),
            "the run folder \"FOLDER/file/x\" cannot be made: Not a directory");
  EXPECT_EQ(folder.without_path(error_of([&] { RunFolder::open_existing(folder / "x"); })),
            "the run folder \"FOLDER/x\" does not exist");
  EXPECT_EQ(folder.without_path(error_of([&] { RunFolder::open_existing(folder / "file"); })),
            "the run folder \"FOLDER/file\" is a file");
  EXPECT_EQ(folder.without_path(error_of([&] { RunFolder::open_existing(folder.path()); })),
            "the run folder \"FOLDER\" holds no run: it has no model.toml");
}

TEST(RunFolder, IsTriedBeforeARunIsWritten) {
  const TestFolder folder;
  folder.file("model.toml", "");
  fs::create_directory_symlink("/proc/self/fdinfo", folder / "samples");  // nobody can create a file there
  const auto run = RunFolder::open_existing(folder.path());
  const auto said = error_of([&] { run.require_writable(); });
  EXPECT_TRUE(folder.without_path(said).starts_with("the run folder \"FOLDER\" cannot be written: ")) << said;
}

TEST(RunFolder, WritesWhatIsKnownAtTheBeginning) {
  const TestFolder folder;
  const auto run = RunFolder::open_new(folder / "x", false);
  run.write_model("name = \"a\"\n");
  run.write_resolved("name = \"b\"\n");
  run.write_labels("3\n1\n");
  RunEnvironment environment{
      {{"A Processor", {"avx2", "fma"}}, 4, 1 << 20, "2.6.3"}, 2, "default", "avx2", {}, 7, {}, {}};
  environment.versions = {{"sganc", "0.1.0"}, {"halide", "14"}};
  environment.command = {"sganc", "train", "a.toml"};
  environment.isa_reason = "avx512 needs avx512f";
  environment.started += std::chrono::seconds(1'700'000'000);
  run.write_environment(environment);
  EXPECT_EQ(content_of(folder / "x/model.toml"), "name = \"a\"\n");
  EXPECT_EQ(content_of(folder / "x/resolved.toml"), "name = \"b\"\n");
  EXPECT_EQ(content_of(folder / "x/labels.txt"), "3\n1\n");
  EXPECT_EQ(content_of(folder / "x/env.json"), R"({
  "started": "2023-11-14T22:13:20Z",
  "command": [
    "sganc",
    "train",
    "a.toml"
  ],
  "seed": 7,
  "threads": 2,
  "schedule": "default",
  "isa": "avx2",
  "isa_reason": "avx512 needs avx512f",
  "processor": "A Processor",
  "instructions": [
    "avx2",
    "fma"
  ],
  "cores": 4,
  "onednn": "2.6.3",
  "versions": {
    "halide": "14",
    "sganc": "0.1.0"
  }
}
)");
  RunFolder::open_existing(folder / "x").require_writable();
}

}  // namespace
}  // namespace sganc
