// Gives every reader of a user's files inputs that are almost right, for some seconds each. Ends at the
// first input that does harm, which the sanitizers may report too. That input is kept, and `sganc_fuzz
// TARGET --input FILE` reads it again. Exit codes: 0; 1 an input does harm; 2 wrong arguments.

#include <sanitizer/common_interface_defs.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <optional>
#include <random>

#include "tests/data_folder.h"
#include "tests/fuzz/target.h"

namespace sganc::testing {
namespace {

namespace fs = std::filesystem;

struct Request {
  double seconds = 10;  // for each target
  std::uint64_t seed = 0;
  std::string target, input;  // "" for all targets; a file to read again
};

/// Returns nothing if the words are wrong.
std::optional<Request> request_of(const std::vector<std::string>& words) {
  Request request;
  const auto number = [](const std::string& word, auto& result) {
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), result);
    return error == std::errc() && end == word.data() + word.size() && result >= 0;
  };
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (!word.starts_with("-") && request.target.empty())
      request.target = word;
    else if (++i == words.size())
      return {};
    else if (word == "--input")
      request.input = words[i];
    else if (!(word == "--seconds" ? number(words[i], request.seconds)
                                   : word == "--seed" && number(words[i], request.seed)))
      return {};
  }
  if (!request.input.empty() && request.target.empty()) return {};
  return request;
}

constexpr int kMostSecondsAnInput = 20;

/// The target and the input that are being read, for the message if that fails.
std::string reading;

void tell_reading() {
  std::fprintf(stderr, "%s\n", reading.c_str());
}

void end_slow_input(int) {
  std::fprintf(stderr, "more than %d seconds\n", kMostSecondsAnInput);
  tell_reading();
  _exit(1);
}

/// Makes one to eight changes to an input: alters bits and bytes, cuts off, removes or repeats parts,
/// writes words over them or between them, and puts in parts of other inputs.
class Mutation {
 public:
  Mutation(const Target& target, std::uint64_t seed) : target_(target), random_(seed) {}

  std::string next() {
    std::string input = one_of(target_.seeds);
    for (std::size_t i = 1 + below(8); i > 0; --i) change(input);
    return input;
  }

 private:
  std::size_t below(std::size_t end) { return end == 0 ? 0 : random_() % end; }
  const std::string& one_of(const std::vector<std::string>& texts) { return texts[below(texts.size())]; }

  void change(std::string& input) {
    const std::size_t at = below(input.size() + 1), length = below(1 + (below(4) ? 16 : input.size()));
    switch (below(8)) {
      case 0:
        if (at < input.size()) input[at] = static_cast<char>(input[at] ^ (1 << below(8)));
        return;
      case 1:
        if (at < input.size()) input[at] = static_cast<char>(below(256));
        return;
      case 2:
        return input.resize(at);
      case 3:
        input.erase(at, length);
        return;
      case 4:
        input.insert(below(input.size() + 1), input.substr(at, length));
        return;
      case 5:
        input.insert(at, one_of(target_.words));
        return;
      case 6:
        input.replace(at, one_of(target_.words).size(), one_of(target_.words));
        return;
      default:
        const std::string& other = one_of(target_.seeds);
        input.replace(at, length, other.substr(below(other.size() + 1), length));
    }
  }

  const Target& target_;
  std::mt19937_64 random_;
};

bool is_a_line(const std::string& text) {
  return !text.empty() && std::ranges::none_of(text, [](unsigned char c) { return c < ' ' || c == 0x7f; });
}

/// Returns what is wrong with how the reader handles the input, or "". A right input must be accepted.
std::string defect_of(const Target& target, const fs::path& file, bool right) {
  reading = target.name + " --input " + file.string();
  alarm(kMostSecondsAnInput);
  std::string defect;
  try {
    target.read(file);
  } catch (const std::runtime_error& mistake) {
    if (right || !is_a_line(mistake.what())) defect = "a mistake: \"" + std::string(mistake.what()) + '"';
  } catch (const std::exception& e) {
    defect = e.what();
  }
  alarm(0);
  return defect;
}

void write(const fs::path& file, const std::string& content) {
  std::ofstream out(file, std::ios::binary);
  out.write(content.data(), static_cast<std::streamsize>(content.size()));
  if (!out.flush()) throw std::runtime_error("cannot write " + file.string());
}

/// Returns false if an input does harm.
bool fuzz(const Target& target, const Request& request, const fs::path& file) {
  using Clock = std::chrono::steady_clock;
  long count = 0;
  const auto takes = [&](const std::string& input, bool right) {
    write(file, input);
    const auto defect = defect_of(target, file, right);
    if (!defect.empty()) std::fprintf(stderr, "%s\n%s\n", defect.c_str(), reading.c_str());
    ++count;
    return defect.empty();
  };
  for (const auto& input : target.seeds)
    if (!takes(input, true)) return false;
  Mutation mutation(target, request.seed);
  for (const auto end = Clock::now() + std::chrono::duration<double>(request.seconds); Clock::now() < end;)
    if (!takes(mutation.next(), false)) return false;
  std::printf("%-12s %8ld inputs\n", target.name.c_str(), count);
  std::fflush(stdout);
  return true;
}

std::vector<Target> targets_named(const std::string& name) {
  auto targets = data_targets();
  for (auto& target : text_targets()) targets.push_back(std::move(target));
  if (!name.empty()) std::erase_if(targets, [&](const Target& target) { return target.name != name; });
  return targets;
}

int main(const Request& request) {
  const auto targets = targets_named(request.target);
  if (targets.empty()) {
    std::fprintf(stderr, "there is no target \"%s\"\n", request.target.c_str());
    return 2;
  }
  std::signal(SIGALRM, end_slow_input);
  __sanitizer_set_death_callback(tell_reading);
  if (!request.input.empty()) {
    const auto defect = defect_of(targets[0], request.input, false);
    std::printf("%s\n", defect.empty() ? "no defect" : defect.c_str());
    return defect.empty() ? 0 : 1;
  }
  const fs::path kept = fs::temp_directory_path() / ("sganc_fuzz_" + std::to_string(getpid()));
  fs::create_directories(kept);
  for (const auto& target : targets)
    if (!fuzz(target, request, kept / target.file)) return 1;
  fs::remove_all(kept);
  return 0;
}

}  // namespace
}  // namespace sganc::testing

/// Readers must take memory for what a file holds, whatever its header says.
extern "C" const char* __asan_default_options() {
  return "max_allocation_size_mb=400:handle_abort=1";
}

extern "C" const char* __ubsan_default_options() {
  return "halt_on_error=1:print_stacktrace=1";
}

int main(int count, char** words) {
  const auto request = sganc::testing::request_of({words + 1, words + count});
  if (request) return sganc::testing::main(*request);
  std::fprintf(stderr, "usage: sganc_fuzz [TARGET] [--seconds N] [--seed N] [--input FILE]\n");
  return 2;
}
