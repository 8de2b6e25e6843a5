#pragma once
// What a layer, a loss and an optimizer are: a name, keys, and a small function that builds a graph of
// primitives. Each stands in a file of its own; table.cpp lists them.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/graph/builder.h"
#include "compiler/language/keys.h"
#include "compiler/layers/axes.h"

namespace sganc {

/// What softmax(x) or sigmoid(x) was made of, so that a loss can be computed from the logits.
struct Logits {
  enum class Of { softmax, sigmoid } of;
  Value value;
};

/// All that a layer may ask for while it builds.
class LayerContext {
 public:
  virtual ~LayerContext() = default;
  Builder& b;
  const Keys& keys;
  bool training;
  const std::size_t batch_axes;  // leading axes that count examples: 1 in a net, 0 in an expression

  /// The layer's weight of this name ("weight", "bias"), shared by every function that applies the layer.
  virtual Value weight(const std::string& name, const Shape& shape, Initializer initializer) = 0;
  /// What the layer notes while it trains ("running_mean") and no optimizer moves: its value so far.
  virtual Value statistic(const std::string& name, const Shape& shape, Initializer initializer) = 0;
  /// What it becomes where the function is an update that trains the layer's net; else it stays.
  virtual void set_statistic(const std::string& name, Value value) = 0;
  /// What `make` gives, made once in a function, however often the layer is applied there.
  virtual Value once(const std::string& name, const std::function<Value()>& make) = 0;
  /// Whether this function begins the layer's weights by the batch at hand, through `begin`.
  virtual bool begins() const { return false; }
  virtual void begin(const std::string& weight, Value value) = 0;  // in any shape of as many elements
  /// Uniform numbers in [0, 1), new in each step, of a stream of their own.
  virtual Value random(const Shape& shape) = 0;
  /// The same of the standard normal distribution.
  virtual Value random_normal(const Shape& shape) = 0;
  /// Says that `activation` is softmax or sigmoid of `logits`.
  virtual void declare_logits(Value activation, Logits logits) = 0;

  /// Throws ShapeError where x has no axis beside the batch's.
  void require_vectors(const std::string& layer, Value x) const {
    if (b.shape(x).size() <= batch_axes)
      throw ShapeError(layer +
                       (batch_axes ? " needs a vector for each example" : " needs a vector, not one number"));
  }

 protected:
  LayerContext(Builder& builder, const Keys& k, bool train, std::size_t leading = 1)
      : b(builder), keys(k), training(train), batch_axes(leading) {}
};

/// A declaration that the tests, the bench and the documentation loop over.
struct LayerSample {
  Shape input;                                // with the batch
  std::map<std::string, KeyValue> keys = {};  // those without a default, and others
  std::vector<Shape> others = {};             // further inputs, of a layer that joins several
};

/// x without these axes, which ascend; at least one.
using AlongAxes = Value (*)(Builder&, Value x, const std::vector<int>& axes);

struct Layer {
  std::string name;
  std::string description;
  Value (*build)(LayerContext&, Value x);  // throws ShapeError where x does not fit
  std::vector<Key> keys;
  std::vector<LayerSample> samples;
  /// Whether expressions may call it, with the defaults of its keys; then it has no weights and draws
  /// nothing.
  bool is_function = false;
  /// Of a layer that makes one value of two or more; then it has no `build`.
  Value (*join)(LayerContext&, const std::vector<Value>&) = nullptr;
  AlongAxes along_axes = nullptr;  // of a function that takes names of axes too: logsumexp(a, height)

  Value operator()(LayerContext& c, const std::vector<Value>& x) const {
    return join ? join(c, x) : build(c, x.at(0));
  }
};

/// All that a loss or another function of expressions may ask for.
class FunctionContext {
 public:
  virtual ~FunctionContext() = default;
  Builder& b;
  AxisNames axes;

  bool keras_compat = false;  // losses of probabilities clip as Keras's do, and do not look for logits

