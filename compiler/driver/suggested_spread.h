#pragma once

#include "compiler/language/model.h"

namespace sganc {

/// The spread whose graph decides which images `suggest` lists: the model's last one. Of a model without one,
/// it compares what the first net on the way from the image to the classifier makes of the images. Throws
/// UserError for a model without a classifier too.
DeclaredSpread suggested_spread(const Model& model);

}  // namespace sganc
