// How far images must be bent to look alike, and the neighbours that this chooses, against their formulas.

#include "runtime/spread/rerank.h"

#include <gtest/gtest.h>
#include <omp.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace sganc {
namespace {

ImageTable random_images(std::int64_t count, std::int64_t height, std::int64_t width, std::int64_t channels) {
  std::mt19937 random(static_cast<unsigned>(count * 31 + height * 7 + width));
  std::uniform_real_distribution<float> uniform(-1, 1);
  ImageTable images{count, height, width, channels, {}};
  images.values.resize(static_cast<std::size_t>(count * height * width * channels));
  for (float& v : images.values) v = uniform(random);
  return images;
}

/// The formula of deformation.h, pixel by pixel.
class Formula {
 public:
  Formula(const ImageTable& images, std::int64_t i, std::int64_t j) : t_(images), i_(i), j_(j) {}

  double distance(std::int64_t reach) const {
    double sum = 0;
    for (std::int64_t y = 0; y < t_.height; ++y)
      for (std::int64_t x = 0; x < t_.width; ++x) {
        double least = around(y, x, 0, 0);
        for (std::int64_t dy = -reach; dy <= reach; ++dy)
          for (std::int64_t dx = -reach; dx <= reach; ++dx) least = std::min(least, around(y, x, dy, dx));
        sum += least;
      }
    return sum;
  }

 private:
  double pixel(std::int64_t image, std::int64_t y, std::int64_t x, std::int64_t c) const {
    y = std::clamp<std::int64_t>(y, 0, t_.height - 1), x = std::clamp<std::int64_t>(x, 0, t_.width - 1);
    return static_cast<double>(
        t_.image(image)[static_cast<std::size_t>((y * t_.width + x) * t_.channels + c)]);
  }

  /// Sobel's gradient along an axis (0: down, 1: right).
  double gradient(std::int64_t image, std::int64_t y, std::int64_t x, std::int64_t c, int axis) const {
    if (y < 0 || x < 0 || y >= t_.height || x >= t_.width) return 0;
    double sum = 0;
    for (const std::int64_t along : {-1, 1})
      for (const std::int64_t across : {-1, 0, 1})
        sum += static_cast<double>(along * (across == 0 ? 2 : 1)) *
               (axis == 0 ? pixel(image, y + along, x + across, c) : pixel(image, y + across, x + along, c));
    return sum / 8;
  }

  double around(std::int64_t y, std::int64_t x, std::int64_t dy, std::int64_t dx) const {
    double sum = 0;
    for (std::int64_t qy = y - 1; qy <= y + 1; ++qy)
      for (std::int64_t qx = x - 1; qx <= x + 1; ++qx)
        for (std::int64_t c = 0; c < t_.channels; ++c)
          for (const int axis : {0, 1}) {
            const double off = gradient(i_, qy, qx, c, axis) - gradient(j_, qy + dy, qx + dx, c, axis);
            sum += off * off;
          }
    return sum;
  }

