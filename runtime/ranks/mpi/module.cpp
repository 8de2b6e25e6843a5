// sganc-mpi.so: ranks that speak by MPI. The program loads it only if it was started with others.

#define OMPI_SKIP_MPICXX
#define MPICH_SKIP_MPICXX
#include <mpi.h>

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <string_view>
#include <utility>

#include "runtime/ranks/mpi_module.h"

namespace sganc {
namespace {

constexpr std::size_t kMostInMessage = std::size_t{1} << 30;  // MPI counts in int

class MpiRanks : public Ranks {
 public:
  MpiRanks() {
    int provided = 0;
    MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided);  // an error ends the job
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &count_);
    MPI_Comm machine;
    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, rank_, MPI_INFO_NULL, &machine);
    MPI_Comm_rank(machine, &rank_on_machine_);
    int on_machine = 0;
    MPI_Comm_size(machine, &on_machine);
    const char* wanted = std::getenv("SGANC_MESSAGES");
    travel_ = wanted ? std::string_view(wanted) == "travel" : on_machine != count_;
    MPI_Comm_free(&machine);
  }
  ~MpiRanks() override { MPI_Finalize(); }
  MpiRanks(const MpiRanks&) = delete;
  MpiRanks& operator=(const MpiRanks&) = delete;

  int rank() const override { return rank_; }
  int count() const override { return count_; }
  int rank_on_machine() const override { return rank_on_machine_; }
  void sum(std::span<float> values) override { sum(values, MPI_FLOAT); }
  void sum(std::span<double> values) override { sum(values, MPI_DOUBLE); }

  // MPI moves a message only while it is called, so that move_on() calls it. A thread that calls it all the
  // time would do so too, but slows down what the rank computes on the same core. Ranks of one machine have
  // no network that could work meanwhile, and there MPI's sums that only begin take longer.
  void begin_sum(std::span<float> values) override {
    if (!travel_) return sum(values);
    for_each_piece(values, [&](std::span<float> piece) {
      under_way_.emplace_back(piece.data(), MPI_REQUEST_NULL);
      MPI_Iallreduce(MPI_IN_PLACE, piece.data(), static_cast<int>(piece.size()), MPI_FLOAT, MPI_SUM,
                     MPI_COMM_WORLD, &under_way_.back().second);
    });
  }

  void end_sum(std::span<float> values) override {
    if (!travel_) return;
    for_each_piece(values, [&](std::span<float> piece) {
      const auto found = std::ranges::find(under_way_, piece.data(), &Begun::first);
      MPI_Wait(&found->second, MPI_STATUS_IGNORE);
      under_way_.erase(found);
    });
  }

  void move_on() override {
    int is_done = 0;  // a request that is done becomes MPI_REQUEST_NULL, for which there is nothing to wait
    for (auto& [values, request] : under_way_) MPI_Test(&request, &is_done, MPI_STATUS_IGNORE);
  }

  int highest(int value) override {
    MPI_Allreduce(MPI_IN_PLACE, &value, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
    return value;
  }

  void broadcast(std::span<std::byte> bytes) override {
    for_each_piece(bytes, [](std::span<std::byte> piece) {
      MPI_Bcast(piece.data(), static_cast<int>(piece.size()), MPI_BYTE, 0, MPI_COMM_WORLD);
    });
  }

  std::vector<std::string> gather(const std::string& text) override {
    const auto ranks = static_cast<std::size_t>(count_);
    const int size = static_cast<int>(text.size());
    std::vector<int> sizes(ranks), starts(ranks);
    MPI_Allgather(&size, 1, MPI_INT, sizes.data(), 1, MPI_INT, MPI_COMM_WORLD);
    std::exclusive_scan(sizes.begin(), sizes.end(), starts.begin(), 0);
    std::string all(static_cast<std::size_t>(starts.back() + sizes.back()), '\0');
    MPI_Allgatherv(text.data(), size, MPI_CHAR, all.data(), sizes.data(), starts.data(), MPI_CHAR,
                   MPI_COMM_WORLD);
    std::vector<std::string> texts;
    for (std::size_t r = 0; r < ranks; ++r)
      texts.push_back(all.substr(static_cast<std::size_t>(starts[r]), static_cast<std::size_t>(sizes[r])));
    return texts;
  }

  void end_all(int code) override {
    MPI_Abort(MPI_COMM_WORLD, code);
    std::_Exit(code);
  }

 private:
  using Begun = std::pair<const float*, MPI_Request>;

  template <class Number>
  static void sum(std::span<Number> values, MPI_Datatype type) {
    for_each_piece(values, [&](std::span<Number> piece) {
      MPI_Allreduce(MPI_IN_PLACE, piece.data(), static_cast<int>(piece.size()), type, MPI_SUM,
                    MPI_COMM_WORLD);
    });
  }

  template <class Value, class Send>
  static void for_each_piece(std::span<Value> values, const Send& send) {
    for (; !values.empty(); values = values.subspan(std::min(values.size(), kMostInMessage)))
      send(values.first(std::min(values.size(), kMostInMessage)));
  }

  std::vector<Begun> under_way_;  // in their order
  int rank_ = 0, count_ = 1, rank_on_machine_ = 0;
  bool travel_ = false;  // sums do so that begin and end by themselves
};

}  // namespace
}  // namespace sganc

extern "C" sganc::Ranks* sganc_join_mpi() {
  static sganc::MpiRanks ranks;
  return &ranks;
}

extern "C" const char* sganc_mpi_version() {
  static char text[MPI_MAX_LIBRARY_VERSION_STRING] = {};
  int size = 0;
  MPI_Get_library_version(text, &size);
  // The first line, or what stands before the comma, is the name and the version.
  *std::find_if(text, text + size, [](char c) { return c == ',' || c == '\n'; }) = '\0';
  std::replace(text, text + size, '\t', ' ');  // MPICH Version:\t4.0.2
  return text;
}
