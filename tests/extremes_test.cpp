// Every layer, loss and optimizer at the ends of what its keys accept, on inputs of zeros, of one number
// everywhere, and ordinary ones: no value and no gradient may be infinite or NaN.

#include <cmath>
#include <functional>

#include "compiler/language/sections.h"
#include "tests/compiled_model.h"
#include "tests/compiled_twin.h"
#include "tests/layers_building.h"

namespace sganc {
namespace {

using Given = std::map<std::string, KeyValue>;

const Tensor kKey{{DType::i32, {4}}, {3, 0, 14, 0}};
constexpr double kLeast = 1.2e-38;  // hardly more than the least positive number that a key takes

/// Returns the ends of the range of a key, if it has any.
std::vector<KeyValue> ends_of(const Key& key) {
  std::vector<KeyValue> ends;
  if (key.type == KeyType::boolean) return {false, true};
  if (key.type == KeyType::text)
    for (const auto& word : key.choices) ends.emplace_back(word);
  const auto add = [&](double end) {
    if (key.type == KeyType::number || key.type == KeyType::rate) ends.emplace_back(end);
    if (key.type == KeyType::integer && end < 1000) ends.emplace_back(static_cast<std::int64_t>(end));
  };
  if (key.at_least) add(*key.at_least);
  if (key.above) add(*key.above == 0 ? kLeast : *key.above * (1 + 1e-7));
  if (key.at_most) add(*key.at_most);
  return ends;
}

/// Returns the samples, and each of them with one key at an end of its range.
std::vector<Given> at_the_ends(const std::vector<Key>& keys, const std::vector<Given>& samples) {
  std::vector<Given> all = samples;
  for (const auto& sample : samples)
    for (const auto& key : keys)
      for (const auto& end : ends_of(key)) {
        all.push_back(sample);
        all.back()[key.name] = end;
      }
  return all;
}

std::string text_of(const Given& given) {
  std::string text;
  for (const auto& [name, value] : given) text += name + " = " + to_toml(value) + " ";
  return text;
}

enum class Numbers { zeros, ones, small, ordinary };

Tensor numbers(const Type& type, Numbers kind, std::mt19937& random) {
  if (kind == Numbers::zeros) return filled(type, 0);
  if (kind == Numbers::ones) return filled(type, 1);
  if (kind == Numbers::small) return filled(type, 1e-20);
  return random_tensor(type.shape, random);
}

void expect_finite(const std::string& name, const Tensor& tensor) {
  EXPECT_TRUE(std::ranges::all_of(tensor.data, [](double x) { return std::isfinite(static_cast<float>(x)); }))
      << name;
}

/// Runs a function by the reference, with variables and inputs from `fill`, and expects finite results.
void expect_finite(const Module& module, const Function& f,
                   const std::function<Tensor(const std::string&, const Type&)>& fill) {
  Tensors variables, inputs;
  for (const auto& v : module.variables) variables[v.name] = fill(v.name, v.type);
  for (const auto& n : f.nodes)
    if (n.op == Op::input) inputs[n.attributes.name] = fill(n.attributes.name, n.type);
  for (const auto& [name, value] : evaluate(module, f, inputs, variables)) expect_finite(name, value);
  for (const auto& [name, value] : variables) expect_finite(name, value);
}

/// Adds a function of the layer's output, a loss of it, and the loss's gradients. Returns false if the
/// layer refuses the keys.
bool add_layer(Module& module, const std::string& name, const Layer& layer, const LayerSample& sample,
               const Given& given, bool training) {
  Function f{.name = name};
  Builder b(f);
  const Keys keys = keys_of(layer.keys, given);
  SingleLayer context(module, b, keys, training);
  std::vector<Value> inputs{context.variable("x", sample.input, {})};
  for (const auto& shape : sample.others)
    inputs.push_back(context.variable("x" + std::to_string(inputs.size()), shape, {}));
  try {
    const Value y = layer(context, inputs);
    if (b.function().node(y).op != Op::view) b.result("y", y);
    const Value loss = b.sum_all(b.multiply(y, b.input("weights", {DType::f32, b.shape(y)})));
    b.result("loss", loss);
    context.leave_gradients(loss);
  } catch (const UserError&) {
    return false;
  } catch (const ShapeError&) {
    return false;
  }
  module.functions.push_back(std::move(f));
  return true;
}

TEST(Extremes, NoLayerMakesWhatIsNotFinite) {
  std::mt19937 random(5);
  for (const Layer* layer : all_layers())
    for (const auto& sample : layer->samples)
      for (const auto& given : at_the_ends(layer->keys, {sample.keys}))
        for (const bool training : {true, false}) {
          Module module;
          if (!add_layer(module, "f", *layer, sample, given, training)) continue;
          for (const Numbers x : {Numbers::zeros, Numbers::ones, Numbers::small, Numbers::ordinary})
            for (const Numbers w : {Numbers::zeros, Numbers::small, Numbers::ordinary}) {
              SCOPED_TRACE(layer->name + " " + text_of(given) + " x " + std::to_string(static_cast<int>(x)) +
                           " weights " + std::to_string(static_cast<int>(w)));
              expect_finite(module, module.functions[0], [&](const std::string& name, const Type& type) {
                if (name == "random.key") return kKey;
                if (name.ends_with("running_var")) return filled(type, w == Numbers::zeros ? 0 : 1);
                const bool is_input = name.starts_with("f.x") || name == "weights";
                return numbers(type, name == "weights" ? Numbers::ordinary : is_input ? x : w, random);
              });
              if (testing::Test::HasFailure()) return;  // the first failure says enough
            }
        }
}

TEST(Extremes, NoFunctionOfExpressionsDoes) {
  std::mt19937 random(5);
  for (const ExpressionFunction* function : all_functions()) {
    // A run reports the numbers for which these have no finite value.
    if (function->name == "log" || function->name == "sqrt") continue;
    for (const auto& sample : function->samples) {
      Module module;
      Function& f = module.functions.emplace_back(Function{.name = "f"});
      Builder b(f);
      Scope scope(module, b);
      SingleFunction context(b, {});
      std::vector<Value> arguments;
      for (std::size_t i = 0; i < sample.arguments.size(); ++i)
        arguments.push_back(static_cast<int>(i) == sample.classes
                                ? b.input("classes", {DType::i32, sample.arguments[i]})
                                : scope.variable("x" + std::to_string(i), sample.arguments[i], {}));
      for (const double number : sample.numbers) arguments.push_back(b.constant(number, {}));
      Value y = function->build(context, arguments);
      if (b.type(y).dtype != DType::f32) y = b.convert(y, DType::f32);
      const Value loss = b.sum_all(y);
      b.result("loss", loss);
      if (function->differentiable) scope.leave_gradients(loss);
      for (const Numbers x : {Numbers::zeros, Numbers::ones, Numbers::ordinary}) {
        SCOPED_TRACE(function->name + " x " + std::to_string(static_cast<int>(x)));
        expect_finite(module, f, [&](const std::string& name, const Type& type) {
          if (name == "random.key") return kKey;
          if (name == "classes") return filled(type, 1);
          auto tensor = numbers(type, x, random);
          if (!sample.any_numbers)
            for (double& v : tensor.data) v = std::clamp(v, 0.0, 1.0);
          return tensor;
        });
      }
    }
  }
}

/// Returns all optimizers at the ends of their keys' ranges. Functions 0, 1, ... each move f.w by f.g.
Module optimizers_at_the_ends(std::vector<std::string>& what) {
  Module module{.name = "optimizers"};
  for (const Optimizer* optimizer : all_optimizers())
    for (const auto& given : at_the_ends(optimizer->keys, optimizer->samples)) {
      Function f{.name = std::to_string(what.size())};
      Builder b(f);
      const Keys keys = keys_of(optimizer->keys, given);
      SingleOptimizer context(module, b, keys);
      const Value w = context.variable("w", {3}, {}), g = context.variable("g", {3}, {});
      try {
        b.result(context.full("w"), optimizer->build(context, w, g));
      } catch (const UserError&) {
        continue;
      }
      what.push_back(optimizer->name + " " + text_of(given));
      module.functions.push_back(std::move(f));
    }
  std::erase_if(module.variables, [&](const Variable& v) {
    return std::ranges::none_of(module.functions,
                                [&](const Function& f) { return v.name.starts_with(f.name + "."); });
  });
  return module;
}

TEST(Extremes, NoOptimizerDoesCompiled) {
  std::vector<std::string> what;
  Twin twin(optimizers_at_the_ends(what), {});
  for (const auto& f : twin.module.functions) {
    SCOPED_TRACE(what.at(std::stoul(f.name)));
    for (const double g : {0.0, 0.0, 1e-30, 1.0, 0.0}) {
      twin.set(f.name + ".g", filled({DType::f32, {3}}, g));
      twin.executor.run(twin.executor.function(f.name));
      for (const auto& v : twin.module.variables) {
        if (!v.name.starts_with(f.name + ".") || v.type.dtype != DType::f32) continue;
        for (const float x : twin.executor.variable(twin.executor.variable_index(v.name)))
          EXPECT_TRUE(std::isfinite(x)) << v.name;
      }
    }
  }
}

/// Normalization divides by its keys, so it is checked compiled too, in 32 bits.
TEST(Extremes, NoNormalizationDoesCompiled) {
  Module module{.name = "norms"};
  std::vector<std::string> what;
  for (const char* kind : {"batch_norm", "layer_norm", "dense", "conv"}) {
    const Layer& layer = *find_layer(kind);
    const LayerSample& sample = layer.samples.front();
    for (auto given : at_the_ends(layer.keys, {sample.keys})) {
      const bool normal = std::string(kind).ends_with("norm") ||
                          (given.contains("norm") && given.at("norm") != KeyValue(std::string("none")));
      if (normal && add_layer(module, std::to_string(what.size()), layer, sample, given, true))
        what.push_back(layer.name + " " + text_of(given));
    }
  }
  Twin twin(std::move(module), {});
  std::mt19937 random(5);
  for (const auto& f : twin.module.functions)
    for (const Numbers x : {Numbers::zeros, Numbers::ones, Numbers::small, Numbers::ordinary}) {
      SCOPED_TRACE(what.at(std::stoul(f.name)) + " x " + std::to_string(static_cast<int>(x)));
      const auto id = twin.executor.function(f.name);
      std::vector<Tensor> bound;
      std::vector<std::vector<std::byte>> memory;
      for (const auto& input : twin.executor.program().functions[id.index].inputs) {
        memory.push_back(bytes_of(random_tensor(input.extents, random)));
        twin.executor.bind(twin.executor.input(id, input.name), memory.back().data());
      }
      for (const auto& v : twin.module.variables)
        if (v.name == f.name + ".x" || v.name.starts_with(f.name + ".weight"))
          twin.set(v.name, numbers(v.type, x, random));
      EXPECT_EQ(twin.executor.run_checked(id), std::nullopt);
    }
}

}  // namespace
}  // namespace sganc
