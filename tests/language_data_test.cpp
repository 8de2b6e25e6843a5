// data.source as a table, data.test, and what is wrong with them.

#include <filesystem>

#include "tests/language_testing.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

std::optional<Model> parsed(const std::string& data, const std::vector<std::string>& overrides = {},
                            const std::string& path = "below/model.toml") {
  Diagnostics diagnostics;
  auto model = parse_model(with("[data]\n" + data), path, overrides, small_vocabulary(), diagnostics);
  EXPECT_EQ(printed(diagnostics), "");
  return model;
}

std::string here(const std::string& path) {
  return (fs::current_path() / path).string();
}

TEST(LanguageData, PathsAreRelativeToTheFileThatSaysThem) {
  const auto folder = parsed("source = { folder = \"photos/\" }\n")->data.source;
  EXPECT_EQ(folder.known, "");
  EXPECT_EQ(folder.fit, "crop");
  EXPECT_EQ(folder.files.at("folder").value, here("below/photos"));
  EXPECT_EQ(folder.files.at("folder").where.column, 21);
  EXPECT_EQ(parsed("source = { folder = \"/p\", fit = \"stretch\" }\n")->data.source.fit, "stretch");

  const auto arrays = parsed("[data.source]\nimages = \"x.npy\"\nlabels = \"../y.npy\"\n")->data.source;
  EXPECT_EQ(arrays.files.at("images").value, here("below/x.npy"));
  EXPECT_EQ(arrays.files.at("labels").value, here("y.npy"));
  EXPECT_EQ(arrays.files.size(), 2u);

  const auto given = parsed("", {"data.source={ folder = \"photos\" }"})->data.source;
  EXPECT_EQ(given.files.at("folder").value, here("photos"));
  EXPECT_EQ(parsed("source = \"cifar10\"\n")->data.source.known, "cifar10");
}

TEST(LanguageData, OneSourceReplacesAnother) {
  const std::string folder = "source = { folder = \"photos\", fit = \"stretch\" }\n";
  const auto images = parsed(folder, {"data.source.images=x.npy", "data.source.labels=y.npy"})->data.source;
  EXPECT_EQ(images.files.size(), 2u);
  EXPECT_EQ(images.files.at("images").value, here("x.npy"));
  EXPECT_EQ(parsed(folder, {"data.source=mnist"})->data.source.known, "mnist");
  EXPECT_EQ(parsed(folder, {"data.source.fit=crop"})->data.source.files.at("folder").value,
            here("below/photos"));
  // Labels of a folder go with the folder, those of arrays with the arrays.
  const auto table = parsed(folder, {"data.source.labels=t.csv", "data.source.class_column=c"})->data.source;
  EXPECT_EQ(table.files.at("folder").value, here("below/photos"));
  EXPECT_EQ(table.files.at("labels").value, here("t.csv"));
  EXPECT_EQ(table.class_column, "c");
  const std::string sorted = "source = { folder = \"photos\", labels = \"t.csv\" }\n";
  EXPECT_EQ(parsed(sorted, {"data.source.folder=other"})->data.source.files.size(), 2u);
  EXPECT_EQ(parsed(sorted, {"data.source.images=x.npz"})->data.source.files.size(), 1u);
  const std::string arrays = "source = { images = \"x.npy\", labels = \"y.npy\" }\n";
  EXPECT_EQ(parsed(arrays, {"data.source.folder=photos"})->data.source.files.size(), 1u);
  EXPECT_EQ(parsed(arrays, {"data.source.labels=z.npy"})->data.source.files.size(), 2u);
}

TEST(LanguageData, TheTestPartHasASeedOfItsOwn) {
  const auto test = parsed("test = { fraction = 0.2 }\n[train]\nseed = 7\n")->data.test;
  ASSERT_TRUE(test);
  EXPECT_EQ(test->by, "fraction");
  EXPECT_EQ(test->fraction, 0.2);
  EXPECT_EQ(test->seed, 0);
  EXPECT_EQ(parsed("test = { total = 9, seed = 3 }\n")->data.test->seed, 3);
  EXPECT_FALSE(parsed("")->data.test);
}

