#pragma once
// Ranks that are threads of one process.

#include <algorithm>
#include <barrier>
#include <bit>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "runtime/ranks/ranks.h"

namespace sganc {

class RanksTogether {
 public:
  explicit RanksTogether(int count) : parts_(static_cast<std::size_t>(count)), barrier_(count) {
    for (int rank = 0; rank < count; ++rank) ranks_.push_back(std::make_unique<One>(*this, rank));
  }

  /// Calls `work` for every rank, in a thread of its own. Throws what the first of them throws.
  void run(const std::function<void(int rank)>& work) {
    std::vector<std::exception_ptr> failures(parts_.size());
    {
      std::vector<std::jthread> threads;
      for (std::size_t rank = 0; rank < parts_.size(); ++rank)
        threads.emplace_back([&, rank] {
          try {
            work(static_cast<int>(rank));
          } catch (...) {
            failures[rank] = std::current_exception();
            parts_[rank] = {};
            barrier_.arrive_and_drop();
          }
        });
    }
    for (const auto& failure : failures)
      if (failure) std::rethrow_exception(failure);
  }

  Ranks& at(int rank) { return *ranks_[static_cast<std::size_t>(rank)]; }
  /// The messages so far.
  std::size_t messages() const { return messages_; }

  template <class Number>
  void sum(int rank, std::span<Number> values) {
    parts_[static_cast<std::size_t>(rank)] = std::as_writable_bytes(values);
    if (rank == 0) ++messages_;
    barrier_.arrive_and_wait();
    std::vector<Number> sums(values.size());
    for (const auto& part : parts_) {
      if (part.size() != values.size_bytes())
        throw std::logic_error("ranks send messages of different sizes");
      const auto* numbers = reinterpret_cast<const Number*>(part.data());
      for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += numbers[i];
    }
    barrier_.arrive_and_wait();
    std::copy(sums.begin(), sums.end(), values.begin());
  }

 private:
  /// Values that are being summed. Meanwhile their memory holds a number that shows whether anybody touches
  /// it.
  struct Begun {
    explicit Begun(std::span<float> values) : memory(values), values(values.begin(), values.end()) {
      std::ranges::fill(memory, std::bit_cast<float>(kUntouched));
    }
    void give_back() const {
      for (std::size_t i = 0; i < memory.size(); ++i)
        if (std::bit_cast<std::uint32_t>(std::exchange(memory[i], values[i])) != kUntouched)
          throw std::logic_error("a sum was written before it ended");
    }
    static constexpr std::uint32_t kUntouched = 0x7fc0beef;  // not a number
    std::span<float> memory;
    std::vector<float> values;
  };

  class One : public Ranks {
   public:
    One(RanksTogether& all, int rank) : all_(all), rank_(rank) {}
    int rank() const override { return rank_; }
    int count() const override { return static_cast<int>(all_.parts_.size()); }
    int rank_on_machine() const override { return rank_; }
    void sum(std::span<float> values) override { all_.sum(rank_, values); }
    void sum(std::span<double> values) override { all_.sum(rank_, values); }
    void begin_sum(std::span<float> values) override { under_way_.emplace_back(values); }
    void end_sum(std::span<float> values) override {
      const auto begun =
          std::ranges::find(under_way_, values.data(), [](const Begun& b) { return b.memory.data(); });
      begun->give_back();
      under_way_.erase(begun);
      all_.sum(rank_, values);
    }
    void move_on() override {}
    int highest(int) override { throw std::logic_error("not for these tests"); }
    void broadcast(std::span<std::byte>) override { throw std::logic_error("not for these tests"); }
    std::vector<std::string> gather(const std::string&) override {
      throw std::logic_error("not for these tests");
    }
    void end_all(int code) override { std::_Exit(code); }

   private:
    RanksTogether& all_;
    int rank_;
    std::vector<Begun> under_way_;
  };

  std::vector<std::span<std::byte>> parts_;
  std::barrier<> barrier_;
  std::vector<std::unique_ptr<One>> ranks_;
  std::size_t messages_ = 0;
};

}  // namespace sganc
