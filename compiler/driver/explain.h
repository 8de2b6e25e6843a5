#pragma once
// compile --explain: every step of the program, who runs it, and why, as a table or as JSON.

#include <string>
#include <vector>

#include "compiler/codegen/explain.h"

namespace sganc {

/// Leaves the steps that compute a group of that name, and the functions that have one; totals stay. Throws
/// UserError where there is none.
void keep_step(std::vector<ExplainedFunction>& functions, const std::string& name);

/// Asks oneDNN what it would do in its steps, for a team of so many threads.
void ask_onednn(std::vector<ExplainedFunction>& functions, int threads);

/// A table for each function: a line a step, below it what it comes from and why; the totals.
std::string to_text(const std::vector<ExplainedFunction>& functions);

/// One object {"model", "schedule", "functions"}, and a newline.
std::string to_json(const std::vector<ExplainedFunction>& functions, const std::string& model,
                    const std::string& schedule);

}  // namespace sganc
