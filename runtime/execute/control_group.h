#pragma once
// What Linux control groups, of version 1 or 2, leave this process of the machine: the limits of a container.

#include <cstdint>
#include <filesystem>
#include <optional>

namespace sganc {

struct MemoryLimit {
  std::int64_t limit = 0;  // bytes
  std::int64_t free = 0;   // bytes of it that are not in use; file cache that can go counts as free
  bool operator==(const MemoryLimit&) const = default;
};

struct ControlGroupLimits {
  std::optional<double> cores;        // the least CPU quota: 1.5 cores
  std::optional<MemoryLimit> memory;  // of the group that has least free
};

/// Over the process's groups and all that contain them. `root` is the folder that holds proc and sys.
ControlGroupLimits control_group_limits(const std::filesystem::path& root = "/");

}  // namespace sganc
