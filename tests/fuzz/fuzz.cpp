// Gives every reader of files inputs that are almost right, for so many seconds each. With the sanitizers it
// ends at the first input that harms; that input is kept, and `sganc_fuzz TARGET --input FILE` reads it
// again.

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <random>

#include "compiler/language/source.h"
#include "tests/data_folder.h"
#include "tests/fuzz/target.h"

namespace sganc::testing {
namespace {

namespace fs = std::filesystem;

constexpr int kMostSecondsAnInput = 20;

/// An input after one to eight accidents: bits and bytes that changed, parts that are cut off, lost or
/// repeated, words that were written over or between, and parts of other inputs.
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

/// What is wrong with how the reader took the input; empty where nothing is.
std::string read(const Target& target, const fs::path& file) {
  try {
    target.read(file);
  } catch (const std::runtime_error& mistake) {
    if (*mistake.what() == '\0') return "a mistake without a word";
  } catch (const UserError& mistake) {
    if (mistake.diagnostic.message.empty()) return "a mistake without a word";
  } catch (const std::exception& defect) {
    return defect.what();
  }
  return "";
}

void write(const fs::path& file, const std::string& content) {
  std::ofstream out(file, std::ios::binary);
  out.write(content.data(), static_cast<std::streamsize>(content.size()));
  if (!out.flush()) throw std::runtime_error("cannot write " + file.string());
}

int fuzz(const Target& target, double seconds, std::uint64_t seed, const fs::path& kept) {
  using Clock = std::chrono::steady_clock;
  const fs::path file = kept / target.file;
  for (const auto& input : target.seeds) {
    write(file, input);
    if (const auto defect = read(target, file); !defect.empty()) {
      std::fprintf(stderr, "%s: an input that is right: %s\n", target.name.c_str(), defect.c_str());
      return 1;
    }
  }
  Mutation mutation(target, seed);
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  long count = 0;
  for (; Clock::now() < end; ++count) {
    write(file, mutation.next());
    alarm(kMostSecondsAnInput);
    const auto defect = read(target, file);
    alarm(0);
    if (defect.empty()) continue;
    std::fprintf(stderr, "%s: %s\nthe input: %s\n", target.name.c_str(), defect.c_str(), file.c_str());
    return 1;
  }
  std::printf("%-12s %8ld inputs\n", target.name.c_str(), count);
  return 0;
}

int main(int count, char** words) {
  double seconds = 10;
  std::uint64_t seed = 0;
  std::string wanted, input;
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    if (word == "--seconds" && i + 1 < count)
      seconds = std::atof(words[++i]);
    else if (word == "--seed" && i + 1 < count)
      seed = std::strtoull(words[++i], nullptr, 10);
    else if (word == "--input" && i + 1 < count)
      input = words[++i];
    else
      wanted = word;
  }
  const fs::path kept = fs::temp_directory_path() / ("sganc_fuzz_" + std::to_string(getpid()));
  fs::create_directories(kept);
  std::printf("an input that harms stays in %s\n", kept.c_str());
  std::fflush(stdout);
  auto targets = data_targets();
  for (auto& target : text_targets()) targets.push_back(std::move(target));
  int status = 2;
  for (const auto& target : targets) {
    if (!wanted.empty() && wanted != target.name) continue;
    status = 0;
    if (!input.empty()) {
      const auto defect = read(target, input);
      std::printf("%s\n", defect.empty() ? "no defect" : defect.c_str());
      return defect.empty() ? 0 : 1;
    }
    if (fuzz(target, seconds, seed, kept) != 0) return 1;
    std::fflush(stdout);
  }
  if (status == 2) std::fprintf(stderr, "there is no target \"%s\"\n", wanted.c_str());
  fs::remove_all(kept);
  return status;
}

}  // namespace
}  // namespace sganc::testing

/// Memory is taken for what a file holds, whatever its header says.
extern "C" const char* __asan_default_options() {
  return "max_allocation_size_mb=600";
}

int main(int count, char** words) {
  return sganc::testing::main(count, words);
}
