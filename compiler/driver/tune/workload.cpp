#include "compiler/driver/tune/workload.h"

#include <algorithm>
#include <map>

#include "compiler/codegen/lower.h"
#include "runtime/system/digest.h"

namespace sganc {
namespace {

/// The time of the workpiece's step. The steps of an optimizer are listed under its update.
double cost_of(const Workpiece& piece, const std::vector<StepCost>& costs) {
  const std::string& function = piece.update.empty() ? piece.function : piece.update;
  for (const auto& cost : costs)
    if (cost.update == function && cost.name == piece.step.name) return cost.ms;
  return 0;
}

/// The other implementation that a schedule may choose for the convolution: oneDNN instead of a kernel, or a
/// kernel instead of oneDNN. "" if there is none.
std::string other_than(const Workpiece& piece) {
  if (piece.by.empty()) return "";
  const std::string onednn = all_implementations().back()->name;
  if (piece.by != onednn) return onednn;
  const KernelDescription& kernel = piece.cut.description;
  const Product product{kernel.function, kernel.function.node(kernel.anchor)};
  for (const auto* by : all_implementations())
    if (by->is_kernel() && by->plan({product, Schedule{}, TargetMachine{}})) return by->name;
  return "";
}

/// A digest of a kernel's description, without its schedule. It does not depend on the version of the
/// compiler.
std::string digest_of(KernelDescription description, const std::string& sizes) {
  description.override_schedule.reset();
  description.function.name += sizes;
  return short_digest(description.identity());
}

/// The sizes of a call's arguments. For a convolution they are in its function.
std::string sizes_of(const Workpiece& piece) {
  std::string text;
  if (const auto* call = std::get_if<KernelCall>(&piece.step.work))
    for (const auto& argument : call->arguments) text += " " + to_string(argument.extents);
  return text;
}

}  // namespace

std::string identity_of(const Workpiece& piece) {
  return digest_of(piece.cut.description, piece.by.empty() ? "" : " convolution");
}

std::vector<Workload> workloads_of(const std::vector<Workpiece>& pieces, const std::vector<StepCost>& costs) {
  std::map<std::string, Workload> found;
  for (const auto& piece : pieces) {
    const std::string other = other_than(piece);
    const bool bf16 = [&] {
      const auto* c = std::get_if<Convolution>(&piece.step.work);
      return (c && c->precision == Precision::bf16) || !piece.cut.description.in_bf16.empty();
    }();
    if ((!piece.is_kernel() && other.empty()) || bf16) continue;
    const double ms = cost_of(piece, costs);
    auto [it, fresh] = found.try_emplace(identity_of(piece), Workload{.piece = piece, .other = other});
    Workload& workload = it->second;
    if (!fresh && ms > cost_of(workload.piece, costs)) workload.piece = piece;
    workload.ms += ms;
    for (const auto& name : piece.names) workload.uses.push_back(piece.function + "/" + name);
  }
  std::vector<Workload> workloads;
  for (auto& [identity, workload] : found) {
    workload.hash = digest_of(workload.piece.cut.description, sizes_of(workload.piece));
    workloads.push_back(std::move(workload));
  }
  std::ranges::stable_sort(workloads, std::ranges::greater(), &Workload::ms);
  return workloads;
}

}  // namespace sganc
