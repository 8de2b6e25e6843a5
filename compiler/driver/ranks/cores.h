#pragma once
// How many threads each rank runs, if the command line does not say.

#include <string>
#include <vector>

namespace sganc {

/// What a rank says of the cores that it may use: the machine's boot, their numbers, and the quota of its
/// control group.
std::string cores_word();

/// The threads of every rank, by what all ranks say: so many that no machine has more threads than cores. A
/// core that several ranks may use counts for each of them in part. All ranks get the least of their shares,
/// so that they round alike, and at least 1.
int threads_of_each(const std::vector<std::string>& words);

/// The number of machines on which the ranks run.
int machines_of(const std::vector<std::string>& words);

}  // namespace sganc
