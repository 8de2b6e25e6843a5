#pragma once
// The weights of a run, for the forms of export that hold them.

#include "compiler/reference/interpreter.h"
#include "runtime/train/checkpoint.h"

namespace sganc {

/// The weight of that name and shape. Throws UserError if the checkpoint lacks it.
const CheckpointTensor& weight_of(const Checkpoint& checkpoint, const std::string& name, const Shape& shape);

/// The variables of the module, from the checkpoint. Throws UserError if it lacks one.
Tensors variables_of(const Module& module, const Checkpoint& checkpoint);

/// The number of classes that the function `predict` of the module tells apart; 0 if it has none.
std::int64_t classes_of(const Module& module);

}  // namespace sganc
