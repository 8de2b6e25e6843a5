#include "compiler/driver/ranks/run_on_ranks.h"

#include <sstream>

#include "compiler/driver/ranks/meeting.h"
#include "runtime/train/interrupt.h"

namespace sganc {
namespace {

/// What rank 0 prints of another's failure.
std::string failure_text(const FailedElsewhere& failure) {
  const std::string rank = "rank " + std::to_string(failure.rank) + ": ";
  if (failure.text.empty() && failure.code > 128)
    return rank + "stopped by " + signal_name(failure.code - 128) + " before the first step\n";
  return rank + failure.text;
}

/// Runs the verb on a rank that has joined the others.
int run_joined(const std::function<int(Terminal&)>& run, Terminal& terminal, const std::ostringstream& said) {
  try {
    const int code = run(terminal);
    meeting().part(code, said.str());
    return code;
  } catch (const FailedElsewhere& failure) {
    if (meeting().ranks().leads()) terminal.err << failure_text(failure);
    return failure.code;
  }
}

/// Returns how all have ended.
int run_rank(const Verb& verb, const Launch& launch, const std::function<int(Terminal&)>& run) {
  std::ostringstream said, nothing;
  Terminal speaking, silent{.out = nothing, .err = said, .quiet = true};
  Terminal& terminal = launch.rank == 0 ? speaking : silent;
  if (!verb.on_ranks) {
    terminal.error("sganc " + verb.name + " runs in one process, but " + launch.launcher + " started " +
                       std::to_string(launch.count),
                   "start it without " + launch.launcher + "; only train shares its work among processes");
    return kBadInput;
  }
  try {
    meeting().join(launch);
  } catch (const CannotJoin& e) {
    terminal.error(e.what(), e.help);
    return kBadInput;
  }
  return run_joined(run, terminal, said);
}

}  // namespace

int run_on_ranks(const Verb& verb, const Launch& launch, const std::function<int(Terminal&)>& run) {
  const int code = run_rank(verb, launch, run);
  return launch.rank == 0 ? code : kDone;  // a launcher may end the others once one has failed, even rank 0
}

}  // namespace sganc
