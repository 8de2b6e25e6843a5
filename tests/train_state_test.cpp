// Weights and states in files, what is said of files that do not fit, and signals.

#include "runtime/train/state.h"

#include <gtest/gtest.h>

#include <csignal>
#include <limits>

#include "runtime/train/checkpoint.h"
#include "runtime/train/interrupt.h"
#include "tests/data_folder.h"
#include "tests/train_model.h"

namespace sganc {
namespace {

using testing::error_of;
using testing::set_beginning;
using testing::set_variable;
using testing::small_model;
using testing::TestFolder;
using testing::variable_of;

const TrainingState kState{"small", std::numeric_limits<std::uint64_t>::max(), 1342, 2, 600, 0.1};

struct Saved {
  TestFolder folder;
  std::filesystem::path path = folder / "f.safetensors";
  Executor executor{small_model(), 1, 3};
  Saved() { set_beginning(executor); }

  /// Returns what is said if `load` reads the file into a program that `change` has altered.
  template <class Change, class Load>
  std::string complaint(Change change, Load load) {
    Program program = small_model();
    change(program);
    Executor other(program, 1, 4);
    const auto before = variable_of(other, program.variables[1].name);
    const auto said = error_of([&] { load(path, other); });
    EXPECT_EQ(variable_of(other, program.variables[1].name), before);
    return folder.without_path(said);
  }
};

std::vector<std::string> names_in(const std::filesystem::path& path) {
  std::vector<std::string> names;
  const auto checkpoint = Checkpoint::read(path);
  for (const auto& tensor : checkpoint.tensors()) names.push_back(tensor.name);
  return names;
}

TEST(State, BringsBackEveryVariableAndWhereTheRunWas) {
  Saved s;
  auto seen = s.executor.variable<std::int32_t>(s.executor.variable_index("net.seen"));
  std::ranges::copy(std::vector{5, 6, 7}, seen.begin());
  save_state(s.path, s.executor, kState);
  Executor other(small_model(), 1, 4);
  EXPECT_EQ(load_state(s.path, other), kState);
  for (const auto* name :
       {"net.dense_1.weight", "net.dense_2.weight", "net.m.net.dense_1.weight", "net.kept"})
    EXPECT_EQ(variable_of(other, name), variable_of(s.executor, name)) << name;
  EXPECT_EQ(other.variable<std::int32_t>(other.variable_index("net.seen"))[2], 7);
}

TEST(State, TellsTheBestEpochWhereThereIsOne) {
  Saved s;
  save_state(s.path, s.executor, kState);
  EXPECT_FALSE(Checkpoint::read(s.path).metadata().contains("best_epoch"));
  auto state = kState;
  state.best_epoch = 2;
  state.best_accuracy = 0.1 + 0.2;
  save_state(s.path, s.executor, state);
  Executor other(small_model(), 1, 4);
  EXPECT_EQ(load_state(s.path, other), state);
}

TEST(State, HoldsNoGradientsAndAWeightsFileNoStates) {
  Saved s;
  save_weights(s.path, s.executor, kState);
  EXPECT_EQ(names_in(s.path), (std::vector<std::string>{"net.dense_1.weight", "net.dense_2.weight"}));
  EXPECT_EQ(Checkpoint::read(s.path).metadata(), (CheckpointMetadata{{"format", "pt"},
                                                                     {"holds", "weights"},
                                                                     {"model", "small"},
                                                                     {"seed", "18446744073709551615"},
                                                                     {"step", "1342"},
                                                                     {"epoch", "2"}}));
  save_state(s.path, s.executor, kState);
  EXPECT_EQ(names_in(s.path),
            (std::vector<std::string>{"net.dense_1.weight", "net.m.net.dense_1.weight", "net.dense_2.weight",
                                      "net.seen", "net.key", "net.kept", "net.probability"}));
}

TEST(State, WeightsComeFromAFileOfEitherKind) {
  Saved s;
  for (const auto save : {save_weights, save_state}) {
    save(s.path, s.executor, kState);
    Executor other(small_model(), 1, 4);
    load_weights(s.path, other);
    EXPECT_EQ(variable_of(other, "net.dense_1.weight"), variable_of(s.executor, "net.dense_1.weight"));
    EXPECT_EQ(variable_of(other, "net.dense_2.weight"), variable_of(s.executor, "net.dense_2.weight"));
    EXPECT_EQ(variable_of(other, "net.kept"), std::vector<float>(4));
  }
}

TEST(State, NamesTheFirstDifferenceToAnotherModel) {
  Saved s;
  save_state(s.path, s.executor, kState);
  const std::string another = "\"FOLDER/f.safetensors\" is a checkpoint of another model: ";
  const auto rename = [](Program& p) { p.variables[2].name = "net.dense_3.weight"; };
  EXPECT_EQ(s.complaint(rename, load_state), another + "it has no tensor \"net.dense_3.weight\"");
  EXPECT_EQ(s.complaint(rename, load_weights), another + "it has no tensor \"net.dense_3.weight\"");
  const auto reshape = [](Program& p) { p.variables[0].extents = {4}; };
  EXPECT_EQ(s.complaint(reshape, load_state),
            another + "its tensor \"net.dense_1.weight\" has the shape [2, 2], this model's has [4]");
  const auto retype = [](Program& p) { p.variables[4].dtype = DType::f32; };
  EXPECT_EQ(s.complaint(retype, load_state), another + "its tensor \"net.seen\" has another type of number");
  const auto remove = [](Program& p) { p.variables.erase(p.variables.begin() + 5); };
  EXPECT_EQ(s.complaint(remove, load_state), another + "this model has no tensor \"net.key\"");
  EXPECT_EQ(s.complaint(remove, load_weights), "");
}

TEST(State, AWeightsFileOfALargerNetIsRefusedButOneOfMoreNetsIsNot) {
  Saved s;
  save_weights(s.path, s.executor, kState);
  const auto smaller = [](Program& p) { p.variables.erase(p.variables.begin() + 2); };
  EXPECT_EQ(s.complaint(smaller, load_weights),
            "\"FOLDER/f.safetensors\" is a checkpoint of another model: this model has no tensor "
            "\"net.dense_2.weight\"");
  Program program = small_model();
  program.variables[0].name = "trunk.dense_1.weight";
  program.variables[0].net = "trunk";
  Executor more(program, 1, 3);
  save_weights(s.path, more, kState);
  const auto one_net = [](Program& p) { p.variables.erase(p.variables.begin()); };
  EXPECT_EQ(s.complaint(one_net, load_weights), "");
}

TEST(State, MatchingWeightsAreTakenByName) {
  using Words = std::vector<std::string>;
  Saved s;
  save_weights(s.path, s.executor, kState);
  Program program = small_model();
  program.variables[0].name = "net.head.weight";
  Executor other(program, 1, 4);
  const auto head = variable_of(other, "net.head.weight");
  const auto matched = load_matching_weights(s.path, other);
  EXPECT_EQ(matched.taken, Words{"net.dense_2.weight"});
  EXPECT_EQ(matched.missing, Words{"net.head.weight"});
  EXPECT_EQ(matched.unused, Words{"net.dense_1.weight"});
  EXPECT_EQ(matched.other_shape, Words{});
  EXPECT_EQ(variable_of(other, "net.dense_2.weight"), variable_of(s.executor, "net.dense_2.weight"));
  EXPECT_EQ(variable_of(other, "net.head.weight"), head);
  const auto none = [](Program& p) { p.variables[0].name = "x", p.variables[2].name = "y"; };
  EXPECT_EQ(s.complaint(none, load_matching_weights),
            "\"FOLDER/f.safetensors\" is a checkpoint of another model: it has no tensor of a name and shape "
            "that this model has");
}

TEST(State, AWeightOfAnotherShapeIsNotTaken) {
  using Words = std::vector<std::string>;
  Saved s;
  save_weights(s.path, s.executor, kState);
  Program program = small_model();
  program.variables[0].extents = {4};
  Executor other(program, 1, 4);
  const auto before = variable_of(other, "net.dense_1.weight");
  const auto matched = load_matching_weights(s.path, other);
  EXPECT_EQ(matched.taken, Words{"net.dense_2.weight"});
  EXPECT_EQ(matched.other_shape, Words{"net.dense_1.weight"});
  EXPECT_EQ(variable_of(other, "net.dense_1.weight"), before);
}

TEST(State, ARunDoesNotGoOnFromWeights) {
  Saved s;
  save_weights(s.path, s.executor, kState);
  EXPECT_EQ(s.complaint([](Program&) {}, load_state),
            "\"FOLDER/f.safetensors\" holds weights alone: a run goes on from its state, "
            "checkpoints/state.safetensors");
}

TEST(State, SaysWhatIsWrongWithItsMetadata) {
  Saved s;
  save_state(s.path, s.executor, kState);
  const auto good = Checkpoint::read(s.path);
  auto metadata = good.metadata();
  metadata["seconds"] = "soon";
  write_checkpoint(s.path, good.tensors(), metadata);
  EXPECT_EQ(
      s.complaint([](Program&) {}, load_state),
      "FOLDER/f.safetensors: not a usable checkpoint: its metadata's \"seconds\" is not a number: \"soon\"");
  for (const auto& [text, said] : {std::pair{"nan", "nan"}, {"-inf", "-inf"}, {"1\n2\x7f", "1\\n2?"}}) {
    metadata["seconds"] = text;
    write_checkpoint(s.path, good.tensors(), metadata);
    EXPECT_EQ(
        s.complaint([](Program&) {}, load_state),
        "FOLDER/f.safetensors: not a usable checkpoint: its metadata's \"seconds\" is not a number: \"" +
            std::string(said) + "\"");
  }
  metadata.erase("seconds");
  write_checkpoint(s.path, good.tensors(), metadata);
  EXPECT_EQ(s.complaint([](Program&) {}, load_state),
            "FOLDER/f.safetensors: not a usable checkpoint: its metadata has no \"seconds\"");
}

TEST(State, TakesNoNumberThatIsNotFinite) {
  Saved s;
  for (const float wrong :
       {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity()}) {
    set_variable(s.executor, "net.dense_2.weight", {0, 0, 0, wrong});
    save_state(s.path, s.executor, kState);
    const std::string said =
        "FOLDER/f.safetensors: its tensor \"net.dense_2.weight\" holds a number that is "
        "not finite: take another checkpoint";
    EXPECT_EQ(s.complaint([](Program&) {}, load_state), said);
    EXPECT_EQ(s.complaint([](Program&) {}, load_weights), said);
    EXPECT_EQ(s.complaint([](Program&) {}, load_matching_weights), said);
  }
  set_variable(s.executor, "net.dense_2.weight", {0, 0, 0, 0});
  set_variable(s.executor, "net.kept", {0, std::numeric_limits<float>::infinity()});
  save_state(s.path, s.executor, kState);
  EXPECT_EQ(s.complaint([](Program&) {}, load_weights), "");  // it does not read that variable
  EXPECT_NE(s.complaint([](Program&) {}, load_state), "");
}

TEST(State, TellsWhichRunItIsOf) {
  Saved s;
  auto state = kState;
  state.run = "abc";
  save_state(s.path, s.executor, state);
  EXPECT_EQ(read_state(s.path), state);
  EXPECT_EQ(Checkpoint::read(s.path).text("run"), "abc");
  save_weights(s.path, s.executor, state);
  EXPECT_EQ(load_weights(s.path, s.executor).at("run"), "abc");
}

TEST(State, FindsTheFirstStoredVariableThatIsNotFinite) {
  Saved s;
  EXPECT_EQ(first_not_finite(s.executor), std::nullopt);
  const float infinity = std::numeric_limits<float>::infinity();
  set_variable(s.executor, "gradient.net.dense_1.weight", {infinity});
  EXPECT_EQ(first_not_finite(s.executor), std::nullopt);
  set_variable(s.executor, "net.kept", {0, 0, std::numeric_limits<float>::quiet_NaN()});
  EXPECT_EQ(first_not_finite(s.executor), "net.kept");
  set_variable(s.executor, "net.dense_2.weight", {0, 0, 0, -infinity});
  EXPECT_EQ(first_not_finite(s.executor), "net.dense_2.weight");
}

/// Sets a handler for a signal, and restores the former one at the end.
class HandlerFor {
 public:
  HandlerFor(int signal, void (*handler)(int)) : signal_(signal) {
    struct sigaction action {};
    action.sa_handler = handler;
    ::sigaction(signal_, &action, &former_);
  }
  HandlerFor(const HandlerFor&) = delete;
  HandlerFor& operator=(const HandlerFor&) = delete;
  ~HandlerFor() { ::sigaction(signal_, &former_, nullptr); }

