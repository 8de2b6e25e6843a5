#pragma once
// compile --explain: every step of the program with what runs it and why, as a table or as JSON.

#include <string>
#include <vector>

#include "compiler/codegen/explain.h"

namespace sganc {

/// Keeps only the steps that compute a group of that name, and the functions with such a step. Totals do not
/// change. Throws UserError if there is none.
void keep_step(std::vector<ExplainedFunction>& functions, const std::string& name);

/// Asks oneDNN what it would do in its steps, for a team of `threads` threads.
void ask_onednn(std::vector<ExplainedFunction>& functions, int threads);

/// A table for each function: one line for each step, below it its origin and the reasons, and at the end the
/// totals.
std::string to_text(const std::vector<ExplainedFunction>& functions);

/// One object {"model", "schedule", "functions"}, and a newline.
std::string to_json(const std::vector<ExplainedFunction>& functions, const std::string& model,
                    const std::string& schedule);

}  // namespace sganc
