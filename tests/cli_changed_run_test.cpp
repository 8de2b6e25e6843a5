// A run that is not as it was written: files that are damaged, changed or of another run, another model,
// other data. Each is noticed before anything is computed or written.

#include <cstring>
#include <limits>
#include <regex>

#include "runtime/train/checkpoint.h"
#include "tests/cli_program.h"
#include "tests/picture_files.h"

namespace sganc::testing {
namespace {

namespace fs = std::filesystem;

class CliChangedRun : public ProgramTest {
 protected:
  Ending eval(const Words& more = {}) { return with({"eval", "run", "--threads", "1"}, more); }

  Ending resume(const Words& more = {}) { return with(training("run", {"--resume", "-q"}), more); }

  void write_picture(const std::string& name, int seed) const {
    folder.file(name, jpeg_bytes(picture_of(28, 28, 3, [&](auto x, auto y, auto c) {
                  return 5 * x + 3 * y + 40 * c + 11 * seed;
                })));
  }

  /// Changes one bit of the byte at `at` in a file of the run.
  void flip(const std::string& file, std::size_t at) const {
    auto text = content("run/" + file);
    text.at(at) = static_cast<char>(text[at] ^ 1);
    folder.file("run/" + file, text);
  }

  void replace(const std::string& file, const std::string& from, const std::string& to) const {
    auto text = content(file);
    const auto at = text.find(from);
    if (at == std::string::npos) throw std::logic_error(file + " has no " + from);
    folder.file(file, text.replace(at, from.size(), to));
  }

  /// Returns every file of the run with its time and content.
  std::map<std::string, std::pair<fs::file_time_type, std::string>> files() const {
    std::map<std::string, std::pair<fs::file_time_type, std::string>> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder / "run"))
      if (entry.is_regular_file())
        found[entry.path()] = {fs::last_write_time(entry.path()), content_of(entry.path())};
    return found;
  }

  /// Expects that resuming fails with this message and changes nothing.
  void expect_refused(const Words& words, const std::string& message) {
    const auto before = files();
    auto ending = resume(words);
    ending.err = folder.without_path(ending.err);
    expect_error(ending, 2, message);
    EXPECT_TRUE(files() == before);
  }

 private:
  Ending with(Words words, const Words& more) {
    words.insert(words.end(), more.begin(), more.end());
    return sganc(words);
  }
};

TEST_F(CliChangedRun, DamagedTextsAreRefused) {
  write_picture("x.jpg", 1);
  train("run", {"-q"});
  for (const std::string file : {"labels.txt", "classes.txt", "resolved.toml", "data.json", "env.json"}) {
    const auto whole = content("run/" + file);
    flip(file, whole.size() / 2);
    const std::string message = "error: run/" + file +
                                ": was damaged or changed since the run wrote it; bring it back or, if the "
                                "change is meant, remove run/SHA256SUMS\n";
    expect_error(eval(), 2, message);
    expect_error(sganc({"sample", "run", "--threads", "1"}), 2, message);
    expect_error(sganc({"predict", "run", "x.jpg", "--threads", "1", "-q"}), 2, message);
    expect_error(sganc({"inspect", "run"}), 2, message);
    expect_refused({"--set", "train.epochs=2"}, message);
    folder.file("run/" + file, whole);
  }
  fs::rename(folder / "run/classes.txt", folder / "run/validation.txt");
  expect_error(eval(), 2,
               "error: run/classes.txt: is missing, but the run wrote it; bring it back or, if the change is "
               "meant, remove run/SHA256SUMS\n");
  folder.file("run/classes.txt", content("run/validation.txt"));
  expect_error(eval(), 2,
               "error: run/validation.txt: is not of this run; remove it or, if it is meant, "
               "run/SHA256SUMS\n");
  fs::remove(folder / "run/validation.txt");
  EXPECT_EQ(eval().code, 0);
}

