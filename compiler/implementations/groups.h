#pragma once
// How many sums of its own a gradient of weights has, so that all threads work.

#include <cstdint>

namespace sganc {

/// The number of groups into which `items` (images, pairs or blocks of them) are divided. Each group adds up
/// a gradient of `bytes` of its own. It is the number for which the threads of the team wait least for each
/// other, at most two groups for each thread.
int groups_of_sums(std::int64_t bytes, std::int64_t items, int threads);

}  // namespace sganc
