// Folders that are written whole or not at all.

#include <fcntl.h>

#include <cerrno>
#include <cstdio>

#include "runtime/system/folders.h"
#include "tests/data_folder.h"

namespace {

/// The number of calls of rename() until one fails; 0 if none does.
int renames_until_failure = 0;

}  // namespace

/// The system's function, which the standard library calls, as one that can fail.
extern "C" int rename(const char* from, const char* to) noexcept {
  if (renames_until_failure > 0 && --renames_until_failure == 0) {
    errno = EIO;
    return -1;
  }
  return ::renameat(AT_FDCWD, from, AT_FDCWD, to);
}

namespace sganc::testing {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename());
  std::ranges::sort(names);
  return names;
}

/// Writes a folder of one file, in which the rename of that number fails. The first is that of the file, the
/// second moves the old folder away, and the third gives the new one its name.
std::string failure(const TestFolder& folder, int number) {
  renames_until_failure = number;
  std::string said;
  try {
    write_folder_atomically(folder / "net", {{"weights", "new"}});
  } catch (const std::runtime_error& error) {
    said = error.what();
  }
  renames_until_failure = 0;
  return folder.without_path(said);
}

TEST(Folders, AFailureLeavesTheOldFolder) {
  const TestFolder folder;
  for (const int number : {1, 2, 3}) {
    SCOPED_TRACE(number);
    folder.file("net/weights", "old");
    EXPECT_TRUE(failure(folder, number).ends_with("cannot be written: Input/output error"));
    EXPECT_EQ(content_of(folder / "net/weights"), "old");
    EXPECT_EQ(names_in(folder.path()), std::vector<std::string>{"net"});
  }
  EXPECT_EQ(failure(folder, 0), "");
  EXPECT_EQ(content_of(folder / "net/weights"), "new");
  EXPECT_EQ(names_in(folder.path()), std::vector<std::string>{"net"});
}

}  // namespace
}  // namespace sganc::testing