TEST_F(CliChangedRun, WhoeverMeansAChangeRemovesTheList) {
  train("run", {"-q"});
  const auto good = eval();
  EXPECT_EQ(good.err, "");
  const auto list = content("run/SHA256SUMS");
  for (const std::size_t at : {std::size_t{0}, list.size() / 2, list.size() - 2}) {
    flip("SHA256SUMS", at);
    expect_error(
        eval(), 2,
        "error: run/SHA256SUMS: is damaged, so that the files of the run cannot be checked; bring it "
        "back, or remove it to use the files as they are\n");
    folder.file("run/SHA256SUMS", list);
  }
  EXPECT_EQ(std::system(("cd " + (folder / "run").string() + " && sha256sum --quiet -c SHA256SUMS").c_str()),
            0);

  flip("env.json", 30);
  fs::remove(folder / "run/SHA256SUMS");
  const auto unchecked = eval();
  EXPECT_EQ(unchecked.out, good.out);
  EXPECT_EQ(unchecked.err,
            "there is no run/SHA256SUMS: whether the files of this run were changed cannot be told\n");
  EXPECT_EQ(resume({"--set", "train.epochs=2"}).code, 0);  // it writes a new SHA256SUMS
  EXPECT_EQ(eval().err, "");
}

TEST_F(CliChangedRun, DamagedCheckpointsAreRefused) {
  train("run", {"-q"});
  const std::string reason =
      ": not a usable checkpoint: its content does not match its sha256: it was damaged or changed; take a "
      "copy of it, or another checkpoint\n";
  const auto last = content("run/checkpoints/last.safetensors");
  for (const auto at : {last.find("\"step\":\"3") + 8, last.find("\"sha256\"") + 1,
                        last.find("\"sha256_of\"") + 1, last.find("\"sha256\":\"") + 12, last.size() - 1}) {
    flip("checkpoints/last.safetensors", at);
    expect_error(eval(), 2, "error: run/checkpoints/last.safetensors" + reason);
    expect_error(sganc({"sample", "run", "--threads", "1"}), 2,
                 "error: run/checkpoints/last.safetensors" + reason);
    folder.file("run/checkpoints/last.safetensors", last);
  }
  flip("checkpoints/state.safetensors", content("run/checkpoints/state.safetensors").size() - 1);
  expect_refused({"--set", "train.epochs=2"}, "error: run/checkpoints/state.safetensors" + reason);
}

TEST_F(CliChangedRun, WeightsThatAreNotFiniteAreOfNoUse) {
  write_picture("x.jpg", 1);
  train("run", {"-q"});
  const auto spoil = [&](const std::string& file) {
    const auto good = Checkpoint::read(folder / file);
    std::vector<CheckpointTensor> tensors = good.tensors();
    std::vector<float> values(tensors[1].bytes.size() / sizeof(float));
    std::memcpy(values.data(), tensors[1].bytes.data(), tensors[1].bytes.size());
    values.back() = std::numeric_limits<float>::quiet_NaN();
    tensors[1].bytes = std::as_bytes(std::span(values));
    write_checkpoint(folder / file, tensors, good.metadata());
    return "error: " + file + ": its tensor \"" + tensors[1].name +
           "\" holds a number that is not finite: take another checkpoint\n";
  };
  const auto message = spoil("run/checkpoints/last.safetensors");
  expect_error(eval(), 2, message);
  expect_error(sganc({"sample", "run", "--threads", "1"}), 2, message);
  expect_error(sganc({"predict", "run", "x.jpg", "--threads", "1", "-q"}), 2, message);
  expect_error(sganc(training("next", {"-q", "--init", "run/checkpoints/last.safetensors"})), 2, message);
  expect_refused({"--set", "train.epochs=2"}, spoil("run/checkpoints/state.safetensors"));
}

TEST_F(CliChangedRun, FilesOfTwoRunsAreNotMixed) {
  train("run", {"-q"});
  train("other", {"-q", "--seed", "1"});
  const auto mine = content("run/checkpoints/last.safetensors");
  fs::copy_file(folder / "other/checkpoints/last.safetensors", folder / "run/checkpoints/last.safetensors",
                fs::copy_options::overwrite_existing);
  expect_error(
      eval(), 2,
      "error: run/checkpoints/last.safetensors is a checkpoint of another run: labels, classes or data "
      "in run are not those that it was trained with\nhelp: files of two runs are mixed\n");
  folder.file("run/checkpoints/last.safetensors", mine);
  fs::copy_file(folder / "other/labels.txt", folder / "run/labels.txt", fs::copy_options::overwrite_existing);
  EXPECT_NE(eval().err.find("error: run/labels.txt: was damaged or changed"), std::string::npos);
}

