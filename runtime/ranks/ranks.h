#pragma once
// The processes that train together, each on its share of every batch. They are called ranks, as in MPI. A
// process that neither mpirun nor srun started is alone: it is rank 0 of 1.

#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace sganc {

/// How one rank speaks with the others. All ranks must make the same calls in the same order; a call waits
/// until all others have made it, unless it says otherwise. A call does not return if a rank has ended
/// meanwhile: then the whole job ends. All calls must come from one thread.
class Ranks {
 public:
  virtual ~Ranks() = default;
  virtual int rank() const = 0;             // from 0 to count() - 1
  virtual int count() const = 0;            // at least 1
  virtual int rank_on_machine() const = 0;  // from 0 up, among those on the same machine

  /// Replaces the values by their sums over all ranks. All ranks get the same bits, and the same values on
  /// the same number of ranks always give the same bits.
  virtual void sum(std::span<float> values) = 0;
  virtual void sum(std::span<double> values) = 0;

  /// The same in two calls, between which this rank may do other work: nobody may touch the values until
  /// end_sum has been called with the same values. Other calls may come between, and other sums may begin.
  virtual void begin_sum(std::span<float> values) = 0;
  virtual void end_sum(std::span<float> values) = 0;
  /// Moves on what has begun, without waiting; to be called now and then while a rank does other work. The
  /// others need not make the same call.
  virtual void move_on() = 0;

  /// The highest of the ranks' values.
  virtual int highest(int value) = 0;

  /// Replaces the bytes by those of rank 0.
  virtual void broadcast(std::span<std::byte> bytes) = 0;

  /// The texts of all ranks, by rank.
  virtual std::vector<std::string> gather(const std::string& text) = 0;

  /// Ends the processes of all ranks, with this exit code. For a failure of one rank while the others go on.
  [[noreturn]] virtual void end_all(int code) = 0;

  bool alone() const { return count() == 1; }
  /// Whether this rank writes files and speaks for all.
  bool leads() const { return rank() == 0; }
};

/// A failure that all ranks have found alike, in the same place: one message tells of it.
struct CommonFailure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A process alone.
Ranks& lone_rank();

}  // namespace sganc
