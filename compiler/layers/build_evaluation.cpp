// Builds the functions that evaluation, prediction and sampling call.

#include <algorithm>
#include <functional>

#include "compiler/graph/live_bytes.h"
#include "compiler/language/spelling.h"
#include "compiler/layers/build.h"
#include "compiler/layers/build_function.h"

namespace sganc {
namespace {

/// The number of examples for which `body` is built: `most`, or fewer if their values would take more than
/// kEvaluationBytes.
std::int64_t batch_for(const Model& model, std::int64_t most,
                       const std::function<void(FunctionBuild&, std::int64_t count)>& body) {
  const auto bytes_of = [&](std::int64_t count) {
    Module module;
    Function function;
    Streams streams;
    FunctionBuild build(model, module, function, streams, /*training=*/false);
    body(build, count);
    return live_bytes(function);
  };
  try {
    const auto each = bytes_of(2) - bytes_of(1);  // values that depend on weights alone cancel out
    return std::clamp<std::int64_t>(kEvaluationBytes / std::max<std::int64_t>(each, 1), 1, most);
  } catch (const UserError&) {
  } catch (const ShapeError&) {
  }
  return most;  // building it reports the mistake
}

/// Throws UserError if the classifier is not a function of an image alone.
void require_image_alone(const Model& model, const DeclaredNet& classifier) {
  const DeclaredInput* image = model.image();
  if (!image || classifier.arguments != std::vector{image->name})
    throw UserError{
        {model.evaluate.classifier.where,
         "a classifier is a function of an image alone, not of " + enumerated(classifier.arguments),
         "classifier = \"\" under [evaluate] measures none"}};
}

/// The images of a batch. Throws UserError if the classifier is not a function of an image alone.
Value evaluated_images(FunctionBuild& build, const Model& model, const DeclaredNet& classifier,
                       std::int64_t count) {
  require_image_alone(model, classifier);
  build.b.set_origin({"batch", classifier.where});
  return build.images("batch.index", count);
}

/// The net as evaluation calls it: with averaged weights if the model says so.
Callee evaluated(const Model& model, const DeclaredNet& net) {
  return {net.name, "", model.evaluate.average};
}

/// The probabilities of the classes of the images: {batch, classes}.
Value classified(FunctionBuild& build, const Model& model, const DeclaredNet& classifier, Value images) {
  const Value p = build.apply(evaluated(model, classifier), {images});
  if (const Shape shape = build.b.shape(p); shape.size() != 2)
    throw UserError{{model.evaluate.classifier.where,
                     "a classifier gives a vector of probabilities for each image, not " + to_string(shape),
                     ""}};
  return p;
}

/// The generator's latent inputs.
std::vector<const DeclaredInput*> latent_inputs(const Model& model, const DeclaredNet& generator) {
  std::vector<const DeclaredInput*> latents;
  for (const auto& name : generator.arguments)
    if (const auto* input = model.input(name); input->kind == DeclaredInput::Kind::latent)
      latents.push_back(input);
  return latents;
}

/// Adds the result `image`. The images are made from latent points and classes, which `points` and `classes`
/// return for each input.
template <class Points, class Classes>
void build_images(FunctionBuild& build, const Model& model, const DeclaredNet& generator,
                  const Points& points, const Classes& classes) {
  std::vector<Value> arguments;
  for (const auto& name : generator.arguments) {
    const DeclaredInput& input = *model.input(name);
    if (input.kind == DeclaredInput::Kind::image)
      throw UserError{{model.evaluate.generator.where,
                       "a generator is a function of latent inputs and labels, not of " + input.name,
                       "generator = \"\" under [evaluate] draws none"}};
    build.b.set_origin({input.name, input.where});
    arguments.push_back(input.kind == DeclaredInput::Kind::label ? classes(input) : points(input));
  }
  const Value image = build.apply(evaluated(model, generator), arguments);
  if (build.b.shape(image).size() != 4)
    throw UserError{{model.evaluate.generator.where,
                     "a generator makes images, not " + to_string(build.b.shape(image)), ""}};
  build.b.result("image", image);
}

void classify_batch(FunctionBuild& build, const Model& model, const DeclaredNet& classifier,
                    std::int64_t count) {
  Builder& b = build.b;
  const Value x = evaluated_images(build, model, classifier, count);
  const Value p = classified(build, model, classifier, x);
  const Shape shape = b.shape(p);
  b.set_origin({"classify", classifier.where});
  const Value label = b.convert(build.labels_of(x), DType::f32);
  const Value classes = b.iota(1, shape);
  const Value chosen = b.equal(classes, b.broadcast(label, shape, {0}));
  b.result("probability", p);
  b.result("loss", b.negate(b.log(b.maximum(b.reduce_sum(b.multiply(chosen, p), {1}), 1e-30))));
}

void predict_images(FunctionBuild& build, const Model& model, const DeclaredNet& classifier, Value x) {
  Builder& b = build.b;
  const std::int64_t count = b.shape(x)[0];
  const Value p = classified(build, model, classifier, x);
  b.result("probability", p);
  if (const auto logits = build.logits_of(p); logits && logits->of == Logits::Of::softmax)
    b.result("logits", logits->value);
  const auto* critic = model.net(model.evaluate.critic.value);
  if (!critic || critic->arguments != classifier.arguments) return;
  const Value real = build.apply(evaluated(model, *critic), {x});
  b.set_origin({"real", critic->where});
  if (b.type(real).elements() == count) b.result("real", b.view(real, {count}));
}

void predict_batch(FunctionBuild& build, const Model& model, const DeclaredNet& classifier,
                   std::int64_t count) {
  predict_images(build, model, classifier, evaluated_images(build, model, classifier, count));
}

void sample_batch(FunctionBuild& build, const Model& model, const DeclaredNet& generator,
                  std::int64_t count) {
  Value drawn;
  build_images(
      build, model, generator, [&](const DeclaredInput& input) { return drawn = build.drawn(input, count); },
      [&](const DeclaredInput& input) { return build.classes_in_turn(input, count); });
  if (latent_inputs(model, generator).size() == 1) build.b.result("latent", drawn);
}

/// Makes images from given points, and from the classes that `classes` returns.
template <class Classes>
void generate_images(FunctionBuild& build, const Model& model, const DeclaredNet& generator,
                     std::int64_t count, const Classes& classes) {
  if (const auto count = latent_inputs(model, generator).size(); count != 1)
    throw UserError{{model.evaluate.generator.where,
                     "points are given to a generator of one latent input, and this has " +
                         (count == 0 ? "none" : std::to_string(count)),
                     ""}};
  build_images(
      build, model, generator,
      [&](const DeclaredInput& input) {
        return build.b.input("latent", {DType::f32, {count, input.shape[0]}});
      },
      classes);
}

void generate_batch(FunctionBuild& build, const Model& model, const DeclaredNet& generator,
                    std::int64_t count) {
  generate_images(build, model, generator, count,
                  [&](const DeclaredInput& input) { return build.classes_in_turn(input, count); });
}

/// Adds the features of each net as a result with the net's name: {batch, numbers}.
void features_of_batch(FunctionBuild& build, const Model& model, const DeclaredSpread& spread,
                       std::int64_t count) {
  Builder& b = build.b;
  b.set_origin({"batch", spread.where});
  const Value x = build.images("batch.index", count);
  for (const auto& feature : spread.features) {
    const Value y = build.apply(evaluated(model, *model.net(feature.net.value)), {x});
    b.set_origin({feature.net.value, feature.net.where});
    b.result(feature.net.value, b.view(y, {count, b.type(y).elements() / count}));
  }
}

/// Adds the images that a spread's rerank compares as the result `image`: {batch, height, width, channels}.
void reranked_images(FunctionBuild& build, const Model& model, const DeclaredRerank& rerank,
                     std::int64_t count) {
  build.b.set_origin({"batch", rerank.net.where});
  const Value y =
      build.apply(evaluated(model, *model.net(rerank.net.value)), {build.images("batch.index", count)});
  build.b.set_origin({rerank.net.value, rerank.net.where});
  if (const Shape shape = build.b.shape(y); shape.size() != 4)
    throw UserError{{rerank.net.where,
                     "rerank compares images, and \"" + rerank.net.value + "\" gives " + to_string(shape),
                     ""}};
  build.b.result("image", y);
}

using Part = void (*)(FunctionBuild&, const Model&, const DeclaredNet&, std::int64_t count);

void build_batch(FunctionBuild& build, const Model& model, const DeclaredNet& net, std::int64_t most,
                 Part part) {
  const auto count = batch_for(
      model, most, [&](FunctionBuild& trial, std::int64_t examples) { part(trial, model, net, examples); });
  part(build, model, net, count);
}

}  // namespace

bool takes_one_latent(const Model& model, const DeclaredNet& generator) {
  return latent_inputs(model, generator).size() == 1;
}

void build_classify(FunctionBuild& build, const Model& model, const DeclaredNet& classifier) {
  build_batch(build, model, classifier, kEvaluationBatch, classify_batch);
}

void build_predict(FunctionBuild& build, const Model& model, const DeclaredNet& classifier) {
  build_batch(build, model, classifier, kEvaluationBatch, predict_batch);
}

void build_features(FunctionBuild& build, const Model& model, const DeclaredSpread& spread) {
  features_of_batch(build, model, spread,
                    batch_for(model, kEvaluationBatch, [&](FunctionBuild& trial, auto count) {
                      features_of_batch(trial, model, spread, count);
                    }));
}

void build_reranked_images(FunctionBuild& build, const Model& model, const DeclaredRerank& rerank) {
  const auto of_batch = [&](FunctionBuild& b, std::int64_t count) {
    reranked_images(b, model, rerank, count);
  };
  of_batch(build, batch_for(model, kEvaluationBatch, of_batch));
}

void build_layer_of_images(FunctionBuild& build, const Model& model, const Callee& callee) {
  const auto of_batch = [&](FunctionBuild& b, std::int64_t count) {
    b.b.set_origin({"batch", model.image()->where});
    const Value x = b.images("batch.index", count);
    b.apply({callee.name, "", callee.averaged}, {x});  // declares all its weights, which a checkpoint has
    b.b.result("features", b.apply(callee, {x}));
  };
  of_batch(build, batch_for(model, kEvaluationBatch, of_batch));
}

void build_export_of_classifier(FunctionBuild& build, const Model& model, std::int64_t batch) {
  const DeclaredNet& classifier = *model.net(model.evaluate.classifier.value);
  require_image_alone(model, classifier);
  build.b.set_origin({"batch", classifier.where});
  predict_images(build, model, classifier, build.given_images(batch));
}

void build_export_of_generator(FunctionBuild& build, const Model& model, std::int64_t batch) {
  generate_images(build, model, *model.net(model.evaluate.generator.value), batch, [&](const DeclaredInput&) {
    return build.b.convert(build.b.input("class", {DType::i32, {batch}}), DType::f32);
  });
}

void build_export_of_layer(FunctionBuild& build, const Model& model, const Callee& callee,
                           std::int64_t batch) {
  build.b.set_origin({"batch", model.image()->where});
  const Value x = build.given_images(batch);
  build.apply({callee.name, "", callee.averaged}, {x});  // declares all its weights, which a checkpoint has
  build.b.result("features", build.apply(callee, {x}));
}

void build_sample(FunctionBuild& build, const Model& model, const DeclaredNet& generator) {
  build_batch(build, model, generator, kSampleBatch, sample_batch);
}

void build_generate(FunctionBuild& build, const Model& model, const DeclaredNet& generator) {
  build_batch(build, model, generator, kSampleBatch, generate_batch);
}

}  // namespace sganc
