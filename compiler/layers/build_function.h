#pragma once
// Builds one function of the module: makes draws, applies nets to values, evaluates expressions. Only the
// files build*.cpp include this header.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compiler/language/model.h"
#include "compiler/layers/layer.h"

namespace sganc {

/// Begins the name of a variable that is the average of another.
inline const std::string kAverage = "average.";

/// Hands out random streams, one for each place in the module that takes random numbers, in the order of
/// building.
struct Streams {
  std::int64_t next = 0;
  std::int64_t take() { return next++; }
  /// This stream and the next take words of the same Philox blocks (runtime/execute/random.h).
  std::int64_t take_pair() {
    const std::int64_t even = next + next % 2;
    next = even + 2;
    return even;
  }
};

class FunctionBuild : public FunctionContext {
 public:
  FunctionBuild(const Model& model, Module& module, Function& function, Streams& streams, bool training)
      : FunctionContext(builder_, function),
        model_(model),
        module_(module),
        streams_(streams),
        training_(training),
        builder_(function) {
    keras_compat = model.keras_compat;
  }

  /// Says that the function is this update: layers of the nets that it trains change their statistics.
  void trains(const DeclaredUpdate& update) {
    for (const auto& net : update.train) noting_.insert(net.value);
  }
  bool trains_nets() const { return !noting_.empty(); }
  /// Says that running means move only where nets are applied to values that `moves_running_means` names.
  void limits_running_means() { moving_.emplace(); }
  void moves_running_means(Value v) { moving_->insert(v); }
  bool running_means_moved_by(Value v) const { return moved_by_.contains(v); }
  /// Says that the function sets weights by its batch. It sets those of the layers that are not in `begun`
  /// yet, and adds them to it.
  void begins_weights(std::set<std::string>& begun) { begun_ = &begun; }

  /// Adds a result for each statistic and weight that the applied layers have set.
  void assign_results() {
    for (const auto& [name, value] : assigned_) b.result(name, value);
  }

  std::optional<Logits> logits_of(Value activation) const override {
    const auto found = logits_.find(activation);
    return found == logits_.end() ? std::nullopt : std::optional(found->second);
  }
  Value labels_of(Value drawn) override;
  Value certainties_of(Value drawn) override;
  Value augmented(Value images) override;
  void declare_logits(Value activation, Logits logits) override { logits_[activation] = logits; }
  Value step_since(std::int64_t first) override {
    const Value step = b.slice(key(), {2}, {1});
    return b.view(b.convert(first == 0 ? step : b.add(step, -static_cast<double>(first)), DType::f32), {});
  }
  void metric(const std::string& name, Value value) override {
    if (!b.function().result(name)) b.result(name, value);
  }

  Value key() { return b.input("random.key", {DType::i32, {4}}); }

  /// A batch of images, scaled from bytes to the declared range. The caller binds the input `index_name` with
  /// the indices.
  Value images(const std::string& index_name, std::int64_t count);

  /// A batch of images, scaled alike, that the caller binds as the input image: u8 {count, h, w, c}.
  Value given_images(std::int64_t count);

  /// Latent points, or classes.
  Value drawn(const DeclaredInput& input, std::int64_t count);

  /// Numbers from 0 to 1.
  Value drawn_from_beta(double alpha, const Shape& shape);

  /// Classes with equal probabilities: i32 {count}.
  Value classes(const DeclaredInput& input, std::int64_t count);

  /// The class i mod classes for sample number i, which the caller binds as the input batch.number: f32
  /// {count}, exact for four million samples.
  Value classes_in_turn(const DeclaredInput& input, std::int64_t count);

  Value draw(const Draw& d);

  /// The output of a net, or of the layer that `callee` names, for these arguments. It applies the nets below
  /// too: `critic(x)` applies trunk, logits and critic. A net that is applied to the same values twice is
  /// built once.
  Value apply(const Callee& callee, const std::vector<Value>& x);

