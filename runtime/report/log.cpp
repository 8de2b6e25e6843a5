#include "runtime/report/log.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

#include "runtime/system/files.h"

namespace sganc {

RunLog::~RunLog() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void RunLog::append_to(const std::filesystem::path& path) {
  const int opened = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
  if (opened < 0)
    throw std::runtime_error(path.string() +
                             ": cannot be written: " + std::generic_category().message(errno));
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = opened;
  path_ = path;
}

void RunLog::show(std::string_view message) {
  if (!stream_) return;
  if (progress_) progress_->erase();
  std::fprintf(stream_, "%.*s\n", static_cast<int>(message.size()), message.data());
  std::fflush(stream_);
}

void RunLog::say(std::string_view message) {
  show(message);
  note(message);
}

void RunLog::note(std::string_view message) {
  if (descriptor_ < 0) return;
  std::string line(failed_ ? "\n" : "");
  line.append(message) += '\n';
  try {
    write_fully(descriptor_, line, path_);
    failed_ = false;
  } catch (const std::runtime_error& error) {
    if (!std::exchange(told_, true)) show(std::string(error.what()) + "; messages are missing there");
    failed_ = true;
  }
}

}  // namespace sganc