  const ImageTable& t_;
  std::int64_t i_, j_;
};

double distance_of(const ImageTable& images, std::int64_t i, std::int64_t j, std::int64_t reach) {
  Deformation deformation(images, reach);
  deformation.compare(images.image(i));
  return static_cast<double>(deformation.distance_to(images.image(j)));
}

TEST(Deformation, IsItsFormula) {
  for (const auto& images : {random_images(2, 5, 7, 1), random_images(2, 9, 4, 3), random_images(2, 1, 1, 1),
                             random_images(2, 2, 18, 2), random_images(2, 28, 28, 1)})
    for (const std::int64_t reach : {0, 1, 2, 3}) {
      SCOPED_TRACE(std::to_string(images.height) + " x " + std::to_string(images.width) + ", reach " +
                   std::to_string(reach));
      const double expected = Formula(images, 0, 1).distance(reach);
      EXPECT_NEAR(distance_of(images, 0, 1, reach), expected, 1e-5 * (1 + expected));
    }
}

TEST(Deformation, OfAnImageThatMovedIsNothingIfItReaches) {
  ImageTable images{2, 12, 12, 1, std::vector<float>(2 * 144)};
  for (const std::int64_t y : {4, 5, 6, 7}) {
    images.values[static_cast<std::size_t>(y * 12 + 5)] = 1;
    images.values[static_cast<std::size_t>(144 + (y - 1) * 12 + 7)] = 1;  // one up, two to the right
  }
  EXPECT_GT(distance_of(images, 0, 1, 1), 0.1);
  EXPECT_EQ(distance_of(images, 0, 1, 2), 0);
  EXPECT_EQ(distance_of(images, 0, 0, 0), 0);
}

TEST(Deformation, CanCompareOneAfterTheOther) {
  const auto images = random_images(4, 6, 6, 1);
  Deformation deformation(images, 1);
  for (std::int64_t i = 0; i < 4; ++i) {
    deformation.compare(images.image(i));
    for (std::int64_t j = 0; j < 4; ++j)
      EXPECT_EQ(static_cast<double>(deformation.distance_to(images.image(j))), distance_of(images, i, j, 1));
  }
}

TEST(Rerank, TakesTheLargestWeights) {
  const auto images = random_images(5, 6, 6, 1);
  // Image 4 has two candidates only, and one of image 0 is the opposite of it.
  const Neighbours candidates{
      3,
      {1, 2, 3, 0, 2, 4, 4, 0, 1, 1, 2, 0, 3, 0, -1},
      {0.9F, 0.8F, -0.5F, 0.9F, 0.3F, 0.2F, 0.7F, 0.6F, 0.5F, 1, 1, 1, 0.4F, 0.3F, 0}};
  const auto distance = [&](std::size_t k) {
    return Formula(images, static_cast<std::int64_t>(k / 3), candidates.index[k]).distance(1);
  };
  std::vector<double> second;  // of each image the distance of the second nearest
  for (std::size_t i = 0; i < 5; ++i) {
    std::vector<double> own;
    for (std::size_t k = 3 * i; k < 3 * i + 3; ++k)
      if (candidates.index[k] >= 0) own.push_back(distance(k));
    std::ranges::sort(own);
    second.push_back(own[1]);
  }
  std::ranges::sort(second);
  const double scale = second[2];
  for (const int threads : {1, 2, 3}) {
    omp_set_num_threads(threads);
    const Neighbours nearest = rerank(candidates, images, 1, 2, 2);
    ASSERT_EQ(nearest.each, 2);
    ASSERT_EQ(nearest.index.size(), 10U);
    for (std::size_t i = 0; i < 5; ++i) {
      std::vector<std::pair<double, std::int32_t>> expected;
      for (std::size_t k = 3 * i; k < 3 * i + 3; ++k) {
        const double similarity = std::max(0.0, static_cast<double>(candidates.similarity[k]));
        if (candidates.index[k] >= 0)
          expected.emplace_back(-similarity * similarity * std::exp(-distance(k) / scale),
                                candidates.index[k]);
      }
      std::ranges::sort(expected);
      for (std::size_t n = 0; n < 2; ++n) {
        EXPECT_EQ(nearest.index[2 * i + n], expected[n].second);
        EXPECT_NEAR(static_cast<double>(nearest.similarity[2 * i + n]), -expected[n].first, 1e-5);
      }
    }
  }
  omp_set_num_threads(2);
}

TEST(Rerank, FillsUpWhatIsMissingAndStops) {
  const auto images = random_images(2, 4, 4, 1);
  const Neighbours candidates{2, {1, -1, -1, -1}, {0.5F, 0, 0, 0}};
  const auto nearest = rerank(candidates, images, 1, 1, 2);
  EXPECT_EQ(nearest.index, (std::vector<std::int32_t>{1, -1, -1, -1}));
  EXPECT_GT(nearest.similarity[0], 0);
  EXPECT_EQ(rerank(candidates, images, 1, 1, 2, [](double) { return false; }).each, 0);
}

// Equal images are as near as can be.
TEST(Rerank, OfEqualImagesKeepsTheSimilarity) {
  const ImageTable images{2, 4, 4, 1, std::vector<float>(32, 0.5F)};
  const auto nearest = rerank({1, {1, 0}, {0.5F, 0.25F}}, images, 1, 2, 1);
  EXPECT_EQ(nearest.similarity, (std::vector<float>{0.25F, 0.0625F}));
}

}  // namespace
}  // namespace sganc
