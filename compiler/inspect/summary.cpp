#include "compiler/inspect/summary.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "compiler/gradient/gradient.h"
#include "compiler/language/spelling.h"
#include "compiler/layers/build.h"
#include "compiler/layers/table.h"
#include "compiler/primitives/cost.h"

namespace sganc {
namespace {

/// The text of a key's value. A list is written as 7x7x128.
struct Spelling {
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(double value) const { return shortest(value); }
  std::string operator()(const std::string& value) const { return value; }
  std::string operator()(const Rate& value) const { return to_string(value); }
  template <class T>
  std::string operator()(const std::vector<T>& values) const {
    std::string text;
    for (const auto& value : values) text += (&value == values.data() ? "" : "x") + (*this)(value);
    return text;
  }
};

/// The value as a person writes it: 3 for [3, 3] if the key may be one number.
std::string spell(const Key& key, const KeyValue& value) {
  const auto* list = std::get_if<std::vector<std::int64_t>>(&value);
  if (key.or_single && list && std::ranges::adjacent_find(*list, std::not_equal_to()) == list->end())
    return std::to_string(list->front());
  return std::visit(Spelling(), value);
}

/// The keys whose values differ from their defaults, in the order in which the kind declares them.
std::vector<Setting> settings_of(const std::vector<Key>& declared, const Keys& given) {
  std::vector<Setting> settings;
  for (const auto& key : declared) {
    const auto found = given.all().find(key.name);
    if (found == given.all().end() || (key.fallback && *key.fallback == found->second.value)) continue;
    settings.push_back({key.name, spell(key, found->second.value), found->second.value});
  }
  return settings;
}

Shape without_batch(const Shape& shape) {
  return {shape.begin() + (shape.empty() ? 0 : 1), shape.end()};
}

/// Finds the layers and inputs that each layer of the function `nets` reads.
class Sources {
 public:
  explicit Sources(const Function& nets) : nets_(nets) {}

  /// The layers and inputs that the function's result number `layer` is computed from directly.
  std::vector<std::string> of(std::size_t layer) {
    found_.clear();
    seen_.clear();
    visit(nets_.results[layer].value, layer);
    return found_;
  }

 private:
  void visit(Value v, std::size_t layer) {
    if (!seen_.insert(v).second) return;
    for (std::size_t before = layer; before-- > 0;)
      if (nets_.results[before].value == v) return found_.push_back(nets_.results[before].name);
    const Node& n = nets_.node(v);
    if (n.op == Op::input && n.type.dtype == DType::f32)  // not random.key
      found_.push_back(n.attributes.name);
    for (Value operand : n.operands) visit(operand, layer);
  }

