#pragma once
// What the report of a run shows of a measured split: its classes, and the images that tell most.

#include "compiler/driver/load_data.h"
#include "runtime/report/report_page.h"
#include "runtime/train/evaluate.h"

namespace sganc {

/// `images` are the places of the measured images among the stored ones of the split, in the order of the
/// rows of `probabilities`. The record's step and epoch must be set.
ReportMeasurement report_measurement(const Evaluation& evaluation, const LoadedData& loaded,
                                     std::span<const std::int32_t> images,
                                     std::span<const float> probabilities);

}  // namespace sganc
