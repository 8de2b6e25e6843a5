// Model files on top of others: extends = "base.toml".

#include "tests/data_folder.h"
#include "tests/language_testing.h"

namespace sganc {
namespace {

/// A folder of model files; errors name it FOLDER.
class Extends : public ::testing::Test {
 protected:
  Extends() { file("base.toml", with("[data]\nsource = \"mnist\"\nlabels = { per_class = 3 }\n")); }

  void file(const std::string& name, const std::string& text) const { folder.file(name, text); }

  Model good(const std::string& name, const std::vector<std::string>& overrides = {}) const {
    Diagnostics diagnostics;
    auto model = load_model(folder / name, overrides, small_vocabulary(), diagnostics);
    if (!model) throw std::runtime_error(printed(diagnostics));
    return std::move(*model);
  }

  std::string complaint(const std::string& name) const {
    Diagnostics diagnostics;
    EXPECT_FALSE(load_model(folder / name, {}, small_vocabulary(), diagnostics));
    return folder.without_path(printed(diagnostics));
  }

  testing::TestFolder folder;
};

TEST_F(Extends, TablesMergeAndAllElseReplaces) {
  file("next.toml", R"toml(
extends = "base.toml"
name = "next"
[data]
range = [0, 1]
[optimizer]
adam = { rate = 1e-3 }
[net.trunk]
layers = [{ kind = "flatten" }, { kind = "dense", units = 11 }]
)toml");
  const Model base = good("base.toml"), next = good("next.toml");
  EXPECT_EQ(next.name, "next");
  EXPECT_EQ(next.data.labels.count, 3);
  EXPECT_EQ(next.data.range_low, 0);
  EXPECT_EQ(next.optimizer("adam")->kind, "adam");
  EXPECT_EQ(next.optimizer("adam")->keys.number("rate"), 1e-3);
  EXPECT_EQ(base.optimizer("adam")->keys.number("rate"), 2e-4);
  EXPECT_EQ(next.net("trunk")->of.at(0).value, "image");
  EXPECT_EQ(next.net("trunk")->layers.at(1).keys.integer("units"), 11);
  EXPECT_EQ(to_string(next.updates.at(0).minimize), to_string(base.updates.at(0).minimize));
}

TEST_F(Extends, ATableOnAListChangesItsElementsByName) {
  file("next.toml", R"toml(
extends = "base.toml"
[net.trunk.layers.dense_1]
units = 12
[update.c]
draw.x = "labeled 60"
)toml");
  const Model next = good("next.toml");
  EXPECT_EQ(next.net("trunk")->layers.at(1).keys.integer("units"), 12);
  EXPECT_EQ(next.updates.at(0).draws.at(0).count.value, 60);
  EXPECT_EQ(next.updates.at(0).name, "c");
}

TEST_F(Extends, AnotherKindReplacesTheTable) {
  file("next.toml", "extends = \"base.toml\"\n[optimizer]\nadam = { kind = \"sgd\", rate = 0.1 }\n");
  EXPECT_EQ(good("next.toml").optimizer("adam")->kind, "sgd");
}

TEST_F(Extends, ChainsAndFoldersAreFollowedAndOverridesComeLast) {
  file("below/next.toml", "extends = \"../base.toml\"\n[train]\nepochs = 5\nseed = 7\n");
  file("last.toml", "extends = \"below/next.toml\"\n[train]\nseed = 8\n");
  const Model last = good("last.toml", {"train.steps_per_epoch=9"});
  EXPECT_EQ(last.train.epochs, 5);
  EXPECT_EQ(last.train.seed, 8);
  EXPECT_EQ(last.train.steps_per_epoch, 9);
  EXPECT_EQ(to_toml(last).find("extends"), std::string::npos);
}

TEST_F(Extends, ErrorsPointIntoTheFileThatHasTheMistake) {
  file("bad.toml", with("[train]\nepochs = 0\n"));
  file("next.toml", "extends = \"bad.toml\"\n[train]\nepoch = 3\n");
  EXPECT_EQ(complaint("next.toml"),
            "FOLDER/next.toml:3:1: error: [train] has no key \"epoch\"\n"
            "  3 | epoch = 3\n"
            "    | ^^^^^\n"
            "help: did you mean \"epochs\"?\n"
            "FOLDER/bad.toml:3:10: error: epochs must be at least 1, not 0\n"
            "  3 | epochs = 0\n"
            "    |          ^\n");
}

TEST_F(Extends, FilesThatAreNotThere) {
  file("next.toml", "extends = \"bse.toml\"\n");
  EXPECT_EQ(complaint("next.toml"),
            "FOLDER/next.toml:1:11: error: cannot read \"FOLDER/bse.toml\": No such file or directory\n"
            "  1 | extends = \"bse.toml\"\n"
            "    |           ^^^^^^^^^^\n"
            "help: did you mean \"base.toml\"?\n");
  file("folder.toml", "extends = \".\"\n");
  EXPECT_EQ(complaint("folder.toml"),
            "FOLDER/folder.toml:1:11: error: cannot read \"FOLDER/\": it is a folder\n"
            "  1 | extends = \".\"\n"
            "    |           ^^^\n");
}

TEST_F(Extends, CirclesAndWrongTypes) {
  file("a.toml", "extends = \"b.toml\"\n");
  file("b.toml", "extends = \"./a.toml\"\n");
  EXPECT_EQ(complaint("a.toml"),
            "FOLDER/b.toml:1:11: error: \"./a.toml\" leads back to a file that extends this one\n"
            "  1 | extends = \"./a.toml\"\n"
            "    |           ^^^^^^^^^^\n");
  file("number.toml", "extends = 3\n" + with(""));
  EXPECT_EQ(complaint("number.toml"),
            "FOLDER/number.toml:1:11: error: extends must be a string, not an integer\n"
            "  1 | extends = 3\n"
            "    |           ^\n");
}

TEST_F(Extends, NamesThatAListDoesNotHave) {
  file("next.toml", "extends = \"base.toml\"\n[net.trunk.layers.dens_1]\nunits = 3\n");
  EXPECT_EQ(complaint("next.toml"),
            "FOLDER/next.toml:2:19: error: net.trunk.layers has no element \"dens_1\"\n"
            "  2 | [net.trunk.layers.dens_1]\n"
            "    |                   ^^^^^^\n"
            "help: did you mean \"dense_1\"?\n");
}

}  // namespace
}  // namespace sganc
