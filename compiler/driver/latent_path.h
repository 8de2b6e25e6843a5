#pragma once
// Ways through the latent space, for `sganc sample --between`.

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/data/array_files.h"

namespace sganc {

/// The numbers of at least two images, such as "3,17". Throws UserError.
std::vector<std::int64_t> read_between(const std::string& text);

/// Points on the way from each chosen point to the next, `steps` for each of these ways, both ends included.
/// Normal points move on a great circle (White 2016), others on a straight line. Throws UserError for a
/// number that is not that of a point.
ArrayPoints points_between(const ArrayPoints& points, const std::vector<std::int64_t>& chosen,
                           std::int64_t steps, bool normal);

}  // namespace sganc
