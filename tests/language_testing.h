#pragma once
// A small vocabulary for the tests of the language, a model to be varied, and a check of what is printed.

#include <gtest/gtest.h>

#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "compiler/language/model.h"

namespace sganc {

inline Vocabulary small_vocabulary() {
  using Integers = std::vector<std::int64_t>;
  const std::vector<Key> convolution{
      integer("filters", "channels of the result").from(1),
      integers("kernel", "height and width").from(1).of_length(2).or_one(),
      integers("stride", "down and right").from(1).of_length(2).or_one().defaulting(Integers{1, 1})};
  return {
      .layers = {{"dense", {integer("units", "numbers of the result").from(1)}, ""},
                 {"conv", convolution, ""},
                 {"conv_transpose", convolution, ""},
                 {"leaky_relu", {number("slope", "of negative inputs").defaulting(0.2)}, ""},
                 {"relu", {}, ""},
                 {"tanh", {}, ""},
                 {"sigmoid", {}, ""},
                 {"softmax", {}, ""},
                 {"logsumexp", {}, ""},
                 {"flatten", {}, ""},
                 {"reshape", {integers("shape", "of the result").from(1)}, ""},
                 {"dropout", {number("rate", "of what is dropped").from(0).to(1)}, ""}},
      .optimizers = {{"adam",
                      {rate("rate", "of learning").greater_than(0), number("beta1", "").defaulting(0.9),
                       number("beta2", "").defaulting(0.999), number("epsilon", "").defaulting(1e-7)},
                      ""},
                     {"sgd", {rate("rate", "of learning").greater_than(0)}, ""}},
      .functions = {{"cross_entropy", 2, 2, ""},
                    {"bce", 2, 2, ""},
                    {"mse", 2, 2, ""},
                    {"label", 1, 1, ""},
                    {"mean", 1, 1, ""},
                    {"batch_mean", 1, 1, ""}},
  };
}

inline std::string printed(const Diagnostics& diagnostics) {
  std::ostringstream out;
  diagnostics.print(out);
  return out.str();
}

/// A model without a mistake but for its name, its data and its training, which have defaults.
inline const std::string kRest = R"toml(
[input]
image = [28, 28, 1]
z = { size = 100 }
[net.trunk]
of = "image"
layers = [{ kind = "flatten" }, { kind = "dense", units = 10 }]
[net.classifier]
of = "trunk"
layers = [{ kind = "softmax" }]
[optimizer]
adam = { kind = "adam", rate = 2e-4 }
[[update]]
name = "c"
draw = { x = "labeled 50" }
minimize = "cross_entropy(classifier(x), label(x))"
train = ["trunk"]
optimizer = "adam"
)toml";

/// Returns a model that begins with `lines`.
inline std::string with(const std::string& lines) {
  return "name = \"m\"\n" + lines + kRest;
}

/// Returns the model with its first `from` replaced by `to`.
inline std::string varied(const std::string& from, const std::string& to) {
  const auto at = kRest.find(from);
  if (at == std::string::npos) throw std::logic_error("varied: no such text: " + from);
  return "name = \"m\"" + std::string(kRest).replace(at, from.size(), to);
}

/// A wrong model and all that is printed about it.
struct WrongModel {
  std::string what;
  std::string text;
  std::string output;
};

inline void expect_printed(const std::vector<WrongModel>& models) {
  for (const auto& [what, text, output] : models) {
    SCOPED_TRACE(what);
    Diagnostics diagnostics;
    EXPECT_FALSE(parse_model(text, "model.toml", {}, small_vocabulary(), diagnostics));
    EXPECT_EQ(printed(diagnostics), output);
  }
}

}  // namespace sganc