 private:
  int signal_;
  struct sigaction former_ {};
};

void (*handler_of(int signal))(int) {
  struct sigaction now {};
  ::sigaction(signal, nullptr, &now);
  return now.sa_handler;
}

TEST(Interrupt, NotesTheFirstSignalAndLeavesTheFormerHandlers) {
  const auto nothing = [](int) {};
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) {
    const HandlerFor former(signal, nothing);
    {
      const InterruptGuard guard;
      EXPECT_EQ(guard.signal(), 0);
      EXPECT_NO_THROW(guard.require_none());
      ::raise(signal);
      EXPECT_EQ(guard.signal(), signal);
      ::raise(SIGTERM);
      EXPECT_EQ(guard.signal(), signal);
      EXPECT_THROW(guard.require_none(), StoppedBySignal);
    }
    EXPECT_EQ(handler_of(signal), static_cast<void (*)(int)>(nothing));
    EXPECT_EQ(InterruptGuard().signal(), 0);
  }
}

TEST(Interrupt, LeavesIgnoredWhatWasIgnored) {
  for (const int signal : {SIGINT, SIGHUP}) {
    const HandlerFor ignored(signal, SIG_IGN);
    const InterruptGuard guard;
    ::raise(signal);
    EXPECT_EQ(guard.signal(), 0);
    EXPECT_EQ(handler_of(signal), SIG_IGN);
  }
}

TEST(Interrupt, AClosedPipeAndALimitOfFilesEndNothing) {
  for (const int signal : {SIGPIPE, SIGXFSZ}) {
    const HandlerFor usual(signal, SIG_DFL);
    const InterruptGuard guard;
    ::raise(signal);
    EXPECT_EQ(guard.signal(), 0);
  }
}

TEST(InterruptDeathTest, ASecondCtrlCEndsAtOnce) {
  EXPECT_EXIT(
      {
        const InterruptGuard guard;
        ::raise(SIGINT);
        ::raise(SIGINT);
      },
      ::testing::ExitedWithCode(130), "");
}

}  // namespace
}  // namespace sganc