  /// The logits of which `activation` is the softmax or sigmoid, where it is known to be one.
  virtual std::optional<Logits> logits_of(Value activation) const = 0;
  /// The labels of a drawn batch: i32 {batch}.
  virtual Value labels_of(Value drawn) = 0;
  /// The images as [augment] transforms them, or as [augment.NAME] where the call says so.
  virtual Value augmented(Value images) = 0;
  /// Says that `activation` is softmax or sigmoid of `logits`.
  virtual void declare_logits(Value activation, Logits logits) = 0;
  /// How many training steps this one, counted from 1, is after step `first`: a scalar, which is exact where
  /// it is less than 2^24.
  virtual Value step_since(std::int64_t first) = 0;
  /// A scalar that is reported beside the loss. The first of a name stands.
  virtual void metric(const std::string& name, Value value) = 0;

 protected:
  /// `function` is what `builder` builds, which need not be constructed yet.
  FunctionContext(Builder& builder, const Function& function) : b(builder), axes(function) {}
};

struct FunctionSample {
  std::vector<Shape> arguments;
  int classes = -1;                  // the argument that holds classes, i32 from 0 to 4; -1: none
  bool any_numbers = false;          // else the others lie between 0 and 1
  std::vector<double> numbers = {};  // further arguments, which are constants
};

struct ExpressionFunction {
  std::string name;
  std::string description;
  int least_arguments, most_arguments;
  Value (*build)(FunctionContext&, const std::vector<Value>& arguments);
  std::vector<FunctionSample> samples;
  AlongAxes along_axes = nullptr;  // of one that takes names of axes too: sum(P, left)
  bool loss = false;               // reported by its name where an update minimizes several
  bool differentiable = true;      // else no gradient flows to its arguments
};

/// All that an optimizer may ask for while it moves one weight.
class OptimizerContext {
 public:
  virtual ~OptimizerContext() = default;
  Builder& b;
  const Keys& keys;

  /// A state of this optimizer for the weight at hand ("m"): its value before the step, and what it becomes.
  virtual Value state(const std::string& name, const Shape& shape) = 0;
  virtual void set_state(const std::string& name, Value value) = 0;
  /// How many steps this optimizer has made beyond the first so many, this one included: a scalar, which is
  /// exact where it is less than 2^24.
  virtual Value steps_since(std::int64_t first) = 0;
  Value steps() { return steps_since(0); }

 protected:
  OptimizerContext(Builder& builder, const Keys& k) : b(builder), keys(k) {}
};

struct Optimizer {
  std::string name;
  std::string description;
  /// The weight after the step. Throws UserError at keys that do not go together.
  Value (*build)(OptimizerContext&, Value weight, Value gradient);
  std::vector<Key> keys;
  std::vector<std::map<std::string, KeyValue>> samples;
};

/// The learning rate of the step at hand, as the key "rate" says: a scalar.
Value rate_of(OptimizerContext& c);

/// What Adam takes from a weight: see adam.cpp.
Value adam_step(OptimizerContext& c, Value weight, Value gradient);

/// Both of one shape: a scalar is repeated to the other's. Throws ShapeError, which begins with `what`.
std::pair<Value, Value> of_one_shape(Builder& b, const std::string& what, Value l, Value r);

/// The same for any number of values.
std::vector<Value> all_of_one_shape(Builder& b, const std::string& what, std::vector<Value> values);

/// The value as f32: classes as numbers.
Value as_numbers(Builder& b, Value v);

/// The value of a constant that is one number; nothing where it is none.
std::optional<double> constant_of(Builder& b, Value v);

/// The logs of probabilities, and the probabilities: both from the logits where `p` is known to be a softmax,
/// so that nothing overflows. Along the last axis.
struct Distribution {
  Value p, log_p;
};
Distribution distribution_of(FunctionContext& c, Value p);

/// Throws ShapeError where x is one number, or one for each example: then it is no vector along its last
/// axis.
void require_vector(FunctionContext& c, const std::string& what, Value x, const std::string& of = "");

/// Probabilities limited to [1e-7, 1 - 1e-7], as Keras's losses do: none is learned from beyond.
inline Value clipped_as_keras(Builder& b, Value p) {
  return b.minimum(b.maximum(p, 1e-7), 1 - 1e-7);
}

/// 1 at each class and 0 beside it, along a new last axis; all 0 where the class is none of them.
Value one_hot_of(Builder& b, Value classes, std::int64_t count);

}  // namespace sganc
