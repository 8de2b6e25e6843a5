#include <algorithm>

#include "compiler/implementations/implementation.h"
#include "compiler/language/listed.h"
#include "compiler/schedule/target.h"

namespace sganc {

#define SGANC_IMPLEMENTATION(name) SGANC_LISTED(Implementation, name##_implementation)

static std::vector<const Implementation*>& table() {
  static std::vector<const Implementation*> rows = {
      SGANC_IMPLEMENTATION(few_channels),  // plain sums with all channels of one side in registers
      SGANC_IMPLEMENTATION(winograd),      // fewer products
      SGANC_IMPLEMENTATION(amx_few),  // all taps of few channels as one axis of a product by tiles of bf16
      SGANC_IMPLEMENTATION(amx),      // plain sums by tiles of bf16
      SGANC_IMPLEMENTATION(direct),   // plain sums
      SGANC_IMPLEMENTATION(onednn),   // everything else
  };
  return rows;
}

#undef SGANC_IMPLEMENTATION

const std::vector<const Implementation*>& all_implementations() {
  return table();
}

const Implementation* find_implementation(const std::string& name) {
  const auto row = std::ranges::find(table(), name, [](const auto* r) { return r->name; });
  return row == table().end() ? nullptr : *row;
}

bool ProductRequest::kernel_in_bf16() const {
  return precision == Precision::bf16 && multiplies_bf16(schedule, machine);
}

bool ProductRequest::has_amx() const {
  return precision == Precision::bf16 && schedule.target.value == "native" && multiplies_bf16_tiles(machine);
}

std::vector<std::string> implementation_names() {
  std::vector<std::string> names;
  for (const auto* row : table()) names.push_back(row->name);
  return names;
}

AddedImplementation::AddedImplementation(const Implementation& row) {
  table().insert(table().begin(), &row);
}

AddedImplementation::~AddedImplementation() {
  table().erase(table().begin());
}

}  // namespace sganc