  const Function& nets_;
  std::vector<std::string> found_;
  std::set<Value> seen_;
};

std::int64_t parameters_of(const Module& module, const std::string& part) {
  std::int64_t count = 0;
  for (const auto& v : module.variables)
    if (v.role == Role::weight && v.origin.part == part) count += v.type.elements();
  return count;
}

NetSummary summarize_net(const DeclaredNet& net, const Module& module, std::size_t first_layer) {
  const Function& nets = module.functions.front();
  NetSummary summary{.name = net.name};
  Sources sources(nets);
  for (std::size_t i = 0; i < net.layers.size(); ++i) {
    const auto& declared = net.layers[i];
    const auto& [part, value] = nets.results[first_layer + i];
    LayerSummary layer{.name = declared.name,
                       .kind = declared.kind,
                       .settings = settings_of(find_layer(declared.kind)->keys, declared.keys),
                       .from = sources.of(first_layer + i),
                       .output = without_batch(nets.node(value).type.shape),
                       .parameters = parameters_of(module, part)};
    for (const auto& node : nets.nodes)
      if (node.origin.part == part) layer.multiply_adds += multiply_adds(nets, node);
    summary.parameters += layer.parameters;
    summary.multiply_adds += layer.multiply_adds;
    summary.layers.push_back(std::move(layer));
  }
  return summary;
}

/// The nets that the net depends on, directly or through others, each once.
std::vector<const DeclaredNet*> nets_below(const Model& model, const DeclaredNet& net) {
  std::vector<const DeclaredNet*> found{&net};
  for (std::size_t i = 0; i < found.size(); ++i)
    for (const auto& of : found[i]->of)
      if (const auto* before = model.net(of.value); before && !std::ranges::count(found, before))
        found.push_back(before);
  return {found.begin() + 1, found.end()};
}

void summarize_nets(const Model& model, const Module& module, ModelSummary& summary) {
  std::size_t first_layer = 0;
  for (const auto& declared : model.nets) {
    NetSummary net = summarize_net(declared, module, first_layer);
    first_layer += declared.layers.size();
    for (const auto& of : declared.of) {
      const auto* before = summary.net(of.value);
      net.of.push_back(of.value);
      net.inputs.push_back(before ? before->output() : model.input(of.value)->shape);
    }
    for (const auto& update : model.updates)
      if (std::ranges::any_of(update.train, [&](const auto& t) { return t.value == net.name; }))
        net.trained_by.push_back(update.name);
    for (const auto* before : nets_below(model, declared))
      std::ranges::find(summary.nets, before->name, &NetSummary::name)->shared_by.push_back(net.name);
    summary.parameters += net.parameters;
    summary.nets.push_back(std::move(net));
  }
}

/// "critic(trunk(image), class)"
std::string composition_text(const Model& model, const DeclaredNet& net) {
  std::string text;
  for (const auto& of : net.of) {
    const auto* before = model.net(of.value);
    text += (text.empty() ? "" : ", ") + (before ? composition_text(model, *before) : of.value);
  }
  return net.name + "(" + text + ")";
}

CompositionSummary composition(const Model& model, const ModelSummary& summary, const NetSummary& leaf) {
  const DeclaredNet& net = *model.net(leaf.name);
  CompositionSummary result{composition_text(model, net), leaf.parameters, leaf.multiply_adds};
  for (const auto* before : nets_below(model, net)) {
    result.parameters += summary.net(before->name)->parameters;
    result.multiply_adds += summary.net(before->name)->multiply_adds;
  }
  return result;
}

/// Twice the multiply-adds of the products that a function's results need.
double flop_of(const Function& f) {
  std::vector<bool> needed(f.nodes.size());
  for (const auto& r : f.results) needed[static_cast<std::size_t>(r.value.id)] = true;
  double count = 0;
  for (std::size_t i = f.nodes.size(); i-- > 0;) {
    if (!needed[i]) continue;
    for (Value v : f.nodes[i].operands) needed[static_cast<std::size_t>(v.id)] = true;
    count += 2.0 * static_cast<double>(multiply_adds(f, f.nodes[i]));
  }
  return count;
}

/// The number of values that the optimizer keeps between steps: the elements of the states that its updates
/// assign.
std::int64_t state_values(const Model& model, const Module& training, const std::string& optimizer) {
  std::set<std::string> states;
  for (const auto& update : model.updates)
    if (update.optimizer.value == optimizer)
      for (const auto& r : training.function(FunctionRole::apply, update.name)->results)
        if (const auto* v = training.variable(r.name); v && v->role == Role::state) states.insert(r.name);
  std::int64_t count = 0;
  for (const auto& name : states) count += training.variable(name)->type.elements();
  return count;
}

UpdateSummary summarize_update(const DeclaredUpdate& update, const Module& training) {
  const double runs = static_cast<double>(update.cadence.repeat) / static_cast<double>(update.cadence.every);
  UpdateSummary summary{.name = update.name,
                        .minimize = objective(update),
                        .manner = manner(update),
                        .optimizer = update.optimizer.value,
                        .flop = runs * flop_of(*training.function(FunctionRole::update, update.name))};
  for (const auto& d : update.draws)
    summary.draw.push_back({d.name.value, d.source.value + " " + std::to_string(d.count.value)});
  for (const auto& net : update.train) summary.train.push_back(net.value);
  return summary;
}

/// Finds, in an update's expressions, the nets that are applied to the output of others.
class Feeds {
 public:
  Feeds(const Model& model, std::vector<FeedSummary>& feeds) : model_(model), feeds_(feeds) {}

