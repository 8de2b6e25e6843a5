#pragma once
// What the forms of export read of a run: its model, weights and classes.

#include "compiler/driver/export/format.h"
#include "compiler/driver/saved_run.h"
#include "compiler/reference/interpreter.h"

namespace sganc {

struct ExportSource {
  FoundRun run;
  Module module;  // of what is exported
  Checkpoint weights;
};

/// Finds the run of the command line, builds the module with `make`, and reads the checkpoint. Throws
/// UserError. Prints mistakes in the model and returns nothing.
std::optional<ExportSource> read_export(const ExportRequest& request, Terminal& terminal,
                                        const BuildModule& make);

/// The weight of that name and shape. Throws UserError if the checkpoint lacks it.
const CheckpointTensor& weight_of(const Checkpoint& checkpoint, const std::string& name, const Shape& shape);

/// The variables of the module, from the checkpoint. Throws UserError if it lacks one.
Tensors variables_of(const Module& module, const Checkpoint& checkpoint);

/// The name of each class that the function `predict` of the module tells apart. A class that the data does
/// not name, or not in UTF-8, has its number. Empty if the module has no such function.
std::vector<std::string> classes_of(const FoundRun& run, const Module& module);

}  // namespace sganc
