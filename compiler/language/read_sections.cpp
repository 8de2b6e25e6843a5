// Reads the plain sections: names, data, inputs, optimizers, training, evaluation,
// report.

#include <algorithm>

#include "compiler/language/other_names.h"
#include "compiler/language/reading.h"
#include "compiler/language/sections.h"
#include "compiler/language/spelling.h"

namespace sganc {

bool contains(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

DocumentNode Reading::section(const std::string& name) {
  const Entry* entry = root.find(name);
  if (entry && entry->value.type == DocumentNode::Type::table) return entry->value;
  if (entry) error(entry->value.where, name + " must be a table, not " + describe(entry->value));
  DocumentNode absent;
  absent.where = {model.file, 0, 0, 1};
  return absent;
}

bool Reading::check_name(const std::string& name, const std::string& what, const Location& where) {
  if (is_identifier(name)) return true;
  error(where, "\"" + name + "\" cannot name " + what,
        "a name holds letters, digits and \"_\", and does not begin with a digit");
  return false;
}

const Entry* misspelled(const DocumentNode& table, const std::string& key) {
  for (const auto& entry : table.entries)
    if (entry.key != key && !nearest(entry.key, {key}).empty()) return &entry;
  return nullptr;
}

const KindKeys* kind_of(const DocumentNode& table, const std::vector<KindKeys>& kinds,
                        const std::string& what, Diagnostics& diagnostics) {
  const Entry* kind = table.find("kind");
  std::vector<std::string> names;
  for (const auto& k : kinds) names.push_back(k.name);
  if (const Entry* near = kind ? nullptr : misspelled(table, "kind")) {
    diagnostics.error(near->where, with_article(what) + " has no key \"" + near->key + "\"",
                      suggestion(near->key, {"kind"}));
    return nullptr;
  }
  if (!kind) {
    diagnostics.error(table.where, with_article(what) + " needs the key \"kind\"", suggestion("", names));
    return nullptr;
  }
  if (!check_value(kind->value, text("kind", ""), diagnostics)) return nullptr;
  for (const auto& k : kinds)
    if (k.name == kind->value.text) return &k;
  diagnostics.error(kind->value.where, "unknown " + what + " \"" + kind->value.text + "\"",
                    instead_of(kind->value.text).value_or(suggestion(kind->value.text, names)));
  return nullptr;
}

void collect_names(Reading& reading) {
  const auto entries_of = [&](const char* table) {
    const Entry* entry = reading.root.find(table);
    return entry ? entry->value.entries : std::vector<Entry>{};
  };
  for (const auto& [name, where, value] : entries_of("input")) {
    if (reading.check_name(name, "an input", where) && (name == "labeled" || name == "unlabeled"))
      reading.error(where, "\"" + name + "\" cannot name an input: it is where updates draw images from");
    reading.inputs.push_back(name);
    if (value.type == DocumentNode::Type::table) reading.drawn_inputs.push_back(name);
  }
  for (const auto& [name, where, value] : entries_of("net")) {
    const auto& functions = reading.vocabulary.functions;
    reading.check_name(name, "a net", where);
    if (contains(reading.inputs, name))
      reading.error(where, "\"" + name + "\" is an input already and cannot also be a net");
    if (name == "augment")
      reading.error(where, "\"augment\" cannot name a net: it is a function that augments images");
    else if (std::ranges::find(functions, name, &FunctionKeys::name) != functions.end())
      reading.error(where, "\"" + name + "\" is a function of expressions and cannot also be a net");
    if (name == "teacher" || name == "average")
      reading.error(where, "\"" + name + "\" cannot name a net: it stands for averaged weights");
    reading.nets.push_back(name);
    if (const Entry* of = value.find("of"))
      for (const auto& source :
           of->value.type == DocumentNode::Type::list ? of->value.elements : std::vector{of->value})
        if (source.type == DocumentNode::Type::text) reading.net_of[name].push_back(source.text);
  }
  for (const auto& [name, where, value] : entries_of("optimizer")) {
    reading.check_name(name, "an optimizer", where);
    reading.optimizers.push_back(name);
  }
}

void read_data(Reading& reading) {
  const DocumentNode table = reading.section("data");
  auto plain = section_keys("data");
  std::erase_if(plain, [](const Key& key) { return key.name == "source"; });
  const Keys keys =
      check_keys(table, "[data]", plain, {"source", "labels", "validation", "test"}, reading.diagnostics);
  DeclaredData& data = reading.model.data;
  data.where = table.where;
  read_source(table, reading);
  if (keys.has("background"))
    for (std::size_t c = 0; c < 3; ++c)
      data.background[c] = static_cast<std::uint8_t>(keys.integers("background")[c]);
  if (keys.has("limit")) data.limit = {keys.integer("limit"), keys.where("limit")};
  if (keys.has("memory")) data.memory = keys.integer("memory");
  if (keys.has("unreadable")) data.skip_unreadable = keys.text("unreadable") == "skip";
  if (keys.has("range")) {
    data.range_low = keys.numbers("range")[0];
    data.range_high = keys.numbers("range")[1];
    if (data.range_low >= data.range_high)
      reading.error(keys.where("range"), "range must go upwards, not from " + shortest(data.range_low) +
                                             " to " + shortest(data.range_high));
  }
  read_choices(table, reading);
}

namespace {

/// Reads an input that is a table: a class if a key is `classes`, perhaps misspelled; else a latent vector.
void read_drawn_input(const DocumentNode& table, DeclaredInput& input, Reading& reading) {
  const bool label = std::ranges::any_of(table.entries, [](const Entry& entry) {
    return nearest(entry.key, {"size", "distribution", "classes"}) == "classes";
  });
  input.kind = label ? DeclaredInput::Kind::label : DeclaredInput::Kind::latent;
  const Keys keys = check_keys(table, label ? "a label input" : "a latent input",
                               section_keys(label ? "input.label" : "input.latent"), {}, reading.diagnostics);
  if (const char* size = label ? "classes" : "size"; keys.has(size)) input.shape = {keys.integer(size)};
  if (keys.has("distribution")) input.distribution = keys.text("distribution");
  if (!keys.has("alpha")) return;
  input.alpha = keys.number("alpha");
  if (input.distribution != "beta")
    reading.error(keys.where("alpha"), "alpha is a parameter of the beta distribution",
                  "write distribution = \"beta\"");
}

}  // namespace

/// The most numbers in one image, which take 4 GB.
constexpr double kMostInImage = 1e9;

void read_inputs(Reading& reading) {
  for (const auto& [name, where, value] : reading.section("input").entries) {
    DeclaredInput input{.name = name, .shape = {}, .where = where};
    if (value.type == DocumentNode::Type::list) {
      Key key = section_keys("input.image").at(0);
      key.name = name;
      const auto shape = check_value(value, key, reading.diagnostics);
      if (shape) input.shape = std::get<std::vector<std::int64_t>>(*shape);
      double numbers = 1;
      for (const auto extent : input.shape) numbers *= static_cast<double>(extent);
      if (numbers > kMostInImage)
        reading.error(value.where, "an image of " + shortest(numbers) + " numbers is too large",
                      "an image has at most " + shortest(kMostInImage));
    } else if (value.type == DocumentNode::Type::table) {
      read_drawn_input(value, input, reading);
    } else {
      reading.error(
          value.where, "the input \"" + name + "\" must be a list or a table, not " + describe(value),
          "an image is a list of height, width and channels; a latent input is a table with a size, "
          "a label input one with classes");
    }
    reading.model.inputs.push_back(std::move(input));
  }
}

void read_optimizers(Reading& reading) {
  for (const auto& [name, where, value] : reading.section("optimizer").entries) {
    if (value.type != DocumentNode::Type::table) {
      reading.error(value.where, "the optimizer \"" + name + "\" must be a table, not " + describe(value),
                    "write " + name + " = { kind = ... }");
      continue;
    }
    const KindKeys* kind = kind_of(value, reading.vocabulary.optimizers, "optimizer", reading.diagnostics);
    if (!kind) continue;
    Keys keys =
        check_keys(value, with_article(kind->name) + " optimizer", kind->keys, {"kind"}, reading.diagnostics);
    reading.model.optimizers.push_back({name, kind->name, std::move(keys), where});
  }
}

void read_training(Reading& reading) {
  const DocumentNode table = reading.section("train");
  const Keys keys = check_keys(table, "[train]", section_keys("train"), {}, reading.diagnostics);
  DeclaredTraining& train = reading.model.train;
  train.where = table.where;
  if (keys.has("epochs")) train.epochs = keys.integer("epochs");
  if (keys.has("steps_per_epoch")) train.steps_per_epoch = keys.integer("steps_per_epoch");
  if (keys.has("checkpoint_minutes")) train.checkpoint_minutes = keys.number("checkpoint_minutes");
  if (keys.has("keep")) train.keep = keys.integer("keep");
  if (keys.has("seed")) train.seed = keys.integer("seed");
}

void read_average(Reading& reading) {
  const DocumentNode table = reading.section("average");
  const Keys keys = check_keys(table, "[average]", section_keys("average"), {}, reading.diagnostics);
  reading.model.average.where = table.where;
  if (keys.has("decay")) reading.model.average.decay = keys.number("decay");
}

namespace {

/// Whether the expression applies the net.
bool applies(const Expression& e, const std::string& net) {
  if (e.kind == Expression::Kind::call && callee_of(e).name == net) return true;
  return std::ranges::any_of(e.arguments, [&](const Expression& a) { return applies(a, net); });
}

/// Whether the net gives a probability and an update minimizes a function of it.
bool is_critic(const std::string& name, const Model& model) {
  const auto* net = model.net(name);
  return net && !net->layers.empty() && net->layers.back().kind == "sigmoid" &&
         std::ranges::any_of(model.updates, [&](const DeclaredUpdate& update) {
           return applies(update.minimize, name) ||
                  std::ranges::any_of(update.lets, [&](const auto& let) { return applies(let.value, name); });
         });
}

}  // namespace

void read_evaluation(Reading& reading) {
  const DocumentNode table = reading.section("evaluate");
  const Keys keys = check_keys(table, "[evaluate]", section_keys("evaluate"), {}, reading.diagnostics);
  const auto net = [&](const std::string& role) -> Located<std::string> {
    if (!keys.has(role)) {
      const auto* of_that_name = table.find(role) ? nullptr : reading.model.net(role);
      return {of_that_name ? role : "", of_that_name ? of_that_name->where : table.where};
    }
    const auto& name = keys.text(role);
    if (!name.empty() && !contains(reading.nets, name))
      reading.error(keys.where(role), "unknown net \"" + name + "\"", suggestion(name, reading.nets));
    return {name, keys.where(role)};
  };
  DeclaredEvaluation& evaluate = reading.model.evaluate;
  evaluate.where = table.where;
  evaluate.classifier = net("classifier");
  evaluate.generator = net("generator");
  evaluate.critic = net("critic");
  if (auto& critic = evaluate.critic; !critic.value.empty() && !is_critic(critic.value, reading.model)) {
    if (keys.has("critic") && reading.diagnostics.empty())
      reading.error(critic.where, "the net \"" + critic.value + "\" is no critic",
                    "a critic ends in a sigmoid, and an update minimizes a function of it");
    critic.value.clear();
  }
  if (keys.has("every")) evaluate.every = keys.integer("every");
  if (keys.has("average")) evaluate.average = keys.flag("average");
  if (!keys.has("splits")) return;
  const Entry* splits = table.find("splits");
  const Entry* data = reading.root.find("data");
  const auto& words = keys.texts("splits");
  for (std::size_t i = 0; i < words.size(); ++i) {
    const Location& where = splits ? splits->value.elements[i].where : table.where;
    if (std::count(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(i), words[i]) == 1)
      reading.error(where, "\"" + words[i] + "\" is listed twice");
    if (words[i] == "validation" && !(data && data->value.find("validation")))
      reading.error(where, "there is no split \"validation\": no training images are held out",
                    "write validation = { per_class = 100 } under [data]");
    evaluate.splits.push_back({words[i], where});
  }
}

void read_report(Reading& reading) {
  const DocumentNode table = reading.section("report");
  const Keys keys = check_keys(table, "[report]", section_keys("report"), {}, reading.diagnostics);
  if (keys.has("tensorboard")) reading.model.report.tensorboard = keys.flag("tensorboard");
}

}  // namespace sganc
