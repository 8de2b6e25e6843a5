#pragma once
// The workloads of the small model, and what a search among them needs.

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

#include "compiler/driver/tune/search.h"
#include "tests/compiled_model.h"
#include "tests/compiled_twin.h"
#include "tests/data_folder.h"

namespace sganc {

class TuneWorkloads : public ::testing::Test {
 protected:
  const Module module = module_of_text(text_of(SmallModel{}));
  const PlannedModule base = plan(module, {}, {.instructions = this_target().instructions, .threads = 1});
  const testing::TestFolder folder;
  const LibraryOptions library{folder / "cache"};
  const TuneContext context = tune_context(base);
  const std::vector<Workload> workloads = workloads_of(workpieces_of(base), {});

  const Workload& workload(const std::string& use) const {
    for (const auto& w : workloads)
      if (std::ranges::count(w.uses, use) > 0) return w;
    throw std::logic_error("no workload " + use);
  }
};

}  // namespace sganc
