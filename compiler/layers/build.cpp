#include "compiler/layers/build.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <set>

#include "compiler/layers/build_function.h"
#include "compiler/layers/table.h"

namespace sganc {
namespace {

int count_losses(const Expression& e) {
  const auto* function = e.kind == Expression::Kind::call ? find_function(e.name) : nullptr;
  return std::accumulate(
      e.arguments.begin(), e.arguments.end(), function && function->loss ? 1 : 0,
      [](int count, const Expression& argument) { return count + count_losses(argument); });
}

/// The value that the update minimizes, computed from its draws.
Value minimized(FunctionBuild& build, const DeclaredUpdate& update) {
  std::map<std::string, Value> values;
  if (!update.statistics.empty()) build.limits_running_means();
  const auto name = [&](const Located<std::string>& called, Value value) {
    values[called.value] = value;
    for (const auto& s : update.statistics)
      if (s.value == called.value) build.moves_running_means(value);
  };
  for (const auto& d : update.draws) name(d.name, build.draw(d));
  for (const auto& let : update.lets) name(let.name, build.evaluate(let.value, values));
  const Value loss = build.evaluate(update.minimize, values);
  for (const auto& s : update.statistics)
    if (build.trains_nets() && !build.running_means_moved_by(values.at(s.value)))
      throw UserError{{s.where, "no running means move by \"" + s.value + "\"",
                       "name a value that a net with batch_norm is applied to, one that the update trains"}};
  return loss;
}

void build_update(FunctionBuild& build, const DeclaredUpdate& update) {
  int losses = count_losses(update.minimize);
  for (const auto& let : update.lets) losses += count_losses(let.value);
  if (losses > 1) build.report_terms();
  build.trains(update);
  const Value loss = minimized(build, update);
  if (!build.b.shape(loss).empty())
    throw UserError{{update.minimize.where,
                     "minimize must be one number, but this is " + to_string(build.b.shape(loss)),
                     "take its mean(...)"}};
  build.b.function().results.insert(build.b.function().results.begin(), {"loss", loss});
  build.assign_results();
}

/// Sets the weights that the update's layers initialize by its first batch. Has no other results.
void build_beginning(FunctionBuild& build, const DeclaredUpdate& update, std::set<std::string>& begun) {
  build.begins_weights(begun);
  minimized(build, update);
  build.b.function().results.clear();  // metrics
  build.assign_results();
}

/// Moves every average a of the module towards the variable w that it averages:
///     a <- d a + (1 - d) w, where d = min(decay, 1 - 1 / (step + 1)).
/// At step 0, before the first training step, a becomes w. Tarvainen, Valpola 2017.
void build_average(FunctionBuild& build, const Module& module, const DeclaredAverage& declared) {
  Builder& b = build.b;
  b.set_origin({"average", declared.where});
  const Value decay = b.minimum(b.subtract(1, b.divide(1, b.add(build.step_since(0), 1.0))), declared.decay);
  for (const auto& v : module.variables) {
    if (v.role != Role::average) continue;
    const Value now = b.variable(v.of, v.type), before = b.variable(v.name, v.type);
    const Value kept = b.broadcast(decay, v.type.shape, {});
    b.result(v.name, b.add(b.multiply(kept, b.subtract(before, now)), now));
  }
}

/// The number of elements of all features of an image together.
std::int64_t count_features(const Function& features) {
  return std::accumulate(
      features.results.begin(), features.results.end(), std::int64_t{0},
      [&](std::int64_t sum, const Result& r) { return sum + features.node(r.value).type.shape.at(1); });
}

/// The similarity of each image of one block with each image of another: the cosine of their features, which
/// must have length 1.
void build_similarity(FunctionBuild& build, const DeclaredSpread& spread, std::int64_t numbers) {
  Builder& b = build.b;
  b.set_origin({"spread." + spread.name, spread.where});
  const Type type{DType::f32, {kSimilarityBlock, numbers}};
  const Value rows = b.input("rows", type), columns = b.input("columns", type);
  b.result("similarity", b.matmul(rows, columns, false, true));
}

/// Calls `body`. Turns a ShapeError into a UserError at the origin of the nodes that were built last.
template <class Body>
void at_its_origin(FunctionBuild& build, const Body& body) try {
  body(build);
} catch (const ShapeError& error) {
  throw UserError{{build.b.origin().where, error.what(), ""}};
}

/// Builds a module of one function, which trains nothing.
template <class Body>
Module single(const Model& model, FunctionRole role, Diagnostics& diagnostics, const Body& body) {
  Module module{.name = model.name};
  Streams streams;
  Function function{.name = std::string(to_string(role)), .role = role};
  FunctionBuild build(model, module, function, streams, /*training=*/false);
  try {
    at_its_origin(build, body);
  } catch (const UserError& error) {
    diagnostics.add(error.diagnostic);
  }
  module.functions.push_back(std::move(function));
  return module;
}

/// The net of an image alone, or the layer of one, that is called NET or NET.LAYER. Throws UserError.
Callee layer_of_images(const Model& model, const std::string& of) {
  std::vector<std::string> known;
  std::optional<Callee> named;
  for (const auto& net : model.nets) {
    if (!model.image() || net.arguments != std::vector{model.image()->name}) continue;
    known.push_back(net.name);
    if (of == net.name) named = {net.name, "", model.evaluate.average};
    for (const auto& layer : net.layers) {
      known.push_back(net.name + "." + layer.name);
      if (of == known.back()) named = {net.name, layer.name, model.evaluate.average};
    }
  }
  if (named) return *named;
  throw UserError{{{},
                   "the model has no net and no layer \"" + of + "\" that is a function of an image alone",
                   suggestion(of, known)}};
}

/// What an export computes.
struct ExportedNet {
  FunctionRole role;
  std::function<void(FunctionBuild&, std::int64_t batch)> build;
};

/// What `net` means to build_export. Throws UserError.
ExportedNet exported_net(const Model& model, const std::string& net) {
  const auto& evaluate = model.evaluate;
  const auto is = [&](const std::string& role, const std::string& declared) {
    if (net == role && declared.empty())
      throw UserError{{{}, "the model declares no " + role, "name one as evaluate." + role}};
    return !declared.empty() && (net == role || net == declared);
  };
  if (is("classifier", evaluate.classifier.value))
    return {FunctionRole::predict,
            [&](FunctionBuild& f, std::int64_t batch) { build_export_of_classifier(f, model, batch); }};
  if (is("generator", evaluate.generator.value))
    return {FunctionRole::generate,
            [&](FunctionBuild& f, std::int64_t batch) { build_export_of_generator(f, model, batch); }};
  const bool critic = is("critic", evaluate.critic.value);
  return {FunctionRole::features,
          [&, layer = layer_of_images(model, critic ? evaluate.critic.value : net)](
              FunctionBuild& f, std::int64_t batch) { build_export_of_layer(f, model, layer, batch); }};
}

/// Removes the variables that no function reads.
void drop_unused_variables(Module& module) {
  std::set<std::string> used;
  for (const auto& function : module.functions)
    for (const auto& node : function.nodes)
      if (node.op == Op::variable) used.insert(node.attributes.name);
  std::erase_if(module.variables, [&](const Variable& variable) { return !used.contains(variable.name); });
}

/// A module whose functions are built one after the other, with random streams that are counted through all
/// of them. Mistakes are added to `diagnostics`, and then the function is left out.
class ModuleBuild {
 public:
  ModuleBuild(const Model& model, Diagnostics& diagnostics)
      : module{.name = model.name}, model_(model), diagnostics_(diagnostics) {}

