// bench as a person runs it: schedules beside each other, kernels alone, the formats, mistakes.

#include <unistd.h>

#include <set>

#include "tests/cli_program.h"
#include "tests/xml_mistake.h"

namespace sganc::testing {
namespace {

class CliBench : public ProgramTest {
 protected:
  /// Measures small.toml twice with `more` words and returns the output.
  std::string bench(const Words& more) {
    Words words = {"bench", "small.toml", "--repetitions", "2", "--warmup", "1", "--threads", "1", "-q"};
    words.insert(words.end(), more.begin(), more.end());
    const auto ending = sganc(words);
    EXPECT_EQ(ending.code, 0) << ending.err;
    EXPECT_EQ(ending.err, "");
    return ending.out;
  }
  nlohmann::ordered_json bench_json(Words more) {
    more.insert(more.end(), {"--format", "json"});
    return nlohmann::ordered_json::parse(bench(more));
  }
  static Words members(const nlohmann::ordered_json& object) {
    Words names;
    for (const auto& [name, value] : object.items()) names.push_back(name);
    return names;
  }
};

TEST_F(CliBench, JsonOfOneSchedule) {
  const auto result = bench_json({});
  EXPECT_EQ(members(result), (Words{"context", "benchmarks", "variants"}));
  EXPECT_EQ(result["context"]["model"], "small");
  EXPECT_EQ(result["context"]["threads"], 1);
  EXPECT_GT(result["context"]["matrix_product_gflops"].get<double>(), 0);
  ASSERT_EQ(result["variants"].size(), 1U);
  const auto& variant = result["variants"][0];
  EXPECT_EQ(variant["schedule"], "default");
  EXPECT_EQ(variant["step_ms"].size(), 2U);
  for (const auto* member : {"ms_median", "ms_least", "ms_most", "flop", "gflops", "ratio", "compile_seconds",
                             "first_step_seconds", "peak_memory_bytes", "images_per_second"})
    EXPECT_GT(variant[member].get<double>(), 0) << member;
  EXPECT_FALSE(variant.contains("speedup"));
  EXPECT_EQ(members(variant["updates"]), (Words{"c", "d_real", "d_fake", "g"}));
  ASSERT_GT(variant["steps"].size(), 20U);
  for (const auto& step : variant["steps"])
    EXPECT_EQ(members(step), (Words{"update", "name", "implementation", "ms", "flop", "bytes"}));
}

TEST_F(CliBench, TakesTheThreadsOfASchedule) {
  folder.file("three.toml", "name = \"three\"\nthreads = 3\n");
  const auto threads = [&](const Words& more) {
    Words words = {"bench", "small.toml", "--repetitions", "1", "--warmup", "1", "-q", "--format", "json"};
    words.insert(words.end(), more.begin(), more.end());
    const auto ending = sganc(words);
    EXPECT_EQ(ending.code, 0) << ending.err;
    return nlohmann::json::parse(ending.out)["context"]["threads"].get<int>();
  };
  EXPECT_EQ(threads({"--schedule", "three.toml"}), 3);
  EXPECT_EQ(threads({"--schedule", "single_thread"}), 1);
  EXPECT_EQ(threads({"--schedule", "single_thread", "--threads", "2"}), 2);
}

TEST_F(CliBench, JsonAsGoogleBenchmarkWritesIt) {
  const auto result = bench_json({"--schedules", "default,naive"});
  Words names, types;
  for (const auto& b : result["benchmarks"]) {
    names.push_back(b["name"]);
    types.push_back(b["run_type"]);
    EXPECT_EQ(b["run_name"], names.back().substr(0, b["run_name"].get<std::string>().size()));
    EXPECT_EQ(b["repetitions"], 2);
    EXPECT_EQ(b["threads"], 1);
    EXPECT_EQ(b["time_unit"], "us");
    for (const auto* number :
         {"iterations", "real_time", "cpu_time", "family_index", "per_family_instance_index"})
      EXPECT_TRUE(b[number].is_number()) << number;
    EXPECT_EQ(b.contains("repetition_index"), types.back() == "iteration");
    EXPECT_EQ(b.contains("aggregate_name"), types.back() == "aggregate");
  }
  EXPECT_EQ(names, (Words{"small/default", "small/default", "small/default_mean", "small/default_median",
                          "small/default_stddev", "small/default_cv", "small/naive", "small/naive",
                          "small/naive_mean", "small/naive_median", "small/naive_stddev", "small/naive_cv"}));
  EXPECT_EQ(types[1], "iteration");
  EXPECT_EQ(result["benchmarks"][1]["repetition_index"], 1);
  const auto time = [&](std::size_t i) { return result["benchmarks"][i]["real_time"].get<double>(); };
  EXPECT_DOUBLE_EQ(time(2), (time(0) + time(1)) / 2);
  EXPECT_DOUBLE_EQ(time(0), 1e3 * result["variants"][0]["step_ms"][0].get<double>());
  EXPECT_LT(time(5), 1);  // the variation is a fraction
  EXPECT_TRUE(result["variants"][1].contains("speedup"));
  EXPECT_GE(result["variants"][1]["p"], 0.5);  // p of two pairs is 0.5 or 1
}

TEST_F(CliBench, TextOfOneSchedule) {
  const auto text = bench({"--top", "2"});
  EXPECT_TRUE(text.starts_with("small, schedule default, 1 thread, ")) << text;
  for (const auto* row : {"\ntraining step ", "\nmatrix product ", "\nratio ", "\ncompilation ", "\nd_fake "})
    EXPECT_NE(text.find(row), std::string::npos) << row << text;
}

TEST_F(CliBench, TextOfSchedules) {
  folder.file("mine.toml", "name = \"mine\"\n[convolution]\nimplementations = [\"winograd\"]\n");
  const auto text = bench({"--schedules", "default,naive,mine.toml", "--top", "200", "--format", "table"});
  EXPECT_TRUE(text.starts_with("small, 3 schedules, 1 thread, ")) << text;
  for (const auto* row :
       {"\ndefault ", "\nnaive ", "\nmine.toml ", "\nupdate  default  naive  mine.toml\n",
        "\nspeed-up           2 repetitions are too few to tell a difference from chance; that "
        "takes 6\n",
        " halide (2 codes) ", " halide | halide | onednn "})
    EXPECT_NE(text.find(row), std::string::npos) << row << text;
}

TEST_F(CliBench, CsvAndMarkdown) {
  const auto csv = lines_of(bench({"--schedules", "default,onednn", "--format", "csv"}));
  ASSERT_EQ(csv.size(), 3U);
  EXPECT_TRUE(csv[0].starts_with("model,schedule,threads,repetitions,ms_median,"));
  EXPECT_TRUE(csv[1].starts_with("small,default,1,2,"));
  EXPECT_TRUE(csv[2].starts_with("small,onednn,1,2,"));
  for (const auto& line : csv) EXPECT_EQ(std::ranges::count(line, ','), 15) << line;
  const auto markdown = lines_of(bench({"--schedule", "onednn", "--format", "md"}));
  ASSERT_EQ(markdown.size(), 5U);
  EXPECT_TRUE(markdown[0].starts_with("**small**, 1 thread, "));
  EXPECT_TRUE(markdown[4].starts_with("| onednn | "));
  for (std::size_t i = 2; i < 5; ++i) EXPECT_EQ(std::ranges::count(markdown[i], '|'), 9) << markdown[i];
}

TEST_F(CliBench, KernelsAlone) {
  const auto result = bench_json({"--schedules", "default,naive", "--kernel", "g/generator.*.forward"});
  std::set<std::string> kernels;
  for (const auto& variant : result["variants"]) {
    EXPECT_FALSE(variant.contains("steps"));
    for (const auto& kernel : variant["kernels"]) {
      kernels.insert(kernel["name"]);
      EXPECT_GT(kernel["gigabytes_per_second"].get<double>(), 0);
    }
  }
  EXPECT_TRUE(kernels.contains("g/generator.conv_transpose_2.forward"));
  for (const auto& name : kernels)
    EXPECT_TRUE(name.starts_with("g/generator.") && name.ends_with(".forward")) << name;
  const auto& first = result["benchmarks"][0];
  EXPECT_EQ(first["name"], "small/default/" + result["variants"][0]["kernels"][0]["name"].get<std::string>());
  EXPECT_GT(first["bytes_per_second"].get<double>(), 0);
  // A name without a function chooses that step of every update that has it.
  const auto csv = lines_of(bench({"--kernel", "trunk.conv_1.forward", "--format", "csv"}));
  ASSERT_EQ(csv.size(), 5U);
  for (std::size_t i = 0; i < 4; ++i) {
    const std::string update = Words{"c", "d_real", "d_fake", "g"}[i];
    EXPECT_NE(csv[i + 1].find("," + update + "/trunk.conv_1.forward,"), std::string::npos) << csv[i + 1];
  }
}

TEST_F(CliBench, Plots) {
  bench({"--schedules", "default,onednn", "--plot", "bench.svg"});
  const auto svg = content("bench.svg");
  EXPECT_EQ(xml_mistake(svg), "");
  std::size_t bars = 0;
  for (auto at = svg.find("<rect class=\"bar"); at != std::string::npos;
       at = svg.find("<rect class=\"bar", at + 1))
    ++bars;
  EXPECT_EQ(bars, 2U);
  expect_error(sganc({"bench", "small.toml", "--plot", "bench.png"}), 2,
               "error: --plot cannot write \"bench.png\"\nhelp: name a file that ends in .svg\n");
  expect_error(sganc({"bench", "small.toml", "--plot", "none/bench.svg"}), 2,
               "error: --plot cannot write \"none/bench.svg\"\nhelp: there is no folder \"none\"\n");
}

TEST_F(CliBench, ListsLayers) {
  const auto text = bench({"--by", "layer", "--top", "100"});
  for (const auto* row :
       {"\nlayer ", "\ngenerator.conv_transpose_2 ", "\ntrunk.conv_1 ", "\noptimizer ", "\nall "})
    EXPECT_NE(text.find(row), std::string::npos) << row << text;
  EXPECT_EQ(text.find("trunk.conv_1.forward"), std::string::npos) << text;
  const auto result = bench_json({});
  double layers = 0, steps = 0;
  for (const auto& layer : result["variants"][0]["layers"]) layers += layer["ms"].get<double>();
  for (const auto& step : result["variants"][0]["steps"]) steps += step["ms"].get<double>();
  EXPECT_NEAR(layers, steps, 1e-9 * steps);
}

TEST_F(CliBench, WritesAProfile) {
  const auto result = bench_json({"--schedules", "default,naive", "--profile", "trace.json"});
  const auto trace = nlohmann::ordered_json::parse(content("trace.json"));
  struct Track {
    Words names;
    std::vector<double> begins, ends;
  };
  std::map<std::pair<int, int>, Track> tracks;
  Words processes;
  for (const auto& e : trace["traceEvents"]) {
    if (e["name"] == "process_name") processes.push_back(e["args"]["name"]);
    if (e["ph"] != "X") continue;
    auto& track = tracks[{e["pid"].get<int>(), e["tid"].get<int>()}];
    track.names.push_back(e["name"]);
    track.begins.push_back(e["ts"]);
    track.ends.push_back(e["ts"].get<double>() + e["dur"].get<double>());
  }
  EXPECT_EQ(processes, (Words{"small, schedule default", "small, schedule naive"}));
  ASSERT_EQ(tracks.size(), 4U);
  for (int pid = 1; pid <= 2; ++pid) {
    const auto& variant = result["variants"][static_cast<std::size_t>(pid - 1)];
    const Track &updates = tracks[{pid, 1}], &steps = tracks[{pid, 2}];
    EXPECT_EQ(updates.names, (Words{"c", "d_real", "d_fake", "g"}));
    EXPECT_LT(updates.begins[0], 1e3);  // the schedule's own training step is the origin
    ASSERT_EQ(steps.names.size(), variant["steps"].size());
    std::size_t update = 0;
    for (std::size_t i = 0; i < steps.names.size(); ++i) {
      const auto& step = variant["steps"][i];
      EXPECT_EQ(steps.names[i], step["name"].get<std::string>());
      while (updates.names[update] != step["update"].get<std::string>()) ++update;
      EXPECT_GE(steps.begins[i], updates.begins[update] - 1e-3) << steps.names[i];
      EXPECT_LE(steps.ends[i], updates.ends[update] + 1e-3) << steps.names[i];
      EXPECT_GE(steps.begins[i], (i > 0 ? steps.ends[i - 1] : 0) - 1e-3) << steps.names[i];
    }
    // The last of two repetitions of the step is the sum of its updates.
    double sum = 0;
    for (std::size_t i = 0; i < updates.names.size(); ++i) sum += updates.ends[i] - updates.begins[i];
    EXPECT_NEAR(sum, 1e3 * variant["step_ms"][1].get<double>(), 1e-3);
  }
}

TEST_F(CliBench, RefusesAProfileBeforeItMeasures) {
  const auto refused = [&](const std::string& file, const std::string& why) {
    expect_error(sganc({"bench", "small.toml", "--profile", file}), 2,
                 "error: --profile cannot write \"" + file + "\"\nhelp: " + why + "\n");
  };
  refused("none/trace.json", "there is no folder \"none\"");
  folder.file("taken/file", "");
  refused("taken", "it is a folder");
  if (geteuid() == 0) return;  // root may write everywhere
  std::filesystem::permissions(folder / "taken", std::filesystem::perms::owner_read);
  refused("taken/trace.json", "the system says: Permission denied");
  std::filesystem::permissions(folder / "taken", std::filesystem::perms::owner_all);
}

TEST_F(CliBench, Mistakes) {
  const auto mistaken = [&](Words words, const std::string& message) {
    words.insert(words.begin(), {"bench", "small.toml", "-q"});
    expect_error(sganc(words), 2, message);
  };
  mistaken({"--repetitions", "0"}, "error: --repetitions and --warmup must be at least 1\n");
  mistaken({"--top", "-1"}, "error: --top must be at least 0\n");
  mistaken({"--schedules", "default", "--schedule", "naive"},
           "error: --schedule and --schedules cannot both be given\nhelp: name all of them in --schedules\n");
  for (const auto* list : {"default,", "default,,naive", ","})
    mistaken(
        {std::string("--schedules=") + list},
        "error: --schedules has an empty name\nhelp: write it as in --schedules default,naive,mine.toml\n");
  mistaken(
      {"--schedules", ""},
      "error: --schedules has an empty name\nhelp: write it as in --schedules default,naive,mine.toml\n");
  mistaken({"--schedules="}, "error: --schedules cannot be \"\"\nhelp: see sganc bench --help\n");
  mistaken({"--schedules", "naive,default,naive"}, "error: --schedules names \"naive\" twice\n");
  folder.file("mine.toml", "name = \"mine\"\n");
  mistaken({"--schedules", "mine.toml,./mine.toml"},
           "error: --schedules names one schedule twice: \"mine.toml\" and \"./mine.toml\"\n");
  mistaken({"--schedules", "default,naiv"},
           "error: there is no schedule \"naiv\"\nhelp: did you mean \"naive\"?\n");
  mistaken({"--format", "xml"},
           "error: --format cannot be \"xml\"\n"
           "help: expected one of \"text\", \"json\", \"csv\", \"md\", \"table\"\n");
  mistaken({"--by", "layers"}, "error: --by cannot be \"layers\"\nhelp: did you mean \"layer\"?\n");
  mistaken(
      {"--kernel", "z.forward", "--by", "layer"},
      "error: --kernel and --by cannot both be given\nhelp: --by shows the inside of whole training steps\n");
  mistaken({"--kernel", "z.forward", "--profile", "trace.json"},
           "error: --kernel and --profile cannot both be given\n"
           "help: --profile shows the inside of whole training steps\n");
  mistaken({"--kernel", "trunk.conv_1.forwrd"},
           "error: the model \"small\" has no step \"trunk.conv_1.forwrd\"\n"
           "help: did you mean \"trunk.conv_1.forward\"?\n");
  mistaken({"--kernel", "c/trunk.conv_2.forwad"},
           "error: the model \"small\" has no step \"c/trunk.conv_2.forwad\"\n"
           "help: did you mean \"c/trunk.conv_2.forward\"?\n");
  mistaken({"--kernel", "none*"},
           "error: the model \"small\" has no step \"none*\"\n"
           "help: sganc compile MODEL --emit program lists the steps of each update\n");
  folder.file("bad.toml", "[[kernal]]\n");
  const auto ending = sganc({"bench", "small.toml", "--schedules", "default,bad.toml", "-q"});
  EXPECT_EQ(ending.code, 2);
  EXPECT_NE(ending.err.find("bad.toml:1:3: error: "), std::string::npos) << ending.err;
}

}  // namespace
}  // namespace sganc::testing
