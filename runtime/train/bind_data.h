#pragma once
// A stored split of a data set as the inputs data.image and data.label of a function.

#include <string>

#include "runtime/data/dataset.h"
#include "runtime/execute/executor.h"

namespace sganc {

/// Whether the function has an input of that name.
bool has_input(const Executor& executor, Executor::FunctionId function, const std::string& name);

/// Binds data.image and data.label, where the function has them; `split` must stay in place. Images of
/// another shape than the function takes are a std::runtime_error.
void bind_data(Executor& executor, Executor::FunctionId function, const Dataset& dataset, const Split& split);

}  // namespace sganc
