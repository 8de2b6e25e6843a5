// Labels spread over a graph in a real training: what is said, drawn, kept for a resume.

#include <regex>

#include "runtime/data/sources.h"
#include "runtime/train/checkpoint.h"
#include "tests/cli_program.h"

namespace sganc::testing {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kImages = 1500, kTestImages = 100;

class CliSpread : public ProgramTest {
 protected:
  CliSpread() {
    write_some_images();
    write_variant("spread.toml", "[train]\nepochs = 1\nsteps_per_epoch = 3", R"toml([net.plain]
of = "image"
layers = [{ kind = "average_pool", size = 2 }, { kind = "flatten" }]

[spread.near]
features = { plain = 1, trunk = 1 }
standardize = ["trunk"]
keep = 0.5
from_step = 2
every = 3

[[update]]
name      = "s"
draw      = { x = "spread.near 16" }
minimize  = "cross_entropy(classifier(x), label(x), certainty(x))"
train     = ["trunk", "logits"]
optimizer = "supervised"
from_step = 2

[train]
epochs = 2
steps_per_epoch = 3)toml");
    auto text = content("spread.toml");
    const std::string known = "\"fashion-mnist\"";
    text.replace(text.find(known), known.size(),
                 R"({ images = "x", labels = "y", test_images = "tx", test_labels = "ty" })");
    folder.file("spread.toml", text);
  }

  /// Writes the first images of Fashion-MNIST as IDX files: x and y for training, tx and ty for tests.
  void write_some_images() const {
    const Dataset data = load_dataset("fashion-mnist", {folder / "none", "/usr/share/datasets", false}, {});
    const auto number = [](std::int64_t n) {
      return std::string{static_cast<char>(n >> 24), static_cast<char>(n >> 16), static_cast<char>(n >> 8),
                         static_cast<char>(n)};
    };
    const auto write = [&](const std::string& name, const Split& split, std::int64_t count) {
      std::string images = number(0x803) + number(count) + number(28) + number(28),
                  labels = number(0x801) + number(count);
      images.append(split.images.data(), split.images.data() + count * 28 * 28);
      for (std::int64_t i = 0; i < count; ++i)
        labels += static_cast<char>(split.labels[static_cast<std::size_t>(i)]);
      folder.file(name + "x", images);
      folder.file(name + "y", labels);
    };
    write("", data.train, kImages);
    write("t", data.test, kTestImages);
  }

