// A process alone: the sum over all ranks is its own value.

#include <cstdlib>

#include "runtime/ranks/ranks.h"

namespace sganc {
namespace {

class LoneRank : public Ranks {
 public:
  int rank() const override { return 0; }
  int count() const override { return 1; }
  int rank_on_machine() const override { return 0; }
  void sum(std::span<float>) override {}
  void sum(std::span<double>) override {}
  void begin_sum(std::span<float>) override {}
  void end_sum(std::span<float>) override {}
  void move_on() override {}
  int highest(int value) override { return value; }
  void broadcast(std::span<std::byte>) override {}
  std::vector<std::string> gather(const std::string& text) override { return {text}; }
  void end_all(int code) override { std::_Exit(code); }
};

}  // namespace

Ranks& lone_rank() {
  static LoneRank rank;
  return rank;
}

}  // namespace sganc
