#include <gtest/gtest.h>

#include "runtime/report/log.h"
#include "runtime/report/progress.h"
#include "tests/data_folder.h"

namespace sganc {
namespace {

using namespace std::chrono_literals;

/// A stream in memory and a clock that stands still until it is moved.
class Stage {
 public:
  Stage() : stream_(std::tmpfile()) {}
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;
  ~Stage() { std::fclose(stream_); }

  std::FILE* stream() const { return stream_; }
  ProgressLine::Clock clock() const {
    return [this] { return std::chrono::steady_clock::time_point(time_); };
  }
  void wait(std::chrono::milliseconds time) { time_ += time; }

  /// All that was written so far.
  std::string text() const {
    std::fflush(stream_);
    std::string text(static_cast<std::size_t>(std::ftell(stream_)), '\0');
    std::rewind(stream_);
    const auto count = std::fread(text.data(), 1, text.size(), stream_);
    std::fseek(stream_, 0, SEEK_END);
    return text.substr(0, count);
  }

 private:
  std::FILE* stream_;
  std::chrono::milliseconds time_{1'000'000};
};

std::function<std::string()> saying(const std::string& text) {
  return [text] { return text; };
}

TEST(Progress, ElsewhereThanOnATerminalIsALineEveryTenSeconds) {
  Stage stage;
  ProgressLine line(stage.stream(), ProgressStyle::automatic, stage.clock());
  int asked = 0;
  for (int i = 0; i <= 250; ++i) {  // 25 seconds
    line.update([&] { return "line " + std::to_string(++asked); });
    stage.wait(100ms);
  }
  EXPECT_EQ(asked, 2);
  EXPECT_EQ(stage.text(), "line 1\nline 2\n");
  line.erase();
  line.finish("done");
  EXPECT_EQ(stage.text(), "line 1\nline 2\ndone\n");
}

TEST(Progress, OnATerminalTheLineIsRedrawnTenTimesASecond) {
  Stage stage;
  ProgressLine line(stage.stream(), ProgressStyle::live, stage.clock(), 80);
  line.update(saying("one"));
  stage.wait(99ms);
  line.update([]() -> std::string { throw std::logic_error("asked for a text that is not shown"); });
  stage.wait(1ms);
  line.update(saying("two"));
  EXPECT_EQ(stage.text(), "\r\x1b[2Kone\r\x1b[2Ktwo");
  line.finish("done");
  EXPECT_EQ(stage.text(), "\r\x1b[2Kone\r\x1b[2Ktwo\r\x1b[2Kdone\n");
}

TEST(Progress, ALiveLineIsCutToTheWidth) {
  Stage stage;
  ProgressLine line(stage.stream(), ProgressStyle::live, stage.clock(), 6);
  line.update(saying("abcdefgh"));
  EXPECT_EQ(stage.text(), "\r\x1b[2Kabcde");
  EXPECT_EQ(cut_to_columns("a\xc3\xa4\xe2\x82\xac"
                           "b",
                           3),
            "a\xc3\xa4\xe2\x82\xac");
  EXPECT_EQ(cut_to_columns("a\xc3\xa4\xe2\x82\xac"
                           "b",
                           2),
            "a\xc3\xa4");
  EXPECT_EQ(cut_to_columns("two\nlines", 80), "two");
  EXPECT_EQ(cut_to_columns("abc", 0), "");
}

TEST(Progress, ALiveLineIsErasedAtItsEnd) {
  Stage stage;
  {
    ProgressLine line(stage.stream(), ProgressStyle::live, stage.clock(), 80);
    line.update(saying("one"));
  }
  EXPECT_EQ(stage.text(), "\r\x1b[2Kone\r\x1b[2K");
}

TEST(Progress, SilentIsSilent) {
  Stage stage;
  ProgressLine line(stage.stream(), ProgressStyle::silent, stage.clock());
  stage.wait(60s);
  line.update(saying("one"));
  line.finish("done");
  EXPECT_EQ(stage.text(), "");
}

TEST(RunLog, MessagesGoToStreamAndFileAndNeverIntoALiveLine) {
  Stage stage;
  const testing::TestFolder folder;
  const auto path = folder.file("log.txt", "before\n");
  ProgressLine line(stage.stream(), ProgressStyle::live, stage.clock(), 80);
  RunLog log(stage.stream(), &line);
  log.say("not in the file");
  log.append_to(path);
  line.update(saying("live"));
  log.say("epoch 1");
  line.update(saying("live"));  // at once, because the message took it away
  log.note("only in the file");
  EXPECT_EQ(stage.text(), "not in the file\n\r\x1b[2Klive\r\x1b[2Kepoch 1\n\r\x1b[2Klive");
  EXPECT_EQ(testing::content_of(path), "before\nepoch 1\nonly in the file\n");
}

TEST(RunLog, ThatCannotBeWrittenSaysSoOnceAndEndsNothing) {
  Stage stage;
  RunLog log(stage.stream());
  log.append_to("/dev/full");
  log.say("a");
  log.note("b");
  log.say("c");
  EXPECT_EQ(stage.text(),
            "a\n/dev/full: cannot be written: No space left on device; messages are missing there\nc\n");
}

TEST(RunLog, QuietWritesTheFileAlone) {
  const testing::TestFolder folder;
  RunLog log(nullptr);
  log.append_to(folder / "log.txt");
  log.say("epoch 1");
  EXPECT_EQ(testing::content_of(folder / "log.txt"), "epoch 1\n");
  EXPECT_EQ(folder.without_path(testing::error_of([&] { log.append_to(folder / "none/log.txt"); })),
            "FOLDER/none/log.txt: cannot be written: No such file or directory");
}

}  // namespace
}  // namespace sganc
