#pragma once
// Binds stored images and labels to the inputs data.image and data.label of a function.

#include <string>

#include "runtime/data/dataset.h"
#include "runtime/execute/executor.h"

namespace sganc {

/// Whether the function has an input of that name.
bool has_input(const Executor& executor, Executor::FunctionId function, const std::string& name);

/// Binds data.image and data.label, if the function has them. `split` must stay valid and in place. Throws
/// std::runtime_error if the images do not have the shape that the function takes.
void bind_data(Executor& executor, Executor::FunctionId function, const Dataset& dataset, const Split& split);

}  // namespace sganc
