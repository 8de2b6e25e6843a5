#include "compiler/driver/tune/candidates.h"

#include <algorithm>
#include <random>
#include <set>

#include "compiler/language/joined.h"
#include "compiler/schedule/directives.h"

namespace sganc {
namespace {

using Words = std::vector<std::string>;

/// The words of a directive, without their locations.
Words texts_of(const Located<std::string>& directive) {
  Words texts;
  for (auto& word : words_of(directive)) texts.push_back(std::move(word.value));
  return texts;
}

/// The parts of the text between signs; none if the text is empty.
std::vector<std::string> split(const std::string& text, const std::string& sign) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0, end; begin < text.size(); begin = end + sign.size()) {
    end = std::min(text.find(sign, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
  }
  return parts;
}

bool is_number(const std::string& word) {
  return !word.empty() && std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; });
}

/// Makes the variants of one schedule.
class Neighbourhood {
 public:
  explicit Neighbourhood(const KernelSchedule& schedule) : schedule_(schedule) {}

  std::vector<KernelSchedule> all() {
    for (std::size_t s = 0; s < schedule_.size(); ++s) {
      for (std::size_t d = 0; d < schedule_[s].directives.size(); ++d)
        vary(s, d, texts_of(schedule_[s].directives[d]));
      add_loops(s);
    }
    return std::move(made_);
  }

 private:
  void vary(std::size_t s, std::size_t d, const Words& words) {
    if (words[0] == "split") vary_number(s, d, words, 4, {1, 2, 3, 5, 6, 8, 16});
    // only smaller ones: a wider vector may reach beyond what the stage reads
    if (words[0] == "vectorize") vary_number(s, d, words, 2, {1, 2});
    if (words[0] == "reorder") exchange(s, d, words);
    if (words[0] == "unroll" || words[0] == "parallel") replace(s, d, "");
    if (words[0] == "parallel") move_inwards(s, d, words);
  }

  /// Tries other factors in place of the one at `position`, each a number of quarters of it.
  void vary_number(std::size_t s, std::size_t d, Words words, std::size_t position,
                   const std::vector<int>& all_quarters) {
    if (words.size() <= position || !is_number(words[position])) return;
    const int factor = std::stoi(words[position]);
    std::set<int> others;
    for (const int quarters : all_quarters)
      if (const int other = factor * quarters / 4; other > 0 && other != factor) others.insert(other);
    for (const int other : others) {
      words[position] = std::to_string(other);
      replace(s, d, joined(words, " "));
    }
  }

  /// Exchanges neighbouring loops, but not the innermost one, along which vectors run.
  void exchange(std::size_t s, std::size_t d, const Words& words) {
    for (std::size_t i = 2; i + 1 < words.size(); ++i) {
      Words other = words;
      std::swap(other[i], other[i + 1]);
      replace(s, d, joined(other, " "));
    }
  }

  /// Tries to share a loop further inside among threads: x2 instead of x3, or the next inner loop of the
  /// stage's order.
  void move_inwards(std::size_t s, std::size_t d, const Words& words) {
    const std::string& loop = words.at(1);
    if (loop.size() == 2 && loop[0] == 'x' && loop[1] > '0' && loop[1] <= '9')
      replace(s, d, std::string("parallel x") + static_cast<char>(loop[1] - 1));
    const Words order = order_of(s);
    const auto found = std::ranges::find(order, loop);
    if (found != order.end() && found - order.begin() > 1) replace(s, d, "parallel " + *(found - 1));
  }

  /// The order of a stage's loops, innermost first, if a directive sets it.
  Words order_of(std::size_t s) const {
    for (const auto& directive : schedule_[s].directives)
      if (Words words = texts_of(directive); words[0] == "reorder") {
        words.erase(words.begin());
        return words;
      }
    return {};
  }

  bool mentions(std::size_t s, const std::string& begin) const {
    return std::ranges::any_of(schedule_[s].directives,
                               [&](const auto& d) { return joined(texts_of(d), " ").starts_with(begin); });
  }

  /// Unrolls loops, or shares them among threads, if no directive does so yet.
  void add_loops(std::size_t s) {
    for (const char* loop : {"t", "kx", "ky"})
      if (std::ranges::count(order_of(s), loop) > 0 && !mentions(s, std::string("unroll ") + loop))
        add(s, std::string("unroll ") + loop);
    if (mentions(s, "split x0 ") && !mentions(s, "parallel ")) add(s, "parallel x0_outer");
    if (mentions(s, "split x0 ") && !mentions(s, "reorder ") && !mentions(s, "unroll x0_outer"))
      add(s, "unroll x0_outer 2");
  }

  void replace(std::size_t s, std::size_t d, const std::string& directive) {
    KernelSchedule other = schedule_;
    auto& directives = other[s].directives;
    if (directive.empty())
      directives.erase(directives.begin() + static_cast<std::ptrdiff_t>(d));
    else
      directives[d].value = directive;
    made_.push_back(std::move(other));
  }

  void add(std::size_t s, const std::string& directive) {
    KernelSchedule other = schedule_;
    other[s].directives.push_back({directive, {}});
    made_.push_back(std::move(other));
  }

  const KernelSchedule& schedule_;
  std::vector<KernelSchedule> made_;
};

}  // namespace

bool Candidate::operator==(const Candidate& other) const {
  return text_of(*this) == text_of(other);
}

std::string text_of(const Candidate& candidate) {
  std::string text = candidate.by.empty() ? "" : "by " + candidate.by;
  for (const auto& stage : candidate.stages) {
    text += (text.empty() ? "" : "; ") + stage.stage + ":";
    for (std::size_t i = 0; i < stage.directives.size(); ++i)
      text += (i == 0 ? " " : ", ") + stage.directives[i].value;
  }
  return text.empty() ? "default" : text;
}

Candidate candidate_of(const std::string& text) {
  Candidate candidate;
  for (const auto& part : split(text == "default" ? "" : text, "; ")) {
    const auto colon = part.find(':');
    if (part.starts_with("by ")) {
      candidate.by = part.substr(3);
      continue;
    }
    candidate.stages.push_back({part.substr(0, colon), {}});
    if (colon + 2 < part.size())
      for (auto& directive : split(part.substr(colon + 2), ", "))
        candidate.stages.back().directives.push_back({std::move(directive), {}});
  }
  return candidate;
}

std::vector<KernelSchedule> neighbours_of(const KernelSchedule& schedule) {
  auto made = Neighbourhood(schedule).all();
  std::vector<KernelSchedule> each_once;
  std::set<std::string> seen = {text_of({"", schedule})};
  for (auto& other : made)
    if (seen.insert(text_of({"", other})).second) each_once.push_back(std::move(other));
  // in random order, so that a budget that ends early has seen something of every stage
  std::mt19937 random(1);
  std::shuffle(each_once.begin(), each_once.end(), random);
  return each_once;
}

}  // namespace sganc
