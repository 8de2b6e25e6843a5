#pragma once
// What a model declares about its training, as the runtime's plain settings.

#include "compiler/language/model.h"
#include "runtime/train/settings.h"

namespace sganc {

TrainingSettings training_settings(const Model& model);
SpreadSettings spread_settings(const DeclaredSpread& declared);

}  // namespace sganc
