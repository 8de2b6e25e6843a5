#include "runtime/train/live_line.h"

#include <cmath>
#include <cstdio>

#include "runtime/system/number_text.h"

namespace sganc {
namespace {

constexpr double kNewest = 0.05;  // the weight of the newest step in the pace

template <class... Numbers>
std::string format(const char* pattern, Numbers... numbers) {
  char text[128];
  std::snprintf(text, sizeof text, pattern, numbers...);
  return text;
}

/// Two significant digits, and no exponent for large numbers.
std::string short_number(float value) {
  return format(std::abs(value) < 100 ? "%.2g" : "%.0f", static_cast<double>(value));
}

/// Returns the number of images per training step, as the mean over many steps.
double images_per_step(const TrainingSettings& settings) {
  double count = 0;
  for (const auto& update : settings.updates)
    count +=
        static_cast<double>(update.count * update.cadence.repeat) / static_cast<double>(update.cadence.every);
  return count;
}

}  // namespace

void Pace::add_step(double seconds) {
  step_ = step_ == 0 ? seconds : (1 - kNewest) * step_ + kNewest * seconds;
}

std::string live_text(const StepRecord& record, const TrainingSettings& settings, const Pace& pace) {
  const double images = images_per_step(settings) * pace.steps_per_second();
  const double left =
      pace.seconds_left(settings.steps() - record.step, settings.evaluations_from(record.epoch));
  return "epoch " + std::to_string(record.epoch) + "/" + std::to_string(settings.epochs) + "  step " +
         std::to_string(record.step) + "/" + std::to_string(settings.steps()) + "  " + losses_text(record) +
         format("  %.0f images/s  ", images) + duration_text(left) + " left";
}

std::string losses_text(const StepRecord& record) {
  std::string text;
  for (const auto& [update, metrics] : record.updates) {
    text += (text.empty() ? "" : "  ") + update;
    for (const auto& [metric, value] : metrics) {
      if (metric == "loss") text += " " + short_number(value);
      if (metric == "accuracy") text += format(" (%.0f%%)", 100 * static_cast<double>(value));
    }
  }
  return text;
}

std::string epochs_text(std::int64_t count) {
  return std::to_string(count) + (count == 1 ? " epoch" : " epochs");
}

}  // namespace sganc
