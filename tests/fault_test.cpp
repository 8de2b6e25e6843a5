// A step that raises a signal ends the program with one line; elsewhere signals do what they always do.

#include "runtime/execute/fault.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "runtime/execute/executor.h"
#include "tests/data_folder.h"

#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

namespace sganc {
namespace {

namespace fs = std::filesystem;

/// Kernels without arguments, each with another fault. The code of `lies_far` is so far back in the file
/// that the file can be cut off before it.
constexpr const char* kKernels = R"(
.globl illegal, divides, reaches, lies_far
.text
illegal: ud2
divides: xor %ecx, %ecx
         mov $1, %eax
         cltd
         idiv %ecx
         ret
reaches: mov 8, %eax
         ret
.balign 4096
.skip 65536, 0x90
lies_far: xor %eax, %eax
         ret
.section .note.GNU-stack, "", @progbits
)";

const std::string kName = "a name";

class Faults : public ::testing::Test {
 protected:
  void SetUp() override {
    std::ofstream(folder_ / "kernels.s") << kKernels;
    const std::string path = (folder_ / "kernels").string();
    ASSERT_EQ(
        std::system(
            ("as -o " + path + ".o " + path + ".s && ld -shared -o " + path + ".so " + path + ".o").c_str()),
        0);
  }

  fs::path library() const { return folder_ / "kernels.so"; }

  Program program(const std::string& symbol) const {
    Program program{.name = "faulty"};
    program.kernel_library = library().string();
    FunctionProgram function{.name = "g"};
    function.steps = {{.name = "trunk.conv_1.forward", .work = KernelCall{.symbol = symbol}}};
    program.functions = {function};
    return program;
  }

  /// Runs the kernel. Called in a child process, which leaves no core dump.
  void run(const std::string& symbol) const {
    quietly();
    report_faults();
    note_target("x86-64-linux-sse41 halide-14");
    Executor executor(program(symbol), 1, 0);
    executor.run(executor.function("g"));
  }

  static void quietly() {
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
  }

  const testing::TestFolder folder_;
};

using FaultsDeathTest = Faults;

TEST_F(FaultsDeathTest, AnIllegalInstructionIsOneLine) {
  EXPECT_EXIT(
      run("illegal"), ::testing::ExitedWithCode(1),
      "^error: step trunk.conv_1.forward of g met an instruction that this processor lacks \\(SIGILL\\); "
      "its target is x86-64-linux-sse41 halide-14; sganc doctor says what it has; a schedule with target "
      "= \"baseline\" asks for the least\n$");
}

TEST_F(FaultsDeathTest, SoAreOthers) {
  EXPECT_EXIT(run("divides"), ::testing::ExitedWithCode(1),
              "^error: step trunk.conv_1.forward of g divided by zero \\(SIGFPE\\); [^\n]*\n$");
  EXPECT_EXIT(run("reaches"), ::testing::ExitedWithCode(1),
              "^error: step trunk.conv_1.forward of g reached for memory that is not its own \\(SIGSEGV\\); "
              "[^\n]*\n$");
}

/// A file of kernels is cut short while it is in use.
TEST_F(FaultsDeathTest, ALibraryThatIsCutShortIsOneLine) {
  EXPECT_EXIT(
      {
        quietly();
        report_faults();
        Executor executor(program("lies_far"), 1, 0);
        fs::resize_file(library(), 4096);
        executor.run(executor.function("g"));
      },
      ::testing::ExitedWithCode(1),
      "^error: step trunk.conv_1.forward of g could not read a file that it maps \\(SIGBUS\\); its target is "
      "unknown; the disk may be full or damaged; sganc doctor --clean removes all compiled kernels\n$");
}

/// Every way to run a step names the step.
TEST_F(FaultsDeathTest, EveryWayToRunTellsTheStep) {
  const auto by = [&](auto&& way) {
    quietly();
    report_faults();
    Executor executor(program("illegal"), 1, 0);
    way(executor, executor.function("g"));
  };
  const char* line = "^error: step trunk.conv_1.forward of g met an instruction";
  EXPECT_EXIT(by([](Executor& e, auto g) { e.run_timed(g); }), ::testing::ExitedWithCode(1), line);
  EXPECT_EXIT(by([](Executor& e, auto g) { e.run_step(g, 0); }), ::testing::ExitedWithCode(1), line);
  EXPECT_EXIT(by([](Executor& e, auto g) { e.run_checked(g); }), ::testing::ExitedWithCode(1), line);
}

TEST_F(FaultsDeathTest, OutsideOfAStepSignalsDoWhatTheyAlwaysDo) {
  EXPECT_EXIT(
      {
        quietly();
        report_faults();
        { RunningFunction over(kName); }
        __builtin_trap();
      },
      ::testing::KilledBySignal(SIGILL), "^$");
  EXPECT_EXIT(
      {
        quietly();
        report_faults();
        ::raise(SIGSEGV);
      },
      ::testing::KilledBySignal(SIGSEGV), "^$");
}

/// A signal that somebody sends is no fault of the step.
TEST_F(FaultsDeathTest, ASignalFromOutsideIsNoFaultOfTheStep) {
  EXPECT_EXIT(
      {
        quietly();
        report_faults();
        RunningFunction running(kName);
        running.begins(kName);
        ::raise(SIGSEGV);
      },
      ::testing::KilledBySignal(SIGSEGV), "^$");
}

void other_handler(int) {
  ::_exit(7);
}

TEST_F(FaultsDeathTest, AHandlerThatIsThereStays) {
  EXPECT_EXIT(
      {
        ::signal(SIGILL, other_handler);
        report_faults();
        Executor executor(program("illegal"), 1, 0);
        executor.run(executor.function("g"));
      },
      ::testing::ExitedWithCode(7), "");
}

}  // namespace
}  // namespace sganc

#endif
