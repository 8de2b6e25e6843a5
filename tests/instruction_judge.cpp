#include "tests/instruction_judge.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <regex>
#include <span>
#include <sstream>
#include <stdexcept>

namespace sganc {
namespace {

namespace fs = std::filesystem;

/// Returns the name that as gives to an instruction set of /proc/cpuinfo.
std::string name_for_as(const std::string& instruction) {
  static const std::map<std::string, std::string> names = {
      {"pni", "sse3"},  {"sse4_1", "sse4.1"}, {"sse4_2", "sse4.2"}, {"pclmulqdq", "pclmul"},
      {"abm", "lzcnt"}, {"bmi1", "bmi"},      {"sha_ni", "sha"},    {"3dnowprefetch", "prfchw"}};
  const auto found = names.find(instruction);
  return found == names.end() ? instruction : found->second;
}

std::string quoted(const fs::path& path) {
  return "'" + path.string() + "'";
}

bool goes_elsewhere(const std::string& text) {
  static const std::regex jump(R"(^((bnd|notrack|rep|repz) )?(j[a-z]+|call[a-z]*|loop[a-z]*|xbegin)\b)");
  return std::regex_search(text, jump);
}

/// Turns "  4f:\t62 f1 7c 48 28 00 \tvmovaps (%rax),%zmm0" into {evex} vmovaps (%rax),%zmm0. Returns "" if
/// a line holds no instruction, or a jump or call.
std::string instruction_of(const std::string& line) {
  const auto bytes = line.find('\t'), text = line.find('\t', bytes + 1);
  if (bytes == line.npos || text == line.npos) return "";
  std::string said = line.substr(text + 1);
  said.resize(std::min(said.find('#'), said.size()));
  said.resize(said.find_last_not_of(' ') + 1);
  if (goes_elsewhere(said)) return "";
  while (said.starts_with("data16 ")) said.erase(0, 7);  // padding, which as does not assemble again
  static const std::regex distance(R"(-?0x[0-9a-f]+\()");
  said = std::regex_replace(said, distance, "0x10(");
  const bool evex = line.compare(bytes + 1, 2, "62") == 0;
  return evex && !said.starts_with("{evex}") ? "{evex} " + said : said;
}

void add_instructions(std::span<const fs::path> objects, std::set<std::string>& found) {
  std::string command = "objdump -d --insn-width=16";
  for (const auto& object : objects) command += " " + quoted(object);
  const auto closes = [](std::FILE* f) { ::pclose(f); };
  const std::unique_ptr<std::FILE, decltype(closes)> output(::popen(command.c_str(), "r"), closes);
  if (!output) throw std::runtime_error("objdump cannot be run");
  std::string line;
  for (int c = std::fgetc(output.get()); c != EOF; c = std::fgetc(output.get())) {
    if (c != '\n') {
      line += static_cast<char>(c);
      continue;
    }
    if (auto instruction = instruction_of(line); !instruction.empty()) found.insert(std::move(instruction));
    line.clear();
  }
}

}  // namespace

std::set<std::string> instructions_in(const std::vector<fs::path>& objects) {
  constexpr std::size_t kAtOnce = 200;  // a command holds 128 KB
  std::set<std::string> found;
  for (std::size_t first = 0; first < objects.size(); first += kAtOnce)
    add_instructions(std::span(objects).subspan(first, std::min(kAtOnce, objects.size() - first)), found);
  if (found.empty()) throw std::runtime_error("objdump finds no instructions");
  return found;
}

std::vector<std::string> lacking(const std::set<std::string>& used, const std::vector<std::string>& processor,
                                 const fs::path& folder) {
  const std::vector<std::string> lines(used.begin(), used.end());
  const fs::path source = folder / "used.s", errors = folder / "errors.txt";
  {
    std::ofstream file(source);
    for (const auto& line : lines) file << line << "\n";
  }
  std::string command = "as -march=generic64";
  for (const auto& instruction : processor) command += "+" + name_for_as(instruction);
  command += " -o /dev/null " + quoted(source) + " 2> " + quoted(errors);
  const bool good = std::system(command.c_str()) == 0;
  std::vector<std::string> refused;
  std::ifstream said(errors);
  static const std::regex error(R"(:(\d+): Error: (.*))");
  for (std::string line; std::getline(said, line);)
    if (std::smatch match; std::regex_search(line, match, error))
      refused.push_back(lines.at(std::stoul(match[1]) - 1) + ": " + match[2].str());
  if (!good && refused.empty()) throw std::runtime_error("as cannot judge; see " + errors.string());
  return refused;
}

}  // namespace sganc
