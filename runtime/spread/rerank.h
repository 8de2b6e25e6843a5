#pragma once
// Looks at the neighbours of each image once more: those that need the least bending are the most alike.

#include <cstdint>
#include <functional>

#include "runtime/spread/deformation.h"
#include "runtime/spread/neighbours.h"

namespace sganc {

/// Of the candidates of each image, the `each` with the largest weights
///
///   w_ij = max(0, similarity_ij)^power exp(-D_ij / scale),
///
/// the largest first, with w_ij as their similarity; of equal ones, the one with the smaller index. D_ij is
/// the distance of image i to image j (deformation.h) and `scale` the median, over the images, of the
/// distance to the candidate whose distance is the `each`-th. Works on OpenMP's team. The result does not
/// depend on the number of threads. Returns no neighbours (each = 0) if it was stopped.
Neighbours rerank(const Neighbours& candidates, const ImageTable& images, std::int64_t reach, double power,
                  std::int64_t each, const SearchProgress& progress = {});

}  // namespace sganc
