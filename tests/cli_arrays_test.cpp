// Training on a user's own arrays, in .npy files and archives.

#include <algorithm>

#include "tests/own_data.h"

namespace sganc::testing {
namespace {

class CliArrays : public OwnData {};

TEST_F(CliArrays, ArraysInNpyFiles) {
  const auto images = [](int count) {
    std::string bytes;
    for (int i = 0; i < count * 28 * 28 * 3; ++i) bytes += static_cast<char>(i * 7 + i / 2352);
    return npy_of("|u1", "(" + std::to_string(count) + ", 28, 28, 3)", bytes);
  };
  const auto labels = [](const std::vector<int>& classes) {
    std::string bytes;
    for (const int c : classes) bytes += static_cast<char>(c) + std::string(3, c < 0 ? '\xff' : '\0');
    return npy_of("<i4", "(" + std::to_string(classes.size()) + ",)", bytes);
  };
  folder.file("x.npy.gz", gzip_bytes(images(9)));
  folder.file("y.npy", labels({0, 1, 2, 0, 1, 2, -1, -1, 2}));
  folder.file("tx.npy", images(3));
  folder.file("ty.npy", labels({0, 1, 2}));
  write_model(
      "{ images = \"x.npy.gz\", labels = \"y.npy\", test_images = \"tx.npy\", test_labels = \"ty.npy\" }");
  const auto ending = train_mine();
  EXPECT_EQ(ending.code, 0) << ending.err;
  EXPECT_NE(ending.err.find("\ndata     x.npy.gz: 9 training and 3 test images of 28x28x3\n"
                            "         2 of the training images have no label\n"
                            "classes  0, 1, 2\n"
                            "labels   6, of each class 2 2 2\n"),
            std::string::npos)
      << ending.err;
  EXPECT_EQ(records("run/metrics.jsonl").back()["examples"], 3);
}

TEST_F(CliArrays, AnArchiveWithValidationImages) {
  const auto images = [](int count) {
    std::string bytes;
    for (int i = 0; i < count * 28 * 28 * 3; ++i) bytes += static_cast<char>(i * 7 + i / 2352);
    return npy_of("|u1", "(" + std::to_string(count) + ", 28, 28, 3)", bytes);
  };
  const auto labels = [](const std::string& classes) {
    return npy_of("|i1", "(" + std::to_string(classes.size()) + ",)", classes);
  };
  const std::string six("\0\1\2\0\1\2", 6);
  folder.file("m.npz", npz_bytes({{"x_train", images(6)},
                                  {"y_train", labels(six)},
                                  {"x_val", images(3)},
                                  {"y_val", labels(six.substr(0, 3))},
                                  {"x_test", images(3)},
                                  {"y_test", labels(six.substr(3))}},
                                 true));
  write_model("{ images = \"m.npz\" }", "validation = { given = true }");
  const Words measured = {"--seed", "5", "--set", "evaluate.splits=[\"validation\"]"};
  // In memory and in a file the training is the same.
  std::string metrics;  // the loss of the run before
  for (const std::string memory : {"1000", "0"}) {
    auto words = measured;
    words.insert(words.end(), {"--force", "--set", "data.memory=" + memory});
    const auto ending = train_mine(words);
    EXPECT_EQ(ending.code, 0) << ending.err;
    EXPECT_NE(ending.err.find("data     m.npz: 9 training and 3 test images of 28x28x3\n"
                              "         3 of the training images are validation images of its own\n"),
              std::string::npos)
        << ending.err;
    EXPECT_NE(ending.err.find("held out 3 for validation, of each class 1 1 1\n"), std::string::npos)
        << ending.err;
    EXPECT_EQ(ending.err.find("x_train: 0.00 GB of images stay in a file, from which each batch is read") !=
                  std::string::npos,
              memory == "0");
    EXPECT_EQ(content("run/validation.txt"), "6\n7\n8\n");
    const auto lines = records("run/metrics.jsonl");
    const auto last = *std::ranges::find_if(
        lines, [](const auto& line) { return line.value("split", "") == "validation"; });
    EXPECT_EQ(last["examples"], 3);
    EXPECT_EQ(last["loss"].dump(), metrics.empty() ? last["loss"].dump() : metrics);
    metrics = last["loss"].dump();
  }
  // The files have moved: the error names the key, which eval takes.
  std::filesystem::rename(folder / "m.npz", folder / "n.npz");
  const auto moved = sganc({"eval", "run", "--threads", "1"});
  EXPECT_EQ(moved.code, 2);
  EXPECT_NE(
      moved.err.find("\nhelp: say where it is now: --data DIR, or eval --set data.source.images=PATH\n"),
      std::string::npos)
      << moved.err;
  const auto found = sganc({"eval", "run", "--threads", "1", "--set", "data.source.images=n.npz"});
  EXPECT_EQ(found.code, 0) << found.err;
  expect_error(
      sganc({"eval", "run", "--set", "train.seed=3"}), 2,
      "error: --set of eval says where the data are, data.source, and \"train.seed\" is part of what was "
      "trained\nhelp: train anew to change it\n");
}

}  // namespace
}  // namespace sganc::testing
