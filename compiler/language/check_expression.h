#pragma once
// Checks the names and calls in an expression, for `minimize` and for `sganc eval-expr`.

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
  std::map<std::string, std::vector<std::string>> layers = {};  // of each net without a mistake of its own
  /// What each net takes. A net with a mistake has no entry, and its calls are not checked.
  std::map<std::string, std::vector<std::string>> arguments = {};
  /// Each drawn name with its source, or with "" if the source is wrong.
  std::map<std::string, std::string> draws = {};
  /// False for `sganc eval-expr`: there are no nets, and no name is a drawn batch.
  bool in_update = true;
  std::vector<std::string> augmentations = {};  // NAME for [augment.NAME], "" for [augment]
  std::set<std::string> lets = {};              // the names that `let` declares
};

/// The names of axes, in the order in which they stand: batch, height, width, channels, features; left and
/// right of an outer product.
const std::vector<std::string>& axis_words();
bool is_axis(const Expression& e);

/// Returns the nets that the expression calls. Adds each unknown name, wrong number of arguments and label(x)
/// of a batch without labels to `diagnostics`, at its place.
std::set<std::string> check_expression(const Expression& expression, const ExpressionNames& names,
                                       Diagnostics& diagnostics);

}  // namespace sganc
