#include <sstream>

#include "compiler/language/model.h"
#include "compiler/language/spelling.h"

namespace sganc {
namespace {

std::string spell(bool value) {
  return value ? "true" : "false";
}
std::string spell(std::int64_t value) {
  return std::to_string(value);
}
std::string spell(double value) {
  return toml_float(value);
}
std::string spell(const std::string& value) {
  return toml_string(value);
}
std::string spell(const Located<std::string>& value) {
  return toml_string(value.value);
}

std::string spell(const Rate& value) {
  return to_string(value);
}

template <class T>
std::string spell(const std::vector<T>& values) {
  std::string text;
  for (const auto& value : values) text += (&value == values.data() ? "" : ", ") + spell(value);
  return "[" + text + "]";
}

/// `, filters = 128, kernel = [3, 3]`
std::string further_keys(const Keys& keys) {
  std::string text;
  for (const auto& [name, located] : keys.all()) text += ", " + name + " = " + to_toml(located.value);
  return text;
}

/// `{ per_class = 10, replace = false, seed = 0 }`. `replace` is left out if `with_replace` is false.
std::string spell(const DeclaredChoice& choice, bool with_replace, std::int64_t train_seed) {
  const std::string value = choice.by == "all" || choice.by == "given" ? spell(true)
                            : choice.by == "file"                      ? spell(choice.file)
                            : choice.by == "fraction"                  ? spell(choice.fraction)
                                                                       : spell(choice.count);
  return "{ " + choice.by + " = " + value + (with_replace ? ", replace = " + spell(choice.replace) : "") +
         ", seed = " + spell(choice.seed.value_or(train_seed)) + " }";
}

/// The keys of a folder's table of labels.
std::string table_keys(const DeclaredSource& source) {
  const auto table = source.files.find("labels");
  if (table == source.files.end()) return {};
  std::string text = ", labels = " + spell(table->second);
  if (!source.file_column.empty()) text += ", file_column = " + spell(source.file_column);
  if (!source.class_column.empty()) text += ", class_column = " + spell(source.class_column);
  return text;
}

/// `"mnist"`, or a table: `{ folder = "/data/photos", fit = "crop" }`.
std::string spell(const DeclaredSource& source) {
  if (!source.known.empty()) return spell(source.known);
  if (const auto folder = source.files.find("folder"); folder != source.files.end())
    return "{ folder = " + spell(folder->second) + ", fit = " + spell(source.fit) + table_keys(source) + " }";
  std::string text;
  for (const auto& [key, file] : source.files)
    text += (text.empty() ? " " : ", ") + key + " = " + spell(file);
  if (source.values)
    text += ", values = [" + spell((*source.values)[0]) + ", " + spell((*source.values)[1]) + "]";
  if (source.transposed) text += ", transposed = true";
  return "{" + text + " }";
}

void write_data(std::ostream& out, const Model& model) {
  const DeclaredData& data = model.data;
  out << "\n[data]\nsource = " << spell(data.source)
      << "\nlabels = " << spell(data.labels, true, model.train.seed) << "\n";
  if (data.validation) out << "validation = " << spell(*data.validation, false, model.train.seed) << "\n";
  if (data.test) out << "test = " << spell(*data.test, false, 0) << "\n";
  if (data.source.files.contains("folder")) {
    const auto& [red, green, blue] = data.background;
    out << "background = " << spell(std::vector<std::int64_t>{red, green, blue}) << "\n"
        << "unreadable = " << spell(std::string(data.skip_unreadable ? "skip" : "stop")) << "\n";
    if (data.memory) out << "memory = " << *data.memory << "\n";
  }
  if (data.limit) out << "limit = " << data.limit->value << "\n";
  out << "range = " << spell(std::vector{data.range_low, data.range_high}) << "\n";
}

void write_nets(std::ostream& out, const Model& model) {
  for (const auto& net : model.nets) {
    out << "\n[net." << net.name << "]\nof = " << (net.of.size() == 1 ? spell(net.of[0]) : spell(net.of))
        << "\nlayers = [\n";
    for (const auto& layer : net.layers)
      out << "  { kind = " << spell(layer.kind) << ", name = " << spell(layer.name)
          << (layer.from.empty() ? "" : ", from = " + spell(layer.from)) << further_keys(layer.keys)
          << " },\n";
    out << "]\n";
  }
}

void write_updates(std::ostream& out, const Model& model) {
  for (const auto& update : model.updates) {
    out << "\n[[update]]\nname = " << spell(update.name) << "\ndraw = {";
    for (const auto& draw : update.draws)
      out << (&draw == update.draws.data() ? " " : ", ") << draw.name.value << " = "
          << spell(draw.source.value + " " + std::to_string(draw.count.value));
    out << " }\n";
    for (const auto& let : update.lets)
      out << (&let == update.lets.data() ? "let = { " : ", ") << let.name.value << " = "
          << spell(to_string(let.value)) << (&let == &update.lets.back() ? " }\n" : "");
    out << "minimize = " << spell(to_string(update.minimize)) << "\ntrain = " << spell(update.train)
        << "\noptimizer = " << spell(update.optimizer) << "\nreplace = " << spell(update.replace)
        << "\nevery = " << update.cadence.every << "\nfrom_step = " << update.cadence.from_step
        << "\nrepeat = " << update.cadence.repeat << "\n";
    if (!update.statistics.empty()) out << "statistics = " << spell(update.statistics) << "\n";
    if (update.cadence.ends()) out << "to_step = " << update.cadence.to_step << "\n";
    if (update.clip_value) out << "clip_value = " << spell(*update.clip_value) << "\n";
    if (update.clip_norm) out << "clip_norm = " << spell(*update.clip_norm) << "\n";
    if (update.clip_weights) out << "clip_weights = " << spell(*update.clip_weights) << "\n";
  }
}

void write_augmentations(std::ostream& out, const Model& model) {
  for (const auto& augmentation : model.augmentations) {
    out << "\n[augment" << (augmentation.name.empty() ? "" : "." + augmentation.name) << "]\n";
    for (const auto& [name, located] : augmentation.keys.all())
      out << name << " = " << to_toml(located.value) << "\n";
    if (augmentation.elastic_strength > 0)
      out << "elastic = { strength = " << spell(augmentation.elastic_strength)
          << ", smoothness = " << spell(augmentation.elastic_smoothness) << " }\n";
  }
}

void write_spreads(std::ostream& out, const Model& model) {
  for (const auto& s : model.spreads) {
    out << "\n[spread." << s.name << "]\nfeatures = {";
    for (const auto& f : s.features)
      out << (&f == s.features.data() ? " " : ", ") << f.net.value << " = " << spell(f.part);
    out << " }" << (s.labels.empty() ? "" : "\nlabels = " + spell(s.labels))
        << "\nstandardize = " << spell(s.standardize) << "\nneighbours = " << s.neighbours
        << "\npower = " << spell(s.power) << "\nalpha = " << spell(s.alpha) << "\nrounds = " << s.rounds
        << "\nkeep = " << spell(s.keep) << "\nfrom_step = " << s.from_step << "\n";
    if (s.every) out << "every = " << *s.every << "\n";
    if (s.rerank)
      out << "rerank = { net = " << spell(s.rerank->net.value) << ", candidates = " << s.rerank->candidates
          << ", reach = " << s.rerank->reach << " }\n";
  }
}

}  // namespace

std::string to_toml(const KeyValue& value) {
  return std::visit([](const auto& v) { return spell(v); }, value);
}

std::string to_toml(const Model& model) {
  std::ostringstream out;
  out << "name = " << spell(model.name) << "\nkeras_compat = " << spell(model.keras_compat) << "\n";
  write_data(out, model);
  if (!model.inputs.empty()) out << "\n[input]\n";
  for (const auto& input : model.inputs) {
    if (input.kind == DeclaredInput::Kind::image) {
      out << input.name << " = " << spell(input.shape) << "\n";
    } else if (input.kind == DeclaredInput::Kind::label) {
      out << input.name << " = { classes = " << input.shape.at(0) << " }\n";
    } else {
      out << input.name << " = { size = " << input.shape.at(0)
          << ", distribution = " << spell(input.distribution)
          << (input.distribution == "beta" ? ", alpha = " + spell(input.alpha) : "") << " }\n";
    }
  }
  write_nets(out, model);
  if (!model.optimizers.empty()) out << "\n[optimizer]\n";
  for (const auto& optimizer : model.optimizers)
    out << optimizer.name << " = { kind = " << spell(optimizer.kind) << further_keys(optimizer.keys)
        << " }\n";
  write_augmentations(out, model);
  write_spreads(out, model);
  write_updates(out, model);
  const DeclaredTraining& train = model.train;
  out << "\n[train]\nepochs = " << train.epochs << "\nsteps_per_epoch = " << train.steps_per_epoch
      << "\ncheckpoint_minutes = " << spell(train.checkpoint_minutes);
  if (train.keep) out << "\nkeep = " << *train.keep;
  out << "\nseed = " << train.seed << "\n";
  out << "\n[average]\ndecay = " << spell(model.average.decay) << "\n";
  const DeclaredEvaluation& evaluate = model.evaluate;
  out << "\n[evaluate]\nclassifier = " << spell(evaluate.classifier)
      << "\ngenerator = " << spell(evaluate.generator) << "\ncritic = " << spell(evaluate.critic)
      << "\nsplits = " << spell(evaluate.splits) << "\nevery = " << evaluate.every
      << "\naverage = " << spell(evaluate.average) << "\n";
  out << "\n[report]\ntensorboard = " << spell(model.report.tensorboard) << "\n";
  return out.str();
}

}  // namespace sganc
