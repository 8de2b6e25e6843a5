#include "runtime/report/tensorboard.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <stdexcept>
#include <system_error>

#include "event.pb.h"
#include "runtime/report/record_frames.h"
#include "runtime/system/files.h"

namespace sganc {
namespace {

using tensorboard::Event;

constexpr std::int64_t kFirstSteps = 100;  // all of which are written
constexpr std::int64_t kMostSteps = 1000;  // of the whole run, about
constexpr int kTextType = 7;               // DT_STRING
constexpr const char* kAccuracy = "evaluation/accuracy/";
constexpr const char* kSamples = "samples";

Event event_at(std::int64_t step) {
  Event event;
  event.set_wall_time(
      std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count());
  event.set_step(step);
  return event;
}

void add_number(Event& event, const std::string& tag, double number) {
  auto* value = event.mutable_summary()->add_value();
  value->set_tag(tag);
  value->set_simple_value(static_cast<float>(number));
}

/// TensorBoard shows a text as Markdown, in which indented lines are a program's.
Event text_event(const std::string& tag, const std::string& text) {
  std::string lines = "    ";
  for (const char c : text) lines += c == '\n' ? std::string("\n    ") : std::string(1, c);
  Event event = event_at(0);
  auto* value = event.mutable_summary()->add_value();
  value->set_tag(tag);
  value->mutable_metadata()->mutable_plugin_data()->set_plugin_name("text");
  value->mutable_tensor()->set_dtype(kTextType);
  value->mutable_tensor()->mutable_tensor_shape();
  value->mutable_tensor()->add_string_val(lines);
  return event;
}

/// A number of the header of a PNG.
std::int32_t header_number(const std::string& png, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t i = at; i < at + 4; ++i) number = number << 8 | static_cast<unsigned char>(png.at(i));
  return static_cast<std::int32_t>(number);
}

void add_picture(Event& event, const std::string& tag, const std::string& png) {
  constexpr std::size_t kWidth = 16, kHeight = 20, kColours = 25;
  auto* value = event.mutable_summary()->add_value();
  value->set_tag(tag);
  auto* image = value->mutable_image();
  image->set_width(header_number(png, kWidth));
  image->set_height(header_number(png, kHeight));
  image->set_colorspace(png.at(kColours) == 2 ? 3 : 1);
  image->set_encoded_image_string(png);
}

/// Whether the event is of an evaluation, and not of a step.
bool is_evaluation(const Event& event) {
  return std::ranges::any_of(event.summary().value(), [](const auto& value) {
    return value.tag().starts_with(kAccuracy) || value.tag() == kSamples;
  });
}

/// The length of the events, from the first, that belong to a run which has done so many steps. It is 0 if
/// these are no events.
std::size_t kept_length(std::string_view bytes, std::int64_t step, bool evaluated) {
  std::size_t length = 0;
  while (const auto record = first_record(bytes.substr(length))) {
    Event event;
    if (!event.ParseFromArray(record->data(), static_cast<int>(record->size()))) break;
    if (event.step() > step || (event.step() == step && !evaluated && is_evaluation(event))) break;
    length += record->size() + kFrameBytes;
  }
  return length;
}

}  // namespace

TensorBoard::TensorBoard(std::filesystem::path file, std::int64_t steps, Warn warn)
    : file_(std::move(file)), every_(std::max<std::int64_t>(steps / kMostSteps, 1)), warn_(std::move(warn)) {}

TensorBoard::~TensorBoard() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

template <class Work>
void TensorBoard::attempt(Work&& work) {
  try {
    work();
  } catch (const std::exception& error) {
    warn_(std::string(error.what()) + "; TensorBoard will not show the rest of the run");
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
  }
}

void TensorBoard::open(int flags) {
  descriptor_ = ::open(file_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | flags, 0666);
  if (descriptor_ < 0)
    throw std::runtime_error(file_.string() +
                             ": cannot be written: " + std::generic_category().message(errno));
}

void TensorBoard::append(const std::string& event) {
  write_fully(descriptor_, framed(event), file_);
}

void TensorBoard::begin(const std::string& model) {
  attempt([&] {
    open(O_TRUNC);
    Event version = event_at(0);
    version.set_file_version("brain.Event:2");
    append(version.SerializeAsString());
    if (!model.empty()) append(text_event("model", model).SerializeAsString());
  });
}

void TensorBoard::go_on(std::int64_t step, bool evaluated, const std::string& model) {
  bool fresh = true;
  attempt([&] {
    const std::string bytes = std::filesystem::exists(file_) ? read_file(file_) : "";
    const auto kept = kept_length(bytes, step, evaluated);
    fresh = kept == 0;
    if (fresh) return;
    if (kept < bytes.size() && ::truncate(file_.c_str(), static_cast<::off_t>(kept)) != 0)
      throw std::runtime_error(file_.string() +
                               ": cannot be written: " + std::generic_category().message(errno));
    open(0);
  });
  if (fresh) begin(model);
}

bool TensorBoard::includes(std::int64_t step) const {
  return step <= kFirstSteps || step % every_ == 0;
}

void TensorBoard::add(const StepRecord& record) {
  if (descriptor_ < 0 || !includes(record.step)) return;
  attempt([&] {
    Event event = event_at(record.step);
    for (const auto& [update, metrics] : record.updates)
      for (const auto& [metric, value] : metrics)
        add_number(event, update + "/" + metric, static_cast<double>(value));
    append(event.SerializeAsString());
  });
}

void TensorBoard::add(std::int64_t step, std::span<const EvalRecord> evaluations,
                      const std::filesystem::path& samples) {
  if (descriptor_ < 0) return;
  attempt([&] {
    Event event = event_at(step);
    for (const auto& e : evaluations) {
      add_number(event, kAccuracy + e.split, e.accuracy);
      add_number(event, "evaluation/loss/" + e.split, e.loss);
    }
    if (!samples.empty()) add_picture(event, kSamples, read_file(samples));
    if (event.has_summary()) append(event.SerializeAsString());
  });
}

}  // namespace sganc
