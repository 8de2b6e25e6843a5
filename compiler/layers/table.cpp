#include "compiler/layers/table.h"

#include <algorithm>
#include <array>

#include "compiler/layers/reductions.h"

namespace sganc {

extern const Layer dense_layer, embedding_layer, conv_layer, conv_transpose_layer, max_pool_layer,
    average_pool_layer, global_max_pool_layer, global_average_pool_layer, upsample_layer, relu_layer,
    leaky_relu_layer, elu_layer, selu_layer, gelu_layer, softplus_layer, swish_layer, tanh_layer,
    sigmoid_layer, softmax_layer, logsumexp_layer, flatten_layer, reshape_layer, batch_norm_layer,
    layer_norm_layer, dropout_layer, gaussian_noise_layer, add_layer, multiply_layer, concat_layer,
    crop_layer;
extern const ExpressionFunction cross_entropy_function, bce_function, hinge_function, mse_function,
    l1_function, entropy_function, kl_function, label_function, one_hot_function, argmax_function,
    largest_function, mean_function, batch_mean_function, sum_function, exp_function, log_function,
    sqrt_function, square_function, abs_function, max_function, min_function, clip_function, where_function,
    stop_gradient_function, ramp_function, outer_function, transpose_function;
extern const Optimizer adam_optimizer, adamw_optimizer, sgd_optimizer, rmsprop_optimizer;

namespace {

constexpr std::array kLayers = {&dense_layer,
                                &embedding_layer,
                                &conv_layer,
                                &conv_transpose_layer,
                                &max_pool_layer,
                                &average_pool_layer,
                                &global_max_pool_layer,
                                &global_average_pool_layer,
                                &upsample_layer,
                                &relu_layer,
                                &leaky_relu_layer,
                                &elu_layer,
                                &selu_layer,
                                &gelu_layer,
                                &softplus_layer,
                                &swish_layer,
                                &tanh_layer,
                                &sigmoid_layer,
                                &softmax_layer,
                                &logsumexp_layer,
                                &flatten_layer,
                                &reshape_layer,
                                &batch_norm_layer,
                                &layer_norm_layer,
                                &dropout_layer,
                                &gaussian_noise_layer,
                                &add_layer,
                                &multiply_layer,
                                &concat_layer,
                                &crop_layer};

constexpr std::array kFunctions = {
    &cross_entropy_function,
    &bce_function,
    &hinge_function,
    &mse_function,
    &l1_function,
    &entropy_function,
    &kl_function,
    &label_function,
    &one_hot_function,
    &argmax_function,
    &largest_function,
    &mean_function,
    &batch_mean_function,
    &sum_function,
    &exp_function,
    &log_function,
    &sqrt_function,
    &square_function,
    &abs_function,
    &max_function,
    &min_function,
    &clip_function,
    &where_function,
    &stop_gradient_function,
    &ramp_function,
    &outer_function,
    &transpose_function,
};

constexpr std::array kOptimizers = {
    &adam_optimizer,
    &adamw_optimizer,
    &sgd_optimizer,
    &rmsprop_optimizer,
};

template <class Table>
auto find(const Table& table, const std::string& name) -> typename Table::value_type {
  const auto found = std::ranges::find_if(table, [&](const auto* row) { return row->name == name; });
  return found == table.end() ? nullptr : *found;
}

}  // namespace

std::span<const Layer* const> all_layers() {
  return kLayers;
}
std::span<const ExpressionFunction* const> all_functions() {
  return kFunctions;
}
std::span<const Optimizer* const> all_optimizers() {
  return kOptimizers;
}

const Layer* find_layer(const std::string& name) {
  return find(kLayers, name);
}
const ExpressionFunction* find_function(const std::string& name) {
  return find(kFunctions, name);
}
const Optimizer* find_optimizer(const std::string& name) {
  return find(kOptimizers, name);
}

Vocabulary vocabulary() {
  Vocabulary words;
  for (const auto* l : kLayers)
    words.layers.push_back({l->name, l->keys, l->description, l->join != nullptr});
  for (const auto* o : kOptimizers) words.optimizers.push_back({o->name, o->keys, o->description});
  for (const auto* f : kFunctions)
    words.functions.push_back(
        {f->name, f->least_arguments, f->most_arguments, f->description, find_reduction(f->name) != nullptr});
  words.functions.push_back(
      {"augment", 1, 1,
       "augment(x): transforms each image as [augment] says, with new random numbers in "
       "each use and step; augment.NAME(x): as [augment.NAME] says."});
  for (const auto* l : kLayers)
    if (l->is_function)
      words.functions.push_back(
          {l->name, 1, 1, l->name + "(x): " + l->description, find_reduction(l->name) != nullptr});
  return words;
}

}  // namespace sganc
