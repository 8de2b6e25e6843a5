#pragma once
// The weights and classes of a run, for the forms of export that hold them.

#include "compiler/driver/saved_run.h"
#include "compiler/reference/interpreter.h"

namespace sganc {

/// The weight of that name and shape. Throws UserError if the checkpoint lacks it.
const CheckpointTensor& weight_of(const Checkpoint& checkpoint, const std::string& name, const Shape& shape);

/// The variables of the module, from the checkpoint. Throws UserError if it lacks one.
Tensors variables_of(const Module& module, const Checkpoint& checkpoint);

/// The name of each class that the function `predict` of the module tells apart. A class that the data does
/// not name, or not in UTF-8, has its number. Empty if the module has no such function.
std::vector<std::string> classes_of(const FoundRun& run, const Module& module);

}  // namespace sganc
