#pragma once
// Layers, losses and optimizers: a name, keys, and a small function that builds a graph of primitives. Each
// has a file of its own; table.cpp lists them.

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

/// The x of a softmax(x) or sigmoid(x), from which a loss can be computed.
struct Logits {
  enum class Of { softmax, sigmoid } of;
  Value value;
};

/// The interface of a layer to the function that it is built into.
class LayerContext {
 public:
  virtual ~LayerContext() = default;
  Builder& b;
  const Keys& keys;
  bool training;
  const std::size_t batch_axes;  // leading axes that count examples: 1 in a net, 0 in an expression

  /// The layer's weight of this name ("weight", "bias"), shared by every function that applies the layer.
  virtual Value weight(const std::string& name, const Shape& shape, Initializer initializer) = 0;
  /// The present value of a statistic ("running_mean"), which training changes but no optimizer.
  virtual Value statistic(const std::string& name, const Shape& shape, Initializer initializer) = 0;
  /// Sets the statistic, if the function is an update that trains the layer's net; else it does nothing.
  virtual void set_statistic(const std::string& name, Value value) = 0;
  /// Sets a statistic that follows the batches, unless the update's `statistics` leaves this batch out.
  virtual void move_running(const std::string& name, Value value) { set_statistic(name, value); }
  /// The value that `make` returns. It is called once in a function, even if the layer is applied several
  /// times.
  virtual Value once(const std::string& name, const std::function<Value()>& make) = 0;
  /// Whether this function sets the layer's weights by its batch, through `begin`.
  virtual bool begins() const { return false; }
  virtual void begin(const std::string& weight, Value value) = 0;  // of any shape with as many elements
  /// Uniform numbers in [0, 1) with a stream of their own, new in each step.
  virtual Value random(const Shape& shape) = 0;
  /// The same with the standard normal distribution.
  virtual Value random_normal(const Shape& shape) = 0;
  /// Says that `activation` is softmax or sigmoid of `logits`.
  virtual void declare_logits(Value activation, Logits logits) = 0;

  /// Throws ShapeError if x has no axis besides the batch.
  void require_vectors(const std::string& layer, Value x) const {
    if (b.shape(x).size() <= batch_axes)
      throw ShapeError(layer +
                       (batch_axes ? " needs a vector for each example" : " needs a vector, not one number"));
  }

 protected:
  LayerContext(Builder& builder, const Keys& k, bool train, std::size_t leading = 1)
      : b(builder), keys(k), training(train), batch_axes(leading) {}
};

/// An example of a layer, for the tests and the bench.
struct LayerSample {
  Shape input;                                // with the batch
  std::map<std::string, KeyValue> keys = {};  // those without a default, and any others
  std::vector<Shape> others = {};             // further inputs, for a layer that joins several
};

/// Reduces x along one or more axes, which are in ascending order.
using AlongAxes = Value (*)(Builder&, Value x, const std::vector<int>& axes);

struct Layer {
  std::string name;
  std::string description;
  Value (*build)(LayerContext&, Value x);  // throws ShapeError if x does not fit
  std::vector<Key> keys;
  std::vector<LayerSample> samples;
  /// Whether expressions may call it, with the defaults of its keys. Such a layer has no weights and takes no
  /// random numbers.
  bool is_function = false;
  /// For a layer with two or more inputs, instead of `build`.
  Value (*join)(LayerContext&, const std::vector<Value>&) = nullptr;
  AlongAxes along_axes = nullptr;  // for a function that also takes names of axes: logsumexp(a, height)

  Value operator()(LayerContext& c, const std::vector<Value>& x) const {
    return join ? join(c, x) : build(c, x.at(0));
  }
};

/// The interface of a loss, or another function of expressions, to the function that it is built into.
class FunctionContext {
 public:
  virtual ~FunctionContext() = default;
  Builder& b;
  AxisNames axes;

  bool keras_compat = false;  // losses clip probabilities as in Keras, and do not look for logits

  /// The logits of `activation`, if it is known to be their softmax or sigmoid.
  virtual std::optional<Logits> logits_of(Value activation) const = 0;
  /// The labels of a drawn batch: i32 {batch}.
  virtual Value labels_of(Value drawn) = 0;
  /// How certain the labels are that were spread to a drawn batch: f32 {batch}, from 0 to 1.
  virtual Value certainties_of(Value drawn) = 0;
  /// The images, transformed as [augment] says, or [augment.NAME] if the call names it.
  virtual Value augmented(Value images) = 0;
  /// Says that `activation` is softmax or sigmoid of `logits`.
  virtual void declare_logits(Value activation, Logits logits) = 0;
  /// The number of this training step, counted from 1, minus `first`: a scalar, exact below 2^24.
  virtual Value step_since(std::int64_t first) = 0;
  /// Reports a scalar beside the loss. If a name comes twice, the first value counts.
  virtual void metric(const std::string& name, Value value) = 0;

