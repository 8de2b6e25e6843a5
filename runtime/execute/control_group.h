#pragma once
// The limits that Linux control groups (version 1 or 2) set for this process, as in a container.

#include <cstdint>
#include <filesystem>
#include <optional>

namespace sganc {

struct MemoryLimit {
  std::int64_t limit = 0;  // bytes
  std::int64_t free = 0;   // bytes not in use; file cache that can be dropped counts as free
  bool operator==(const MemoryLimit&) const = default;
};

struct ControlGroupLimits {
  std::optional<double> cores;        // the smallest CPU quota, in cores: 1.5
  std::optional<MemoryLimit> memory;  // of the group with the least free memory
};

/// The limits of the process's groups and of all groups that contain them. `root` is the folder that holds
/// proc and sys.
ControlGroupLimits control_group_limits(const std::filesystem::path& root = "/");

}  // namespace sganc
