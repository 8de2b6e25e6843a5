#include "runtime/report/metrics.h"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include <cerrno>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <system_error>

#include "runtime/system/files.h"

namespace sganc {
namespace {

std::string quoted(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// The shortest decimal text that reads back as the same number of the same type.
template <class Real>
std::string number(Real value, std::int64_t step, const std::string& what) {
  if (!std::isfinite(value))
    throw std::runtime_error("step " + std::to_string(step) + ": " + what +
                             (std::isnan(value) ? " is not a number" : " is infinite"));
  if (value == 0 && std::signbit(value)) return "-0.0";  // JSON readers take -0 for an integer
  char text[64];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  return {text, end};
}

/// The place of a record in a run.
struct Position {
  std::int64_t step = 0, epoch = 0;
  bool evaluation = false;
};

/// Returns the position of a line, or nothing if it is no complete record.
std::optional<Position> position_of(std::string_view line) {
  const auto record = nlohmann::json::parse(line, nullptr, false);
  if (!record.is_object()) return std::nullopt;
  const auto step = record.find("step");
  if (step == record.end() || !step->is_number_integer()) return std::nullopt;
  Position position{.step = step->get<std::int64_t>(), .evaluation = record.value("kind", "") == "eval"};
  if (const auto epoch = record.find("epoch"); epoch != record.end() && epoch->is_number_integer())
    position.epoch = epoch->get<std::int64_t>();
  return position;
}

/// Returns the lines of `text` that belong to a run which has done `step` steps and evaluated `epochs`
/// epochs. Throws std::runtime_error for a line before the last that is no record.
std::string lines_until(const std::string& text, std::int64_t step, std::int64_t epochs,
                        const std::filesystem::path& path) {
  std::string kept;
  std::size_t begin = 0;
  for (int line = 1; begin < text.size(); ++line) {
    const auto end = text.find('\n', begin);
    if (end == std::string::npos) break;  // an incomplete line
    const auto found = position_of(std::string_view(text).substr(begin, end - begin));
    if (!found && end + 1 < text.size())
      throw std::runtime_error(path.string() + ":" + std::to_string(line) +
                               ": not a metrics record; move the file away to go on without it");
    if (found && found->step <= step && (!found->evaluation || found->epoch <= epochs))
      kept.append(text, begin, end + 1 - begin);
    begin = end + 1;
  }
  return kept;
}

MetricsMark mark_of(std::string_view text, const MetricsMark& before = {}) {
  const auto* bytes = reinterpret_cast<const Bytef*>(text.data());
  return {before.bytes + static_cast<std::int64_t>(text.size()),
          static_cast<std::uint32_t>(::crc32_z(before.crc, bytes, text.size()))};
}

}  // namespace

void require_beginning(const std::filesystem::path& path, std::string_view text, const MetricsMark& mark) {
  const auto length = static_cast<std::size_t>(mark.bytes);
  if (text.size() >= length && mark_of(text.substr(0, length)) == mark) return;
  throw std::runtime_error(path.string() +
                           ": not as the run left it; move it away to go on without its figures");
}

std::string to_json(const StepRecord& record) {
  std::string text = "{\"kind\":\"step\",\"step\":" + std::to_string(record.step) +
                     ",\"epoch\":" + std::to_string(record.epoch);
  for (const auto& [update, metrics] : record.updates) {
    text += "," + quoted(update) + ":{";
    for (std::size_t i = 0; i < metrics.size(); ++i) {
      const auto& [metric, value] = metrics[i];
      text += (i == 0 ? "" : ",") + quoted(metric) + ":" + number(value, record.step, update + "." + metric);
    }
    text += "}";
  }
  return text + ",\"seconds\":" + number(record.seconds, record.step, "seconds") + "}";
}

std::string to_json(const EvalRecord& record) {
  return "{\"kind\":\"eval\",\"step\":" + std::to_string(record.step) +
         ",\"epoch\":" + std::to_string(record.epoch) + ",\"split\":" + quoted(record.split) +
         ",\"examples\":" + std::to_string(record.examples) +
         ",\"correct\":" + std::to_string(record.correct) +
         ",\"accuracy\":" + number(record.accuracy, record.step, record.split + " accuracy") +
         ",\"loss\":" + number(record.loss, record.step, record.split + " loss") +
         (record.checkpoint.empty() ? "" : ",\"checkpoint\":" + quoted(record.checkpoint)) + "}";
}

MetricsFile MetricsFile::create(const std::filesystem::path& path) {
  return {path, O_TRUNC, {}};
}

MetricsFile MetricsFile::continue_after(const std::filesystem::path& path, std::int64_t step,
                                        std::int64_t epochs) {
  if (!std::filesystem::exists(path)) return create(path);
  const auto text = read_file(path);
  const auto kept = lines_until(text, step, epochs, path);
  if (kept.size() != text.size()) write_file_atomically(path, kept);
  return {path, 0, mark_of(kept)};
}

MetricsFile MetricsFile::continue_at(const std::filesystem::path& path, const MetricsMark& mark) {
  if (!std::filesystem::exists(path)) return create(path);
  const auto text = read_file(path);
  require_beginning(path, text, mark);
  const auto length = static_cast<std::size_t>(mark.bytes);
  if (length != text.size() && ::truncate(path.c_str(), mark.bytes) != 0)
    throw std::runtime_error(path.string() +
                             ": cannot be written: " + std::generic_category().message(errno));
  return {path, 0, mark};
}

MetricsFile::MetricsFile(std::filesystem::path path, int flags, const MetricsMark& mark)
    : path_(std::move(path)),
      descriptor_(::open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | flags, 0666)),
      mark_(mark) {
  if (descriptor_ < 0)
    throw std::runtime_error(path_.string() +
                             ": cannot be written: " + std::generic_category().message(errno));
}

MetricsFile::MetricsFile(MetricsFile&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)), mark_(other.mark_) {}

MetricsFile::~MetricsFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void MetricsFile::write_line(std::string text) {
  text += '\n';
  write_fully(descriptor_, text, path_);
  mark_ = mark_of(text, mark_);
}

void MetricsFile::flush() const {
  if (::fdatasync(descriptor_) != 0 && errno != EINVAL && errno != EROFS)
    throw std::runtime_error(path_.string() +
                             ": cannot be written: " + std::generic_category().message(errno));
}

}  // namespace sganc
