// `sganc export` of a run that was trained for a few steps: as a program for sganc-run, and as a library in
// C.

#include <cmath>
#include <cstring>

#include "runtime/data/array_files.h"
#include "tests/cli_program.h"
#include "tests/picture_files.h"

namespace sganc::testing {
namespace {

namespace fs = std::filesystem;

class CliExport : public ProgramTest {
 protected:
  CliExport() { train("run", {"-q"}); }

  Ending export_to(const std::string& form, const std::string& out, const Words& more = {}) {
    Words words = {"export", "run", "--to", form, "--out", out, "--threads", "1", "-q"};
    words.insert(words.end(), more.begin(), more.end());
    return sganc(words);
  }

  /// Runs `sganc-run WORDS`, or another program of the system, to its end.
  Ending sganc_run(Words words) {
    words.insert(words.begin(), fs::path(SGANC_PROGRAM).parent_path() / "sganc-run");
    return start_other(words).wait();
  }
  Ending shell(const std::string& command) { return start_other({"sh", "-c", command}).wait(); }

  /// Writes photos/0.png and so on.
  void write_photos(int count) const {
    for (int i = 0; i < count; ++i)
      folder.file("photos/" + std::to_string(i) + ".png",
                  png_bytes(picture_of(28, 28, 1, [&](auto x, auto y, auto) { return x * y / 4 + 20 * i; })));
  }

  /// The numbers of a text in their order, whatever stands between them.
  static std::vector<double> numbers_of(std::string text) {
    for (char& c : text)
      if (c == ',' || c == ':' || c == '/') c = ' ';
    std::vector<double> numbers;
    std::istringstream words(text);
    for (std::string word; words >> word;) {
      char* end = nullptr;
      const double number = std::strtod(word.c_str(), &end);
      if (*end == 0) numbers.push_back(number);
    }
    return numbers;
  }

  /// Fails unless the floats of an array begin with the ten numbers of the text.
  static void expect_begins_with(const std::string& array, const std::string& text) {
    constexpr std::size_t kHeader = 128;
    const auto numbers = numbers_of(text);
    ASSERT_EQ(numbers.size(), 10u) << text;
    for (std::size_t i = 0; i < 10; ++i) {
      float value = 0;
      std::memcpy(&value, array.data() + kHeader + 4 * i, 4);
      EXPECT_NEAR(numbers[i], value, 1e-5);
    }
  }

