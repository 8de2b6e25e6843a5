// The kernel cache as the built program uses it: damaged, full, read-only, shared by processes, cleaned.

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <memory>
#include <random>

#include "compiler/codegen/library.h"
#include "compiler/graph/builder.h"
#include "tests/cli_program.h"

namespace sganc::testing {
namespace {

namespace fs = std::filesystem;

/// Returns a graph of three functions with one kernel each, which compile fast.
std::string three_kernels(std::int64_t elements = 1000) {
  Module module{.name = "three", .functions = {{.name = "f"}, {.name = "g"}, {.name = "h"}}};
  for (auto& function : module.functions) {
    Builder b(function);
    const Value x = b.input("x", {DType::f32, {elements}});
    b.result("y", function.name == "f" ? b.negate(x) : function.name == "g" ? b.multiply(x, x) : b.add(x, 1));
  }
  return to_string(module);
}

class CliKernelCache : public ProgramTest {
 protected:
  CliKernelCache() {
    folder.file("three.graph", three_kernels());
    environment["XDG_CACHE_HOME"] = folder / "cache";
    environment["TMPDIR"] = folder / "tmp";
    fs::create_directory(folder / "tmp");
  }

  Ending compile(const Words& more = {}) {
    Words words = {"compile", "three.graph"};
    words.insert(words.end(), more.begin(), more.end());
    return sganc(words);
  }
  /// Compiles and expects exactly `said` on standard error.
  void expect_compiled(const std::string& said) {
    const auto ending = compile();
    EXPECT_EQ(ending.code, 0);
    EXPECT_EQ(ending.err, said);
  }
  std::vector<fs::path> files(const std::string& extension = "") const {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(kernels))
      if (extension.empty() || entry.path().extension() == extension) found.push_back(entry.path());
    std::ranges::sort(found);
    return found;
  }
  void age(int hours) const {
    for (const auto& file : files())
      fs::last_write_time(file, fs::file_time_type::clock::now() - std::chrono::hours(hours));
  }
  /// Returns the row of `doctor` that begins with `name`.
  std::string row(const std::string& name) {
    for (const auto& line : lines_of(sganc({"doctor"}).out))
      if (line.starts_with(name + " ")) return line;
    return "";
  }

  /// Runs the commands `shell` and then `sganc WORDS` in one shell.
  Ending sganc_after(const std::string& shell, const std::string& words) {
    folder.file("start.sh", shell + "\nexec '" SGANC_PROGRAM "' " + words + "\n");
    std::string variables;
    for (const auto& [name, value] : environment) variables += name + "='" + value + "' ";
    const int status = std::system(
        ("cd '" + folder.path().string() + "' && " + variables + "sh start.sh >out.txt 2>err.txt").c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status), content("out.txt"),
            content("err.txt")};
  }
  /// Puts a program of that name before the system's.
  void put_on_path(const std::string& name, const std::string& script) {
    fs::permissions(folder.file("bin/" + name, "#!/bin/sh\n" + script), fs::perms::owner_all);
    environment["PATH"] = (folder / "bin").string() + ":" + std::getenv("PATH");
  }

  const fs::path kernels = folder / "cache/sganc/kernels";
};

TEST_F(CliKernelCache, DamagedFilesAreBuiltAnew) {
  expect_compiled("compiling 3 kernels\n");
  expect_compiled("");
  std::map<fs::path, std::string> whole;
  for (const auto& file : files()) whole[file] = content_of(file);
  ASSERT_EQ(whole.size(), 4u);
  std::mt19937 random(1);
  const auto damage = [&](const fs::path& file, int how) {
    std::string bytes = whole.at(file);
    if (how == 0) bytes.clear();
    if (how == 1) bytes.resize(bytes.size() / 2);
    if (how == 2) bytes[random() % bytes.size()] ^= static_cast<char>(1 << random() % 8);
    if (how == 3) bytes = whole.at(files(".o")[0]);  // another file, less a byte
    if (how == 3) bytes.resize(bytes.size() - 1);
    fs::remove(file);
    std::ofstream(file, std::ios::binary) << bytes;
  };
  for (int how = 0; how < 4; ++how) {
    SCOPED_TRACE(how);
    for (const auto& file : files(".so")) damage(file, how);
    expect_compiled("");  // linked from the objects
    for (const auto& file : files()) damage(file, how);
    expect_compiled("compiling 3 kernels\n");
    damage(files(".o")[1], how);
    damage(files(".so")[0], how);
    expect_compiled("compiling 1 kernel\n");
    expect_compiled("");
  }
}

