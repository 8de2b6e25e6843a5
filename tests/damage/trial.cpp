#include "tests/damage/trial.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iostream>
#include <regex>
#include <stdexcept>

#include "compiler/driver/verb.h"
#include "runtime/system/files.h"

namespace sganc::damage {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

// Limits of CPU time, which a busy machine does not use up, and of elapsed time.
constexpr rlim_t kMostComputingSeconds = 60;
constexpr unsigned kMostWaitingSeconds = 1800;

constexpr const char* kModel = R"toml(name = "small"

[data]
source = { images = "x.npy", labels = "y.npy" }
labels = { per_class = 4 }
validation = { per_class = 4 }

[input]
image  = [6, 6, 1]
latent = { size = 4 }

[net.generator]
of = "latent"
layers = [{ kind = "dense", units = 36 }, { kind = "reshape", shape = [6, 6, 1] }]

[net.classifier]
of = "image"
layers = [{ kind = "flatten" }, { kind = "dense", units = 2 }, { kind = "softmax" }]

[optimizer]
both = { kind = "sgd", momentum = 0.5, rate = { from = 0.1, to = 1e-3, shape = "cosine" } }

[[update]]
name      = "c"
draw      = { x = "labeled 4" }
minimize  = "cross_entropy(classifier(x), label(x))"
train     = ["classifier"]
optimizer = "both"

[[update]]
name      = "g"
draw      = { u = "unlabeled 4", z = "latent 4" }
minimize  = "mse(generator(z), u)"
train     = ["generator"]
optimizer = "both"

[train]
epochs = 2
steps_per_epoch = 3

[evaluate]
splits = ["train", "validation"]
)toml";

/// An array of bytes in the form of NumPy.
std::string npy_of(const std::string& shape, const std::string& bytes) {
  std::string header = "{'descr': '|u1', 'fortran_order': False, 'shape': " + shape + ", }";
  header.resize(118 - 1, ' ');
  header += '\n';
  return std::string("\x93NUMPY\x01\x00", 8) + static_cast<char>(118) + '\0' + header + bytes;
}

void write_data(const fs::path& folder) {
  constexpr int kCount = 60, kPixels = 36;
  std::string images, labels;
  for (int i = 0; i < kCount; ++i) {
    labels += static_cast<char>(i % 2);
    for (int p = 0; p < kPixels; ++p)
      images += static_cast<char>((p % 6 < 3) == (i % 2 == 0) ? 180 + (i * p) % 70 : (7 * i + p) % 90);
  }
  std::ofstream(folder / "x.npy", std::ios::binary) << npy_of("(60, 6, 6)", images);
  std::ofstream(folder / "y.npy", std::ios::binary) << npy_of("(60,)", labels);
  std::ofstream(folder / "model.toml") << kModel;
}

