#pragma once
// The vectors by which images are compared: what nets make of them.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "runtime/data/dataset.h"
#include "runtime/execute/executor.h"
#include "runtime/spread/deformation.h"
#include "runtime/spread/neighbours.h"
#include "runtime/spread/settings.h"

namespace sganc {

/// What a spread is doing, for people ("features", "neighbours", "rerank"), and the part of it that is done.
/// Returns false to stop it.
using SpreadProgress = std::function<bool(const std::string& what, double done)>;

/// Returns the features of these training images as vectors of length 1, such that the product of two is the
/// weighted sum of the cosines of each net's features. Returns nothing if it was stopped. Throws
/// std::runtime_error for features that are not finite.
std::optional<VectorTable> features_of(Executor& executor, const SpreadSettings& settings,
                                       const Dataset& dataset, std::span<const std::int32_t> images,
                                       std::int64_t block, const SpreadProgress& progress = {});

/// Returns what the spread's rerank compares, of these training images. Returns nothing if it was stopped.
/// Throws std::runtime_error for images that are not finite.
std::optional<ImageTable> reranked_images_of(Executor& executor, const SpreadSettings& settings,
                                             const Dataset& dataset, std::span<const std::int32_t> images,
                                             const SpreadProgress& progress = {});

}  // namespace sganc