  template <class Body>
  void add(Function function, const Body& body) {
    const bool training = function.role == FunctionRole::update || function.role == FunctionRole::begin;
    FunctionBuild context(model_, module, function, streams_, training);
    try {
      at_its_origin(context, body);
      module.functions.push_back(std::move(function));
    } catch (const UserError& error) {
      report(error.diagnostic);
    }
  }

  /// The functions of an export, one for each number of images or points.
  void add(const ExportedNet& exported, const std::vector<std::int64_t>& batches) {
    for (const auto batch : batches)
      add({.name = std::string(to_string(exported.role)) + "." + std::to_string(batch),
           .role = exported.role},
          [&](FunctionBuild& f) { exported.build(f, batch); });
  }

  /// The functions of a generator. `sample` draws the same points as in the whole module.
  void add_generator(const DeclaredNet& generator) {
    Module drawing = build_functions(model_, {FunctionRole::sample}, diagnostics_);
    for (auto& variable : drawing.variables)
      if (!module.variable(variable.name)) module.variables.push_back(std::move(variable));
    for (auto& function : drawing.functions) module.functions.push_back(std::move(function));
    if (takes_one_latent(model_, generator))
      add({.name = "generate", .role = FunctionRole::generate},
          [&](FunctionBuild& f) { build_generate(f, model_, generator); });
  }

  /// The functions of a spread's graph.
  void add_graph(const DeclaredSpread& spread) {
    const std::string name = "spread." + spread.name;
    add({.name = name + ".features", .role = FunctionRole::features, .update = name},
        [&](FunctionBuild& f) { build_features(f, model_, spread); });
    if (const auto* features = module.function(FunctionRole::features, name)) {
      const auto numbers = count_features(*features);
      add({.name = name + ".similarity", .role = FunctionRole::similarity, .update = name},
          [&](FunctionBuild& f) { build_similarity(f, spread, numbers); });
    }
    if (spread.rerank)
      add({.name = name + ".rerank", .role = FunctionRole::features, .update = name + ".rerank"},
          [&](FunctionBuild& f) { build_reranked_images(f, model_, *spread.rerank); });
  }

  Module module;

 private:
  /// A net that several functions apply is reported once, even if their batches differ.
  void report(const Diagnostic& mistake) {
    for (const auto& known : diagnostics_.items())
      if (known.where.line == mistake.where.line && known.where.column == mistake.where.column) return;
    diagnostics_.add(mistake);
  }