Words training(const Words& more) {
  Words words = {"train", "model.toml", "--out", "run", "--threads", "1", "-q"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

/// Runs a verb in a child process. Never returns.
[[noreturn]] void run_in_child(const fs::path& folder, const fs::path& program, const Words& words) {
  ::alarm(kMostWaitingSeconds);
  const rlimit most{kMostComputingSeconds, kMostComputingSeconds};
  ::setrlimit(RLIMIT_CPU, &most);
  if (::chdir(folder.c_str()) != 0) ::_exit(99);
  for (const auto& [number, name] : {std::pair{1, ".out"}, {2, ".err"}})
    ::dup2(::open(name, O_WRONLY | O_CREAT | O_TRUNC, 0666), number);
  if (!program.empty()) {
    std::vector<char*> pointers = {const_cast<char*>(program.c_str())};
    for (const auto& word : words) pointers.push_back(const_cast<char*>(word.c_str()));
    pointers.push_back(nullptr);
    ::execv(program.c_str(), pointers.data());
    ::_exit(99);
  }
  for (const auto* verb : all_verbs()) {
    if (verb->name != words[0]) continue;
    const int code = run_verb(*verb, {words.begin() + 1, words.end()});
    std::cout.flush();
    ::_exit(code);
  }
  ::_exit(99);
}

std::string content_of(const fs::path& path) {
  return fs::is_regular_file(path) ? read_file(path) : "";
}

/// Returns metrics or results without the time that they took.
std::string untimed(const std::string& text) {
  static const std::regex time("\"seconds\":[^,}]*");
  return std::regex_replace(text, time, "");
}

}  // namespace

const char* name_of(Outcome outcome) {
  constexpr std::array<const char*, 6> names = {"noticed", "right", "unnamed", "WRONG", "CRASH", "HANG"};
  return names.at(static_cast<std::size_t>(outcome));
}

bool is_bad(Outcome outcome) {
  return outcome != Outcome::noticed && outcome != Outcome::right;
}

Outcome outcome_of(const Ending& ending, const Ending& undamaged, const std::string& file) {
  if (ending.code == -SIGALRM || ending.code == -SIGXCPU || ending.code == -SIGKILL) return Outcome::hang;
  if (ending.code < 0) return Outcome::crash;
  if (ending.code == undamaged.code && ending.out == undamaged.out && ending.files == undamaged.files)
    return Outcome::right;
  if (ending.code != kFailed && ending.code != kBadInput) return Outcome::wrong;
  const bool named = ending.err.find(fs::path(file).filename().string()) != std::string::npos;
  return named ? Outcome::noticed : Outcome::unnamed;
}

Stage::Stage(fs::path folder, fs::path program) : folder_(std::move(folder)), program_(std::move(program)) {
  fs::create_directories(folder_);
  write_data(folder_);
  if (const auto ending = run(training({})); ending.code != kDone)
    throw std::runtime_error("the run cannot be trained: " + ending.err);
  for (const auto& entry : fs::recursive_directory_iterator(folder_ / "run")) {
    if (!entry.is_regular_file() || entry.path().filename() == "report.html") continue;  // nothing reads it
    files_.push_back(fs::relative(entry.path(), folder_ / "run").string());
    content_[files_.back()] = read_file(entry.path());
  }
  std::ranges::sort(files_);
}

void Stage::damage(const std::string& file, const std::string& content) const {
  fs::remove_all(folder_ / "run");
  fs::remove(folder_ / "s.npy");
  for (const auto& [name, whole] : content_) {
    fs::create_directories((folder_ / "run" / name).parent_path());
    std::ofstream(folder_ / "run" / name, std::ios::binary) << (name == file ? content : whole);
  }
}

Ending Stage::run(const Words& words) const {
  std::cout.flush();
  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error("no process can be made");
  if (child == 0) run_in_child(folder_, program_, words);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status),
          content_of(folder_ / ".out"),
          content_of(folder_ / ".err"),
          {}};
}

std::map<std::string, Ending> Stage::run_verbs(const std::string& file) const {
  const std::string evaluated = file.starts_with("checkpoints/") ? "run/" + file : "run";
  std::map<std::string, Ending> endings;
  endings["eval"] =
      run({"eval", evaluated, "--split", "validation", "--threads", "1", "-q", "--format", "json"});
  endings["predict"] = run({"predict", "run", "x.npy", "--probabilities", "--threads", "1", "-q"});
  endings["sample"] = run({"sample", "run", "--count", "4", "--out", "s.npy", "--threads", "1", "-q"});
  endings["sample"].files["s.npy"] = content_of(folder_ / "s.npy");
  endings["inspect"] = run({"inspect", "run", "--format", "json"});
  auto& resumed = endings["resume"] = run(training({"--resume", "--set", "train.epochs=3"}));
  if (resumed.code != kDone) return endings;
  for (const std::string name : {"checkpoints/last.safetensors", "checkpoints/best.safetensors", "labels.txt",
                                 "validation.txt", "classes.txt", "resolved.toml"})
    resumed.files[name] = content_of(folder_ / "run" / name);
  resumed.files["metrics.jsonl"] = untimed(content_of(folder_ / "run/metrics.jsonl"));
  return endings;
}

}  // namespace sganc::damage
