#pragma once
// How many threads and how much memory this process may use, and which limit decides.

#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "runtime/execute/control_group.h"

namespace sganc {

struct Cores {
  int online = 1;               // cores of the machine
  int allowed = 1;              // cores in the process's affinity
  std::optional<double> quota;  // of its control groups
  int usable() const;           // the smallest of these; a part of a core counts as one
};

/// The cores in the process's affinity, by the system's numbers; empty if it does not say.
std::vector<int> allowed_cores();

/// `root` is the folder that holds proc and sys.
Cores usable_cores(const std::filesystem::path& root = "/");

/// "64 cores, this process may run on 4, the control group's quota is 1.5"
std::string to_string(const Cores& cores);

struct FreeMemory {
  std::int64_t system = std::numeric_limits<std::int64_t>::max();  // bytes available in the system
  std::optional<MemoryLimit> group;                                // of the control groups
  std::int64_t usable() const;                                     // the smaller of the two
};

/// `root` is the folder that holds proc and sys.
FreeMemory free_memory(const std::filesystem::path& root = "/");

/// "5.3 GB are available, the control group's limit of 4.0 GB leaves 2.1 GB"
std::string to_string(const FreeMemory& memory);

}  // namespace sganc
