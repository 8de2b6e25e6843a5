#pragma once
// The declared model as a module of primitives: one function an update, and those that evaluation calls.

#include <string>
#include <vector>

#include "compiler/graph/builder.h"
#include "compiler/language/model.h"

namespace sganc {

/// How many examples a call of `classify` or `predict` takes at most, and how many images a call of `sample`
/// or `generate` makes at most: fewer where their values (live_bytes) would take more than kEvaluationBytes.
/// The model alone decides, and not the machine.
inline constexpr std::int64_t kEvaluationBatch = 200;
inline constexpr std::int64_t kSampleBatch = 100;
inline constexpr std::int64_t kEvaluationBytes = 256'000'000;

/// Builds the functions below; shapes that do not fit are added to `diagnostics` at the layer or call.
///   UPDATE    inputs DRAW.index i32 {count} for each drawn batch of images, random.key i32 {4}, data.image
///             u8 {?, h, w, c}, data.label i32 {?}; results loss, and the metrics of its losses: scalars
///   UPDATE.begin   inputs as UPDATE's; sets the weights that layers begin by a batch; where there are such
///   classify  inputs data.image, data.label, batch.index i32 {batch}; results probability {batch,
///             classes}, loss {batch}; without dropout
///   sample    input random.key; result image {batch, h, w, c}, of latent points of streams of their own
///             and, of a label input, the classes 0, 1, 2, ... in turn, over all calls whose step counts from
///             0; result latent {batch, size} where the generator takes one latent input
///   average   input random.key; moves the averages of weights, where there are such: after each step, and
///             before the first, as of step 0, which makes each the weight
Module build_module(const Model& model, Diagnostics& diagnostics);

/// What is asked of a trained classifier, without dropout: one function `predict` of data.image and
/// batch.index i32 {batch}; results probability {batch, classes}; logits {batch, classes} where the
/// classifier ends in a softmax; real {batch}, the probability of being real, where the model has a critic
/// that gives one number for each image.
Module build_prediction(const Model& model, Diagnostics& diagnostics);

/// Images of given points: one function `generate` of latent f32 {batch, size}; result image {batch, h, w,
/// c}.
Module build_generation(const Model& model, Diagnostics& diagnostics);

/// An expression, and what its value is called.
struct NamedExpression {
  std::string name;
  Expression expression;
};

/// A function whose results are the values of checked expressions without nets and draws, under their names;
/// each may use the names before it. Throws UserError at a call whose shapes do not fit.
Function build_expressions(const std::vector<NamedExpression>& expressions);

/// Every net applied to one example, whether an update uses it or not, as in training: one function `nets` of
/// the model's inputs {1, ...} (of a label input a one-hot vector), with a result NET.LAYER for each layer,
/// in the order of the nets.
Module build_nets(const Model& model, Diagnostics& diagnostics);

}  // namespace sganc
