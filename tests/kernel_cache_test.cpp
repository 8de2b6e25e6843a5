// Files of the kernel cache: whole or missing, kept within a size, safe in any folder.

#include "compiler/codegen/kernel_cache.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <set>

#include "runtime/system/digest.h"
#include "tests/data_folder.h"

namespace sganc::testing {
namespace {

namespace fs = std::filesystem;

using Names = std::set<std::string>;

constexpr const char* kName = "0123456789abcdef.o";

class KernelCacheFiles : public ::testing::Test {
 protected:
  std::string content(const fs::path& path) const { return content_of(path); }
  void write(const std::string& bytes) const { folder.file(kName, bytes); }
  bool is_found() const { return cache.find(kName).has_value(); }
  void age(const std::string& name, int hours) const {
    fs::last_write_time(folder / name, fs::file_time_type::clock::now() - std::chrono::hours(hours));
  }
  Names names() const {
    Names all;
    for (const auto& entry : fs::directory_iterator(folder.path())) all.insert(entry.path().filename());
    return all;
  }
  /// Puts a file of `bytes` bytes in all into the cache, last used `hours` hours ago. Returns its name.
  std::string kept(char digit, std::size_t bytes, int hours) const {
    const std::string name = std::string(16, digit) + ".o";
    cache.install(name, std::string(bytes - kDigestBytes, digit));
    age(name, hours);
    return name;
  }

