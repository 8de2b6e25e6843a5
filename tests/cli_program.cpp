#include "tests/cli_program.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <thread>

#include "tests/cli_model.h"

namespace sganc::testing {

namespace fs = std::filesystem;

namespace {

constexpr auto kPatience = std::chrono::minutes(5);

/// Variables that change what the program does. A child gets them only from the test.
constexpr const char* kNotInherited[] = {"NO_COLOR",       "OMP_NUM_THREADS", "OMP_WAIT_POLICY",
                                         "GOMP_SPINCOUNT", "SGANC_CACHE_MB",  "SGANC_DATA",
                                         "XDG_DATA_HOME",  "XDG_STATE_HOME"};

std::vector<std::string> environment_of(const std::map<std::string, std::string>& changes) {
  std::map<std::string, std::string> all;
  for (char** variable = environ; *variable; ++variable) {
    const std::string text = *variable;
    const auto equals = text.find('=');
    if (equals != std::string::npos) all[text.substr(0, equals)] = text.substr(equals + 1);
  }
  for (const char* name : kNotInherited) all.erase(name);
  for (const auto& [name, value] : changes) all[name] = value;
  std::vector<std::string> variables;
  for (const auto& [name, value] : all) variables.push_back(name + "=" + value);
  return variables;
}

std::vector<char*> pointers_to(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (auto& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// Returns what was printed into a file, or "" for a device.
std::string text_of(const fs::path& path) {
  return fs::is_regular_file(path) ? content_of(path) : "";
}

pid_t spawn(std::vector<std::string> words, std::vector<std::string> variables, const fs::path& folder,
            const fs::path& out, const fs::path& err) {
  constexpr int kWrite = O_WRONLY | O_CREAT | O_TRUNC;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, out.c_str(), kWrite, 0666);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, err.c_str(), kWrite, 0666);
  posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  // The child must not ignore the signals that this process ignores.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGPIPE}) sigaddset(&signals, signal);
  posix_spawnattr_setsigdefault(&attributes, &signals);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  pid_t pid = 0;
  const int error = posix_spawnp(&pid, words[0].c_str(), &actions, &attributes, pointers_to(words).data(),
                                 pointers_to(variables).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::runtime_error("cannot start " + words[0]);
  return pid;
}

}  // namespace

RunningProgram::RunningProgram(pid_t pid, fs::path out, fs::path err)
    : pid_(pid), out_(std::move(out)), err_(std::move(err)) {}

RunningProgram::~RunningProgram() {
  if (waited_) return;
  send(SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void RunningProgram::send(int signal) const {
  ::kill(pid_, signal);
}

std::string RunningProgram::errors() const {
  return text_of(err_);
}

bool RunningProgram::is_running() const {
  siginfo_t information{};
  ::waitid(P_PID, static_cast<id_t>(pid_), &information, WEXITED | WNOHANG | WNOWAIT);
  return information.si_pid == 0;
}

Ending RunningProgram::wait() {
  int status = 0;
  ::waitpid(pid_, &status, 0);
  waited_ = true;
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  return {code, text_of(out_), text_of(err_)};
}

void RunningProgram::wait_for_lines(const fs::path& file, std::ptrdiff_t count) const {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (std::ranges::count(content_of(file), '\n') < count) {
    if (!is_running()) FAIL() << "the program ended:\n" << content_of(err_);
    if (std::chrono::steady_clock::now() > until) FAIL() << file << " does not grow";
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

void RunningProgram::wait_for_error(const std::string& text) const {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (errors().find(text) == std::string::npos) {
    if (!is_running()) FAIL() << "the program ended:\n" << errors();
    if (std::chrono::steady_clock::now() > until) FAIL() << "it never says " << text << ":\n" << errors();
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

ProgramTest::ProgramTest() {
  const auto kept = fs::path(SGANC_PROGRAM).parent_path() / "tests-home";
  environment = {{"HOME", kept},
                 {"XDG_CACHE_HOME", kept / "cache"},
                 {"SGANC_DATA", folder / "data"},
                 {"GOMP_SPINCOUNT", "5000"}};  // as the script sganc does
  folder.file("small.toml", kSmallModel);
}

RunningProgram ProgramTest::start(const Words& words) {
  return start(words, folder / ".err");
}

RunningProgram ProgramTest::start(const Words& words, const fs::path& err) {
  Words all = {SGANC_PROGRAM};
  all.insert(all.end(), words.begin(), words.end());
  return start_program(all, err);
}

RunningProgram ProgramTest::start_other(const Words& words) {
  return start_program(words, folder / ".err");
}

RunningProgram ProgramTest::start_program(const Words& words, const std::filesystem::path& err) {
  const auto out = folder / ".out";
  return {spawn(words, environment_of(environment), folder.path(), out, err), out, err};
}

Ending ProgramTest::sganc(const Words& words) {
  return start(words).wait();
}

Ending ProgramTest::sganc_on_terminal(const Words& words) {
  const int terminal = ::posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (terminal < 0 || ::grantpt(terminal) != 0 || ::unlockpt(terminal) != 0)
    throw std::runtime_error("no terminal");
  auto program = start(words, ::ptsname(terminal));
  Ending ending = program.wait();
  char text[4096];
  const auto count = ::read(terminal, text, sizeof text);
  ending.err.assign(text, count < 0 ? 0 : static_cast<std::size_t>(count));
  std::erase(ending.err, '\r');
  ::close(terminal);
  return ending;
}

ProgramTest::Words ProgramTest::training(const std::string& out, const Words& more) {
  Words words = {"train", "small.toml", "--out", out, "--threads", "1"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

Ending ProgramTest::train(const std::string& out, const Words& more) {
  auto ending = sganc(training(out, more));
  EXPECT_EQ(ending.code, 0) << ending.err;
  return ending;
}

void ProgramTest::write_variant(const std::string& name, const std::string& from,
                                const std::string& to) const {
  std::string text = kSmallModel;
  auto at = text.find(from);
  if (at == std::string::npos) throw std::logic_error("small.toml has no " + from);
  for (; at != std::string::npos; at = text.find(from, at + to.size())) text.replace(at, from.size(), to);
  folder.file(name, text);
}

std::vector<nlohmann::ordered_json> ProgramTest::records(const std::string& file) const {
  std::vector<nlohmann::ordered_json> found;
  for (const auto& line : lines_of(content(file))) found.push_back(nlohmann::ordered_json::parse(line));
  return found;
}

void expect_error(const Ending& ending, int code, const std::string& message) {
  EXPECT_EQ(ending.code, code);
  EXPECT_EQ(ending.out, "");
  EXPECT_EQ(ending.err, message);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace sganc::testing