  Value evaluate(const Expression& e, const std::map<std::string, Value>& drawn);

  /// Makes the value of each loss a metric from now on: "bce", and "bce_2" for the second of that name.
  void report_terms() { reports_terms_ = true; }

  /// The output of each layer applied so far, by NET.LAYER, in the order of application.
  const std::vector<Result>& layers() const { return layers_; }

 private:
  friend class LayerBuild;
  friend class LayerCall;
  Value call(const ExpressionFunction& function, const std::vector<Value>& arguments);
  Value call(const Layer& layer, Value x);
  Value scaled(Value bytes);  // from bytes to the declared range
  Value taken_by(const DeclaredNet& net, const Located<std::string>& source, const std::vector<Value>& x,
                 bool averaged);
  Value enter(const DeclaredNet& net, const Located<std::string>& input, Value x);
  void require_one_batch(const DeclaredNet& net, const std::vector<Value>& x);
  /// The entries of a table with one number for each image, such as "data.label", at a drawn batch.
  Value looked_up(const std::string& table, DType type, Value drawn, std::map<Value, Value>& known,
                  const std::string& refusal);
  Value evaluate_operator(const Expression& e, const std::vector<Value>& arguments);
  Value evaluate_list(const Expression& e, const std::vector<Value>& elements);
  std::optional<Value> evaluate_reduction(const Expression& e, const std::map<std::string, Value>& drawn);

  const Model& model_;
  Module& module_;
  Streams& streams_;
  bool training_;
  bool reports_terms_ = false;
  Builder builder_;
  std::string variant_;  // of the function that is called: "strong" of augment.strong
  std::map<Value, Logits> logits_;
  std::map<Value, Value> indices_, labels_, certainties_;  // of drawn images
  std::map<Value, std::string> spreads_;                   // of images drawn from a spread: "spread.NAME"

  /// A net applied to values, up to the layers that have been built.
  struct Applied {
    Value last;
    std::size_t layers = 0;
    std::map<std::string, Value> outputs = {};  // of layers, and the net's inputs, by name
  };
  struct Application {
    std::string net;
    std::vector<Value> x;  // of its arguments
    bool averaged;
    auto operator<=>(const Application&) const = default;
  };
  std::map<Application, Applied> applied_;
  std::set<std::string> noting_;            // nets whose layers change their statistics
  std::optional<std::set<Value>> moving_;   // the values by which running means move; none: all
  std::set<Value> moved_by_;                // the values by which they have moved
  std::set<std::string>* begun_ = nullptr;  // layers, by NET.LAYER
  std::map<std::string, Value> assigned_;   // new values of statistics and weights, by name
  std::map<std::string, Value> made_once_;  // by NET.LAYER.NAME
  std::vector<Result> layers_;
};

/// Whether the generator takes one latent input, so that points can be given to it.
bool takes_one_latent(const Model& model, const DeclaredNet& generator);

/// Build the functions of build.h for evaluation, prediction and sampling. Throw UserError.
void build_classify(FunctionBuild& build, const Model& model, const DeclaredNet& classifier);
void build_predict(FunctionBuild& build, const Model& model, const DeclaredNet& classifier);
void build_sample(FunctionBuild& build, const Model& model, const DeclaredNet& generator);
void build_generate(FunctionBuild& build, const Model& model, const DeclaredNet& generator);
void build_features(FunctionBuild& build, const Model& model, const DeclaredSpread& spread);
void build_reranked_images(FunctionBuild& build, const Model& model, const DeclaredRerank& rerank);
void build_layer_of_images(FunctionBuild& build, const Model& model, const Callee& callee);
void build_export_of_classifier(FunctionBuild& build, const Model& model, std::int64_t batch);
void build_export_of_generator(FunctionBuild& build, const Model& model, std::int64_t batch);
void build_export_of_layer(FunctionBuild& build, const Model& model, const Callee& callee,
                           std::int64_t batch);

}  // namespace sganc
