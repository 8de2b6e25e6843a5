#include "compiler/driver/ranks/meeting.h"

#include <iostream>

namespace sganc {
namespace {

/// What a rank brings to a meeting: a word, or "failed", its exit code and what it has printed.
constexpr char kWord = 'w', kFailure = 'f';

FailedElsewhere failure_of(int rank, const std::string& brought) {
  const auto end = brought.find('\n');
  return {rank, std::stoi(brought.substr(1, end - 1)), brought.substr(end + 1)};
}

}  // namespace

std::vector<std::string> Meeting::meet(const std::string& word) {
  auto words = ranks_->gather(kWord + word);
  for (std::size_t r = 0; r < words.size(); ++r)
    if (words[r][0] == kFailure) throw failure_of(static_cast<int>(r), words[r]);
  for (auto& brought : words) brought.erase(0, 1);
  return words;
}

void Meeting::part(int code, const std::string& text) {
  if (code == 0 || stage_ == Stage::arrived) return;
  if (stage_ == Stage::preparing) {
    ranks_->gather(kFailure + std::to_string(code) + '\n' + text);
    return;
  }
  if (!ranks_->leads()) std::cerr << "rank " << ranks_->rank() << ": " << text << std::flush;
  ranks_->end_all(code);
}

Meeting& meeting() {
  static Meeting of_this_process;
  return of_this_process;
}

}  // namespace sganc
