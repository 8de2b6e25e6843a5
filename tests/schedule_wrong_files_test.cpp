// Wrong schedule files, and what is said about them, to the letter.

#include "tests/compiled_model.h"
#include "tests/compiled_twin.h"

namespace sganc {
namespace {

/// A processor of old, for schedules that ask for more.
const std::vector<std::string> kOld = {"sse4_2"};
const std::vector<std::string> kNew = {"sse4_2", "avx2", "avx512f"};

/// What a person is told who runs the small model under this schedule.
std::string complaint(const std::string& text, const std::vector<std::string>& processor) {
  static const Module module = module_of_text(text_of(SmallModel{}));
  Diagnostics diagnostics;
  try {
    const auto schedule = parse_schedule(text, "s.toml", diagnostics);
    if (schedule) {
      require_processor(*schedule, processor);
      compile(module, *schedule);
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
       R"_(x)_"},
      {"a key twice",
       "name = \"a\"\n"
       "name = \"b\"\n",
       R"_(x)_"},
      {"an unclosed string",
       "name = \"a\n",
       R"_(x)_"},
      {"no value",
       "threads =\n",
       R"_(x)_"},
  });
}

TEST(WrongSchedules, Keys) {
  expect_complaints({
      {"a misspelled key",
       "nmae = \"a\"\n",
       R"_(x)_"},
      {"a key of a model",
       "epochs = 3\n",
       R"_(x)_"},
      {"a misspelled table",
       "[fussion]\n"
       "reach = \"layers\"\n",
       R"_(x)_"},
      {"a misspelled key of [fusion]",
       "[fusion]\n"
       "reech = \"layers\"\n",
       R"_(x)_"},
      {"a misspelled key of [convolution]",
       "[convolution]\n"
       "few_chanels = 4\n",
       R"_(x)_"},
      {"a misspelled key of [[product]]",
       "[[product]]\n"
       "mach = \"*\"\n"
       "by = \"onednn\"\n",
       R"_(x)_"},
  });
}

TEST(WrongSchedules, Values) {
  expect_complaints({
      {"a name that is a number",
       "name = 3\n",
       R"_(x)_"},
      {"an empty name",
       "name = \"\"\n",
       R"_(x)_"},
      {"an unknown target",
       "target = \"avx1024\"\n",
       R"_(x)_"},
      {"a target that is a list",
       "target = [\"avx2\"]\n",
       R"_(x)_"},
      {"no thread",
       "threads = 0\n",
       R"_(x)_"},
      {"too many threads",
       "threads = 4096\n",
       R"_(x)_"},
      {"threads that are a string",
       "threads = \"2\"\n",
       R"_(x)_"},
      {"an unknown precision",
       "precision = \"f16\"\n",
       R"_(x)_"},
      {"few channels that are many",
       "[convolution]\n"
       "few_channels = 64\n",
       R"_(x)_"},
      {"an unknown implementation",
       "[convolution]\n"
       "few_input_channels = \"halid\"\n",
       R"_(x)_"},
      {"a convolution that is no table",
       "convolution = \"halide\"\n",
       R"_(x)_"},
  });
}

TEST(WrongSchedules, Products) {
  expect_complaints({
      {"a table where a list is meant",
       "[product]\n"
       "by = \"onednn\"\n",
       R"_(x)_"},
      {"that say nothing",
       "[[product]]\n"
       "match = \"trunk.*\"\n",
       R"_(x)_"},
      {"by nobody that is known",
       "[[product]]\n"
       "by = \"cudnn\"\n",
       R"_(x)_"},
      {"of an unknown precision",
       "[[product]]\n"
       "precision = \"fp16\"\n",
       R"_(x)_"},
      {"with a kernel of three numbers",
       "[[product]]\n"
       "kernel = [3, 3, 3]\n"
       "by = \"onednn\"\n",
       R"_(x)_"},
      {"with a kernel of no size",
       "[[product]]\n"
       "kernel = 0\n"
       "by = \"onednn\"\n",
       R"_(x)_"},
      {"with a kernel that is a string",
       "[[product]]\n"
       "kernel = \"3x3\"\n"
       "by = \"onednn\"\n",
       R"_(x)_"},
      {"with a range the wrong way round",
       "[[product]]\n"
       "input_channels = \"8..4\"\n"
       "by = \"onednn\"\n",
       R"_(x)_"},
      {"with a range of one dot",
       "[[product]]\n"
       "output_channels = \"1.4\"\n"
       "by = \"onednn\"\n",
       R"_(x)_"},
      {"with a range that is a list",
       "[[product]]\n"
       "output_channels = [1, 4]\n"
       "by = \"onednn\"\n",
       R"_(x)_"},
      {"with no channels",
       "[[product]]\n"
       "output_channels = 0\n"
       "by = \"onednn\"\n",
       R"_(x)_"},
      {"that Halide has no kernel for",
       "[[product]]\n"
       "match = \"trunk.conv_2.*\"\n"
       "by = \"halide\"\n",
       R"_(x)_"},
      {"of everything by Halide",
       "[[product]]\n"
       "by = \"halide\"\n",
       R"_(x)_"},
      {"that are matrix products by Halide",
       "[[product]]\n"
       "match = \"logits.dense_1.forward\"\n"
       "by = \"halide\"\n",
       R"_(x)_"},
      {"that the model has not",
       "[[product]]\n"
       "match = \"trunk.conv_2.foward\"\n"
       "by = \"onednn\"\n",
       R"_(x)_"},
  });
}

TEST(WrongSchedules, Fusions) {
  expect_complaints({
      {"of unknown reach",
       "[fusion]\n"
       "reach = \"layer\"\n",
       R"_(x)_"},
      {"that are no table",
       "fusion = \"layers\"\n",
       R"_(x)_"},
      {"that store one layer and no list",
       "[fusion]\n"
       "store = \"trunk.conv_1\"\n",
       R"_(x)_"},
      {"that store a number",
       "[fusion]\n"
       "store = [\"trunk.conv_1\", 3]\n",
       R"_(x)_"},
      {"that store a layer that is not there",
       "[fusion]\n"
       "store = [\"trunk.conv_9\"]\n",
       R"_(x)_"},
      {"that keep apart a misspelled layer",
       "[fusion]\n"
       "apart = [\"trunk.leaky_rely_1\"]\n",
       R"_(x)_"},
  });
}

TEST(WrongSchedules, Machines) {
  expect_complaints({
      {"that have no AVX-512",
       "target = \"avx512\"\n",
       R"_(x)_"},
      {"that have no AVX2",
       "target = \"avx2\"\n",
       R"_(x)_"},
      {"that multiply no bf16",
       "precision = \"bf16\"\n",
       R"_(x)_"},
      {"that multiply no bf16 in one product",
       "[[product]]\n"
       "match = \"trunk.conv_2.*\"\n"
       "precision = \"bf16\"\n",
       R"_(x)_"},
  }, kOld);
}

TEST(WrongSchedules, Kernels) {
  expect_complaints({
      {"without a name",
       "[[kernel]]\n"
       "output = []\n",
       R"_(x)_"},
      {"named by a list",
       "[[kernel]]\n"
       "match = [\"a\"]\n",
       R"_(x)_"},
      {"that are not there",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.foward\"\n",
       R"_(x)_"},
      {"that oneDNN computes",
       "[[kernel]]\n"
       "match = \"trunk.conv_2.forward\"\n",
       R"_(x)_"},
      {"with a stage that is no list",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "output = \"parallel n\"\n",
       R"_(x)_"},
      {"with a directive that is no string",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "output = [\"parallel n\", 4]\n",
       R"_(x)_"},
  });
}

TEST(WrongSchedules, Stages) {
  expect_complaints({
      {"that are not there",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "outptu = [\"parallel n\"]\n",
       R"_(x)_"},
      {"that are not there, without a directive",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "partial = []\n",
       R"_(x)_"},
      {"that have no update",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "\"padded.update\" = [\"vectorize u 8\"]\n",
       R"_(x)_"},
  });
}

TEST(WrongSchedules, Directives) {
  expect_complaints({
      {"that are unknown",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "output = [\"vectorise c 8\"]\n",
       R"_(x)_"},
      {"that are empty",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "output = [\"\"]\n",
       R"_(x)_"},
      {"with too few words",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "output = [\"split x xo 8\"]\n",
       R"_(x)_"},
      {"with too many words",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "output = [\"parallel n 2 3\"]\n",
       R"_(x)_"},
      {"on a loop that is not there",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "output = [\"parallel batch\"]\n",
       R"_(x)_"},
      {"on a loop that was split",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "output = [\"split x xo xi 2\", \"unroll x\"]\n",
       R"_(x)_"},
      {"that make a loop twice",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "output = [\"split x y xi 2\"]\n",
       R"_(x)_"},
      {"that make a loop of a strange name",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "output = [\"split x x.o x.i 2\"]\n",
       R"_(x)_"},
      {"with a factor that is a word",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "output = [\"vectorize c eight\"]\n",
       R"_(x)_"},
      {"with a factor of zero",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "output = [\"unroll x 0\"]\n",
       R"_(x)_"},
      {"with a factor that is huge",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "output = [\"unroll x 99999999999\"]\n",
       R"_(x)_"},
      {"with an unknown tail",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "output = [\"split x xo xi 2 round-up\"]\n",
       R"_(x)_"},
      {"with an order that names a loop twice",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "output = [\"reorder x y x\"]\n",
       R"_(x)_"},
      {"with an unknown kind of memory",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "padded = [\"compute_root\", \"store_in shared\"]\n",
       R"_(x)_"},
      {"that reduce what is no sum",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "\"sum.update\" = [\"rfactor x u partial\"]\n",
       R"_(x)_"},
      {"that make a stage twice",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "\"sum.update\" = [\"rfactor ky u padded\"]\n",
       R"_(x)_"},
      {"that fetch what is not there",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "output = [\"prefetch operand_9 y 2\"]\n",
       R"_(x)_"},
      {"that specialize what is no result",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "sum = [\"specialize x == 4\"]\n",
       R"_(x)_"},
      {"that compare in a strange way",
       "[[kernel]]\n"
       "match = \"c/trunk.leaky_relu_1.backward\"\n"
       "output = [\"specialize block => 64\"]\n",
       R"_(x)_"},
      {"that specialize without a colon",
       "[[kernel]]\n"
       "match = \"c/trunk.leaky_relu_1.backward\"\n"
       "output = [\"specialize block >= 64 parallel block\"]\n",
       R"_(x)_"},
      {"that specialize a place",
       "[[kernel]]\n"
       "match = \"c/trunk.leaky_relu_1.backward\"\n"
       "output = [\"specialize block >= 64 : compute_root\"]\n",
       R"_(x)_"},
      {"that this Halide has not",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "padded = [\"compute_at output n\", \"hoist_storage output n\"]\n",
       R"_(x)_"},
  });
}

TEST(WrongSchedules, Places) {
  expect_complaints({
      {"within what is not there",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "sum = [\"compute_at total x\"]\n",
       R"_(x)_"},
      {"at a loop that is not there",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "sum = [\"compute_at output image\"]\n",
       R"_(x)_"},
      {"within themselves",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "sum = [\"compute_at sum x\"]\n",
       R"_(x)_"},
      {"of an update",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "\"sum.update\" = [\"compute_root\"]\n",
       R"_(x)_"},
      {"of a result",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "output = [\"compute_at sum x\"]\n",
       R"_(x)_"},
      {"of a result, inline",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "output = [\"compute_inline\"]\n",
       R"_(x)_"},
      {"that a sum cannot have",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "sum = [\"compute_inline\"]\n",
       R"_(x)_"},
      {"of loops that are inline",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "padded = [\"vectorize u 8\"]\n",
       R"_(x)_"},
      {"of storage in another order of a result",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "output = [\"reorder_storage x c y n\"]\n",
       R"_(x)_"},
      {"in dimensions that are not there",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "padded = [\"compute_root\", \"reorder_storage c u\"]\n",
       R"_(x)_"},
  });
}

TEST(WrongSchedules, Harm) {
  expect_complaints({
      {"by leaving the memory of a result",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "output = [\"split x xo xi 3 round_up\"]\n",
       R"_(x)_"},
      {"by shifting out of a result",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "output = [\"split x xo xi 8 shift_inwards\"]\n",
       R"_(x)_"},
      {"by a rest of one",
       "[[kernel]]\n"
       "match = \"c/logits.dense_1.backward\"\n"
       "output_5 = [\"split x0 a b 9\", \"vectorize b\"]\n",
       R"_(x)_"},
      {"by a rest of two under an odd vector",
       "[[kernel]]\n"
       "match = \"generator.conv_1.forward\"\n"
       "output = [\"vectorize x 6\"]\n",
       R"_(x)_"},
      {"by copies without end",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "output = [\"unroll c\", \"unroll x\", \"unroll y\", \"unroll n\"]\n",
       R"_(x)_"},
      {"by a race",
       "[[kernel]]\n"
       "match = \"trunk.conv_1.forward\"\n"
       "\"sum.update\" = [\"parallel ky\"]\n",
       R"_(x)_"},
      {"by what is used before it is computed",
       "[[kernel]]\n"
       "match = \"generator.conv_1.forward\"\n"
       "padded = [\"compute_at output c\"]\n"
       "partial = [\"compute_root\"]\n",
       R"_(x)_"},
      {"by too much on the stack",
       "[[kernel]]\n"
       "match = \"generator.conv_1.backward_data\"\n"
       "padded = [\"compute_root\", \"store_in stack\"]\n",
       R"_(x)_"},
  });
}

}  // namespace
}  // namespace sganc
