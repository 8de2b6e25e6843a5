#pragma once
// Modules with the samples of all layers, and of all functions of expressions with several kinds of
// arguments.

#include "compiler/layers/layer.h"
#include "tests/layer_samples.h"

namespace sganc {

/// Returns all samples of all layers: functions conv.0, conv.1, ...
inline Module all_samples() {
  Module module{.name = "layers"};
  for (const Layer* layer : all_layers())
    for (std::size_t i = 0; i < layer->samples.size(); ++i)
      add_layer(module, layer->name + "." + std::to_string(i), *layer, layer->samples[i]);
  return module;
}

// functions of expressions

enum class Argument { plain, sigmoid, declared_sigmoid, softmax, declared_softmax };

inline const std::pair<Argument, std::string> kArguments[] = {
    {Argument::plain, "plain"},
    {Argument::sigmoid, "sigmoid"},
    {Argument::declared_sigmoid, "declared_sigmoid"},
    {Argument::softmax, "softmax"},
    {Argument::declared_softmax, "declared_softmax"}};

inline constexpr const char* kNames[] = {"x", "t", "u"};  // the variables of its arguments

/// Adds the function of its plain arguments, or of the sigmoid or softmax of the first one. The function
/// knows the logits of that sigmoid or softmax if they are declared.
inline void add_function(Module& module, const std::string& name, const ExpressionFunction& function,
                         const FunctionSample& sample, Argument argument) {
  Function& f = module.functions.emplace_back(Function{.name = name});
  Builder b(f);
  const Keys none;
  SingleLayer layer(module, b, none, true);
  const bool softmax = argument == Argument::softmax || argument == Argument::declared_softmax;
  const bool declared = argument == Argument::declared_sigmoid || argument == Argument::declared_softmax;
  std::vector<Value> arguments;
  for (std::size_t i = 0; i < sample.arguments.size(); ++i) {
    if (static_cast<int>(i) == sample.classes) {
      arguments.push_back(b.input("classes", {DType::i32, sample.arguments[i]}));
      continue;
    }
    const Value x = layer.variable(kNames[i], sample.arguments[i], {Initializer::Kind::normal, 1});
    arguments.push_back(argument == Argument::plain ? x
                        : i > 0                     ? b.sigmoid(x)
                                : find_layer(softmax ? "softmax" : "sigmoid")->build(layer, x));
  }
  for (const double number : sample.numbers) arguments.push_back(b.constant(number, {}));
  SingleFunction context(b, declared ? layer.declared : std::map<Value, Logits>{});
  const Value loss = b.sum_all(function.build(context, arguments));
  b.result("loss", loss);
  layer.leave_gradients(loss);
}

/// Returns whether a function of such an argument is worth a test.
inline bool suits(const FunctionSample& sample, Argument argument) {
  if (sample.any_numbers || argument == Argument::plain)
    return sample.any_numbers && argument == Argument::plain;
  const bool softmax = argument == Argument::softmax || argument == Argument::declared_softmax;
  return !softmax || sample.arguments[0].size() > 1;
}

inline Module all_function_samples() {
  Module module{.name = "functions"};
  for (const auto* function : all_functions())
    for (std::size_t i = 0; i < function->samples.size(); ++i)
      for (const auto& [argument, word] : kArguments)
        if (suits(function->samples[i], argument))
          add_function(module, function->name + "." + std::to_string(i) + "." + word, *function,
                       function->samples[i], argument);
  return module;
}

}  // namespace sganc