  Ending train_spread(const std::string& out, const Words& more = {}) {
    Words words = {"train", "spread.toml", "--out", out, "--threads", "2"};
    words.insert(words.end(), more.begin(), more.end());
    return sganc(words);
  }
};

TEST_F(CliSpread, UpdatesDrawWhatWasSpread) {
  const auto ending = train_spread("run");
  ASSERT_EQ(ending.code, 0) << ending.err;
  int spread = 0;
  for (const auto& line : lines_of(ending.err))
    if (std::regex_match(
            line,
            std::regex("spread.near: labels reached 1500 images, the 75[0-9] most certain are drawn, of "
                       "each class( [0-9]+){10}, [0-9.]+ % wrong by the labels that no update "
                       "sees, [0-9.]+ % of the drawn ones, .*")))
      ++spread;
  EXPECT_EQ(spread, 2) << ending.err;  // before the steps 2 and 5
  const auto steps = records("run/metrics.jsonl");
  EXPECT_FALSE(steps[0].contains("s"));
  EXPECT_TRUE(steps[1].contains("s"));
  const auto state = Checkpoint::read(folder / "run/checkpoints/state.safetensors");
  const auto* label = state.find("spread.near.label");
  ASSERT_TRUE(label);
  EXPECT_EQ(label->shape, std::vector<std::int64_t>{kImages});
  // The weights alone can be used without them.
  EXPECT_FALSE(Checkpoint::read(folder / "run/checkpoints/last.safetensors").find("spread.near.label"));
  EXPECT_EQ(sganc({"eval", "run", "--threads", "2", "-q"}).code, 0);
}

TEST_F(CliSpread, AResumeEndsInTheSameBits) {
  // A second spread goes on from the labels of the first, which the run still has after the resume.
  const Words far = {
      "--set", "spread.far={ features = { trunk = 1 }, labels = \"spread.near\", from_step = 3, every = 1 }"};
  const auto train = [&](const std::string& out, Words more) {
    more.insert(more.end(), far.begin(), far.end());
    return train_spread(out, more);
  };
  ASSERT_EQ(train("whole", {"-q"}).code, 0);
  // One epoch ends after step 3, between the two spreads of the first.
  ASSERT_EQ(train("parts", {"-q", "--set", "train.epochs=1"}).code, 0);
  const auto resumed = train("parts", {"--resume"});
  ASSERT_EQ(resumed.code, 0) << resumed.err;
  EXPECT_NE(resumed.err.find("\nspread.far: labels reached 1500 images, the 1500 most certain"),
            std::string::npos)
      << resumed.err;
  EXPECT_EQ(content("parts/checkpoints/last.safetensors").size(),
            content("whole/checkpoints/last.safetensors").size());
  const auto whole = Checkpoint::read(folder / "whole/checkpoints/state.safetensors"),
             parts = Checkpoint::read(folder / "parts/checkpoints/state.safetensors");
  ASSERT_EQ(whole.tensors().size(), parts.tensors().size());
  for (const auto& tensor : whole.tensors()) {
    const auto* other = parts.find(tensor.name);
    ASSERT_TRUE(other) << tensor.name;
    EXPECT_TRUE(std::ranges::equal(tensor.bytes, other->bytes)) << tensor.name;
  }
}

TEST_F(CliSpread, NeighboursAreChosenAmongMore) {
  const Words upright = {"--set", "net.upright={ of = \"image\", layers = [{ kind = \"straighten\" }] }",
                         "--set", "spread.near.rerank={ net = \"upright\", candidates = 20, reach = 1 }"};
  ASSERT_EQ(train_spread("plain", {"-q"}).code, 0);
  for (const std::string run : {"one", "other"}) {
    const auto ending = train_spread(run, upright);
    ASSERT_EQ(ending.code, 0) << ending.err;
    EXPECT_NE(ending.err.find("spread.near: labels reached 1500 images"), std::string::npos) << ending.err;
  }
  const auto label = [&](const std::string& run) {
    const auto state = Checkpoint::read(folder / (run + "/checkpoints/state.safetensors"));
    const auto bytes = state.find("spread.near.label")->bytes;
    return std::vector(bytes.begin(), bytes.end());
  };
  EXPECT_EQ(label("one"), label("other"));
  EXPECT_NE(label("one"), label("plain"));
  EXPECT_EQ(sganc({"suggest", "one", "--count", "3", "--threads", "2"}).code, 0);
}

TEST_F(CliSpread, OtherVerbsTakeTheModel) {
  const auto checked = sganc({"check", "spread.toml", "--threads", "2"});
  EXPECT_EQ(checked.code, 0) << checked.err;
  EXPECT_NE(checked.out.find(" MB while labels are spread, "), std::string::npos) << checked.out;
  EXPECT_EQ(sganc({"inspect", "spread.toml"}).code, 0);
  const auto bench =
      sganc({"bench", "spread.toml", "--threads", "2", "-q", "--repetitions", "1", "--format", "json"});
  EXPECT_EQ(bench.code, 0) << bench.err;
  const auto explained = sganc({"compile", "spread.toml", "--explain", "--update", "spread.near.similarity"});
  EXPECT_EQ(explained.code, 0) << explained.err;
  EXPECT_NE(explained.out.find("product"), std::string::npos) << explained.out;
}

TEST_F(CliSpread, SuggestListsImagesToLabel) {
  ASSERT_EQ(train_spread("run", {"-q"}).code, 0);
  const auto ending = sganc({"suggest", "run", "--count", "3", "--threads", "2", "--labels", "more.txt"});
  ASSERT_EQ(ending.code, 0) << ending.err;
  const auto lines = lines_of(ending.out);
  ASSERT_EQ(lines.size(), 3u) << ending.out;
  for (const auto& line : lines) EXPECT_TRUE(line.starts_with("x[")) << line;
  EXPECT_NE(ending.err.find("3 images, the most helpful first; suggested.png shows them, ten in a row; their "
                            "labels would settle "),
            std::string::npos)
      << ending.err;
  EXPECT_TRUE(exists("suggested.png"));
  const auto had = lines_of(content("run/labels.txt")), has = lines_of(content("more.txt"));
  ASSERT_EQ(has.size(), had.size() + 3);
  EXPECT_TRUE(std::equal(had.begin(), had.end(), has.begin()));
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(lines[i], "x[" + has[had.size() + i] + "]");
  EXPECT_EQ(train_spread("more", {"-q", "--set", "data.labels={file=\"more.txt\"}"}).code, 0);

  const auto json = sganc(
      {"suggest", "run", "--count", "2", "--threads", "2", "--format", "json", "--out", "two.png", "-q"});
  ASSERT_EQ(json.code, 0) << json.err;
  const auto row = nlohmann::json::parse(lines_of(json.out).at(1));
  EXPECT_EQ(row["image"], lines[1]);
  EXPECT_EQ(std::to_string(row["index"].get<int>()), has[had.size() + 1]);
  EXPECT_FALSE(row["guess"].get<std::string>().empty());
  EXPECT_GE(row["certainty"].get<double>(), 0);
  EXPECT_LE(row["certainty"].get<double>(), 1);
  EXPECT_GT(row["settles"].get<double>(), 0);
}

TEST_F(CliSpread, SuggestNamesMistakes) {
  ASSERT_EQ(train_spread("run", {"-q", "--set", "train.epochs=1"}).code, 0);
  expect_error(sganc({"suggest", "run", "--spread", "neer"}), 2,
               "error: the model of this run declares no spread \"neer\"\n"
               "help: did you mean \"near\"?\n");
  expect_error(sganc({"suggest", "run", "--count", "0"}), 2, "error: --count must lie between 1 and 10000\n");
  expect_error(sganc({"suggest", "run", "--out", "list.txt"}), 2,
               "error: --out is a picture, whose name ends in .png, not \"list.txt\"\n");
  EXPECT_FALSE(exists("suggested.png"));
}

}  // namespace
}  // namespace sganc::testing
