// sganc-mpi.so: ranks that speak by MPI. The program loads it only if it was started with others.

#define OMPI_SKIP_MPICXX
#define MPICH_SKIP_MPICXX
#include <mpi.h>

#include <algorithm>
#include <numeric>

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

  int highest(int value) override {
    MPI_Allreduce(MPI_IN_PLACE, &value, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
    return value;
  }

  void broadcast(std::span<std::byte> bytes) override {
    for (; !bytes.empty(); bytes = bytes.subspan(std::min(bytes.size(), kMostInMessage)))
      MPI_Bcast(bytes.data(), static_cast<int>(std::min(bytes.size(), kMostInMessage)), MPI_BYTE, 0,
                MPI_COMM_WORLD);
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
  template <class Number>
  void sum(std::span<Number> values, MPI_Datatype type) {
    for (; !values.empty(); values = values.subspan(std::min(values.size(), kMostInMessage)))
      MPI_Allreduce(MPI_IN_PLACE, values.data(), static_cast<int>(std::min(values.size(), kMostInMessage)),
                    type, MPI_SUM, MPI_COMM_WORLD);
  }

  int rank_ = 0, count_ = 1, rank_on_machine_ = 0;
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
