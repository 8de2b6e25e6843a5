#include "compiler/layers/table.h"

#include <algorithm>

#include "compiler/language/listed.h"

namespace sganc {

#define SGANC_LAYER(name) SGANC_LISTED(Layer, name##_layer)
#define SGANC_FUNCTION(name) SGANC_LISTED(ExpressionFunction, name##_function)
#define SGANC_OPTIMIZER(name) SGANC_LISTED(Optimizer, name##_optimizer)

// Each line is one row. The row is in the file of its name; a few small rows share a file with similar ones.

static std::vector<const Layer*> listed_layers() {
  return {
      SGANC_LAYER(dense),
      SGANC_LAYER(embedding),
      SGANC_LAYER(conv),
      SGANC_LAYER(conv_transpose),
      SGANC_LAYER(max_pool),
      SGANC_LAYER(average_pool),
      SGANC_LAYER(global_max_pool),
      SGANC_LAYER(global_average_pool),
      SGANC_LAYER(upsample),
      SGANC_LAYER(relu),
      SGANC_LAYER(leaky_relu),
      SGANC_LAYER(prelu),
      SGANC_LAYER(elu),
      SGANC_LAYER(selu),
      SGANC_LAYER(gelu),
      SGANC_LAYER(softplus),
      SGANC_LAYER(swish),
      SGANC_LAYER(tanh),
      SGANC_LAYER(sigmoid),
      SGANC_LAYER(softmax),
      SGANC_LAYER(logsumexp),
      SGANC_LAYER(flatten),
      SGANC_LAYER(reshape),
      SGANC_LAYER(batch_norm),
      SGANC_LAYER(layer_norm),
      SGANC_LAYER(group_norm),
      SGANC_LAYER(instance_norm),
      SGANC_LAYER(minibatch_deviation),
      SGANC_LAYER(dropout),
      SGANC_LAYER(gaussian_noise),
      SGANC_LAYER(add),
      SGANC_LAYER(multiply),
      SGANC_LAYER(concat),
      SGANC_LAYER(crop),
      SGANC_LAYER(trim),
      SGANC_LAYER(straighten),
      SGANC_LAYER(oriented_gradients),
  };
}

static std::vector<const ExpressionFunction*> listed_functions() {
  return {
      SGANC_FUNCTION(cross_entropy),
      SGANC_FUNCTION(bce),
      SGANC_FUNCTION(hinge),
      SGANC_FUNCTION(mse),
      SGANC_FUNCTION(l1),
      SGANC_FUNCTION(entropy),
      SGANC_FUNCTION(kl),
      SGANC_FUNCTION(label),
      SGANC_FUNCTION(certainty),
      SGANC_FUNCTION(one_hot),
      SGANC_FUNCTION(argmax),
      SGANC_FUNCTION(largest),
      SGANC_FUNCTION(mean),
      SGANC_FUNCTION(batch_mean),
      SGANC_FUNCTION(sum),
      SGANC_FUNCTION(exp),
      SGANC_FUNCTION(log),
      SGANC_FUNCTION(sqrt),
      SGANC_FUNCTION(square),
      SGANC_FUNCTION(abs),
      SGANC_FUNCTION(max),
      SGANC_FUNCTION(min),
      SGANC_FUNCTION(clip),
      SGANC_FUNCTION(where),
      SGANC_FUNCTION(stop_gradient),
      SGANC_FUNCTION(ramp),
      SGANC_FUNCTION(outer),
      SGANC_FUNCTION(transpose),
      SGANC_FUNCTION(augment),
  };
}

static std::vector<const Optimizer*> listed_optimizers() {
  return {
      SGANC_OPTIMIZER(adam),
      SGANC_OPTIMIZER(adamw),
      SGANC_OPTIMIZER(sgd),
      SGANC_OPTIMIZER(rmsprop),
  };
}

#undef SGANC_LAYER
#undef SGANC_FUNCTION
#undef SGANC_OPTIMIZER

const Tables& tables() {
  static const Tables all{listed_layers(), listed_functions(), listed_optimizers()};
  return all;
}

template <class Row>
static const Row* find(const std::vector<const Row*>& table, const std::string& name) {
  const auto found = std::ranges::find(table, name, &Row::name);
  return found == table.end() ? nullptr : *found;
}

const Layer* find_layer(const std::string& name) {
  return find(tables().layers, name);
}
const ExpressionFunction* find_function(const std::string& name) {
  return find(tables().functions, name);
}
const Optimizer* find_optimizer(const std::string& name) {
  return find(tables().optimizers, name);
}
AlongAxes find_along_axes(const std::string& name) {
  if (const auto* function = find_function(name)) return function->along_axes;
  const auto* layer = find_layer(name);
  return layer ? layer->along_axes : nullptr;
}

Vocabulary vocabulary(const Tables& tables) {
  Vocabulary words;
  for (const auto* l : tables.layers)
    words.layers.push_back({l->name, l->keys, l->description, l->join != nullptr});
  for (const auto* o : tables.optimizers) words.optimizers.push_back({o->name, o->keys, o->description});
  for (const auto* f : tables.functions)
    words.functions.push_back(
        {f->name, f->least_arguments, f->most_arguments, f->description, f->along_axes != nullptr});
  for (const auto* l : tables.layers)
    if (l->is_function)
      words.functions.push_back(
          {l->name, 1, 1, l->name + "(x): " + l->description, l->along_axes != nullptr});
  return words;
}

}  // namespace sganc