TEST_F(CliChangedRun, GoesOnWithItsOwnModelAlone) {
  train("run", {"-q", "--set", "train.steps_per_epoch=4"});
  const std::string begun =
      "help: give --set and the other options as the run was begun (./sganc train small.toml --out run --set "
      "train.steps_per_epoch=4 --threads 1), or --accept-changes to go on with the new values\n";
  const std::string refused = "error: the run in \"run\" cannot go on with another model:\n";
  // A forgotten --set of the first call.
  expect_refused({}, refused + "  train.steps_per_epoch was 4, is 3\n" + begun);

  write_variant("small.toml", "steps_per_epoch = 3", "steps_per_epoch = 4");
  for (const auto& [change, told] : std::map<std::string, std::string>{
           {"optimizer.supervised.rate=1e-3", "optimizer.supervised.rate was 2e-4, is 0.001"},
           {"optimizer.generator.beta1=0.9", "optimizer.generator.beta1 was 0.5, is 0.9"},
           {"optimizer.generator={ kind = \"sgd\", rate = 1e-3 }",
            "optimizer.generator.kind was \"adam\", is \"sgd\"\n"
            "  optimizer.generator.decay is 0.0, was not there\n"
            "  optimizer.generator.decay_of is \"all\", was not there\n"
            "  optimizer.generator.momentum is 0.0, was not there\n"
            "  optimizer.generator.nesterov is false, was not there\n"
            "  optimizer.generator.rate was 2e-4, is 0.001\n"
            "  optimizer.generator.beta1 was 0.5, is not there\n"
            "  optimizer.generator.beta2 was 0.999, is not there\n"
            "  optimizer.generator.epsilon was 1e-7, is not there"},
           {"update.c.minimize=2 * cross_entropy(classifier(x), label(x))",
            "update.c.minimize was \"cross_entropy(classifier(x), label(x))\", is \"2 * "
            "cross_entropy(classifier(x), label(x))\""},
           {"update.c.draw.x=labeled 5", "update.c.draw.x was \"labeled 4\", is \"labeled 5\""},
           {"update.c.clip_norm=1.0", "update.c.clip_norm is 1.0, was not there"},
           {"data.range=[0.0, 1.0]", "data.range was [-1.0, 1.0], is [0.0, 1.0]"},
           {"data.labels.per_class=9", "data.labels.per_class was 10, is 9"},
           {"data.labels={ per_class = 10, seed = 7 }", "data.labels.seed was 0, is 7"},
           {"data.validation.total=10",
            "data.validation.total is 10, was not there\n  data.validation.seed is 0, was not there"},
           {"net.trunk.layers.conv_1.filters=9", "net.trunk.layers.conv_1.filters was 8, is 9"},
           {"net.trunk.layers.dropout_1.rate=0.5", "net.trunk.layers.dropout_1.rate was 0.4, is 0.5"},
           {"evaluate.average=true", "evaluate.average was false, is true"}})
    expect_refused({"--set", change}, refused + "  " + told + "\n" + begun);
  expect_refused({"--seed", "5"},
                 refused + "  data.labels.seed was 0, is 5\n  train.seed was 0, is 5\n" + begun);
}

TEST_F(CliChangedRun, LayersThatCameAndWentAreTold) {
  train("run", {"-q"});
  write_variant("small.toml", "  { kind = \"dropout\", rate = 0.4 },\n", "");
  const auto ending = resume();
  EXPECT_EQ(ending.code, 2);
  EXPECT_TRUE(
      ending.err.starts_with("error: the run in \"run\" cannot go on with another model:\n"
                             "  net.trunk.layers was [conv_1, leaky_relu_1, conv_2, leaky_relu_2, flatten_1, "
                             "dropout_1], is [conv_1, "
                             "leaky_relu_1, conv_2, leaky_relu_2, flatten_1]\nhelp: "))
      << ending.err;
}

