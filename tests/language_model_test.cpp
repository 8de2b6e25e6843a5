// The shipped model, defaults, orders, and a resolved model that reads back.

#include "compiler/language/model.h"

#include <filesystem>

#include "tests/language_testing.h"

namespace sganc {
namespace {

const std::filesystem::path kModels = std::filesystem::path(__FILE__).parent_path().parent_path() / "models";

Model parsed(const std::string& text, const std::vector<std::string>& overrides = {}) {
  Diagnostics diagnostics;
  auto model = parse_model(text, "model.toml", overrides, small_vocabulary(), diagnostics);
  EXPECT_EQ(printed(diagnostics), "");
  if (!model) throw std::logic_error("the model is wrong");
  return *model;
}

std::string joined(const std::vector<Located<std::string>>& words) {
  std::string text;
  for (const auto& word : words) text += word.value + " ";
  return text;
}

std::string kinds(const DeclaredNet& net) {
  std::string text;
  for (const auto& layer : net.layers) text += layer.kind + " ";
  return text;
}

TEST(LanguageModel, ReadsTheShippedModel) {
  Diagnostics diagnostics;
  const auto model = load_model(kModels / "mnist_stacked.toml", {}, small_vocabulary(), diagnostics);
  ASSERT_TRUE(model) << printed(diagnostics);
  EXPECT_EQ(model->name, "mnist-stacked");
  EXPECT_EQ(model->data.source.known, "mnist");
  EXPECT_EQ(model->data.labels.by, "per_class");
  EXPECT_EQ(model->data.labels.count, 10);
  EXPECT_FALSE(model->data.validation);
  EXPECT_EQ(model->data.range_low, -1);
  EXPECT_EQ(model->data.range_high, 1);
  ASSERT_EQ(model->inputs.size(), 2u);
  EXPECT_EQ(model->image(), model->input("image"));
  EXPECT_EQ(model->image()->shape, (std::vector<std::int64_t>{28, 28, 1}));
  EXPECT_EQ(model->input("latent")->kind, DeclaredInput::Kind::latent);
  EXPECT_EQ(model->input("latent")->shape, std::vector<std::int64_t>{100});
  EXPECT_EQ(model->input("latent")->distribution, "normal");

  std::string nets;
  for (const auto& net : model->nets) nets += net.name + "(" + net.of.at(0).value + ") ";
  EXPECT_EQ(nets, "generator(latent) trunk(image) logits(trunk) classifier(logits) critic(logits) ");
  EXPECT_EQ(kinds(*model->net("generator")),
            "dense leaky_relu reshape conv_transpose leaky_relu conv_transpose leaky_relu conv tanh ");
  EXPECT_EQ(kinds(*model->net("trunk")), "conv leaky_relu conv leaky_relu conv leaky_relu flatten dropout ");
  EXPECT_EQ(kinds(*model->net("critic")), "logsumexp sigmoid ");
  const DeclaredLayer& conv = model->net("trunk")->layers[2];
  EXPECT_EQ(conv.name, "conv_2");
  EXPECT_EQ(conv.keys.integer("filters"), 128);
  EXPECT_EQ(conv.keys.integers("kernel"), (std::vector<std::int64_t>{3, 3}));
  EXPECT_EQ(conv.keys.integers("stride"), (std::vector<std::int64_t>{2, 2}));
  EXPECT_EQ(model->net("trunk")->layers.back().keys.number("rate"), 0.4);

  std::string updates;
  for (const auto& u : model->updates)
    updates += u.name + ": " + u.draws.at(0).name.value + " of " + u.draws[0].source.value + " " +
               std::to_string(u.draws[0].count.value) + ", " + to_string(u.minimize) + ", " +
               joined(u.train) + "by " + u.optimizer.value + "\n";
  EXPECT_EQ(updates,
            "c: x of labeled 50, cross_entropy(classifier(x), label(x)), trunk logits by supervised\n"
            "d_real: x of unlabeled 50, bce(critic(x), 1), trunk logits by unsupervised\n"
            "d_fake: z of latent 50, bce(critic(generator(z)), 0), trunk logits by unsupervised\n"
            "g: z of latent 100, bce(critic(generator(z)), 1), generator by generator\n");
  ASSERT_EQ(model->optimizers.size(), 3u);
  EXPECT_EQ(model->optimizer("supervised")->kind, "adam");
  EXPECT_EQ(model->optimizer("supervised")->keys.number("beta1"), 0.5);
  EXPECT_EQ(model->optimizer("supervised")->keys.number("beta2"), 0.999);
  EXPECT_EQ(model->train.epochs, 20);
  EXPECT_EQ(model->train.steps_per_epoch, 600);
  EXPECT_EQ(model->evaluate.classifier.value, "classifier");
  EXPECT_EQ(model->evaluate.generator.value, "generator");
  EXPECT_EQ(joined(model->evaluate.splits), "train ");
}

TEST(LanguageModel, FillsInDefaults) {
  const Model model = parsed(with(""));
  EXPECT_EQ(model.data.source.known, "mnist");
  EXPECT_EQ(model.data.labels.by, "per_class");
  EXPECT_EQ(model.data.labels.count, 10);
  EXPECT_FALSE(model.data.labels.replace);
  EXPECT_FALSE(model.data.labels.seed);
  EXPECT_FALSE(model.data.validation);
  EXPECT_TRUE(model.updates[0].replace);
  EXPECT_EQ(model.evaluate.every, 1);
  EXPECT_EQ(model.data.range_low, -1);
  EXPECT_EQ(model.data.range_high, 1);
  EXPECT_EQ(model.train.epochs, 20);
  EXPECT_EQ(model.train.steps_per_epoch, 600);
  EXPECT_EQ(model.train.checkpoint_minutes, 5);
  EXPECT_FALSE(model.train.keep);
  EXPECT_EQ(model.train.seed, 0);
  EXPECT_EQ(model.evaluate.classifier.value, "classifier");
  EXPECT_EQ(model.evaluate.generator.value, "");  // no net of that name
  EXPECT_EQ(joined(model.evaluate.splits), "train ");
  EXPECT_EQ(parsed(with("evaluate = { classifier = \"\" }\n")).evaluate.classifier.value, "");
}

TEST(LanguageModel, KeepsPlaces) {
  const Model model = parsed(with("[data]\nrange = [0, 1]\n"));
  const DeclaredNet& trunk = *model.net("trunk");
  EXPECT_EQ(trunk.where.line, 8);
  EXPECT_EQ(trunk.where.column, 6);
  EXPECT_EQ(trunk.layers[1].where.line, 10);
  EXPECT_EQ(trunk.layers[1].where.column, 42);
  EXPECT_EQ(trunk.layers[1].keys.where("units").column, 59);
  EXPECT_EQ(model.net("trunk")->where.file, model.file);
  EXPECT_EQ(model.updates[0].minimize.arguments[1].where.column, 42);
}

TEST(LanguageModel, OrdersNetsByDependenceElseAsInTheFile) {
  const Model model = parsed(R"(name = "m"
[net.zeta]
of = "beta"
layers = [{ kind = "relu" }]
[net.omega]
of = "image"
layers = [{ kind = "relu" }]
[net.alpha]
of = "image"
layers = [{ kind = "relu" }]
[net.beta]
of = "alpha"
layers = [{ kind = "relu" }]
[input]
z = { size = 3, distribution = "uniform" }
image = [8, 8, 3]
)");
  std::string nets;
  for (const auto& net : model.nets) nets += net.name + " ";
  EXPECT_EQ(nets, "omega alpha beta zeta ");
  EXPECT_EQ(model.inputs[0].name, "z");
  EXPECT_EQ(model.inputs[0].distribution, "uniform");
  EXPECT_EQ(model.inputs[1].name, "image");
}

TEST(LanguageModel, NamesLayersByKindAndNumber) {
  const Model model = parsed(varied("{ kind = \"softmax\" }",
                                    "{ kind = \"relu\" }, { kind = \"dense\", units = 3, name = \"last\" }, "
                                    "{ kind = \"relu\" }, { kind = \"dense\", units = 2 }"));
  std::string names;
  for (const auto& layer : model.net("classifier")->layers) names += layer.name + " ";
  EXPECT_EQ(names, "relu_1 last relu_2 dense_2 ");
}

/// Returns all that a model says, without places.
std::string described(const Model& m) {
  std::ostringstream out;
  const auto keys = [&](const Keys& all) {
    for (const auto& [name, value] : all.all()) {
      out << " " << name << "#" << value.value.index() << "=";
      std::visit(
          [&]<class T>(const T& v) {
            if constexpr (std::is_same_v<T, Rate>) {
              out << to_string(v);
            } else if constexpr (requires { v.begin(); }) {
              for (const auto& element : v) out << element << ",";
            } else {
              out << v;
            }
          },
          value.value);
    }
  };
  out.precision(17);
  const auto choice = [&](const DeclaredChoice& c) {
    out << c.by << " " << c.count << " " << c.fraction << " " << c.file << " " << c.replace << " "
        << c.seed.value_or(m.train.seed) << "\n";
  };
  out << m.name << " " << m.data.source.known << " " << m.data.source.fit << " " << m.data.source.file_column
      << " " << m.data.source.class_column << " " << m.data.range_low << " " << m.data.range_high << "\n";
  choice(m.data.labels);
  if (m.data.validation) choice(*m.data.validation);
  if (m.data.test) out << "test ", choice(*m.data.test);
  for (const auto& [key, file] : m.data.source.files) out << key << " " << file.value << "\n";
  for (const auto& i : m.inputs) {
    out << i.name << " " << static_cast<int>(i.kind) << " " << i.distribution << " " << i.alpha;
    for (const auto extent : i.shape) out << " " << extent;
    out << "\n";
  }
  for (const auto& net : m.nets) {
    out << net.name;
    for (const auto& of : net.of) out << " " << of.value;
    for (const auto& layer : net.layers) out << "\n " << layer.kind << " " << layer.name, keys(layer.keys);
    out << "\n";
  }
  for (const auto& o : m.optimizers) out << o.name << " " << o.kind, keys(o.keys), out << "\n";
  for (const auto& u : m.updates) {
    out << u.name << " " << to_string(u.minimize) << " " << joined(u.train) << u.optimizer.value << " "
        << u.replace << " " << u.cadence.every << " " << u.cadence.from_step << " " << u.cadence.repeat << " "
        << u.clip_value.value_or(0) << " " << u.clip_norm.value_or(0) << " " << u.clip_weights.value_or(0);
    for (const auto& d : u.draws) out << " " << d.name.value << "=" << d.source.value << d.count.value;
    out << "\n";
  }
  out << m.train.epochs << " " << m.train.steps_per_epoch << " " << m.train.checkpoint_minutes << " "
      << m.train.keep.value_or(0) << " " << m.train.seed << " " << m.evaluate.classifier.value << " "
      << m.evaluate.generator.value << " " << m.evaluate.critic.value << " " << joined(m.evaluate.splits)
      << m.evaluate.every;
  return out.str();
}

TEST(LanguageModel, TheCriticIsTheNetOfThatNameWhereItIsOne) {
  const auto critic = [](const std::string& net, const std::string& minimize) {
    return parsed(varied("[optimizer]", net + "[optimizer]"), {"update.c.minimize=" + minimize})
        .evaluate.critic.value;
  };
  const std::string sigmoid = "[net.critic]\nof = \"trunk\"\nlayers = [{ kind = \"sigmoid\" }]\n";
  EXPECT_EQ(critic(sigmoid, "1 - mean(critic(x))"), "critic");
  EXPECT_EQ(critic(sigmoid, "mean(trunk(x))"), "");  // it learns nothing
  EXPECT_EQ(critic("[net.critic]\nof = \"trunk\"\nlayers = [{ kind = \"softmax\" }]\n", "mean(critic(x))"),
            "");
  EXPECT_EQ(critic("[net.judge]\nof = \"trunk\"\nlayers = [{ kind = \"sigmoid\" }]\n", "mean(judge(x))"), "");
}

TEST(LanguageModel, ResolvedReadsBackEqual) {
  Diagnostics diagnostics;
  const auto shipped = load_model(kModels / "mnist_stacked.toml", {}, small_vocabulary(), diagnostics);
  ASSERT_TRUE(shipped);
  const Model odd = parsed(
      varied("[optimizer]",
             "[net.other]\nof = \"z\"\nlayers = [{ kind = \"leaky_relu\", "
             "slope = 1 }]\n[optimizer]\nslow = { kind = \"sgd\", rate = 1e22 }"),
      {"train.seed=9007199254740993", "data.range=[0, 0.1]", "evaluate.splits=[\"test\", \"train\"]",
       "train.checkpoint_minutes=0.30000000000000004", "evaluate.classifier=other",
       "data.source=fashion-mnist", "data.labels.per_class=3", "input.z.distribution=uniform",
       "update.c.draw.y=z 7", "update.c.minimize=1 - (mean(trunk(x)) - -2 * mean(other(y)))",
       "update.c.train=[\"other\", \"trunk\"]", "train.epochs=3", "train.steps_per_epoch=4", "train.keep=3"});
  const Model choosing = parsed(
      with("[data]\nlabels = { fraction = 0.30000000000000004, replace = true, seed = 8 }\n"
           "validation = { file = \"a \\\"b\\\".txt\" }\n"),
      {"update.c.replace=false", "evaluate.every=7", "evaluate.splits=[\"validation\"]", "train.seed=2"});
  const Model changing = parsed(
      with(""), {"optimizer.adam.rate={ from = 0.30000000000000004, shape = \"cosine\", warmup = 5 }",
                 "optimizer.slow={ kind = \"sgd\", rate = { from = 1, to = 2, begin = 3, end = 4 } }",
                 "optimizer.even={ kind = \"sgd\", rate = { from = 1, shape = \"constant\", warmup = 5 } }",
                 "update.c.every=3", "update.c.from_step=4", "update.c.repeat=5", "update.c.clip_value=0.1",
                 "update.c.clip_norm=2", "update.c.clip_weights=0.01", "update.c.statistics=[\"x\"]",
                 "input.z.distribution=beta", "input.z.alpha=0.2"});
  const Model folder =
      parsed(with("[data]\nsource = { folder = \"my \\\"photos\\\"/\", fit = \"stretch\" }\n"
                  "test = { per_class = 3 }\n"));
  const Model table =
      parsed(with("[data]\nsource = { folder = \"p\", labels = \"t.csv\", file_column = \"a b\", "
                  "class_column = \"c\" }\n"));
  const Model arrays =
      parsed(with("[data]\nsource = { images = \"x.npy\", labels = \"y.npy\", "
                  "test_images = \"/t/x.npy\", test_labels = \"/t/y.npy\" }\n"));
  for (const Model& model : {*shipped, odd, choosing, folder, table, arrays, changing}) {
    const std::string resolved = to_toml(model);
    const Model again = parsed(resolved);
    EXPECT_EQ(described(again), described(model));
    EXPECT_EQ(to_toml(again), resolved);
  }
}

TEST(LanguageModel, WritesTheResolvedModel) {
  EXPECT_EQ(to_toml(parsed(with(""))), R"_(name = "m"
keras_compat = false

[data]
source = "mnist"
labels = { per_class = 10, replace = false, seed = 0 }
range = [-1.0, 1.0]

[input]
image = [28, 28, 1]
z = { size = 100, distribution = "normal" }

[net.trunk]
of = "image"
layers = [
  { kind = "flatten", name = "flatten_1" },
  { kind = "dense", name = "dense_1", units = 10 },
]

[net.classifier]
of = "trunk"
layers = [
  { kind = "softmax", name = "softmax_1" },
]

[optimizer]
adam = { kind = "adam", beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7, rate = 2e-4 }

[[update]]
name = "c"
draw = { x = "labeled 50" }
minimize = "cross_entropy(classifier(x), label(x))"
train = ["trunk"]
optimizer = "adam"
replace = true
every = 1
from_step = 1
repeat = 1

[train]
epochs = 20
steps_per_epoch = 600
checkpoint_minutes = 5.0
seed = 0

[average]
decay = 0.999

[evaluate]
classifier = "classifier"
generator = ""
critic = ""
splits = ["train"]
every = 1
average = false

[report]
tensorboard = true
)_");
}

/// Returns how the resolved model writes the rate of an optimizer whose rate is `rate`.
std::string resolved_rate(const std::string& rate, const std::vector<std::string>& overrides = {}) {
  const std::string text = to_toml(parsed(varied("rate = 2e-4", "rate = " + rate), overrides));
  const auto begin = text.find("rate = ");
  return text.substr(begin, text.find(" }\n\n[[update]]") - begin);
}

TEST(LanguageModel, WritesRates) {
  EXPECT_EQ(resolved_rate("3"), "rate = 3.0");
  EXPECT_EQ(resolved_rate("{ from = 3e-3 }"),
            "rate = { from = 0.003, to = 0.0, shape = \"linear\", begin = 0, end = 12000, warmup = 0 }");
  EXPECT_EQ(resolved_rate("{ from = 1, to = 0.5, shape = \"cosine\", warmup = 500 }"),
            "rate = { from = 1.0, to = 0.5, shape = \"cosine\", begin = 500, end = 12000, warmup = 500 }");
  EXPECT_EQ(resolved_rate("{ from = 1, begin = 20, end = 700, warmup = 50 }"),
            "rate = { from = 1.0, to = 0.0, shape = \"linear\", begin = 20, end = 700, warmup = 50 }");
  EXPECT_EQ(resolved_rate("{ from = 1, shape = \"constant\", warmup = 50 }"),
            "rate = { from = 1.0, shape = \"constant\", warmup = 50 }");
}

/// A rate ends with the training. Its optimizer makes a step for each run of an update.
TEST(LanguageModel, EndsRatesWithTheTraining) {
  const auto end = [](const std::vector<std::string>& overrides) {
    const std::string text = resolved_rate("{ from = 1, warmup = 9 }", overrides);
    const auto at = text.find("end = ") + 6;
    return text.substr(at, text.find(',', at) - at);
  };
  EXPECT_EQ(end({"train.epochs=2", "train.steps_per_epoch=50"}), "100");
  EXPECT_EQ(end({"train.epochs=2", "train.steps_per_epoch=50", "update.c.every=7"}), "14");
  EXPECT_EQ(end({"train.epochs=2", "train.steps_per_epoch=50", "update.c.every=7", "update.c.from_step=14",
                 "update.c.repeat=3"}),
            "39");
  EXPECT_EQ(end({"train.epochs=1", "train.steps_per_epoch=8"}), "10");  // shorter than the warm-up
}

TEST(LanguageModel, KnowsInWhichStepsAnUpdateRuns) {
  const auto steps = [](const Cadence& cadence) {
    std::string text;
    std::int64_t runs = 0;
    for (std::int64_t step = 1; step <= 12; ++step) {
      if (cadence.includes(step)) runs += cadence.repeat, text += std::to_string(step) + " ";
      EXPECT_EQ(cadence.runs_until(step), runs) << step;
    }
    return text;
  };
  EXPECT_EQ(steps({}), "1 2 3 4 5 6 7 8 9 10 11 12 ");
  EXPECT_EQ(steps({.every = 5}), "5 10 ");
  EXPECT_EQ(steps({.every = 4, .from_step = 5, .repeat = 3}), "8 12 ");
  EXPECT_EQ(steps({.every = 4, .from_step = 8, .repeat = 2}), "8 12 ");
  EXPECT_EQ(steps({.every = 1, .from_step = 11}), "11 12 ");
  EXPECT_EQ(steps({.every = 13}), "");
}

/// Returns how the resolved model writes its labels if the model says `data` under [data].
std::string resolved_labels(const std::string& data, const std::vector<std::string>& overrides = {}) {
  const std::string text = to_toml(parsed(with("[data]\n" + data + "\n"), overrides));
  const auto begin = text.find("labels = ");
  return text.substr(begin, text.find("\nrange = ") - begin);
}

TEST(LanguageModel, WritesWhichImagesAreChosen) {
  EXPECT_EQ(resolved_labels("", {"train.seed=4"}), "labels = { per_class = 10, replace = false, seed = 4 }");
  EXPECT_EQ(resolved_labels("labels = { seed = 5 }", {"train.seed=4"}),
            "labels = { per_class = 10, replace = false, seed = 5 }");
  EXPECT_EQ(resolved_labels("labels = { total = 25, replace = true }"),
            "labels = { total = 25, replace = true, seed = 0 }");
  EXPECT_EQ(resolved_labels("labels = { fraction = 1 }"),
            "labels = { fraction = 1.0, replace = false, seed = 0 }");
  EXPECT_EQ(resolved_labels("labels = { all = true }"), "labels = { all = true, replace = false, seed = 0 }");
  EXPECT_EQ(resolved_labels("labels.total = 25\nvalidation = { fraction = 0.1, seed = 7 }"),
            "labels = { total = 25, replace = false, seed = 0 }\nvalidation = { fraction = 0.1, seed = 7 }");
  EXPECT_EQ(resolved_labels("", {"data.validation.total=9"}),
            "labels = { per_class = 10, replace = false, seed = 0 }\nvalidation = { total = 9, seed = 0 }");
}

TEST(LanguageModel, FilesOfImagesAreRelativeToTheFileThatNamesThem) {
  const std::string text = with(
      "data.labels.file = \"../run/labels.txt\"\n"
      "data.validation = { file = \"/else/v.txt\" }\n");
  const auto files = [&](const std::vector<std::string>& overrides) {
    Diagnostics diagnostics;
    const auto model = parse_model(text, "/models/mine/m.toml", overrides, small_vocabulary(), diagnostics);
    EXPECT_EQ(printed(diagnostics), "");
    return model ? model->data.labels.file + " " + model->data.validation->file : "";
  };
  EXPECT_EQ(files({}), "/models/run/labels.txt /else/v.txt");
  const std::string here = std::filesystem::current_path().string();
  EXPECT_EQ(files({"data.labels.file=mine.txt"}), here + "/mine.txt /else/v.txt");
}

TEST(LanguageModel, SaysWhyAFileCannotBeRead) {
  const auto message = [](const std::filesystem::path& path) {
    Diagnostics diagnostics;
    EXPECT_FALSE(load_model(path, {}, small_vocabulary(), diagnostics));
    return printed(diagnostics);
  };
  EXPECT_EQ(message("no/such.toml"),
            "no/such.toml: error: cannot read the model: No such file or directory\n");
  const auto folder = std::filesystem::temp_directory_path();
  EXPECT_EQ(message(folder), folder.string() + ": error: cannot read the model: it is a folder\n");
}

TEST(LanguageModel, ReadsWindowsLineBreaks) {
  std::string text = with("[train]\nepochs = \"x\"\n");
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2) text.insert(at, "\r");
  expect_printed({{"a carriage return is not printed", text,
                   R"(model.toml:3:10: error: epochs must be an integer, not a string
  3 | epochs = "x"
    |          ^^^
)"}});
}

}  // namespace
}  // namespace sganc