  const Model& model_;
  Diagnostics& diagnostics_;
  Streams streams_;
};

}  // namespace

Module build_module(const Model& model, Diagnostics& diagnostics) {
  ModuleBuild build(model, diagnostics);
  for (const auto& update : model.updates)
    build.add({.name = update.name, .role = FunctionRole::update, .update = update.name},
              [&](FunctionBuild& f) { build_update(f, update); });
  if (const auto* classifier = model.net(model.evaluate.classifier.value))
    build.add({.name = "classify", .role = FunctionRole::classify},
              [&](FunctionBuild& f) { build_classify(f, model, *classifier); });
  if (const auto* generator = model.net(model.evaluate.generator.value))
    build.add({.name = "sample", .role = FunctionRole::sample},
              [&](FunctionBuild& f) { build_sample(f, model, *generator); });
  for (const auto& spread : model.spreads) build.add_graph(spread);
  std::set<std::string> begun;  // layers
  for (const auto& update : model.updates)
    build.add({.name = update.name + ".begin", .role = FunctionRole::begin, .update = update.name},
              [&](FunctionBuild& f) { build_beginning(f, update, begun); });
  Module& module = build.module;
  std::erase_if(module.functions, [](const Function& f) { return f.results.empty(); });
  if (std::ranges::count(module.variables, Role::average, &Variable::role) > 0)
    build.add({.name = "average", .role = FunctionRole::average},
              [&](FunctionBuild& f) { build_average(f, module, model.average); });
  return std::move(module);
}

Module build_functions(const Model& model, const std::set<FunctionRole>& roles, Diagnostics& diagnostics) {
  Module module = build_module(model, diagnostics);
  std::erase_if(module.functions, [&](const Function& f) { return !roles.contains(f.role); });
  return module;
}

Module build_graph(const Model& model, const DeclaredSpread& spread, Diagnostics& diagnostics) {
  ModuleBuild build(model, diagnostics);
  build.add_graph(spread);
  return std::move(build.module);
}

Module build_prediction(const Model& model, Diagnostics& diagnostics) {
  return single(model, FunctionRole::predict, diagnostics, [&](FunctionBuild& build) {
    build_predict(build, model, *model.net(model.evaluate.classifier.value));
  });
}

Module build_generation(const Model& model, Diagnostics& diagnostics) {
  return single(model, FunctionRole::generate, diagnostics, [&](FunctionBuild& build) {
    build_generate(build, model, *model.net(model.evaluate.generator.value));
  });
}

Module build_layer(const Model& model, const std::string& of, Diagnostics& diagnostics) {
  const Callee layer = layer_of_images(model, of);
  return single(model, FunctionRole::features, diagnostics,
                [&](FunctionBuild& build) { build_layer_of_images(build, model, layer); });
}

Module build_export(const Model& model, const std::vector<std::string>& nets,
                    const std::vector<std::int64_t>& batches, Diagnostics& diagnostics) {
  ModuleBuild build(model, diagnostics);
  for (const auto& net : nets) build.add(exported_net(model, net), batches);
  return std::move(build.module);
}

Module build_program(const Model& model, const std::vector<std::string>& nets,
                     const std::vector<std::int64_t>& batches, Diagnostics& diagnostics) {
  ModuleBuild build(model, diagnostics);
  for (const auto& net : nets) {
    const ExportedNet exported = exported_net(model, net);
    if (exported.role == FunctionRole::generate)
      build.add_generator(*model.net(model.evaluate.generator.value));
    else
      build.add(exported, batches);
  }
  drop_unused_variables(build.module);
  return std::move(build.module);
}

Function build_expressions(const std::vector<NamedExpression>& expressions) {
  const Model model;
  Module module;
  Function function{.name = "expressions"};
  Streams streams;
  FunctionBuild build(model, module, function, streams, /*training=*/false);
  std::map<std::string, Value> values;
  for (const auto& [name, expression] : expressions) {
    values[name] = build.evaluate(expression, values);
    build.b.result(name, values[name]);
  }
  return function;
}

Module build_nets(const Model& model, Diagnostics& diagnostics) {
  Module module{.name = model.name};
  Streams streams;
  Function function{.name = "nets"};
  FunctionBuild build(model, module, function, streams, true);
  try {
    for (const auto& net : model.nets) {
      std::vector<Value> inputs;
      for (const auto& name : net.arguments) {
        const DeclaredInput& input = *model.input(name);
        Shape shape = {1};
        shape.insert(shape.end(), input.shape.begin(), input.shape.end());
        build.b.set_origin({input.name, input.where});
        inputs.push_back(build.b.input(input.name, {DType::f32, shape}));
      }
      build.apply({net.name, ""}, inputs);
    }
  } catch (const UserError& error) {
    diagnostics.add(error.diagnostic);
  }
  function.results = build.layers();
  module.functions.push_back(std::move(function));
  return module;
}

}  // namespace sganc
