#pragma once
// For how long a thread of the team that waits for the others keeps its core.

namespace sganc {

/// libgomp's threads spin for some 15 ms before they sleep, which on a machine that does other work too is
/// time taken from the very thread they wait for. This starts the program anew, with its arguments, told to
/// spin for some 0.2 ms: libgomp asks the environment alone, and before main. Does nothing where the user has
/// set OMP_WAIT_POLICY or GOMP_SPINCOUNT, and where there is no /proc.
///
/// Seen with 2 threads on 2 cores, medians of 25 steps: mnist_stacked beside one busy process 363 ms instead
/// of 787, feature_matching 71 instead of 279; alone the same (170, 22.4). A spin of a fifth of this makes it
/// 337 and 49 ms, and feature_matching alone 24.5.
void wait_briefly(char** arguments);

}  // namespace sganc
