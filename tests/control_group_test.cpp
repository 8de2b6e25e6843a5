// What a container may use: control groups of both versions, imitated by files, and a real one if this
// machine lets a group be made.

#include "runtime/execute/control_group.h"

#include <gtest/gtest.h>

#include "runtime/execute/allowance.h"
#include "tests/data_folder.h"

namespace sganc::testing {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kGB = 1'000'000'000;

/// A folder that stands for the root of a machine.
class ControlGroups : public ::testing::Test {
 protected:
  void membership(const std::string& text) const { root.file("proc/self/cgroup", text); }
  void mounts(const std::string& text) const {
    root.file("proc/self/mountinfo", "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n" + text);
  }
  void file(const std::string& name, const std::string& text) const {
    root.file("sys/fs/cgroup/" + name, text + "\n");
  }
  void quota_v1(const std::string& group, const std::string& quota) const {
    file(group + "/cpu.cfs_quota_us", quota);
    file(group + "/cpu.cfs_period_us", "100000");
  }
  std::optional<double> cores() const { return control_group_limits(root.path()).cores; }
  std::optional<MemoryLimit> memory() const { return control_group_limits(root.path()).memory; }

  const std::string v1 =
      "33 32 0:28 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:9 - cgroup cgroup rw,cpu,cpuacct\n"
      "34 32 0:29 / /sys/fs/cgroup/cpuset rw,nosuid - cgroup cgroup rw,cpuset\n"
      "35 32 0:30 / /sys/fs/cgroup/memory rw,nosuid - cgroup cgroup rw,memory\n";
  const std::string v2 = "31 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n";
  TestFolder root;
};

TEST_F(ControlGroups, NoneWithoutFilesOfTheSystem) {
  EXPECT_EQ(cores(), std::nullopt);
  EXPECT_EQ(memory(), std::nullopt);
  membership("0::/\nnonsense\n5:cpu\n");
  EXPECT_EQ(cores(), std::nullopt);
  mounts("nonsense\n1 2 3 - cgroup2\n");
  EXPECT_EQ(cores(), std::nullopt);
  EXPECT_EQ(memory(), std::nullopt);
}

TEST_F(ControlGroups, TheQuotaOfVersion1) {
  membership("4:memory:/docker/a\n3:cpuset:/docker/a\n2:cpu,cpuacct:/docker/a\n0::/\n");
  mounts(v1);
  quota_v1("cpu,cpuacct", "-1");
  quota_v1("cpu,cpuacct/docker/a", "-1");
  quota_v1("cpuset/docker/a", "10000");  // of another controller
  EXPECT_EQ(cores(), std::nullopt);
  quota_v1("cpu,cpuacct/docker/a", "150000");
  EXPECT_EQ(cores(), 1.5);
  quota_v1("cpu,cpuacct/docker", "50000");
  EXPECT_EQ(cores(), 0.5) << "of the group that contains it";
  quota_v1("cpu,cpuacct/docker", "400000");
  EXPECT_EQ(cores(), 1.5);
  quota_v1("cpu,cpuacct/docker/a/b", "10000");
  EXPECT_EQ(cores(), 1.5) << "a group below it is not its own";
  file("cpu,cpuacct/docker/a/cpu.cfs_period_us", "0");
  EXPECT_EQ(cores(), 4.0);
}

TEST_F(ControlGroups, TheQuotaOfVersion2) {
  membership("0::/kubepods/pod/c\n");
  mounts(v2);
  file("kubepods/pod/c/cpu.max", "max 100000");
  EXPECT_EQ(cores(), std::nullopt);
  file("kubepods/pod/c/cpu.max", "50000 100000");
  EXPECT_EQ(cores(), 0.5);
  file("kubepods/pod/cpu.max", "300000 200000");
  file("kubepods/pod/c/cpu.max", "max 100000");
  EXPECT_EQ(cores(), 1.5);
  file("kubepods/cpu.max", "20000 10000");
  EXPECT_EQ(cores(), 1.5);
  file("kubepods/pod/c/cpu.max", "");
  file("kubepods/pod/cpu.max", "150000");
  EXPECT_EQ(cores(), 2.0);
}

TEST_F(ControlGroups, BothVersionsBesideEachOther) {
  membership("4:memory:/user\n2:cpu,cpuacct:/user\n1:name=systemd:/user\n0::/user\n");
  mounts(v1 + "36 32 0:31 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n");
  quota_v1("cpu,cpuacct/user", "250000");
  file("unified/user/cgroup.procs", "1");
  EXPECT_EQ(cores(), 2.5);
  file("unified/user/cpu.max", "100000 100000");
  EXPECT_EQ(cores(), 1.0);
  file("memory/user/memory.limit_in_bytes", "4000000000");
  EXPECT_EQ(memory(), (MemoryLimit{4 * kGB, 4 * kGB}));
}

TEST_F(ControlGroups, InANamespaceTheGroupIsTheRootOfTheMount) {
  file("cpu.max", "150000 100000");
  for (const auto* group : {"/", "/../../system.slice/x", "/docker/0123", "/a/.."}) {
    membership("0::" + std::string(group) + "\n");
    for (const auto* seen : {"/", "/docker/0123", "/docker"}) {
      mounts("31 23 0:26 " + std::string(seen) + " /sys/fs/cgroup ro,nosuid - cgroup2 cgroup rw\n");
      EXPECT_EQ(cores(), 1.5) << group << " seen as " << seen;
    }
  }
  // The process has a group of its own below the one that is mounted.
  membership("0::/docker/0123/child\n");
  mounts("31 23 0:26 /docker/0123 /sys/fs/cgroup ro,nosuid - cgroup2 cgroup rw\n");
  file("child/cpu.max", "50000 100000");
  EXPECT_EQ(cores(), 0.5);
}

TEST_F(ControlGroups, PlacesWithBlanks) {
  membership("0::/my group\n");
  mounts("31 23 0:26 / /sys/fs/my\\040groups rw - cgroup2 cgroup rw\n");
  root.file("sys/fs/my groups/my group/cpu.max", "200000 100000\n");
  EXPECT_EQ(cores(), 2.0);
}

TEST_F(ControlGroups, TheMemoryOfVersion1) {
  membership("4:memory:/docker/a\n");
  mounts(v1);
  const std::string a = "memory/docker/a/";
  file("memory/memory.limit_in_bytes", "9223372036854771712");
  file(a + "memory.limit_in_bytes", "9223372036854771712");
  EXPECT_EQ(memory(), std::nullopt);
  file(a + "memory.limit_in_bytes", "2000000000");
  file(a + "memory.usage_in_bytes", "1500000000");
  EXPECT_EQ(memory(), (MemoryLimit{2 * kGB, kGB / 2}));
  file(a + "memory.stat", "cache 900\ninactive_file 100\ntotal_inactive_file 700000000\ntotal_rss 5");
  EXPECT_EQ(memory(), (MemoryLimit{2 * kGB, 1'200'000'000}));
  file("memory/docker/memory.limit_in_bytes", "3000000000");
  file("memory/docker/memory.usage_in_bytes", "2900000000");
  EXPECT_EQ(memory(), (MemoryLimit{3 * kGB, 100'000'000})) << "the group that has least left";
}

TEST_F(ControlGroups, TheMemoryOfVersion2) {
  membership("0::/a/b\n");
  mounts(v2);
  file("a/b/memory.max", "max");
  file("a/b/memory.high", "max");
  file("a/b/memory.current", "1000000000");
  EXPECT_EQ(memory(), std::nullopt);
  file("a/b/memory.max", "4000000000");
  EXPECT_EQ(memory(), (MemoryLimit{4 * kGB, 3 * kGB}));
  file("a/b/memory.high", "2000000000");
  EXPECT_EQ(memory(), (MemoryLimit{2 * kGB, kGB}));
  file("a/b/memory.stat", "anon 10\nfile 20\ninactive_file 600000000\nactive_file 7");
  EXPECT_EQ(memory(), (MemoryLimit{2 * kGB, 1'600'000'000}));
  file("a/memory.max", "500000000");
  file("a/memory.current", "700000000");
  EXPECT_EQ(memory(), (MemoryLimit{500'000'000, 0})) << "no less than nothing";
}

TEST(Allowance, CoresAreTheLeastThatIsAllowed) {
  EXPECT_EQ((Cores{64, 64, {}}.usable()), 64);
  EXPECT_EQ((Cores{64, 4, {}}.usable()), 4);
  EXPECT_EQ((Cores{64, 64, 1.5}.usable()), 2);
  EXPECT_EQ((Cores{64, 64, 2.0}.usable()), 2);
  EXPECT_EQ((Cores{64, 64, 0.01}.usable()), 1);
  EXPECT_EQ((Cores{64, 4, 12.5}.usable()), 4);
  EXPECT_EQ((Cores{64, 4, 1e30}.usable()), 4);
  EXPECT_EQ(to_string(Cores{1, 1, {}}), "1 core");
  EXPECT_EQ(to_string(Cores{64, 64, 1.5}), "64 cores, the control group's quota is 1.5");
  EXPECT_EQ(to_string(Cores{64, 4, {}}), "64 cores, this process may run on 4");
  EXPECT_EQ(to_string(Cores{64, 4, 0.25}),
            "64 cores, this process may run on 4, the control group's quota is 0.25");
}

TEST(Allowance, MemoryIsWhatSystemAndGroupHave) {
  const FreeMemory both{5'300'000'000, MemoryLimit{4 * kGB, 2'100'000'000}};
  EXPECT_EQ(both.usable(), 2'100'000'000);
  EXPECT_EQ(to_string(both), "5.3 GB are available, the control group's limit of 4.0 GB leaves 2.1 GB");
  const FreeMemory little{300'000'000, MemoryLimit{4 * kGB, 900'000'000}};
  EXPECT_EQ(little.usable(), 300'000'000);
  EXPECT_EQ(to_string(little), "300 MB are available, the control group's limit of 4.0 GB leaves 900 MB");
  EXPECT_EQ(to_string(FreeMemory{}), "the system does not say");
  TestFolder root;
  root.file("proc/meminfo",
            "MemTotal:       8000000 kB\nMemFree:         10 kB\nMemAvailable:    3000000 kB\nX: 1\n");
  EXPECT_EQ(free_memory(root.path()).system, 3'072'000'000);
  root.file("proc/meminfo", "MemTotal:       8000000 kB\n");
  EXPECT_EQ(free_memory(root.path()).system, FreeMemory{}.system);
}

/// With a real group of version 1 and the built program.
TEST(Allowance, DoctorFollowsARealQuota) {
  const fs::path group = "/sys/fs/cgroup/cpu/sganc-test-" + std::to_string(::getpid());
  std::error_code refused;
  if (!fs::exists("/sys/fs/cgroup/cpu/cpu.shares") || !fs::create_directory(group, refused))
    GTEST_SKIP() << "no control group can be made here: " << refused.message();
  std::ofstream(group / "cpu.cfs_quota_us") << 50000;
  TestFolder folder;
  const std::string command = "echo $$ > " + (group / "cgroup.procs").string() +
                              " && exec '" SGANC_PROGRAM "' doctor > '" + (folder / "out").string() + "'";
  const int status = std::system(command.c_str());
  for (int i = 0; i < 100 && !fs::remove(group, refused); ++i)
    ::usleep(10'000);  // until the system has let go
  EXPECT_EQ(status, 0);
  const std::string out = content_of(folder / "out");
  EXPECT_NE(out.find("\nthreads      1: "), out.npos) << out;
  EXPECT_NE(out.find(", the control group's quota is 0.5\n"), out.npos) << out;
}

}  // namespace
}  // namespace sganc::testing
