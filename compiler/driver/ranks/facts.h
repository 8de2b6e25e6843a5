#pragma once
// What the ranks of a training compare before they begin.

#include "compiler/driver/compilation.h"
#include "compiler/driver/ranks/same.h"
#include "runtime/data/division.h"
#include "runtime/data/identity.h"

namespace sganc {

std::vector<Fact> version_facts();

/// The model with its overrides, the schedule, and what makes kernels of them.
std::vector<Fact> model_facts(const Model& model, const PlannedModule& planned, const ModelRequest& request);

/// The images, and which of them have labels or are held out.
std::vector<Fact> data_facts(const DataIdentity& identity, const Division& division);

}  // namespace sganc