TEST_F(CliChangedRun, SaysWhatMayChangeAndWhatItDoes) {
  const Words rate = {"--set", "optimizer.supervised.rate={ from = 1e-3, to = 0.0, shape = \"cosine\" }"};
  const auto with_rate = [&](Words words) {
    words.insert(words.end(), rate.begin(), rate.end());
    return words;
  };
  train("run", with_rate({"-q", "--set", "train.epochs=2"}));
  const auto model = content("run/model.toml");
  expect_refused(
      with_rate({}),
      "error: the run in \"run\" has done 2 epochs and 6 steps, more than train.epochs = 1 asks for\n"
      "help: give --set train.epochs=2 or more\n");
  const auto before = files();
  EXPECT_EQ(resume(with_rate({"--set", "train.epochs=2"})).code, 0);
  for (const auto* same : {"run/model.toml", "run/resolved.toml", "run/SHA256SUMS", "run/labels.txt",
                           "run/data.json", "run/env.json"})
    EXPECT_TRUE(files().at(folder / same) == before.at(folder / same)) << same;

  const auto ending = sganc(training(
      "run", with_rate({"--resume", "--set", "train.epochs=4", "--set", "evaluate.splits=[\"train\"]"})));
  EXPECT_EQ(ending.code, 0) << ending.err;
  const std::string lines =
      "\nchanged  optimizer.supervised.rate.end was 6, is 12\n"
      "changed  train.epochs was 2, is 4\n"
      "changed  evaluate.splits was [], is [\"train\"]\n"
      "         the cosine rate of the optimizer \"supervised\" ends at its step 12, not 6: for the next "
      "step it "
      "goes up from 0 to 0.0005\n";
  EXPECT_NE(ending.err.find(lines), std::string::npos) << ending.err;
  EXPECT_NE(content("run/log.txt").find(lines), std::string::npos);
  EXPECT_NE(content("run/resolved.toml").find("\nepochs = 4\n"), std::string::npos);
  EXPECT_EQ(content("run/model.toml"), model);
  EXPECT_EQ(eval().code, 0);
}

TEST_F(CliChangedRun, SaysThatAnotherScheduleMayRoundDifferently) {
  train("run", {"-q"});
  const auto environment = content("run/env.json");
  EXPECT_EQ(sganc(training("run", {"--resume", "--set", "train.epochs=2", "--schedule", "onednn"})).code, 0);
  EXPECT_NE(content("run/log.txt")
                .find("\nchanged  train.epochs was 1, is 2\n"
                      "changed  schedule was \"default\", is \"onednn\"\n"
                      "         sums may be rounded differently than in a run that never stopped\n"),
            std::string::npos)
      << content("run/log.txt");
  EXPECT_EQ(content("run/env.json"), environment);
}

TEST_F(CliChangedRun, AcceptsAnotherModelWhereThatIsWanted) {
  train("run", {"-q"});
  expect_error(sganc(training("new", {"--accept-changes"})), 2,
               "error: --accept-changes is of a run that goes on: give --resume with it\n");
  write_variant("small.toml", "rate = 2e-4", "rate = 1e-3");
  const auto ending = sganc(training("run", {"--resume", "--accept-changes", "--set", "train.epochs=2"}));
  EXPECT_EQ(ending.code, 0) << ending.err;
  const std::string lines =
      "\nchanged  optimizer.supervised.rate was 2e-4, is 0.001\n"
      "changed  optimizer.unsupervised.rate was 2e-4, is 0.001\n"
      "changed  optimizer.generator.rate was 2e-4, is 0.001\n"
      "changed  train.epochs was 1, is 2\n"
      "         checkpoints up to now are of the model as it was\n";
  EXPECT_NE(content("run/log.txt").find(lines), std::string::npos) << content("run/log.txt");
  EXPECT_EQ(content("run/model.toml"), content("small.toml"));
  EXPECT_NE(content("run/resolved.toml").find("rate = 0.001"), std::string::npos);
  EXPECT_EQ(eval().code, 0);
  expect_refused({"--accept-changes", "--set", "train.epochs=3", "--seed", "5"},
                 "error: the run in \"run\" cannot go on like this: it has the seed 0, not 5\n");
}

