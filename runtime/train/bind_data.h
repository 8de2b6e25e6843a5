#pragma once
// Binds images and labels to the inputs of a function: data.image and data.label, and those of a spread.

#include <string>

#include "runtime/data/dataset.h"
#include "runtime/execute/executor.h"

namespace sganc {

/// Whether the function has an input of that name.
bool has_input(const Executor& executor, Executor::FunctionId function, const std::string& name);

/// Binds data.image and data.label, if the function has them. `split` must stay valid and in place. Throws
/// std::runtime_error if the images do not have the shape that the function takes.
void bind_data(Executor& executor, Executor::FunctionId function, const Dataset& dataset, const Split& split);

/// Binds SPREAD.label and SPREAD.certainty, if the function has them: `count` entries each, which must stay
/// in place. `spread` is "spread.NAME".
void bind_spread(Executor& executor, Executor::FunctionId function, const std::string& spread,
                 const std::int32_t* labels, const float* certainties, std::int64_t count);

}  // namespace sganc
