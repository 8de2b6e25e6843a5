#pragma once
// How many sums of its own a gradient of weights has, so that all threads work.

#include <cstdint>

namespace sganc {

/// The number of groups into which `items` (images, pairs or blocks of them) are divided. Each group adds up
/// a gradient of `bytes` of its own. It is the number for which the threads of the team wait least for each
/// other, at most two groups for each thread.
int groups_of_sums(std::int64_t bytes, std::int64_t items, int threads);

/// The number of `images` in a block of the gradient of weights, a divisor: as many as fit into `most_bytes`
/// with `bytes` each, but so that there are at least two blocks for each thread.
int images_of_block(std::int64_t images, std::int64_t bytes, std::int64_t most_bytes, int threads);

}  // namespace sganc
