#pragma once
// Lets a function look up what it needs of each image of a batch: its pixels, its label, and what was spread
// to it.

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "runtime/data/dataset.h"
#include "runtime/execute/executor.h"

namespace sganc {

/// Whether the function has an input of that name.
bool has_input(const Executor& executor, Executor::FunctionId function, const std::string& name);

/// Binds data.image, data.label, SPREAD.label and SPREAD.certainty, of those that the function has, and the
/// indices of the images of a batch. Pixels in memory are bound in place. Other pixels, and more than 2 GiB
/// of them, which kernels cannot address, are copied before each run, image by image; then the function is
/// given copies of all tables, and indices into these.
class BatchTables {
 public:
  /// All arguments must outlive the tables. Throws std::runtime_error if the images do not have the shape
  /// that the function takes.
  BatchTables(Executor& executor, Executor::FunctionId function, const Dataset& dataset, const Split& split);
  BatchTables(const BatchTables&) = delete;
  BatchTables& operator=(const BatchTables&) = delete;

  /// A batch of images, which the input names. The indices may change, but must stay in place.
  void add_batch(Executor::InputId input, const std::vector<std::int32_t>& indices);
  /// An entry for each image of the split, which must stay in place. `spread` is "spread.NAME".
  void add_spread(const std::string& spread, const std::int32_t* labels, const float* certainties);

  /// To be called once all is added, and again after each change of the indices.
  void look_up();

 private:
  /// One number for each image, of 4 bytes.
  struct Table {
    Executor::InputId input;
    const std::byte* entries;
    std::vector<std::byte> copies;
  };
  struct Batch {
    Executor::InputId input;
    const std::vector<std::int32_t>* indices;
    std::vector<std::int32_t> places;  // in the copies
  };
  void add_table(const std::string& name, const void* entries);
  void make_room();

  Executor& executor_;
  Executor::FunctionId function_;
  const Split& split_;
  std::size_t image_bytes_;
  bool in_place_;
  std::deque<Table> tables_;
  std::deque<Batch> batches_;
  std::vector<std::uint8_t> pixels_;  // copies
  bool has_room_ = false;
};

}  // namespace sganc