TEST_F(CliKernelCache, AnEarlierVersionsFilesAreNoHarm) {
  expect_compiled("compiling 3 kernels\n");
  for (const auto& file : files()) {  // without the digest at their end
    std::string bytes = content_of(file);
    bytes.resize(bytes.size() - 32);
    std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
  }
  expect_compiled("compiling 3 kernels\n");
  expect_compiled("");
}

TEST_F(CliKernelCache, LinksUnderItsNamesAreNotFollowed) {
  expect_compiled("compiling 3 kernels\n");
  const auto precious = folder.file("precious", "mine");
  for (const auto& file : files()) fs::remove(file), fs::create_symlink(precious, file);
  expect_compiled("compiling 3 kernels\n");
  EXPECT_EQ(content("precious"), "mine");
  for (const auto& file : files()) EXPECT_FALSE(fs::is_symlink(file)) << file;
}

TEST_F(CliKernelCache, ProcessesShareIt) {
  std::vector<std::unique_ptr<RunningProgram>> running;
  for (int i = 0; i < 4; ++i) {
    const std::string name = "p" + std::to_string(i);
    fs::create_directory(folder / name);
    running.emplace_back(new RunningProgram(
        start({"compile", "three.graph", "--out", name + "/program"}, folder / name / "err")));
  }
  for (auto& process : running) EXPECT_EQ(process->wait().code, 0);
  for (int i = 1; i < 4; ++i) EXPECT_EQ(content("p" + std::to_string(i) + "/program"), content("p0/program"));
  EXPECT_EQ(files().size(), 4u);
  expect_compiled("");
}

TEST_F(CliKernelCache, WithoutAHomeKernelsAreKeptForTheProcess) {
  environment["HOME"] = environment["XDG_CACHE_HOME"] = "";
  const std::string said =
      "compiled kernels are kept for this process alone: neither XDG_CACHE_HOME nor HOME is set; "
      "$XDG_CACHE_HOME names another place\n";
  expect_compiled("compiling 3 kernels\n" + said);
  expect_compiled("compiling 3 kernels\n" + said);
  EXPECT_EQ(compile({"-q"}).err, "");
  EXPECT_TRUE(fs::is_empty(folder / "tmp")) << "the folder is removed at the end";
  EXPECT_FALSE(exists("sganc")) << "nothing lies in the present folder";
  const auto trained = train("run", {"--set", "train.epochs=1", "-q"});
  EXPECT_TRUE(exists("run/checkpoints/last.safetensors"));
  EXPECT_TRUE(fs::is_empty(folder / "tmp"));
  EXPECT_EQ(row("kernels"), "kernels      compiled at every start: neither XDG_CACHE_HOME nor HOME is set");
  EXPECT_EQ(sganc({"doctor", "--clean"}).out, "removed 0 files of compiled kernels, 0 MB\n");
}

TEST_F(CliKernelCache, WhereItCannotBeMadeKernelsAreKeptForTheProcess) {
  folder.file("file", "");
  environment["XDG_CACHE_HOME"] = folder / "file";
  const auto ending = compile();
  EXPECT_EQ(ending.code, 0);
  EXPECT_EQ(folder.without_path(ending.err),
            "compiling 3 kernels\ncompiled kernels are kept for this process alone: "
            "FOLDER/file/sganc/kernels cannot "
            "be written: Not a directory; $XDG_CACHE_HOME names another place\n");
  environment["TMPDIR"] = folder / "none";
  EXPECT_EQ(compile().code, 0) << "/tmp is there";
}

