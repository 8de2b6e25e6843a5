#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>

#include "runtime/system/files.h"
#include "tests/data_folder.h"

namespace sganc {
namespace {

using testing::content_of;
using testing::error_of;
using testing::TestFolder;

TEST(Files, ReadBackWhatWasWritten) {
  const TestFolder folder;
  std::string bytes(100'000, 'x');
  bytes[5] = '\0';
  for (const auto& content : {bytes, std::string(), std::string("new")}) {
    write_file_atomically(folder / "file", content);
    EXPECT_EQ(read_file(folder / "file"), content);
  }
  const std::array<std::string_view, 3> parts = {"a", "", "bc"};
  write_file_atomically(folder / "file", parts);
  EXPECT_EQ(read_file(folder / "file"), "abc");
  EXPECT_EQ(folder.entries(), 1);
}

TEST(Files, ReadsFilesWhoseSizeIsUnknown) {
  EXPECT_TRUE(read_file("/proc/self/status").starts_with("Name:"));
}

TEST(Files, SayWhyNot) {
  const TestFolder folder;
  EXPECT_EQ(folder.without_path(error_of([&] { read_file(folder / "none"); })),
            "FOLDER/none: cannot be read: No such file or directory");
  EXPECT_EQ(folder.without_path(error_of([&] { read_file(folder.path()); })),
            "FOLDER: cannot be read: Is a directory");
  EXPECT_EQ(folder.without_path(error_of([&] { write_file_atomically(folder / "none/file", "x"); })),
            "FOLDER/none/file: cannot be written: No such file or directory");
  EXPECT_EQ(folder.without_path(error_of([&] { write_file_atomically(folder.path(), "x"); })),
            "FOLDER: cannot be written: Is a directory");
}

TEST(Files, AFailedWriteLeavesTheOldFileAndNothingElse) {
  const TestFolder folder;
  const auto path = folder.file("file", "old");
  // A folder stands where the write would create its temporary file.
  std::filesystem::create_directory(folder / (".file.unfinished-" + std::to_string(::getpid())));
  EXPECT_EQ(folder.without_path(error_of([&] { write_file_atomically(path, "new"); })),
            "FOLDER/file: cannot be written: Is a directory");
  EXPECT_EQ(content_of(path), "old");
}

TEST(Files, FollowLinksAndWriteToDevices) {
  const TestFolder folder;
  const auto path = folder.file("file", "old");
  std::filesystem::create_symlink(path, folder / "link");
  write_file_atomically(folder / "link", "new");
  EXPECT_EQ(content_of(path), "new");
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "link"));

  write_file_atomically("/dev/null", "x");
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
  EXPECT_EQ(error_of([] { write_file_atomically("/dev/full", "x"); }),
            "/dev/full: cannot be written: No space left on device");
}

}  // namespace
}  // namespace sganc
