#pragma once
// The C++ text of a schedule as statements: what is called on which Func.

#include <string>
#include <vector>

namespace sganc {

/// split(x, xo, xi, 8, TailStrategy::RoundUp): its arguments without signs, of scoped names the last part.
struct SourceCall {
  std::string name;
  std::vector<std::string> arguments;
};

/// made = sum.update(0).rfactor({{r, v}}).vectorize(v); what it makes is "" where it has no name.
struct SourceStatement {
  std::string made, func;
  std::vector<SourceCall> calls;
};

/// In order, without declarations of loops; `Func a = pipeline.get_func(3);` is a statement like others.
/// Throws UserError, without a place, at what is none.
std::vector<SourceStatement> statements_of_source(const std::string& source);

}  // namespace sganc