/// A run on photos, a tenth of which are its test images.
class CliChangedData : public CliChangedRun {
 protected:
  CliChangedData() {
    for (const std::string name : {"cat", "dog"})
      for (int i = 0; i < 12; ++i) write_photo(name + "/" + std::to_string(10 + i), i + 30 * (name == "cat"));
    write_variant(
        "small.toml", "source = \"fashion-mnist\"",
        "source = { folder = \"photos\" }\nlabels = { per_class = 2 }\nvalidation = { per_class = 2 }");
    replace("small.toml", "28, 28, 1", "28, 28, 3");
    replace("small.toml", "filters = 1,", "filters = 3,");
    replace("small.toml", "units = 10 ", "units = 2 ");
    train("run", {"-q"});
  }

  void write_photo(const std::string& name, int seed) const {
    write_picture("photos/" + name + ".jpg", seed);
  }
};

TEST_F(CliChangedData, OnePhotoMoreMakesFiguresMeaningless) {
  EXPECT_EQ(eval().code, 0);
  write_photo("cat/11a", 77);
  const std::string changed =
      "the data are not those of the run: of the training images: 1 picture was added: cat/11a.jpg; ";
  const std::string help =
      "\nhelp: bring the data back, say with --data where they lie, or give --any-data to measure all the "
      "same\n";
  expect_error(eval({"--split", "validation"}), 2,
               "error: " + changed +
                   "held-out images are known by their positions, which hold other images now" + help);
  expect_error(eval({"--split", "test"}), 2,
               "error: " + changed +
                   "the test images are taken from the training images, and would be others now" + help);
  expect_error(eval({"--split", "train"}), 2,
               "error: " + changed + "the accuracy would be that of other images" + help);
  const auto anyway = eval({"--split", "train", "--any-data"});
  EXPECT_EQ(anyway.code, 0);
  EXPECT_EQ(anyway.err, "warning: " + changed + "the accuracy would be that of other images\n");
  for (const Words& words : {Words{}, Words{"--accept-changes"}})
    expect_refused(
        words,
        "error: the run in \"run\" cannot go on with other data: of the training images: 1 picture was "
        "added: cat/11a.jpg\nhelp: bring the data back, or train anew, with --init run from the "
        "weights of this run\n");
  const auto named = sganc(training("next", {"-q", "--set", "data.labels={ file = \"run/labels.txt\" }"}));
  EXPECT_EQ(named.code, 0) << named.err;  // pictures that are listed by their names stay the same
  EXPECT_EQ(content("next/labels.txt"), content("run/labels.txt"));

  fs::remove(folder / "photos/dog/13.jpg");
  EXPECT_NE(eval().err.find(": 1 picture was added: cat/11a.jpg; 1 picture was removed: dog/13.jpg; "),
            std::string::npos);
  fs::remove(folder / "photos/cat/11a.jpg");
  write_photo("dog/13", 3);
  EXPECT_EQ(eval().code, 0);
  write_photo("dog/13", 4);
  EXPECT_NE(eval().err.find("of the training images: their pixels have changed; "), std::string::npos);
}

TEST_F(CliChangedData, MayLieElsewhere) {
  const auto good = eval({"--split", "validation"});
  fs::rename(folder / "photos", folder / "elsewhere");
  EXPECT_EQ(eval().code, 2);
  const auto moved = eval({"--split", "validation", "--data", "elsewhere"});
  EXPECT_EQ(moved.err, "");
  EXPECT_EQ(moved.out, good.out);
  replace("small.toml", "\"photos\"", "\"elsewhere\"");
  const auto ending = sganc(training("run", {"--resume", "--set", "train.epochs=2"}));
  EXPECT_EQ(ending.code, 0) << ending.err;
  EXPECT_NE(folder.without_path(ending.err)
                .find("\nchanged  data.source.folder was \"FOLDER/photos\", is \"FOLDER/elsewhere\"\n"),
            std::string::npos)
      << ending.err;
  EXPECT_EQ(eval().code, 0);
}

}  // namespace
}  // namespace sganc::testing