  static void expect_same_numbers(const std::string& a, const std::string& b) {
    const auto x = numbers_of(a), y = numbers_of(b);
    ASSERT_EQ(x.size(), y.size()) << a << "\n" << b;
    for (std::size_t i = 0; i < x.size(); ++i) EXPECT_NEAR(x[i], y[i], 1e-5 * std::max(1.0, std::abs(x[i])));
  }
};

TEST_F(CliExport, AProgramGivesWhatTheRunGives) {
  ASSERT_EQ(export_to("program", "out").out, "out\n");
  EXPECT_EQ(shell("cd out && sha256sum --quiet -c SHA256SUMS && ls").out,
            "SHA256SUMS\nkernels.so\nprogram.json\nweights.safetensors\n");
  write_photos(5);  // fewer than a batch of many
  for (const Words& more : {Words{"--probabilities", "--logits"}, Words{"--format", "json"}}) {
    Words words = {"classify", "out", "photos"}, of_run = {"predict", "run", "photos"};
    words.insert(words.end(), more.begin(), more.end());
    of_run.insert(of_run.end(), more.begin(), more.end());
    const auto ending = sganc_run(words);
    EXPECT_EQ(ending.code, 0) << ending.err;
    EXPECT_EQ(lines_of(ending.out)[0].substr(0, 10), lines_of(sganc(of_run).out)[0].substr(0, 10));
    expect_same_numbers(ending.out, sganc(of_run).out);
  }
  write_photos(130);
  expect_same_numbers(sganc_run({"classify", "out", "photos"}).out, sganc({"predict", "run", "photos"}).out);

  EXPECT_EQ(sganc_run({"sample", "out", "--count", "7", "--out", "a.npy"}).out, "a.npy\n");
  sganc({"sample", "run", "--count", "7", "--out", "b.npy", "--save-latent", "z.npy"});
  EXPECT_EQ(content("a.npy"), content("b.npy"));
  sganc_run({"sample", "out", "--latent", "z.npy", "--out", "c.npy"});
  sganc({"sample", "run", "--latent", "z.npy", "--out", "d.npy"});
  EXPECT_EQ(content("c.npy"), content("d.npy"));
  EXPECT_NE(sganc_run({"bench", "out", "--seconds", "0"}).out.find("predict.100 "), std::string::npos);
}

TEST_F(CliExport, AProgramOfOneNet) {
  ASSERT_EQ(export_to("program", "classifier", {"--net", "classifier"}).code, 0);
  expect_error(sganc_run({"sample", "classifier"}), 1, "error: this program has no generator\n");
  ASSERT_EQ(export_to("program", "generator", {"--net", "generator"}).code, 0);
  write_photos(1);
  expect_error(sganc_run({"classify", "generator", "photos"}), 1,
               "error: generator: this program classifies nothing\n");
}

TEST_F(CliExport, NeverReplacesFilesOfOthers) {
  ASSERT_EQ(export_to("program", "out").code, 0);
  ASSERT_EQ(export_to("program", "out").code, 0);  // its own are replaced
  folder.file("out/notes.txt", "mine");
  expect_error(export_to("program", "out"), 2,
               "error: out: holds another file, notes.txt; name a folder that is empty or does not exist\n");
  EXPECT_EQ(content("out/notes.txt"), "mine");
  folder.file("file", "mine");
  expect_error(export_to("program", "file"), 2, "error: file: is a file, not a folder\n");
}

TEST_F(CliExport, ADamagedProgramIsOneError) {
  ASSERT_EQ(export_to("program", "out").code, 0);
  write_photos(1);
  const auto classify = [&] { return sganc_run({"classify", "out", "photos"}); };
  const std::string program = content("out/program.json"), weights = content("out/weights.safetensors");

  std::string changed = weights;
  changed[changed.size() / 2] ^= 1;
  folder.file("out/weights.safetensors", changed);
  expect_error(classify(), 1,
               "error: out/weights.safetensors: is damaged: its bytes are not those that were written\n");
  folder.file("out/weights.safetensors", weights);

  folder.file("out/program.json", "{");
  expect_error(classify(), 1, "error: out/program.json: is damaged\n");

  changed = program;
  changed.replace(changed.find("\"format\": 1"), 11, "\"format\": 9");
  folder.file("out/program.json", changed);
  expect_error(
      classify(), 1,
      "error: out/program.json: was written by sganc 0.1.0 in format 9, and this program reads format "
      "1; export the run again\n");

  changed = program;
  changed.replace(changed.find("\"pni\""), 5, "\"warp\"");
  folder.file("out/program.json", changed);
  shell("cd out && sha256sum kernels.so program.json weights.safetensors > SHA256SUMS");
  const auto ending = classify();
  EXPECT_EQ(ending.code, 1);
  EXPECT_TRUE(ending.err.starts_with("error: out: its kernels need instructions that this processor ("))
      << ending.err;
  EXPECT_NE(ending.err.find(") does not have: warp; export the run on this machine"), std::string::npos);

  fs::remove(folder / "out/program.json");
  expect_error(
      classify(), 1,
      "error: out: holds no exported program: there is no program.json; sganc export RUN --to program "
      "--out DIR writes one\n");
}

TEST_F(CliExport, MistakesOfTheCommandLine) {
  expect_error(sganc({"export", "run", "--out", "x"}), 2,
               "error: export needs a form\nhelp: expected one of \"program\", \"c\", \"onnx\", \"torch\"\n");
  expect_error(export_to("progam", "x"), 2,
               "error: there is no form \"progam\"\nhelp: did you mean \"program\"?\n");
  expect_error(sganc({"export", "run", "--to", "c"}), 2,
               "error: export needs a place to write to\nhelp: name it: --out DIR\n");
  expect_error(export_to("c", "x", {"--net", "trnk"}), 2,
               "error: the model has no net and no layer \"trnk\" that is a function of an image alone\n"
               "help: did you mean \"trunk\"?\n");
  expect_error(export_to("c", "some/m/"), 2,
               "error: a library called libm would hide the system's\n"
               "help: the folder gives the name: choose another one as --out\n");
  expect_error(sganc_run({"clasify", "x"}), 2,
               "error: sganc-run has no command \"clasify\"\nhelp: it has classify, sample and bench\n");
  expect_error(sganc_run({"classify", "x"}), 2,
               "error: sganc-run classify needs other arguments\nhelp: write sganc-run classify DIR PATH... "
               "[--out FILE] [--probabilities] [--logits] [--format csv|json] [--threads N]\n");
}

/// A C compiler builds the example in a folder that holds nothing else, and it gives what the run gives:
/// linked with the static library, with the shared one, and from source, under the sanitizers and without a
/// warning.
TEST_F(CliExport, ALibraryInCGivesWhatTheRunGives) {
  ASSERT_EQ(export_to("c", "my-net").code, 0);
  write_photos(1);
  std::string pixels;
  for (int y = 0; y < 28; ++y)
    for (int x = 0; x < 28; ++x) pixels += static_cast<char>(x * y / 4);
  folder.file("user/picture.pgm", "P5\n28 28\n255\n" + pixels);
  const std::string row = lines_of(sganc({"predict", "run", "photos", "--probabilities"}).out)[1];
  auto expected = numbers_of(row);
  expected.erase(expected.begin(), expected.end() - 10);

  const std::string flags =
      "cc -std=c11 -Wall -Wextra -Wpedantic -Werror -O1 ../my-net/example.c -I../my-net ";
  for (const std::string& build :
       {flags + "-L../my-net -l:libmy_net.a -lm",
        flags + "-L../my-net -lmy_net -Wl,-rpath,'$ORIGIN/../my-net'",
        flags + "-fsanitize=address,undefined -fno-sanitize-recover ../my-net/my_net.c "
                "-Wa,-I../my-net ../my-net/my_net_kernels.o -lm"}) {
    const auto built = shell("cd user && " + build + " -o example");
    ASSERT_EQ(built.code, 0) << build << "\n" << built.err;
    const auto ending = shell("cd user && ./example picture.pgm");
    EXPECT_EQ(ending.code, 0) << ending.err;
    std::vector<double> probability;
    for (const auto& line : lines_of(ending.out)) probability.push_back(std::stod(line.substr(20)));
    ASSERT_EQ(probability.size(), 10u) << ending.out;
    for (std::size_t i = 0; i < 10; ++i) EXPECT_NEAR(probability[i], expected[i], 1e-6);
  }
  EXPECT_EQ(shell("nm -g --defined-only my-net/libmy_net.a | grep -c my_net_").out, "5\n");  // the file's too
  EXPECT_EQ(shell("nm -g --defined-only my-net/libmy_net.a | grep -vc my_net_").out, "1\n");  // a blank line
}

/// A classifier may know more classes than the data has; all have a probability.
TEST_F(CliExport, MoreClassesThanTheDataInC) {
  write_variant("more.toml", "units = 10", "units = 11");
  ASSERT_EQ(sganc({"train", "more.toml", "--out", "more", "--threads", "1", "-q"}).code, 0);
  ASSERT_EQ(sganc({"export", "more", "--to", "c", "--out", "net", "-q"}).code, 0);
  EXPECT_NE(content("net/net.h").find("#define NET_CLASSES 11\n"), std::string::npos);
  EXPECT_NE(content("net/net.h").find("probability {count, 11}"), std::string::npos);
  EXPECT_NE(content("net/net.c").find("\n    \"10\",\n};"), std::string::npos);
}

TEST_F(CliExport, AGeneratorAndALayerInC) {
  ASSERT_EQ(export_to("c", "draw", {"--net", "generator"}).code, 0);
  ASSERT_EQ(export_to("c", "see", {"--net", "trunk"}).code, 0);
  const auto built =
      shell("for n in draw see; do cc $n/example.c -I$n -L$n -l:lib$n.a -lm -o $n.out || exit 1; done");
  ASSERT_EQ(built.code, 0) << built.err;

  const std::int64_t shape[] = {1, 8};
  write_array(folder / "z.npy", shape, std::vector<float>(8, 0));
  sganc({"sample", "run", "--latent", "z.npy", "--out", "x.npy"});
  expect_begins_with(content("x.npy"), shell("./draw.out").out);
  folder.file("photos/black.png", png_bytes(picture_of(28, 28, 1, [](auto, auto, auto) { return 0; })));
  sganc({"predict", "run", "photos", "--layer", "trunk", "--out", "f.npy"});
  expect_begins_with(content("f.npy"), shell("./see.out").out);
}

}  // namespace
}  // namespace sganc::testing
