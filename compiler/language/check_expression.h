#pragma once
// Whether an expression calls and names only what there is: the check of `minimize` and of `sganc eval-expr`.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "compiler/language/expression.h"
#include "compiler/language/keys.h"

namespace sganc {

/// What an expression may name.
struct ExpressionNames {
  std::vector<FunctionKeys> functions;
  std::vector<std::string> nets = {};
  std::map<std::string, std::vector<std::string>> layers = {};  // of each net that is right in itself
  /// What each net takes; nothing of a net that is not right, of whose calls nothing is said.
  std::map<std::string, std::vector<std::string>> arguments = {};
  /// Each variable with the source that it is drawn from, "" where that is wrong.
  std::map<std::string, std::string> variables = {};
  /// Where false, there are no nets, and variables stand for values of which none is a drawn batch.
  bool in_update = true;
  std::vector<std::string> augmentations = {};  // of [augment.NAME] the name, of [augment] ""
  std::set<std::string> lets = {};              // those variables that stand for expressions of the update
};

/// What the axes of values may be called: batch, height, width, channels, features; left and right of an
/// outer product. In the order in which they stand.
const std::vector<std::string>& axis_words();
bool is_axis(const Expression& e);

/// Adds unknown names, wrong counts of arguments and labels of what has none to `diagnostics`, each at its
/// place. Gives the nets that the expression calls.
std::set<std::string> check_expression(const Expression& expression, const ExpressionNames& names,
                                       Diagnostics& diagnostics);

}  // namespace sganc