TEST_F(CliKernelCache, AReadOnlyOneIsReadAllTheSame) {
  expect_compiled("compiling 3 kernels\n");
  fs::remove(files(".o")[0]);
  if (::mount(kernels.c_str(), kernels.c_str(), nullptr, MS_BIND, nullptr) != 0)
    GTEST_SKIP() << "nothing can be mounted here";
  ::mount(nullptr, kernels.c_str(), nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY, nullptr);
  const auto kept = compile();
  const auto verbose = compile({"-v"});
  const auto doctor = row("kernels");
  ::umount(kernels.c_str());
  fs::remove(files(".so")[0]);
  ::mount(kernels.c_str(), kernels.c_str(), nullptr, MS_BIND, nullptr);
  ::mount(nullptr, kernels.c_str(), nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY, nullptr);
  const auto missing = compile();
  ::umount(kernels.c_str());
  const std::string why = "FOLDER/cache/sganc/kernels cannot be written: Read-only file system";
  const std::string said =
      "compiled kernels are kept for this process alone: " + why + "; $XDG_CACHE_HOME names another place\n";
  EXPECT_EQ(kept.code, 0);
  EXPECT_EQ(kept.err, "");
  EXPECT_TRUE(folder.without_path(verbose.err).starts_with(said)) << verbose.err;
  EXPECT_EQ(missing.code, 0);
  EXPECT_EQ(folder.without_path(missing.err), "compiling 1 kernel\n" + said);
  EXPECT_EQ(folder.without_path(doctor), "kernels      compiled at every start: " + why);
}

TEST_F(CliKernelCache, AFullDiskIsOneErrorThatNamesTheFile) {
  fs::create_directories(kernels);
  if (::mount("sganc", kernels.c_str(), "tmpfs", 0, "size=4k,mode=0700") != 0)
    GTEST_SKIP() << "no file system can be mounted here";
  const auto objects = compile();
  const auto left = files().size();
  ::mount("sganc", kernels.c_str(), "tmpfs", MS_REMOUNT, "size=64k");
  const auto enough = compile();
  ::umount(kernels.c_str());
  EXPECT_EQ(objects.code, 1);
  const auto lines = lines_of(folder.without_path(objects.err));
  ASSERT_EQ(lines.size(), 2u) << objects.err;
  EXPECT_TRUE(lines[1].starts_with("error: FOLDER/cache/sganc/kernels/")) << lines[1];
  EXPECT_TRUE(lines[1].ends_with(".o: cannot be written: No space left on device")) << lines[1];
  EXPECT_LE(left, 1u) << "nothing unfinished stays";
  EXPECT_EQ(enough.code, 0) << enough.err;
}

TEST_F(CliKernelCache, ALinkerThatFailsIsAnError) {
  const auto failure = [&](const std::string& script) {
    put_on_path("ld", script);
    const auto ending = compile({"-q"});
    EXPECT_EQ(ending.code, 1);
    EXPECT_TRUE(files(".so").empty());
    const std::string said = folder.without_path(ending.err),
                      begin = "error: FOLDER/cache/sganc/kernels/kernels_";
    EXPECT_TRUE(said.starts_with(begin)) << said;
    return said.substr(std::min(said.size(), begin.size() + 16));
  };
  EXPECT_EQ(failure("echo one >&2; echo 'ld: no such thing' >&2; exit 1"),
            ".so: cannot be linked: ld: no such thing\n");
  EXPECT_EQ(failure("exit 7"), ".so: cannot be linked: ld failed with exit code 7\n");
  EXPECT_EQ(failure("kill -9 $$"), ".so: cannot be linked: ld was ended by signal 9\n");
  EXPECT_EQ(failure("kill -TERM $$"), ".so: cannot be linked: ld was ended by signal 15\n");
}

TEST_F(CliKernelCache, AParentThatIgnoresItsChildrenHidesNoFailure) {
  const std::string path = std::getenv("PATH");
  put_on_path("ld", "exit 1");
  EXPECT_EQ(sganc_after("trap '' CHLD", "compile three.graph -q").code, 1);
  environment["PATH"] = path;
  const auto ending = sganc_after("trap '' CHLD", "compile three.graph -q");
  EXPECT_EQ(ending.code, 0) << ending.err;
  EXPECT_EQ(files(".so").size(), 1u);
}

