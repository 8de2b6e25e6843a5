#pragma once
// The default schedules of convolutions by AMX. They name the stages in amx.cpp.

#include "compiler/schedule/rules.h"

namespace sganc {

/// For an image with `channels` channels that is computed from one with `others`.
KernelSchedule amx_schedule(int channels, int others, const VectorUnit& unit);

/// For the gradient of weights: `channels` of y, `others` of x.
KernelSchedule amx_weights_schedule(int channels, int others, const VectorUnit& unit);

// For few channels on one side; patches have runs of `run` numbers that lie side by side.

/// From few channels to `channels`.
KernelSchedule amx_expand_schedule(int channels, int run, const VectorUnit& unit);

/// From `channels` to few, for rows of `width` pixels.
KernelSchedule amx_contract_schedule(int width, int channels, const VectorUnit& unit);

/// For the gradient of weights: `taps` of patches, `channels` of the wide image.
KernelSchedule amx_few_weights_schedule(int taps, int channels, int run, const VectorUnit& unit);

}  // namespace sganc
