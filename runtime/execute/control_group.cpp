#include "runtime/execute/control_group.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace sganc {
namespace {

namespace fs = std::filesystem;

/// A limit of at least this means "no limit", for which version 1 gives the largest number of pages.
constexpr std::int64_t kNoLimit = std::int64_t{1} << 60;

/// A line of /proc/self/cgroup: 4:memory:/docker/abc, or 0::/user.slice of version 2.
struct Membership {
  std::string controllers, group;
};

/// A line of /proc/self/mountinfo that mounts control groups.
struct Mount {
  std::string root;  // the group that is mounted at `point`
  fs::path point;
  std::string type, options;  // cgroup and its controllers, or cgroup2
};

std::vector<Membership> memberships(const fs::path& root) {
  std::vector<Membership> found;
  std::ifstream file(root / "proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    const auto first = line.find(':'), second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    found.push_back({line.substr(first + 1, second - first - 1), line.substr(second + 1)});
  }
  return found;
}

/// Decodes the escapes of mountinfo, which writes a blank as \040, in octal digits.
std::string without_escapes(const std::string& text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned code = 0;
    const char* digits = text.data() + i + 1;
    if (text[i] == '\\' && i + 3 < text.size() &&
        std::from_chars(digits, digits + 3, code, 8).ptr == digits + 3) {
      plain += static_cast<char>(code);
      i += 3;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

std::vector<Mount> mounts(const fs::path& root) {
  std::vector<Mount> found;
  std::ifstream file(root / "proc/self/mountinfo");
  for (std::string line; std::getline(file, line);) {
    const auto dash = line.find(" - ");
    if (dash == std::string::npos) continue;
    std::istringstream before(line.substr(0, dash)), after(line.substr(dash + 3));
    std::string skip, group, point, type, device, options;
    before >> skip >> skip >> skip >> group >> point;
    after >> type >> device >> options;
    if (!type.starts_with("cgroup")) continue;
    found.push_back(
        {without_escapes(group), root / fs::path(without_escapes(point)).relative_path(), type, options});
  }
  return found;
}

bool lists(const std::string& words, std::string_view word) {
  std::istringstream stream(words);
  for (std::string each; std::getline(stream, each, ',');)
    if (each == word) return true;
  return false;
}

/// Returns the folder of the group below the mount, or the mount point if there is none: the path of the
/// group may be one of another namespace.
fs::path folder_of(const Mount& mount, const fs::path& group) {
  for (const fs::path& below : {group.lexically_relative(mount.root), group.relative_path()}) {
    if (below.empty() || std::ranges::find(below, "..") != below.end()) continue;
    fs::path folder = (mount.point / below).lexically_normal();
    if (!folder.has_filename()) folder = folder.parent_path();
    std::error_code none;
    if (fs::is_directory(folder, none)) return folder;
  }
  return mount.point;
}

/// Calls `visit` with the folder of the process's group and of each that contains it.
template <class Visit>
void visit_groups(const fs::path& root, const std::string& controller, const Visit& visit) {
  const auto all = mounts(root);
  for (const auto& [controllers, group] : memberships(root)) {
    const bool unified = controllers.empty();
    if (!unified && !lists(controllers, controller)) continue;
    const auto mount = std::ranges::find_if(all, [&](const Mount& m) {
      return unified ? m.type == "cgroup2" : m.type == "cgroup" && lists(m.options, controller);
    });
    if (mount == all.end()) continue;
    for (fs::path folder = folder_of(*mount, group);; folder = folder.parent_path()) {
      visit(folder);
      if (folder == mount->point || !folder.has_relative_path()) break;
    }
  }
}

/// Returns the words of a file's first line as numbers, or as nothing for a word such as "max". Returns an
/// empty list if there is no file.
std::vector<std::optional<std::int64_t>> numbers(const fs::path& path) {
  std::vector<std::optional<std::int64_t>> found;
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  std::istringstream words(line);
  for (std::string word; words >> word;) {
    std::int64_t value = 0;
    const bool is_number = std::from_chars(word.data(), word.data() + word.size(), value).ec == std::errc();
    found.push_back(is_number ? std::optional(value) : std::nullopt);
  }
  return found;
}

std::optional<std::int64_t> number(const fs::path& path) {
  const auto all = numbers(path);
  return all.empty() ? std::nullopt : all[0];
}

std::optional<double> quota_of(const fs::path& group) {
  std::optional<std::int64_t> quota = number(group / "cpu.cfs_quota_us"),
                              period = number(group / "cpu.cfs_period_us");
  if (const auto both = numbers(group / "cpu.max"); both.size() == 2) quota = both[0], period = both[1];
  if (!quota || *quota <= 0 || !period || *period <= 0) return {};
  return static_cast<double>(*quota) / static_cast<double>(*period);
}

/// Returns the bytes of inactive file cache of a group and the groups below it.
std::int64_t idle_cache(const fs::path& group) {
  std::ifstream stat(group / "memory.stat");
  std::int64_t own = 0, total = -1, value = 0;
  for (std::string key; stat >> key >> value;) {
    if (key == "inactive_file") own = value;
    if (key == "total_inactive_file") total = value;  // in version 1, inactive_file is of the group alone
  }
  return total >= 0 ? total : own;
}

std::optional<MemoryLimit> memory_of(const fs::path& group) {
  std::int64_t limit = kNoLimit;
  for (const auto* name : {"memory.max", "memory.high", "memory.limit_in_bytes"})
    limit = std::min(limit, number(group / name).value_or(kNoLimit));
  if (limit >= kNoLimit) return {};
  const auto used = number(group / "memory.current");
  const std::int64_t bytes = used ? *used : number(group / "memory.usage_in_bytes").value_or(0);
  const std::int64_t kept = std::max<std::int64_t>(0, bytes - idle_cache(group));
  return MemoryLimit{limit, std::max<std::int64_t>(0, limit - kept)};
}

}  // namespace

ControlGroupLimits control_group_limits(const fs::path& root) {
  ControlGroupLimits limits;
  visit_groups(root, "cpu", [&](const fs::path& group) {
    const auto quota = quota_of(group);
    if (quota && (!limits.cores || *quota < *limits.cores)) limits.cores = quota;
  });
  visit_groups(root, "memory", [&](const fs::path& group) {
    const auto memory = memory_of(group);
    if (memory && (!limits.memory || memory->free < limits.memory->free)) limits.memory = memory;
  });
  return limits;
}

}  // namespace sganc
