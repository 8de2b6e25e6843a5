#pragma once
// Builds the module of the declared model: one function for each update, and the functions that evaluation
// calls.

#include <set>
#include <string>
#include <vector>

#include "compiler/graph/builder.h"
#include "compiler/language/model.h"

namespace sganc {

/// The most examples that a call of `classify` or `predict` takes, and the most images that a call of
/// `sample` or `generate` makes. It is fewer if their values (live_bytes) would take more than
/// kEvaluationBytes. This depends on the model, not on the machine.
inline constexpr std::int64_t kEvaluationBatch = 200;
inline constexpr std::int64_t kSampleBatch = 100;
inline constexpr std::int64_t kEvaluationBytes = 256'000'000;

/// The images on each side of a block of similarities: a block of results is 1 MB.
inline constexpr std::int64_t kSimilarityBlock = 512;

/// Builds the functions below. Shapes that do not fit are added to `diagnostics` at the layer or call.
///   UPDATE
///       Inputs: DRAW.index i32 {count} for each drawn batch of images, random.key i32 {4}, data.image
///       u8 {?, h, w, c}, data.label i32 {?}, and for each spread that it draws from, spread.NAME.label
///       i32 {?} and spread.NAME.certainty f32 {?}. Results: loss and the metrics of its losses, all scalars.
///   UPDATE.begin
///       The inputs of UPDATE. Sets the weights that layers initialize by a batch. Exists only if needed.
///   classify
///       Inputs: data.image, data.label, batch.index i32 {batch}. Results: probability {batch, classes} and
///       loss {batch}, without dropout.
///   sample
///       Inputs: random.key, and batch.number i32 {batch} if the generator takes a class: sample i has the
///       class i mod classes. Results: image {batch, h, w, c}, made from random latent points, and latent
///       {batch, size} if the generator takes one latent input.
///   spread.NAME.features
///       Inputs: data.image, batch.index i32 {batch}. One result {batch, numbers} for each net of the
///       spread's features.
///   spread.NAME.similarity
///       Inputs: rows and columns f32 {block, numbers}; block is kSimilarityBlock, and numbers counts all
///       features. Result: similarity {block, block}, each row of `rows` times each row of `columns`.
///   spread.NAME.rerank
///       Inputs: data.image, batch.index i32 {batch}. Result: image {batch, h, w, c}, what rerank compares.
///       Exists only if the spread has a rerank.
///   average
///       Input: random.key. Updates the averages of weights after each training step. At step 0, before the
///       first training step, sets each average to its weight. Exists only if there are averages.
Module build_module(const Model& model, Diagnostics& diagnostics);

/// Those functions of build_module that have one of these roles, with the random streams that they have
/// there.
Module build_functions(const Model& model, const std::set<FunctionRole>& roles, Diagnostics& diagnostics);

/// Builds the functions spread.NAME.features, similarity and rerank of one spread, declared or not.
Module build_graph(const Model& model, const DeclaredSpread& spread, Diagnostics& diagnostics);

/// Builds one function `predict`, without dropout. Inputs: data.image, batch.index i32 {batch}. Results:
/// probability {batch, classes}; logits {batch, classes} if the classifier ends in a softmax; real {batch},
/// the probability that the image is real, if the model has a critic that gives one number for each image.
Module build_prediction(const Model& model, Diagnostics& diagnostics);

/// Builds one function `generate`. Inputs: latent f32 {batch, size}, and batch.number as `sample` takes it.
/// Result: image {batch, h, w, c}.
Module build_generation(const Model& model, Diagnostics& diagnostics);

/// Builds one function `features`, without dropout: what a net of an image alone, or one of its layers,
/// gives. `of` is NET or NET.LAYER. Inputs: data.image, batch.index i32 {batch}. Result: features {batch,
/// ...}. Throws UserError for a name that is none of these.
Module build_layer(const Model& model, const std::string& of, Diagnostics& diagnostics);

/// Builds functions for an export, without dropout: for each net one function for each number of images or
/// points in `batches`, named ROLE.BATCH. A net is classifier, generator or critic, which [evaluate] names,
/// or NET or NET.LAYER, a function of an image alone.
///   predict     of the classifier. Input: image u8 {batch, h, w, c}. Results as of build_prediction.
///   generate    of the generator. Inputs: latent f32 {batch, size}, and class i32 {batch} if it takes one.
///               Result: image f32 {batch, h, w, c}, in the range that the model's [data] declares.
///   features    of all others. Input: image as above. Result: features {batch, ...}.
/// Throws UserError for a name that is none of these.
Module build_export(const Model& model, const std::vector<std::string>& nets,
                    const std::vector<std::int64_t>& batches, Diagnostics& diagnostics);

/// Builds the functions of a program that runs without the compiler: those of build_export, but of the
/// generator `sample` and, if it takes one latent input, `generate`.
Module build_program(const Model& model, const std::vector<std::string>& nets,
                     const std::vector<std::int64_t>& batches, Diagnostics& diagnostics);

/// An expression and the name of its value.
struct NamedExpression {
  std::string name;
  Expression expression;
};

/// Builds a function whose results are the values of the expressions. The expressions must have been checked,
/// and may use no nets and no draws. Each may use the names before it. Throws UserError at a call whose
/// shapes do not fit.
Function build_expressions(const std::vector<NamedExpression>& expressions);

/// Builds one function `nets` that applies every net to one example as in training, whether an update uses it
/// or not. Inputs: those of the model, {1, ...}, with a one-hot vector for a class input. Results: NET.LAYER
/// for each layer, in the order of the nets.
Module build_nets(const Model& model, Diagnostics& diagnostics);

}  // namespace sganc