  TestFolder folder;
  const KernelCache cache{folder.path()};
};

TEST_F(KernelCacheFiles, AreFoundAsTheyWereWritten) {
  EXPECT_FALSE(is_found());
  EXPECT_EQ(cache.install(kName, "some code"), folder / kName);
  EXPECT_EQ(cache.find(kName), folder / kName);
  EXPECT_TRUE(content(folder / kName).starts_with("some code"));
  EXPECT_EQ(content(folder / kName).size(), 9 + kDigestBytes);
  EXPECT_EQ(names(), Names{kName});
  cache.install(kName, "other code");
  EXPECT_TRUE(is_found());
  EXPECT_TRUE(content(folder / kName).starts_with("other code"));
}

TEST_F(KernelCacheFiles, CountAsMissingWhereAnyBitIsFlipped) {
  cache.install(kName, "some code that is long enough");
  const std::string whole = content(folder / kName);
  for (std::size_t i = 0; i < whole.size(); ++i)
    for (int bit = 0; bit < 8; ++bit) {
      std::string flipped = whole;
      flipped[i] = static_cast<char>(flipped[i] ^ (1 << bit));
      write(flipped);
      EXPECT_FALSE(is_found()) << "byte " << i << " bit " << bit;
    }
  write(whole);
  EXPECT_TRUE(is_found());
}

TEST_F(KernelCacheFiles, CountAsMissingWhereTheyAreCutOrGrown) {
  cache.install(kName, "some code");
  const std::string whole = content(folder / kName);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    write(whole.substr(0, size));
    EXPECT_FALSE(is_found()) << size;
    write(whole.substr(whole.size() - size));
    EXPECT_FALSE(is_found()) << size;
  }
  for (const auto& more : {std::string(1, '\0'), std::string("x"), std::string(4096, '\0'), whole}) {
    write(whole + more);
    EXPECT_FALSE(is_found());
  }
  write(std::string(whole.size(), '\0'));  // what a file system may leave after a power failure
  EXPECT_FALSE(is_found());
}

TEST_F(KernelCacheFiles, CountAsMissingWhereTheyAreNoFiles) {
  fs::create_directory(folder / kName);
  EXPECT_FALSE(is_found());
  fs::remove(folder / kName);
  ASSERT_EQ(::mkfifo((folder / kName).c_str(), 0600), 0);
  EXPECT_FALSE(is_found()) << "without waiting for a writer";
  fs::remove(folder / kName);
  fs::create_symlink("/dev/zero", folder / kName);
  EXPECT_FALSE(is_found());
}

TEST_F(KernelCacheFiles, FollowNoLink) {
  TestFolder elsewhere;
  const auto precious = elsewhere.file("precious", "mine");
  fs::create_symlink(precious, folder / kName);
  EXPECT_FALSE(is_found());
  cache.install(kName, "some code");
  EXPECT_TRUE(is_found());
  EXPECT_FALSE(fs::is_symlink(folder / kName));
  EXPECT_EQ(content(precious), "mine");
}

TEST_F(KernelCacheFiles, BelongToThisUserAlone) {
  struct stat status {};
  ASSERT_EQ(::stat(cache.install(kName, "some code").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  EXPECT_EQ(why_not_kept(folder / "a/b/c"), "");
  for (const auto* made : {"a", "a/b", "a/b/c"}) {
    ASSERT_EQ(::stat((folder / made).c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0700u) << made;
  }
}

TEST_F(KernelCacheFiles, AreMadeOfWhatAnotherProgramWrites) {
  const auto path = cache.install_made(kName, [&](const fs::path& made) {
    EXPECT_EQ(made.parent_path(), folder.path());
    fs::remove(made);  // as ld does
    std::ofstream(made) << "linked";
  });
  EXPECT_EQ(cache.find(kName), path);
  EXPECT_TRUE(content(path).starts_with("linked"));
  EXPECT_EQ(names(), Names{kName});
  EXPECT_EQ(
      error_of([&] { cache.install_made("x.so", [](const fs::path&) { throw std::runtime_error("no"); }); }),
      "no");
  EXPECT_EQ(folder.without_path(error_of(
                [&] { cache.install_made("x.so", [](const fs::path& made) { fs::remove(made); }); })),
            "FOLDER/x.so: cannot be written: No such file or directory");
  EXPECT_EQ(names(), Names{kName});
}

TEST_F(KernelCacheFiles, GoWhereTheCacheCannotBeWritten) {
  TestFolder mine;
  const KernelCache both{folder.path(), mine.path()};
  cache.install(kName, "kept before");
  EXPECT_EQ(both.find(kName), folder / kName);
  EXPECT_EQ(both.install("x.o", "new"), mine / "x.o");
  EXPECT_EQ(both.find("x.o"), mine / "x.o");
  EXPECT_EQ(names(), Names{kName});
}

TEST_F(KernelCacheFiles, AreNotReadWhereOthersCanWrite) {
  cache.install(kName, "some code");
  fs::permissions(folder.path(), fs::perms::all);
  EXPECT_FALSE(is_found());
  EXPECT_EQ(folder.without_path(why_not_kept(folder.path())), "FOLDER can be written by every user");
  fs::permissions(folder.path(), fs::perms::owner_all | fs::perms::group_all);
  EXPECT_TRUE(is_found());
  EXPECT_EQ(why_not_kept(folder.path()), "");
  if (::geteuid() != 0) GTEST_SKIP() << "a folder cannot be given to another user";
  ASSERT_EQ(::chown(folder.path().c_str(), 65534, 65534), 0);
  EXPECT_FALSE(is_found());
  EXPECT_EQ(folder.without_path(why_not_kept(folder.path())), "FOLDER belongs to another user");
}

TEST_F(KernelCacheFiles, CannotBeKeptWhereThereIsNoFolder) {
  EXPECT_EQ(why_not_kept(""), "neither XDG_CACHE_HOME nor HOME is set");
  folder.file("file", "");
  EXPECT_EQ(folder.without_path(why_not_kept(folder / "file")), "FOLDER/file is no folder");
  EXPECT_EQ(folder.without_path(why_not_kept(folder / "file/kernels")),
            "FOLDER/file/kernels cannot be written: Not a directory");
  EXPECT_EQ(why_not_kept("/proc/none/kernels"),
            "/proc/none/kernels cannot be written: No such file or directory");
  EXPECT_EQ(folder.without_path(error_of([&] { KernelCache(folder / "none").install(kName, "x"); })),
            "FOLDER/none/0123456789abcdef.o: cannot be written: No such file or directory");
}

TEST_F(KernelCacheFiles, AFullDiskIsAnErrorThatNamesTheFile) {
  TestFolder disk;
  if (::mount("sganc", disk.path().c_str(), "tmpfs", MS_NOSUID, "size=64k,mode=0700") != 0)
    GTEST_SKIP() << "no file system can be mounted here";
  const KernelCache small{disk.path()};
  small.install("a.o", std::string(30'000, 'a'));
  const std::string said = error_of([&] { small.install(kName, std::string(60'000, 'b')); });
  const bool kept = small.find("a.o").has_value();
  const auto entries = disk.entries();
  fs::remove(disk / "a.o");
  small.install(kName, std::string(60'000, 'b'));
  const bool later = small.find(kName).has_value();
  ::umount(disk.path().c_str());
  EXPECT_EQ(disk.without_path(said), "FOLDER/0123456789abcdef.o: cannot be written: No space left on device");
  EXPECT_TRUE(kept);
  EXPECT_EQ(entries, 1) << "the unfinished file is gone";
  EXPECT_TRUE(later);
}

TEST_F(KernelCacheFiles, ThoseUsedLeastRecentlyGoFirst) {
  const auto a = kept('a', 1000, 5), b = kept('b', 1000, 9), c = kept('c', 1000, 7);
  cache.trim(3000);
  EXPECT_EQ(names(), (Names{a, b, c}));
  cache.trim(2999);
  EXPECT_EQ(names(), (Names{a, c}));
  ASSERT_TRUE(cache.find(c));  // this uses it
  cache.trim(1000);
  EXPECT_EQ(names(), Names{c});
  cache.trim(0);
  EXPECT_EQ(names(), Names{c}) << "another process may be about to load it";
  age(c, 2);
  cache.touch(c);
  cache.trim(0);
  EXPECT_EQ(names(), Names{c});
  age(c, 2);
  cache.trim(0);
  EXPECT_EQ(names(), Names{});
}

TEST_F(KernelCacheFiles, NothingElseIsCountedOrRemoved) {
  const Names others = {"notes.txt",
                        "0123456789abcdef",
                        "0123456789abcde.o",
                        "0123456789abcdeg.o",
                        "0123456789abcdef.o.x",
                        "0123456789abcdef.c",
                        "kernels_0123456789abcdef.o",
                        "kernels_mine.so",
                        ".unfinished-novel",
                        ".unfinished"};
  const Names own = {kName, "kernels_0123456789abcdef.so", "fedcba9876543210.o.4711", ".unfinished-aB3dE6"};
  for (const auto& names : {others, own})
    for (const auto& name : names) folder.file(name, "1234567890"), age(name, 3);
  fs::create_directory(folder / "1111111111111111.o");
  fs::create_symlink("notes.txt", folder / "2222222222222222.o");
  EXPECT_EQ(size_of_cache(folder.path()).files, own.size());
  EXPECT_EQ(size_of_cache(folder.path()).bytes, 10 * static_cast<std::int64_t>(own.size()));
  const CacheSize removed = clean_cache(folder.path());
  EXPECT_EQ(removed.files, own.size());
  EXPECT_EQ(removed.bytes, 10 * static_cast<std::int64_t>(own.size()));
  Names left = others;
  left.insert({"1111111111111111.o", "2222222222222222.o"});
  EXPECT_EQ(names(), left);
  cache.trim(0);
  EXPECT_EQ(names(), left);
  EXPECT_EQ(clean_cache(folder / "none").files, 0u);
}

TEST_F(KernelCacheFiles, WhatAnotherProcessWritesStays) {
  cache.install_made(kName, [&](const fs::path& made) {
    age(made.filename(), 3);
    EXPECT_EQ(clean_cache(folder.path()).files, 0u);
    cache.trim(0);
    EXPECT_TRUE(fs::exists(made));
  });
  EXPECT_TRUE(is_found());
}

}  // namespace
}  // namespace sganc::testing
