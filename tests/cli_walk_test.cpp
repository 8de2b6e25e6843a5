// A user's way from a folder of pictures to a classifier and its predictions.

#include "runtime/data/sources.h"
#include "tests/cli_program.h"
#include "tests/picture_files.h"

namespace sganc::testing {
namespace {

class CliWalk : public ProgramTest {
 protected:
  /// Writes ten pictures of each class of Fashion-MNIST and fifty without a label into clothes/, five into
  /// new/.
  void write_clothes() const {
    const Dataset data = load_dataset("fashion-mnist", {folder / "none", "/usr/share/datasets", false}, {});
    std::vector<int> written(10);
    int rest = 0;
    for (std::size_t i = 0; rest < 55; ++i) {
      const auto label = static_cast<std::size_t>(data.train.labels[i]);
      const std::string of_class = "clothes/class " + std::to_string(label);
      const std::string place = written[label] < 10 ? of_class : rest < 50 ? "clothes/unlabeled" : "new";
      ++(written[label] < 10 ? written[label] : rest);
      const auto pixels = data.train.images.data() + i * 784;
      folder.file(place + "/" + std::to_string(i) + ".png", png_bytes({28, 28, 1, {pixels, pixels + 784}}));
    }
  }
};

TEST_F(CliWalk, FromAFolderOfPicturesToPredictions) {
  write_clothes();
  const auto begun = sganc({"init", "clothes", "--recipe", "gan"});
  ASSERT_EQ(begun.code, 0) << begun.err;
  EXPECT_TRUE(begun.err.starts_with("clothes: 150 pictures, 10 classes\n  class 0: 10\n")) << begun.err;
  auto text = content("model.toml");
  for (auto at = text.find(" = 128,"); at != std::string::npos; at = text.find(" = 128,"))
    text.replace(at, 7, " = 8,");
  for (const auto& [from, to] : {std::pair("units = 6272", "units = 392"), std::pair("7, 7, 128", "7, 7, 8")})
    text.replace(place_of(text, from), std::string(from).size(), to);
  folder.file("model.toml", text);

  const auto checked = sganc({"check", "model.toml", "--threads", "2"});
  EXPECT_EQ(checked.code, 0) << checked.err;
  const auto trained = sganc({"train", "model.toml", "--threads", "2", "--set", "train.epochs=2", "--set",
                              "train.steps_per_epoch=3"});
  ASSERT_EQ(trained.code, 0) << trained.err;
  EXPECT_NE(trained.err.find("labels   90, of each class 9 9 9 9 9 9 9 9 9 9\n"), std::string::npos)
      << trained.err;

  const auto evaluated = sganc({"eval", "runs/clothes", "--split", "test"});
  EXPECT_EQ(evaluated.code, 0) << evaluated.err;
  EXPECT_TRUE(evaluated.out.starts_with("runs/clothes/checkpoints/last.safetensors: " + trained.out))
      << evaluated.out;
  const auto predicted = sganc({"predict", "runs/clothes", "new"});
  EXPECT_EQ(predicted.code, 0) << predicted.err;
  const auto rows = lines_of(predicted.out);
  ASSERT_EQ(rows.size(), 6u);
  EXPECT_EQ(rows[0], "path,class,probability,real");
  for (std::size_t i = 1; i < rows.size(); ++i)
    EXPECT_TRUE(rows[i].starts_with("new/") && rows[i].find(".png,class ") != std::string::npos) << rows[i];

  // The model has no spread; test images were taken from between the training images.
  const auto suggested = sganc({"suggest", "runs/clothes", "--count", "4"});
  EXPECT_EQ(suggested.code, 0) << suggested.err;
  const auto paths = lines_of(suggested.out);
  ASSERT_EQ(paths.size(), 4u) << suggested.out;
  for (const auto& path : paths) EXPECT_TRUE(path.starts_with("clothes/unlabeled/") && exists(path)) << path;
  EXPECT_TRUE(exists("suggested.png"));
  const auto refused = sganc({"suggest", "runs/clothes", "--count", "1", "--labels", "more.txt"});
  expect_error(refused, 2,
               "error: --labels is for data that have a label for each image, but " + paths[0] +
                   " has none\nhelp: give these images labels, and train with labels = { all = true }\n");
  EXPECT_FALSE(exists("more.txt"));

  EXPECT_EQ(sganc({"sample", "runs/clothes"}).out, "grid.png\n");
  EXPECT_EQ(content("grid.png"), content("runs/clothes/samples/epoch_0002.png"));
}

}  // namespace
}  // namespace sganc::testing