TEST_F(CliKernelCache, WhatWasUsedLeastRecentlyGoes) {
  expect_compiled("compiling 3 kernels\n");
  const auto old = files();
  age(3);
  folder.file("other.graph", three_kernels(1001));
  environment["SGANC_CACHE_MB"] = "1";
  EXPECT_EQ(sganc({"compile", "other.graph"}).code, 0);
  for (const auto& file : old) EXPECT_TRUE(fs::exists(file)) << "there is room for all";
  age(3);
  expect_compiled("");  // it uses them all
  folder.file("other.graph", three_kernels(1002));
  environment["SGANC_CACHE_MB"] = "0";
  EXPECT_EQ(sganc({"compile", "other.graph"}).code, 0);
  for (const auto& file : old) EXPECT_TRUE(fs::exists(file)) << "used in the last hour";
  EXPECT_LT(files().size(), 12u) << "those of the second graph alone are gone";
  age(3);
  folder.file("other.graph", three_kernels(1003));
  EXPECT_EQ(sganc({"compile", "other.graph"}).code, 0);
  for (const auto& file : old) EXPECT_FALSE(fs::exists(file));
  EXPECT_LE(files().size(), 4u);
}

TEST_F(CliKernelCache, DoctorTellsItsSizeAndEmptiesIt) {
  expect_compiled("compiling 3 kernels\n");
  folder.file("cache/sganc/kernels/notes.txt", std::string(3'000'000, 'x'));
  folder.file("cache/sganc/kernels/0123456789abcdef.o", std::string(5'000'000, 'x'));
  EXPECT_EQ(
      folder.without_path(row("kernels")),
      "kernels      FOLDER/cache/sganc/kernels: 5 files, 5 MB of at most 1000 MB (SGANC_CACHE_MB); doctor "
      "--clean empties it");
  environment["SGANC_CACHE_MB"] = "20";
  EXPECT_NE(row("kernels").find(" of at most 20 MB "), std::string::npos);
  const auto cleaned = sganc({"doctor", "--clean"});
  EXPECT_EQ(cleaned.code, 0);
  EXPECT_EQ(folder.without_path(cleaned.out + cleaned.err),
            "removed 5 files of compiled kernels, 5 MB, from FOLDER/cache/sganc/kernels\n");
  EXPECT_EQ(files(), std::vector<fs::path>{kernels / "notes.txt"});
  expect_compiled("compiling 3 kernels\n");
}

TEST_F(CliKernelCache, ALimitIsANumber) {
  for (const auto* wrong : {"abc", "1.5", "-1", "1 GB", "99999999999999999999"}) {
    environment["SGANC_CACHE_MB"] = wrong;
    expect_error(compile(), 2,
                 "error: the environment variable SGANC_CACHE_MB cannot be \"" + std::string(wrong) +
                     "\"\nhelp: write a number of megabytes, as in SGANC_CACHE_MB=1000\n");
  }
}

/// Otherwise each rebuild of the program would leave behind all kernels of the build before.
TEST(CodeIdentity, ChangesWithWhatMakesCodeAlone) {
  EXPECT_EQ(code_identity().size(), 16u);
  EXPECT_EQ(code_identity().find_first_not_of("0123456789abcdef"), std::string::npos);
  TestFolder folder;
  const auto identity = [&](const std::string& version) {
    const std::string command = "cmake -DSOURCE=" + folder.path().string() +
                                " '-DFILES=a.cpp;b/c.h' -DOUTPUT=" + (folder / "out.cpp").string() +
                                " -DHALIDE_VERSION=" + version +
                                " -P '" SGANC_SOURCE_DIR "/compiler/codegen/code_identity.cmake'";
    EXPECT_EQ(std::system(command.c_str()), 0);
    return content_of(folder / "out.cpp");
  };
  folder.file("a.cpp", "int a; // $x \"${y}\" @z@;");
  folder.file("b/c.h", "int c;");
  const std::string before = identity("14.0.0");
  EXPECT_NE(before.find("std::string sganc::code_identity()"), std::string::npos) << before;
  const auto written = fs::last_write_time(folder / "out.cpp");
  EXPECT_EQ(identity("14.0.0"), before);
  EXPECT_EQ(fs::last_write_time(folder / "out.cpp"), written) << "so that nothing is built anew";
  folder.file("other.cpp", "");
  EXPECT_EQ(identity("14.0.0"), before);
  EXPECT_NE(identity("14.0.1"), before);
  folder.file("b/c.h", "int c ;");
  EXPECT_NE(identity("14.0.0"), before);
}

}  // namespace
}  // namespace sganc::testing
