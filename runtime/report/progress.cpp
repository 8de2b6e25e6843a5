#include "runtime/report/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <utility>

namespace sganc {
namespace {

constexpr std::chrono::milliseconds kLivePeriod{100};
constexpr std::chrono::seconds kPlainPeriod{10};
constexpr const char* kEraseLine = "\r\x1b[2K";

ProgressStyle style_for(std::FILE* stream, ProgressStyle style) {
  if (style != ProgressStyle::automatic) return style;
  return ::isatty(::fileno(stream)) ? ProgressStyle::live : ProgressStyle::plain;
}

}  // namespace

ProgressLine::ProgressLine(std::FILE* stream, ProgressStyle style, Clock clock, std::optional<int> width)
    : stream_(stream),
      style_(style_for(stream, style)),
      clock_(std::move(clock)),
      width_(width),
      next_(clock_()) {
  if (style_ == ProgressStyle::plain) next_ += kPlainPeriod;
}

void ProgressLine::update(const std::function<std::string()>& text) {
  if (style_ == ProgressStyle::silent) return;
  const auto now = clock_();
  if (now < next_) return;
  if (style_ == ProgressStyle::live) {
    // One column stays free: a terminal wraps a line that fills it.
    const auto line = cut_to_columns(text(), columns() - 1);
    std::fprintf(stream_, "%s%s", kEraseLine, line.c_str());
    drawn_ = true;
    next_ = now + kLivePeriod;
  } else {
    std::fprintf(stream_, "%s\n", text().c_str());
    next_ = now + kPlainPeriod;
  }
  std::fflush(stream_);
}

void ProgressLine::erase() {
  if (!drawn_) return;
  std::fputs(kEraseLine, stream_);
  std::fflush(stream_);
  drawn_ = false;
  next_ = clock_();
}

void ProgressLine::finish(const std::string& text) {
  erase();
  if (style_ == ProgressStyle::silent) return;
  std::fprintf(stream_, "%s\n", text.c_str());
  std::fflush(stream_);
}

int ProgressLine::columns() const {
  if (width_) return *width_;
  winsize size{};
  if (::ioctl(::fileno(stream_), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

std::string cut_to_columns(const std::string& text, int columns) {
  int used = 0;
  std::size_t end = 0;
  for (; end < text.size() && text[end] != '\n'; ++end) {
    const bool continues = (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80;
    if (!continues && ++used > columns) break;
  }
  return text.substr(0, end);
}

}  // namespace sganc