  void visit(const DeclaredUpdate& update) {
    lets_.clear();
    visited_.clear();
    for (const auto& let : update.lets) lets_[let.name.value] = &let.value;
    visit(update.minimize, update.name, {}, {});
  }

 private:
  /// `fed` are the nets that take the value of `e` for `input`.
  void visit(const Expression& e, const std::string& update, const std::vector<std::string>& fed,
             const std::string& input) {
    if (e.kind == Expression::Kind::name) {
      const auto let = lets_.find(e.name);
      if (let != lets_.end() && visited_.insert({e.name, fed, input}).second)
        visit(*let->second, update, fed, input);
      return;
    }
    const auto* net = e.kind == Expression::Kind::call ? model_.net(callee_of(e).name) : nullptr;
    if (net)
      for (const auto& to : fed) add(net->name, to, input, update);
    for (std::size_t i = 0; i < e.arguments.size(); ++i) {
      if (net)
        visit(e.arguments[i], update, takers(*net, net->arguments[i]), net->arguments[i]);
      else
        visit(e.arguments[i], update, fed, input);
    }
  }

  /// The nets among `net` and the nets that it depends on that are `of` the input itself.
  std::vector<std::string> takers(const DeclaredNet& net, const std::string& input) const {
    std::vector<const DeclaredNet*> candidates = nets_below(model_, net);
    candidates.insert(candidates.begin(), &net);
    std::vector<std::string> found;
    for (const auto* candidate : candidates)
      if (std::ranges::count(candidate->of, input, &Located<std::string>::value))
        found.push_back(candidate->name);
    return found;
  }
  void add(const std::string& from, const std::string& to, const std::string& input,
           const std::string& update) {
    auto feed = std::ranges::find_if(
        feeds_, [&](const auto& f) { return f.from == from && f.to == to && f.input == input; });
    if (feed == feeds_.end()) feed = feeds_.insert(feed, {from, to, input, {}});
    if (std::ranges::find(feed->updates, update) == feed->updates.end()) feed->updates.push_back(update);
  }

  const Model& model_;
  std::vector<FeedSummary>& feeds_;
  std::map<std::string, const Expression*> lets_;
  std::set<std::tuple<std::string, std::vector<std::string>, std::string>> visited_;
};

}  // namespace

const NetSummary* ModelSummary::net(const std::string& wanted) const {
  const auto found = std::ranges::find(nets, wanted, &NetSummary::name);
  return found == nets.end() ? nullptr : &*found;
}

ModelSummary summarize(const Model& model, Diagnostics& diagnostics) {
  Module training = build_module(model, diagnostics);
  add_training(training, model, diagnostics);
  if (!diagnostics.empty()) return {};
  const Module nets = build_nets(model, diagnostics);
  if (!diagnostics.empty()) return {};

  ModelSummary summary{.name = model.name};
  for (const auto& input : model.inputs) summary.inputs.push_back({input.name, input.shape});
  summarize_nets(model, nets, summary);
  for (const auto& net : summary.nets)
    if (net.shared_by.empty()) summary.compositions.push_back(composition(model, summary, net));
  for (const auto& o : model.optimizers)
    summary.optimizers.push_back({o.name, o.kind, settings_of(find_optimizer(o.kind)->keys, o.keys),
                                  state_values(model, training, o.name)});
  Feeds feeds(model, summary.feeds);
  for (const auto& update : model.updates) {
    summary.updates.push_back(summarize_update(update, training));
    feeds.visit(update);
  }
  return summary;
}

}  // namespace sganc
