#include "compiler/codegen/linker.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

#include "compiler/codegen/descriptor.h"

extern char** environ;  // NOLINT: a child's environment is this process's, unread here

namespace sganc {
namespace {

/// Starts the program with both outputs going to `said`; returns an errno.
int spawn(const std::vector<std::string>& words, int said, pid_t& child) {
  std::vector<char*> arguments;
  for (const auto& w : words) arguments.push_back(const_cast<char*>(w.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, said, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, said, STDERR_FILENO);
  const int error = ::posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

std::string last_line(std::string text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.pop_back();
  return text.substr(text.find_last_of('\n') + 1);
}

/// "" where the child ended well, else why not.
std::string failure_of(pid_t child, const std::string& said) {
  int status = 0;
  pid_t ended = 0;
  while ((ended = ::waitpid(child, &status, 0)) < 0 && errno == EINTR) {
  }
  if (ended != child) return std::string("how ld ended cannot be learnt: ") + std::strerror(errno);
  if (WIFSIGNALED(status)) return "ld was ended by signal " + std::to_string(WTERMSIG(status));
  if (WEXITSTATUS(status) == 0) return "";
  const std::string words = last_line(said);
  return words.empty() ? "ld failed with exit code " + std::to_string(WEXITSTATUS(status)) : words;
}

}  // namespace

void link_shared(const std::vector<std::filesystem::path>& objects, const std::filesystem::path& library) {
  std::vector<std::string> words = {"ld", "-shared", "-o", library.string()};
  for (const auto& object : objects) words.push_back(object.string());
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    throw std::runtime_error(std::string("cannot make a pipe: ") + std::strerror(errno));
  const Descriptor in(ends[0]);
  Descriptor out(ends[1]);
  pid_t child = 0;
  if (const int error = spawn(words, out.number(), child))
    throw std::runtime_error(std::string("cannot run the linker ld (package binutils): ") +
                             std::strerror(error));
  out.close();
  std::string said;
  in.read_rest(said);
  if (const auto failure = failure_of(child, said); !failure.empty()) throw std::runtime_error(failure);
}

}  // namespace sganc
