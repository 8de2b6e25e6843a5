// Mixup (Zhang, Cisse, Dauphin, Lopez-Paz 2018) as models write it: shares with the beta distribution, and
// images and labels that are mixed by them.

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "runtime/train/sample.h"
#include "tests/compiled_batch.h"
#include "tests/compiled_model.h"

namespace sganc {
namespace {

/// A generator that gives the shares as they are drawn: 4 for each image.
std::string shares(double alpha) {
  return "name = \"shares\"\n[input]\nshare = { size = 4, distribution = \"beta\", alpha = " +
         std::to_string(alpha) +
         " }\n[net.generator]\nof = \"share\"\nlayers = [{ kind = \"reshape\", shape = [2, 2, 1] }]\n";
}

/// The variance of Beta(a, a) is 1 / (4 (2 a + 1)), and half of all shares lie below 1/2.
TEST(Mixup, SharesHaveTheBetaDistribution) {
  for (const double alpha : {0.2, 0.5, 1.0}) {
    Executor executor(compile(module_of_text(shares(alpha))), 1, /*seed=*/3);
    const auto values = sample_images(executor, /*seed=*/5, 5000).values;
    const auto n = static_cast<double>(values.size());
    double sum = 0, squares = 0, below = 0;
    for (const float v : values) {
      ASSERT_TRUE(v >= 0 && v <= 1);
      sum += static_cast<double>(v);
      squares += std::pow(static_cast<double>(v) - 0.5, 2);
      below += v < 0.25F;
    }
    EXPECT_NEAR(sum / n, 0.5, 0.01) << alpha;
    EXPECT_NEAR(squares / n, 1 / (4 * (2 * alpha + 1)), 0.005) << alpha;
    if (alpha == 0.5) {
      EXPECT_NEAR(below / n, 1.0 / 3, 0.01);  // 2/pi asin(sqrt(1/4))
    }
    if (alpha == 1.0) {
      EXPECT_NEAR(below / n, 0.25, 0.01);
    }
  }
}

TEST(Mixup, CompilesAsTheReferenceHasIt) {
  Twin twin(module_of_text(R"toml(name = "mixup"
[input]
image = [3, 3, 1]
share = { size = 1, distribution = "beta", alpha = 0.4 }
[net.classifier]
of = "image"
layers = [{ kind = "flatten" }, { kind = "dense", units = 10 }, { kind = "softmax" }]
[optimizer]
sgd = { kind = "sgd", rate = 0.1 }
[[update]]
name = "mix"
draw = { x = "labeled 6", y = "labeled 6", b = "share 6" }
let = { l = "mean(b, features)" }
minimize = "cross_entropy(classifier(l * x + (1 - l) * y), l * one_hot(label(x), 10) + (1 - l) * one_hot(label(y), 10))"
train = ["classifier"]
optimizer = "sgd"
)toml"),
            {});
  std::mt19937 random(5);
  for (int step = 1; step < 4; ++step) {
    bind_batch(twin, "mix", step, random);
    twin.step("mix", 1e-5);
  }
}

}  // namespace
}  // namespace sganc