 protected:
  /// `function` is the function of `builder`, which need not be constructed yet.
  FunctionContext(Builder& builder, const Function& function) : b(builder), axes(function) {}
};

struct FunctionSample {
  std::vector<Shape> arguments;
  int classes = -1;          // the index of an argument with classes, i32 from 0 to 4; -1 if there is none
  bool any_numbers = false;  // the other arguments are any numbers, not only from 0 to 1
  std::vector<double> numbers = {};  // further arguments, which are constants
};

struct ExpressionFunction {
  std::string name;
  std::string description;
  int least_arguments, most_arguments;
  Value (*build)(FunctionContext&, const std::vector<Value>& arguments);
  std::vector<FunctionSample> samples;
  AlongAxes along_axes = nullptr;  // for a function that also takes names of axes: sum(P, left)
  bool loss = false;               // an update that calls several losses reports each by its name
  bool differentiable = true;      // if false, no gradient flows to its arguments
};

/// The interface of an optimizer, while it builds the step of one weight.
class OptimizerContext {
 public:
  virtual ~OptimizerContext() = default;
  Builder& b;
  const Keys& keys;

  /// A state of this optimizer for this weight ("m"): its value before the step, and a way to set its value
  /// after it.
  virtual Value state(const std::string& name, const Shape& shape) = 0;
  virtual void set_state(const std::string& name, Value value) = 0;
  /// The number of steps of this optimizer, this one included, minus `first`: a scalar, exact below 2^24.
  virtual Value steps_since(std::int64_t first) = 0;
  Value steps() { return steps_since(0); }

 protected:
  OptimizerContext(Builder& builder, const Keys& k) : b(builder), keys(k) {}
};

struct Optimizer {
  std::string name;
  std::string description;
  /// The weight after the step. Throws UserError for keys that do not go together.
  Value (*build)(OptimizerContext&, Value weight, Value gradient);
  std::vector<Key> keys;
  std::vector<std::map<std::string, KeyValue>> samples;
};

/// The learning rate of this step, by the key "rate": a scalar.
Value rate_of(OptimizerContext& c);

/// The amount that Adam subtracts from a weight: see adam.cpp.
Value adam_step(OptimizerContext& c, Value weight, Value gradient);

/// `keys`, followed by the keys that adam_step reads, except the rate.
std::vector<Key> with_adam_keys(std::vector<Key> keys);

/// Whether the key "decay_of" lets this weight decay: "all", or "kernels", which have two axes or more, as
/// biases and gains have not.
bool decays(OptimizerContext& c, Value weight);
Key decay_of_key();

/// Gives both the same shape, by repeating a scalar. Throws ShapeError, whose message begins with `what`.
std::pair<Value, Value> of_one_shape(Builder& b, const std::string& what, Value l, Value r);

/// The same for any number of values.
std::vector<Value> all_of_one_shape(Builder& b, const std::string& what, std::vector<Value> values);

/// The value as f32: classes as numbers.
Value as_numbers(Builder& b, Value v);

/// The value of v if it is a constant and one number, else nothing.
std::optional<double> constant_of(Builder& b, Value v);

/// Probabilities along the last axis and their logs. If `p` is known to be a softmax, both are computed from
/// its logits, so that nothing overflows.
struct Distribution {
  Value p, log_p;
};
Distribution distribution_of(FunctionContext& c, Value p);

/// Throws ShapeError if x is one number, or one number for each example, and so has no vectors along its last
/// axis.
void require_vector(FunctionContext& c, const std::string& what, Value x, const std::string& of = "");

/// Probabilities limited to [1e-7, 1 - 1e-7], as in Keras's losses. No gradient flows outside of this range.
inline Value clipped_as_keras(Builder& b, Value p) {
  return b.minimum(b.maximum(p, 1e-7), 1 - 1e-7);
}

/// One-hot vectors along a new last axis: 1 at the class, else 0. A class outside 0 .. count - 1 gives zeros.
Value one_hot_of(Builder& b, Value classes, std::int64_t count);

}  // namespace sganc
