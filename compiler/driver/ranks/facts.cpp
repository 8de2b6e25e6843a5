#include "compiler/driver/ranks/facts.h"

#include "compiler/driver/places.h"
#include "compiler/language/spelling.h"
#include "runtime/data/labels.h"
#include "runtime/system/digest.h"
#include "runtime/system/files.h"

namespace sganc {
namespace {

/// The messages in their order, each with the sums that it carries. Ranks with other shares plan other groups
/// between them.
std::string messages_text(const PlannedModule& planned) {
  std::string text;
  for (const auto& f : planned.functions)
    for (const auto& group : f.plan.groups) {
      if (!group.is_message) continue;
      text += f.function.name + "." + group.name;
      for (const Value v : group.outputs) text += " " + to_string(f.function.node(v).type.shape);
      text += "\n";
    }
  return text;
}

}  // namespace

std::vector<Fact> version_facts() {
  return {{"version of sganc", version(), "start the same program on all machines"}};
}

std::vector<Fact> model_facts(const Model& model, const PlannedModule& planned, const ModelRequest& request) {
  const std::string same_files = "all ranks must read the same files, with the same options";
  const std::string one_kind = "run on machines of one kind";
  return {
      {"model", short_digest(to_toml(model)), same_files},
      {"schedule", short_digest(read_file(schedule_file(request.schedule))), same_files},
      {"number of threads", std::to_string(request.threads), "give all ranks the same --threads"},
      {"kind of processor", explained_target(planned.schedule, planned.machine).text,
       one_kind + ", or give a schedule with a target that all have"},
      {"size of the second-level cache", std::to_string(planned.machine.l2_bytes), one_kind},
      {"order of messages", short_digest(messages_text(planned)),
       "take a number of ranks that divides the batches"},
  };
}

std::vector<Fact> data_facts(const DataIdentity& identity, const Division& division) {
  return {{"data set", short_digest(to_json(identity)), "all ranks must read the same images"},
          {"choice of labels",
           short_digest(labels_text(division.labelled) + "held out\n" + labels_text(division.held_out)),
           "all ranks must read the same labels"}};
}

}  // namespace sganc
