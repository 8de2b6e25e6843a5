// U-Nets, compiled, against the reference; and one trained by the program, from a folder of pictures to an
// evaluated run.

#include "tests/unet_model.h"

#include <regex>

#include "tests/cli_program.h"
#include "tests/compiled_batch.h"
#include "tests/compiled_model.h"
#include "tests/picture_files.h"

namespace sganc {
namespace {

Shape shape_in(const Module& module, const std::string& function, const std::string& node) {
  for (const auto& n : module.function(function)->nodes)
    if (n.origin.part == node) return n.type.shape;
  return {};
}

void train_as_the_reference_does(const Module& module) {
  Twin twin(module, {});
  std::mt19937 random(12);
  for (int step = 1; step <= 3; ++step) {
    SCOPED_TRACE("step " + std::to_string(step));
    for (const char* function : {"c", "r"}) {
      if (!module.function(function)) continue;
      bind_batch(twin, function, step, random);
      for (double& label : twin.inputs["data.label"].data) label = static_cast<int>(label) % 2;
      twin.step(function, 1e-3);
    }
  }
  if (!module.function("classify")) return;
  bind_batch(twin, "classify", 4, random);
  twin.step("classify", 1e-3);
}

TEST(Unet, OfNetsTrainsAsTheReferenceDoes) {
  const Module module = module_of_text(kUnetOfNets);
  EXPECT_EQ(shape_in(module, "r", "restorer.crop_1"), (Shape{4, 19, 15, 10}));
  EXPECT_EQ(shape_in(module, "r", "restorer.tanh_1"), (Shape{4, 37, 29, 3}));
  train_as_the_reference_does(module);
}

TEST(Unet, OfLayersTrainsAsTheReferenceDoes) {
  const Module module = module_of_text(kUnetOfLayers);
  EXPECT_EQ(shape_in(module, "r", "restorer.crop_1"), (Shape{4, 14, 10, 7}));
  EXPECT_EQ(shape_in(module, "r", "restorer.tanh_1"), (Shape{4, 28, 20, 3}));
  EXPECT_EQ(shape_in(module, "r", "middle.crop_1"), (Shape{4, 28, 20, 3}));
  train_as_the_reference_does(module);
}

}  // namespace

namespace testing {
namespace {

class CliUnet : public ProgramTest {
 protected:
  /// Writes pictures of red horizontal and green vertical stripes, which lie elsewhere in each picture.
  CliUnet() {
    folder.file("unet.toml", kUnetOfNets);
    for (const std::string split : {"train", "test"})
      for (int i = 0; i < 8; ++i) {
        write(split + "/lying/" + std::to_string(i), i, [](auto, auto y, auto c) { return c == 0 ? y : 0; });
        write(split + "/standing/" + std::to_string(i), i,
              [](auto x, auto, auto c) { return c == 1 ? x : 0; });
      }
  }

  template <class Place>
  void write(const std::string& name, int shift, Place place) {
    const auto stripes = [&](auto x, auto y, auto c) {
      return (place(x, y, c) + shift) / 5 % 2 * 200 + 20 * shift;
    };
    folder.file("pictures/" + name + ".png", png_bytes(picture_of(37, 29, 3, stripes)));
  }
};

TEST_F(CliUnet, FromPicturesToAnEvaluatedRun) {
  const auto checked = sganc({"check", "unet.toml", "-q", "--threads", "1"});
  EXPECT_EQ(checked.code, 0) << checked.err;
  EXPECT_TRUE(checked.out.starts_with("model     unet: ")) << checked.out;
  const auto trained = sganc({"train", "unet.toml", "-q", "--out", "run", "--threads", "1"});
  ASSERT_EQ(trained.code, 0) << trained.err;
  const auto steps = records("run/metrics.jsonl");
  ASSERT_EQ(steps.size(), 62u);
  for (const char* update : {"c", "r"})
    EXPECT_LT(steps[59][update]["loss"], 0.5 * steps[0][update]["loss"].get<double>()) << update;
  const auto evaluated = sganc({"eval", "run", "--split", "test", "--threads", "1", "-q"});
  EXPECT_EQ(evaluated.code, 0) << evaluated.err;
  EXPECT_TRUE(std::regex_search(evaluated.out, std::regex("test accuracy .* \\([0-9]+ of 16\\), loss")))
      << evaluated.out;
}

}  // namespace
}  // namespace testing
}  // namespace sganc