TEST(LanguageData, WritesWhatItHasRead) {
  EXPECT_NE(to_toml(*parsed("source = { folder = \"/p\" }\ntest = { fraction = 0.25 }\n"))
                .find("source = { folder = \"/p\", fit = \"crop\" }\n"
                      "labels = { per_class = 10, replace = false, seed = 0 }\n"
                      "test = { fraction = 0.25, seed = 0 }\n"),
            std::string::npos);
  EXPECT_NE(
      to_toml(*parsed("source = { class_column = \"c\", folder = \"/p\", labels = \"/t\" }\n"))
          .find("source = { folder = \"/p\", fit = \"crop\", labels = \"/t\", class_column = \"c\" }\n"),
      std::string::npos);
  EXPECT_NE(to_toml(*parsed("source = { labels = \"/y\", images = \"/x\" }\n"))
                .find("source = { images = \"/x\", labels = \"/y\" }\n"),
            std::string::npos);
}

TEST(LanguageData, WrongSources) {
  expect_printed({
      {"nothing", with("[data]\nsource = {}\n"),
       R"(model.toml:3:10: error: source does not say where the images are
  3 | source = {}
    |          ^^
help: write one of folder, images
)"},
      {"a misspelled key", with("[data]\nsource = { fodler = \"p\" }\n"),
       R"(model.toml:3:12: error: source has no key "fodler"
  3 | source = { fodler = "p" }
    |            ^^^^^^
help: did you mean "folder"?
)"},
      {"two sources", with("[data]\nsource = { folder = \"p\", images = \"x\" }\n"),
       R"(model.toml:3:26: error: source has "folder" and "images"
  3 | source = { folder = "p", images = "x" }
    |                          ^^^^^^
help: write one of them
)"},
      {"a column of no table", with("[data]\nsource = { folder = \"p\", file_column = \"f\" }\n"),
       R"(model.toml:3:26: error: file_column applies only to the table of labels of a folder
  3 | source = { folder = "p", file_column = "f" }
    |                          ^^^^^^^^^^^
help: name the table: labels = "labels.csv"
)"},
      {"a column of arrays",
       with("[data]\nsource = { images = \"x\", labels = \"y\", class_column = \"c\" }\n"),
       R"(model.toml:3:40: error: class_column applies only to the table of labels of a folder
  3 | source = { images = "x", labels = "y", class_column = "c" }
    |                                        ^^^^^^^^^^^^
help: name the table: labels = "labels.csv"
)"},
      {"a fit of arrays", with("[data]\nsource = { images = \"x\", fit = \"crop\" }\n"),
       R"(model.toml:3:26: error: fit applies only to a folder: arrays are taken as they are
  3 | source = { images = "x", fit = "crop" }
    |                          ^^^
)"},
      {"half a test part", with("[data]\nsource = { images = \"x\", test_labels = \"y\" }\n"),
       R"(model.toml:3:26: error: source has "test_labels", but no "test_images"
  3 | source = { images = "x", test_labels = "y" }
    |                          ^^^^^^^^^^^
)"},
      {"half a validation part", with("[data]\nsource = { images = \"x\", validation_images = \"v\" }\n"),
       R"(model.toml:3:26: error: source has "validation_images", but no "validation_labels"
  3 | source = { images = "x", validation_images = "v" }
    |                          ^^^^^^^^^^^^^^^^^
)"},
      {"an unknown fit", with("[data]\nsource = { folder = \"p\", fit = \"strech\" }\n"),
       R"(model.toml:3:32: error: fit must be "crop" or "stretch", not "strech"
  3 | source = { folder = "p", fit = "strech" }
    |                                ^^^^^^^^
help: did you mean "stretch"?
)"},
      {"a list", with("[data]\nsource = [\"mnist\"]\n"),
       R"(model.toml:3:10: error: source must be a string or a table, not a list
  3 | source = ["mnist"]
    |          ^^^^^^^^^
help: write "mnist", or { folder = "..." }
)"},
      {"all for a test", with("[data]\ntest = { all = true }\n"),
       R"(model.toml:3:10: error: test has no key "all"
  3 | test = { all = true }
    |          ^^^
help: expected one of "per_class", "total", "fraction", "file", "seed"
)"},
      {"no test", with("[data]\ntest = { seed = 1 }\n"),
       R"(model.toml:3:8: error: test does not say which images
  3 | test = { seed = 1 }
    |        ^^^^^^^^^^^^
help: write one of per_class, total, fraction, file
)"},
  });
}

}  // namespace
}  // namespace sganc
