// Wrong schedule files, and what is said about them, to the letter.

#include "tests/compiled_model.h"
#include "tests/compiled_twin.h"
#include "tests/processors.h"

namespace sganc {
namespace {

/// An old processor, for schedules that ask for more, and a newer one.
const std::vector<std::string>&kOld = kPenryn, &kNew = kSkylakeX;

/// Returns what a user is told who runs the small model under this schedule.
std::string complaint(const std::string& text, const std::vector<std::string>& processor) {
  static const Module module = module_of_text(text_of(SmallModel{}));
  Diagnostics diagnostics;
  try {
    const TargetMachine machine{.instructions = processor, .threads = 2};
    const auto schedule = parse_schedule(text, "s.toml", implementation_names(), diagnostics);
    if (schedule) {
      require_runs_on(machine, *schedule);
      lower(plan(module, *schedule, machine), {kernel_folder()});
    }
  } catch (const UserError& error) {
    diagnostics.add(error.diagnostic);
  }
  diagnostics.sort();
  return text_of(diagnostics);
}

struct Wrong {
  std::string name, schedule, said;
};

void expect_complaints(const std::vector<Wrong>& files, const std::vector<std::string>& processor = kNew) {
  for (const auto& [name, schedule, said] : files) {
    SCOPED_TRACE(name);
    EXPECT_EQ(complaint(schedule, processor), said);
  }
}

TEST(WrongSchedules, Syntax) {
  expect_complaints({
      {"an unclosed table",
       "name = \"a\"\n"
       "[convolution\n",
       R"_(s.toml:2:13: error: while parsing table header: expected ']', saw '\n'
  2 | [convolution
    |             ^
)_"},
      {"a key twice",
       "name = \"a\"\n"
       "name = \"b\"\n",
       R"_(s.toml:2:8: error: while parsing key-value pair: cannot redefine existing string 'name'
  2 | name = "b"
    |        ^
)_"},
      {"an unclosed string", "name = \"a\n",
       R"_(s.toml:1:10: error: while parsing string: unescaped control characters other than TAB (U+0009) are explicitly prohibited
  1 | name = "a
    |          ^
help: a string ends with a quote on its line
)_"},
      {"no value", "threads =\n",
       R"_(s.toml:1:10: error: while parsing key-value pair: expected value, saw '\n'
  1 | threads =
    |          ^
)_"},
  });
}

TEST(WrongSchedules, Keys) {
  expect_complaints({
      {"a misspelled key", "nmae = \"a\"\n",
       R"_(s.toml:1:1: error: unknown key "nmae"
  1 | nmae = "a"
    | ^^^^
help: did you mean "name"?
)_"},
      {"a key of a model", "epochs = 3\n",
       R"_(s.toml:1:1: error: unknown key "epochs"
  1 | epochs = 3
    | ^^^^^^
help: expected one of "name", "target", "threads", "precision", "convolution", "product", "fusion", "kernel"
)_"},
      {"a misspelled table",
       "[fussion]\n"
       "reach = \"layers\"\n",
       R"_(s.toml:1:2: error: unknown key "fussion"
  1 | [fussion]
    |  ^^^^^^^
help: did you mean "fusion"?
)_"},
      {"a misspelled key of [fusion]",
       "[fusion]\n"
       "reech = \"layers\"\n",
       R"_(s.toml:2:1: error: unknown key "reech"
  2 | reech = "layers"
    | ^^^^^
help: did you mean "reach"?
)_"},
      {"a misspelled key of [convolution]",
       "[convolution]\n"
       "few_chanels = 4\n",
       R"_(s.toml:2:1: error: unknown key "few_chanels"
  2 | few_chanels = 4
    | ^^^^^^^^^^^
help: did you mean "few_channels"?
)_"},
      {"a misspelled key of [[product]]",
       "[[product]]\n"
       "mach = \"*\"\n"
       "by = \"onednn\"\n",
       R"_(s.toml:2:1: error: unknown key "mach"
  2 | mach = "*"
    | ^^^^
help: did you mean "match"?
)_"},
  });
}

TEST(WrongSchedules, Values) {
  expect_complaints({
      {"a name that is a number", "name = 3\n",
       R"_(s.toml:1:8: error: "name" must be a string, not an integer
  1 | name = 3
    |        ^
)_"},
      {"an empty name", "name = \"\"\n",
       R"_(s.toml:1:8: error: "name" must not be empty
  1 | name = ""
    |        ^^
)_"},
      {"an unknown target", "target = \"avx1024\"\n",
       R"_(s.toml:1:11: error: unknown target "avx1024"
  1 | target = "avx1024"
    |           ^^^^^^^
help: expected one of "native", "baseline", "avx2", "avx512"
)_"},
      {"a target that is a list", "target = [\"avx2\"]\n",
       R"_(s.toml:1:10: error: "target" must be a string, not a list
  1 | target = ["avx2"]
    |          ^^^^^^^^
)_"},
      {"no thread", "threads = 0\n",
       R"_(s.toml:1:11: error: "threads" must be from 1 to 1024
  1 | threads = 0
    |           ^
)_"},
      {"too many threads", "threads = 4096\n",
       R"_(s.toml:1:11: error: "threads" must be from 1 to 1024
  1 | threads = 4096
    |           ^^^^
)_"},
      {"threads that are a string", "threads = \"2\"\n",
       R"_(s.toml:1:11: error: "threads" must be an integer, not a string
  1 | threads = "2"
    |           ^^^
)_"},
      {"an unknown precision", "precision = \"f16\"\n",
       R"_(s.toml:1:14: error: unknown precision "f16"
  1 | precision = "f16"
    |              ^^^
help: did you mean "bf16"?
)_"},
      {"few channels that are many",
       "[convolution]\n"
       "few_channels = 64\n",
       R"_(s.toml:2:16: error: "few_channels" must be from 1 to 16
  2 | few_channels = 64
    |                ^^
)_"},
      {"an unknown implementation",
       "[convolution]\n"
       "implementations = [\"winogard\"]\n",
       R"_(s.toml:2:21: error: unknown implementation "winogard"
  2 | implementations = ["winogard"]
    |                     ^^^^^^^^
help: did you mean "winograd"?
)_"},
      {"implementations that are no list",
       "[convolution]\n"
       "implementations = \"onednn\"\n",
       R"_(s.toml:2:19: error: "implementations" must be a list of implementations, not a string
  2 | implementations = "onednn"
    |                   ^^^^^^^^
)_"},
      {"a convolution that is no table", "convolution = \"onednn\"\n",
       R"_(s.toml:1:15: error: "convolution" must be a table, not a string
  1 | convolution = "onednn"
    |               ^^^^^^^^
)_"},
  });
}

TEST(WrongSchedules, Products) {
  expect_complaints({
      {"a table where a list is meant",
       "[product]\n"
       "by = \"onednn\"\n",
       R"_(s.toml:1:1: error: "product" must be a list of tables
  1 | [product]
    | ^^^^^^^^^
help: write [[product]]
)_"},
      {"that say nothing",
       "[[product]]\n"
       "match = \"trunk.*\"\n",
       R"_(s.toml:1:1: error: this product says neither "by" nor "precision"
  1 | [[product]]
    | ^^^^^^^^^^^
help: say who computes it, as in by = "onednn"
)_"},
      {"by nobody that is known",
       "[[product]]\n"
       "by = \"cudnn\"\n",
       R"_(s.toml:2:7: error: unknown implementation "cudnn"
  2 | by = "cudnn"
    |       ^^^^^
help: expected one of "few_channels", "winograd", "amx_few", "amx", "direct", "onednn"
)_"},
      {"of an unknown precision",
       "[[product]]\n"
       "precision = \"fp16\"\n",
       R"_(s.toml:2:14: error: unknown precision "fp16"
  2 | precision = "fp16"
    |              ^^^^
help: expected one of "f32", "bf16"
)_"},
      {"with a kernel of three numbers",
       "[[product]]\n"
       "kernel = [3, 3, 3]\n"
       "by = \"onednn\"\n",
       R"_(s.toml:2:10: error: "kernel" must be an integer or [HEIGHT, WIDTH], not a list
  2 | kernel = [3, 3, 3]
    |          ^^^^^^^^^
)_"},
      {"with a kernel of no size",
       "[[product]]\n"
       "kernel = 0\n"
       "by = \"onednn\"\n",
       R"_(s.toml:2:10: error: "kernel" must be from 1 to 1048576
  2 | kernel = 0
    |          ^
)_"},
      {"with a kernel that is a string",
       "[[product]]\n"
       "kernel = \"3x3\"\n"
       "by = \"onednn\"\n",
       R"_(s.toml:2:10: error: "kernel" must be an integer or [HEIGHT, WIDTH], not a string
  2 | kernel = "3x3"
    |          ^^^^^
)_"},
      {"with a range the wrong way round",
       "[[product]]\n"
       "input_channels = \"8..4\"\n"
       "by = \"onednn\"\n",
       R"_(s.toml:2:19: error: "input_channels" must be a range such as "1..4", its first number from 1 and at most its second
  2 | input_channels = "8..4"
    |                   ^^^^
)_"},
      {"with a range of one dot",
       "[[product]]\n"
       "output_channels = \"1.4\"\n"
       "by = \"onednn\"\n",
       R"_(s.toml:2:20: error: "output_channels" must be a range such as "1..4", its first number from 1 and at most its second
  2 | output_channels = "1.4"
    |                    ^^^
)_"},
      {"with a range that is a list",
       "[[product]]\n"
       "output_channels = [1, 4]\n"
       "by = \"onednn\"\n",
       R"_(s.toml:2:19: error: "output_channels" must be an integer or a range such as "1..4", not a list
  2 | output_channels = [1, 4]
    |                   ^^^^^^
)_"},
      {"with no channels",
       "[[product]]\n"
       "output_channels = 0\n"
       "by = \"onednn\"\n",
       R"_(s.toml:2:19: error: "output_channels" must be from 1 to 1048576
  2 | output_channels = 0
    |                   ^
)_"},
      {"that Halide has no kernel for",
       "[[product]]\n"
       "match = \"trunk.conv_2.*\"\n"
       "by = \"few_channels\"\n",
       R"_(s.toml:3:7: error: few_channels cannot compute "trunk.conv_2.forward"; it is for convolutions without groups and dilations that have at most 16 channels on one side
  3 | by = "few_channels"
    |       ^^^^^^^^^^^^
help: say which products are meant, by "match" or by their shape
)_"},
      {"that Winograd's filtering does not fit",
       "[[product]]\n"
       "match = \"trunk.conv_2.forward\"\n"
       "by = \"winograd\"\n",
       R"_(s.toml:3:7: error: winograd cannot compute "trunk.conv_2.forward"; it is for convolutions without groups and dilations that have 2 or 3 taps a phase of the stride and a multiple of 16 channels on both sides
  3 | by = "winograd"
    |       ^^^^^^^^
help: say which products are meant, by "match" or by their shape
)_"},
      {"of a matrix product by Winograd's filtering",
       "[[product]]\n"
       "match = \"*dense*\"\n"
       "by = \"winograd\"\n",
       R"_(s.toml:3:7: error: winograd cannot compute "logits.dense_1.forward"; it is for convolutions without groups and dilations that have 2 or 3 taps a phase of the stride and a multiple of 16 channels on both sides
  3 | by = "winograd"
    |       ^^^^^^^^
help: say which products are meant, by "match" or by their shape
)_"},
      {"of everything by Halide",
       "[[product]]\n"
       "by = \"few_channels\"\n",
       R"_(s.toml:2:7: error: few_channels cannot compute "trunk.conv_2.forward"; it is for convolutions without groups and dilations that have at most 16 channels on one side
  2 | by = "few_channels"
    |       ^^^^^^^^^^^^
help: say which products are meant, by "match" or by their shape
)_"},
      {"that are matrix products by Halide",
       "[[product]]\n"
       "match = \"logits.dense_1.forward\"\n"
       "by = \"few_channels\"\n",
       R"_(s.toml:3:7: error: few_channels cannot compute "logits.dense_1.forward"; it is for convolutions without groups and dilations that have at most 16 channels on one side
  3 | by = "few_channels"
    |       ^^^^^^^^^^^^
help: say which products are meant, by "match" or by their shape
)_"},
      {"with tiles of nothing",
       "[[product]]\n"
       "tile = 3\n"
       "precision = \"f32\"\n",
       R"_(s.toml:2:8: error: "tile" is of one implementation
  2 | tile = 3
    |        ^
help: say which, as in by = "winograd"
)_"},
      {"with tiles of what has none",
       "[[product]]\n"
       "by = \"onednn\"\n"
       "block = 3\n",
       R"_(s.toml:3:9: error: onednn has no tiles, blocks and groups
  3 | block = 3
    |         ^
)_"},
      {"that the model has not",
       "[[product]]\n"
       "match = \"trunk.conv_2.foward\"\n"
       "by = \"onednn\"\n",
       R"_(s.toml:2:10: error: the model "small" has no product "trunk.conv_2.foward"
  2 | match = "trunk.conv_2.foward"
    |          ^^^^^^^^^^^^^^^^^^^
help: did you mean "trunk.conv_2.forward"?
)_"},
  });
}

TEST(WrongSchedules, Fusions) {
  expect_complaints({
      {"of unknown reach",
       "[fusion]\n"
       "reach = \"layer\"\n",
       R"_(s.toml:2:10: error: unknown reach "layer"
  2 | reach = "layer"
    |          ^^^^^
help: did you mean "layers"?
)_"},
      {"that are no table", "fusion = \"layers\"\n",
       R"_(s.toml:1:10: error: "fusion" must be a table, not a string
  1 | fusion = "layers"
    |          ^^^^^^^^
)_"},
      {"that store one layer and no list",
       "[fusion]\n"
       "store = \"trunk.conv_1\"\n",
       R"_(s.toml:2:9: error: "store" must be a list of layers, not a string
  2 | store = "trunk.conv_1"
    |         ^^^^^^^^^^^^^^
)_"},
      {"that store a number",
       "[fusion]\n"
       "store = [\"trunk.conv_1\", 3]\n",
       R"_(s.toml:2:26: error: "store" must be a list of strings, not an integer
  2 | store = ["trunk.conv_1", 3]
    |                          ^
)_"},
      {"that store a layer that is not there",
       "[fusion]\n"
       "store = [\"trunk.conv_9\"]\n",
       R"_(s.toml:2:11: error: the model "small" has no layer "trunk.conv_9"
  2 | store = ["trunk.conv_9"]
    |           ^^^^^^^^^^^^
help: did you mean "trunk.conv_1"?
)_"},
      {"that keep apart a misspelled layer",
       "[fusion]\n"
       "apart = [\"trunk.leaky_rely_1\"]\n",
       R"_(s.toml:2:11: error: the model "small" has no layer "trunk.leaky_rely_1"
  2 | apart = ["trunk.leaky_rely_1"]
    |           ^^^^^^^^^^^^^^^^^^
help: did you mean "trunk.leaky_relu_1"?
)_"},
  });
}

TEST(WrongSchedules, Machines) {
  expect_complaints(
      {
          {"that have no AVX-512", "target = \"avx512\"\n",
           R"_(s.toml:1:11: error: this processor has no avx512: it lacks sse4_2, popcnt, avx, f16c, fma, avx2, bmi1, bmi2, abm, movbe, avx512f, avx512cd, avx512dq, avx512bw and avx512vl
  1 | target = "avx512"
    |           ^^^^^^
help: target = "native" takes what there is
)_"},
          {"that have no AVX2", "target = \"avx2\"\n",
           R"_(s.toml:1:11: error: this processor has no avx2: it lacks sse4_2, popcnt, avx, f16c, fma, avx2, bmi1, bmi2, abm and movbe
  1 | target = "avx2"
    |           ^^^^
help: target = "native" takes what there is
)_"},
          {"that multiply no bf16", "precision = \"bf16\"\n",
           R"_(s.toml:1:14: error: bf16 needs a processor with AVX-512
  1 | precision = "bf16"
    |              ^^^^
)_"},
          {"that multiply no bf16 in one product",
           "[[product]]\n"
           "match = \"trunk.conv_2.*\"\n"
           "precision = \"bf16\"\n",
           R"_(s.toml:3:14: error: bf16 needs a processor with AVX-512
  3 | precision = "bf16"
    |              ^^^^
)_"},
      },
      kOld);
}

TEST(WrongSchedules, Kernels) {
  expect_complaints({
      {"without a name",
       "[[kernel]]\n"
       "output = []\n",
       R"_(s.toml:1:1: error: this kernel has no "match"
  1 | [[kernel]]
    | ^^^^^^^^^^
help: name the kernels it is for, as in match = "conv_few.*"
)_"},
      {"named by a list",
       "[[kernel]]\n"
       "match = [\"a\"]\n",
       R"_(s.toml:2:9: error: "match" must be a string, not a list
  2 | match = ["a"]
    |         ^^^^^
)_"},
      {"that are not there",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.foward\"\n",
       R"_(s.toml:2:10: error: the model "small" has no kernel "trunk.conv_1.foward"
  2 | match = "trunk.conv_1.foward"
    |          ^^^^^^^^^^^^^^^^^^^
help: did you mean "trunk.conv_1.forward"?
)_"},
      {"that oneDNN computes",
       "[[kernel]]\n"
       "match = \"trunk.conv_2.forward\"\n",
       R"_(s.toml:2:10: error: the model "small" has no kernel "trunk.conv_2.forward"
  2 | match = "trunk.conv_2.forward"
    |          ^^^^^^^^^^^^^^^^^^^^
help: oneDNN computes it; a [[product]] says by which implementation it is computed
)_"},
      {"with a stage that is no list",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "output = \"parallel n\"\n",
       R"_(s.toml:3:10: error: "output" must be a list of directives, not a string
  3 | output = "parallel n"
    |          ^^^^^^^^^^^^
)_"},
      {"with a directive that is no string",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "output = [\"parallel n\", 4]\n",
       R"_(s.toml:3:25: error: "output" must be a list of strings, not an integer
  3 | output = ["parallel n", 4]
    |                         ^
)_"},
  });
}

TEST(WrongSchedules, Stages) {
  expect_complaints({
      {"that are not there",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "outptu = [\"parallel n\"]\n",
       R"_(s.toml:3:1: error: this kernel has no stage "outptu"
  3 | outptu = ["parallel n"]
    | ^^^^^^
help: its stages are "output", "sum", "sum.update", "padded", "weights"
)_"},
      {"that are not there, without a directive",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "partial = []\n",
       R"_(s.toml:3:1: error: this kernel has no stage "partial"
  3 | partial = []
    | ^^^^^^^
help: its stages are "output", "sum", "sum.update", "padded", "weights"
)_"},
      {"that have no update",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "\"padded.update\" = [\"vectorize u 8\"]\n",
       R"_(s.toml:3:1: error: this kernel has no stage "padded.update"
  3 | "padded.update" = ["vectorize u 8"]
    | ^^^^^^^^^^^^^^^
help: its stages are "output", "sum", "sum.update", "padded", "weights"
)_"},
  });
}

TEST(WrongSchedules, Directives) {
  expect_complaints({
      {"that are unknown",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "output = [\"vectorise c 8\"]\n",
       R"_(s.toml:3:12: error: unknown directive "vectorise"
  3 | output = ["vectorise c 8"]
    |            ^^^^^^^^^
help: did you mean "vectorize"?
)_"},
      {"that are empty",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "output = [\"\"]\n",
       R"_(s.toml:3:12: error: an empty directive
  3 | output = [""]
    |            ^
)_"},
      {"with too few words",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "output = [\"split x xo 8\"]\n",
       R"_(s.toml:3:12: error: "split" does not take 3 words
  3 | output = ["split x xo 8"]
    |            ^^^^^^^^^^^^
help: write it as "split LOOP OUTER INNER FACTOR [TAIL]"
)_"},
      {"with too many words",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "output = [\"parallel n 2 3\"]\n",
       R"_(s.toml:3:12: error: "parallel" does not take 3 words
  3 | output = ["parallel n 2 3"]
    |            ^^^^^^^^^^^^^^
help: write it as "parallel LOOP [FACTOR]"
)_"},
      {"on a loop that is not there",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "output = [\"parallel batch\"]\n",
       R"_(s.toml:3:21: error: stage "output" has no loop "batch"
  3 | output = ["parallel batch"]
    |                     ^^^^^
help: its loops are "c", "x", "y", "n"
)_"},
      {"on a loop that was split",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "output = [\"split x xo xi 2\", \"unroll x\"]\n",
       R"_(s.toml:3:38: error: stage "output" has no loop "x"
  3 | output = ["split x xo xi 2", "unroll x"]
    |                                      ^
help: its loops are "c", "xi", "xo", "y", "n"
)_"},
      {"that make a loop twice",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "output = [\"split x y xi 2\"]\n",
       R"_(s.toml:3:20: error: stage "output" already has a loop "y"
  3 | output = ["split x y xi 2"]
    |                    ^
)_"},
      {"that make a loop of a strange name",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "output = [\"split x x.o x.i 2\"]\n",
       R"_(s.toml:3:20: error: "x.o" cannot name a loop
  3 | output = ["split x x.o x.i 2"]
    |                    ^^^
help: a name is a letter, then letters, digits and _
)_"},
      {"with a factor that is a word",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "output = [\"vectorize c eight\"]\n",
       R"_(s.toml:3:24: error: expected a whole number from 1 to 1048576, not "eight"
  3 | output = ["vectorize c eight"]
    |                        ^^^^^
)_"},
      {"with a factor of zero",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "output = [\"unroll x 0\"]\n",
       R"_(s.toml:3:21: error: expected a whole number from 1 to 1048576, not "0"
  3 | output = ["unroll x 0"]
    |                     ^
)_"},
      {"with a factor that is huge",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "output = [\"unroll x 99999999999\"]\n",
       R"_(s.toml:3:21: error: expected a whole number from 1 to 1048576, not "99999999999"
  3 | output = ["unroll x 99999999999"]
    |                     ^^^^^^^^^^^
)_"},
      {"with an unknown tail",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "output = [\"split x xo xi 2 round-up\"]\n",
       R"_(s.toml:3:28: error: unknown tail "round-up"
  3 | output = ["split x xo xi 2 round-up"]
    |                            ^^^^^^^^
help: did you mean "round_up"?
)_"},
      {"with an order that names a loop twice",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "output = [\"reorder x y x\"]\n",
       R"_(s.toml:3:24: error: loop "x" stands twice in this order
  3 | output = ["reorder x y x"]
    |                        ^
)_"},
      {"with an unknown kind of memory",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "padded = [\"compute_root\", \"store_in shared\"]\n",
       R"_(s.toml:3:37: error: unknown kind of memory "shared"
  3 | padded = ["compute_root", "store_in shared"]
    |                                     ^^^^^^
help: expected one of "heap", "register", "stack"
)_"},
      {"that reduce what is no sum",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "\"sum.update\" = [\"rfactor x u partial\"]\n",
       R"_(s.toml:3:26: error: "x" is no loop of a reduction
  3 | "sum.update" = ["rfactor x u partial"]
    |                          ^
help: `rfactor` takes one of what is summed
)_"},
      {"that make a stage twice",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "\"sum.update\" = [\"rfactor ky u padded\"]\n",
       R"_(s.toml:3:31: error: this kernel already has a stage "padded"
  3 | "sum.update" = ["rfactor ky u padded"]
    |                               ^^^^^^
)_"},
      {"that fetch what is not there",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "output = [\"prefetch operand_9 y 2\"]\n",
       R"_(s.toml:3:21: error: this kernel has no stage or operand "operand_9"
  3 | output = ["prefetch operand_9 y 2"]
    |                     ^^^^^^^^^
help: did you mean "operand_0"?
)_"},
      {"that specialize what is no result",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "sum = [\"specialize x == 4\"]\n",
       R"_(s.toml:3:9: error: "specialize" belongs to a result of the kernel
  3 | sum = ["specialize x == 4"]
    |         ^^^^^^^^^^
)_"},
      {"that compare in a strange way",
       "[[kernel]]\n"
       "match = \"c/trunk.leaky_relu_1.backward\"\n"
       "output = [\"specialize block => 64\"]\n",
       R"_(s.toml:3:29: error: unknown comparison "=>"
  3 | output = ["specialize block => 64"]
    |                             ^^
help: did you mean "=="?
)_"},
      {"that specialize without a colon",
       "[[kernel]]\n"
       "match = \"c/trunk.leaky_relu_1.backward\"\n"
       "output = [\"specialize block >= 64 parallel block\"]\n",
       R"_(s.toml:3:35: error: expected ": DIRECTIVE" behind the condition
  3 | output = ["specialize block >= 64 parallel block"]
    |                                   ^^^^^^^^
)_"},
      {"that specialize a place",
       "[[kernel]]\n"
       "match = \"c/trunk.leaky_relu_1.backward\"\n"
       "output = [\"specialize block >= 64 : compute_root\"]\n",
       R"_(s.toml:3:37: error: "compute_root" cannot be for a part of the cases only
  3 | output = ["specialize block >= 64 : compute_root"]
    |                                     ^^^^^^^^^^^^
)_"},
  });
}

TEST(WrongSchedules, Places) {
  expect_complaints({
      {"within what is not there",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "sum = [\"compute_at total x\"]\n",
       R"_(s.toml:3:20: error: this kernel has no stage "total"
  3 | sum = ["compute_at total x"]
    |                    ^^^^^
help: its stages are "output", "sum", "sum.update", "padded", "weights"
)_"},
      {"at a loop that is not there",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "sum = [\"compute_at output image\"]\n",
       R"_(s.toml:3:27: error: stage "output" has no loop "image"
  3 | sum = ["compute_at output image"]
    |                           ^^^^^
help: its loops are "c", "x", "y", "n"
)_"},
      {"within themselves",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "sum = [\"compute_at sum x\"]\n",
       R"_(s.toml:3:20: error: a stage cannot be placed within itself
  3 | sum = ["compute_at sum x"]
    |                    ^^^
)_"},
      {"of an update",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "\"sum.update\" = [\"compute_root\"]\n",
       R"_(s.toml:3:18: error: "compute_root" belongs to a whole stage, not to its update
  3 | "sum.update" = ["compute_root"]
    |                  ^^^^^^^^^^^^
help: give it to "sum"
)_"},
      {"of a result",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "output = [\"compute_at sum x\"]\n",
       R"_(s.toml:3:12: error: "compute_at" does not fit "output", which is a result of the kernel
  3 | output = ["compute_at sum x"]
    |            ^^^^^^^^^^
help: a result is computed at the root, in the memory that it is given
)_"},
      {"of a result, inline",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "output = [\"compute_inline\"]\n",
       R"_(s.toml:3:12: error: "compute_inline" does not fit "output", which is a result of the kernel
  3 | output = ["compute_inline"]
    |            ^^^^^^^^^^^^^^
help: a result is computed at the root, in the memory that it is given
)_"},
      {"that a sum cannot have",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "sum = [\"compute_inline\"]\n",
       R"_(s.toml:3:9: error: "sum" adds up in loops of its own; it cannot be computed inline
  3 | sum = ["compute_inline"]
    |         ^^^^^^^^^^^^^^
)_"},
      {"of loops that are inline",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "padded = [\"vectorize u 8\"]\n",
       R"_(s.toml:3:12: error: stage "padded" is computed inline, so it has no loops
  3 | padded = ["vectorize u 8"]
    |            ^^^^^^^^^^^^^
help: place it, as in "compute_root"
)_"},
      {"of storage in another order of a result",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "output = [\"reorder_storage x c y n\"]\n",
       R"_(s.toml:3:12: error: "reorder_storage" does not fit "output", which is a result of the kernel
  3 | output = ["reorder_storage x c y n"]
    |            ^^^^^^^^^^^^^^^
help: a result is computed at the root, in the memory that it is given
)_"},
      {"in dimensions that are not there",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "padded = [\"compute_root\", \"reorder_storage c u\"]\n",
       R"_(s.toml:3:44: error: stage "padded" has no dimension "c"
  3 | padded = ["compute_root", "reorder_storage c u"]
    |                                            ^
help: its dimensions are "u", "y", "n"
)_"},
  });
}

TEST(WrongSchedules, Harm) {
  expect_complaints({
      {"by leaving the memory of a result",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "output = [\"split x xo xi 3 round_up\"]\n",
       R"_(s.toml:3:28: error: "round_up" would leave the bounds of "output"
  3 | output = ["split x xo xi 3 round_up"]
    |                            ^^^^^^^^
help: use "guard_with_if"
)_"},
      {"by shifting out of a result",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "output = [\"split x xo xi 8 shift_inwards\"]\n",
       R"_(s.toml:3:28: error: "shift_inwards" would leave the bounds of "output"
  3 | output = ["split x xo xi 8 shift_inwards"]
    |                            ^^^^^^^^^^^^^
help: use "guard_with_if"
)_"},
      {"by a rest of one",
       "[[kernel]]\n"
       "match = \"c/logits.dense_1.backward\"\n"
       "output_5 = [\"split x0 a b 9\", \"vectorize b\"]\n",
       R"_(s.toml:3:32: error: a vector of 9 leaves a rest of 1, which Halide may compute wrongly
  3 | output_5 = ["split x0 a b 9", "vectorize b"]
    |                                ^^^^^^^^^
help: take a factor that leaves none, or more
)_"},
      {"by a rest of two under an odd vector",
       "[[kernel]]\n"
       "match = \"generator.conv_1.forward\"\n"
       "output = [\"vectorize x 6\"]\n",
       R"_(s.toml:3:12: error: a vector of 6 leaves a rest of 2, which Halide may compute wrongly
  3 | output = ["vectorize x 6"]
    |            ^^^^^^^^^
help: take a factor that leaves none, or more
)_"},
      {"by copies without end",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "output = [\"unroll c\", \"unroll x\", \"unroll y\", \"unroll n\"]\n",
       R"_(s.toml:3:48: error: this makes 64000 copies of the body of "output"; at most 4096 are possible
  3 | output = ["unroll c", "unroll x", "unroll y", "unroll n"]
    |                                                ^^^^^^
help: split the loop, and unroll its inner part
)_"},
      {"by reading behind an operand",
       "[[kernel]]\n"
       "match = \"generator.conv_1.forward\"\n"
       "padded = [\"compute_root\", \"vectorize v 32\"]\n",
       R"_(s.toml:2:10: error: this schedule makes kernel generator.conv_1.forward read outside of operand_0
  2 | match = "generator.conv_1.forward"
    |          ^^^^^^^^^^^^^^^^^^^^^^^^
help: a factor is larger than its loop; split with "guard_with_if"
)_"},
      {"by a race",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "\"sum.update\" = [\"parallel ky\"]\n",
       R"_(s.toml:3:18: error: "sum.update" adds up along "ky", one after the other
  3 | "sum.update" = ["parallel ky"]
    |                  ^^^^^^^^
help: "atomic" before it lets a vector do this; "rfactor" makes partial sums
)_"},
      {"by what is used before it is computed",
       "[[kernel]]\n"
       "match = \"generator.conv_1.forward\"\n"
       "padded = [\"compute_at output c\"]\n"
       "partial = [\"compute_root\"]\n",
       R"_(s.toml:3:12: error: stage "padded" is needed outside of this loop
  3 | padded = ["compute_at output c"]
    |            ^^^^^^^^^^^^^^^^^^^
help: it can be placed by "compute_root", "compute_at partial n", "compute_at partial y", "compute_at partial x", "compute_at partial c", "compute_at partial v", "compute_at partial block", "compute_at partial ky", "compute_at partial kx", "compute_at partial p"
)_"},
  });
}

/// An image of 64x64 is padded as a whole.
TEST(WrongSchedules, ThatFillTheStack) {
  const Module module = module_of_text(
      text_of(SmallModel{.image = "[64, 64, 1]", .seed_image = "[16, 16, 20]", .seed_units = 5120}));
  Diagnostics diagnostics;
  const auto schedule = parse_schedule(
      "[[kernel]]\nmatch = \"trunk.conv_1.forward\"\npadded = [\"compute_root\", \"store_in stack\"]\n",
      "s.toml", implementation_names(), diagnostics);
  try {
    compile(module, schedule.value());
  } catch (const UserError& error) {
    diagnostics.add(error.diagnostic);
  }
  EXPECT_EQ(
      text_of(diagnostics),
      R"_(s.toml:2:10: error: this schedule puts 3380000 bytes of kernel trunk.conv_1.forward on the stack; at most 262144 are possible
  2 | match = "trunk.conv_1.forward"
    |          ^^^^^^^^^^^^^^^^^^^^
help: take "store_in heap"
)_");
}

#if SGANC_HALIDE_VERSION_MAJOR < 17
TEST(WrongSchedules, DirectivesThatThisHalideHasNot) {
  expect_complaints({{"hoist_storage",
                      "[[kernel]]\nmatch = \"trunk.conv_1.forward\"\n"
                      "padded = [\"compute_at output n\", \"hoist_storage output n\"]\n",
                      R"_(s.toml:3:35: error: Halide 14 has no "hoist_storage"
  3 | padded = ["compute_at output n", "hoist_storage output n"]
    |                                   ^^^^^^^^^^^^^
help: it came with Halide 17
)_"}});
}
#endif

}  // namespace
}  // namespace sganc
