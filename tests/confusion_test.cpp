// Which classes a classifier confuses, as text and as JSON.

#include "compiler/driver/confusion.h"

#include <gtest/gtest.h>

namespace sganc {
namespace {

/// Four classes; no image has the last one, and none is taken for the third.
Evaluation four_classes() {
  Evaluation e;
  e.classes = 4;
  e.confusion = {90, 7,  0, 3,  //
                 2,  98, 0, 0,  //
                 1,  7,  0, 0,  //
                 0,  0,  0, 0};
  return e;
}

const std::vector<std::string> kNames = {"cat", "dog", "red panda", "owl"};

TEST(ConfusionText, ShowsEachClassAndTheMatrix) {
  EXPECT_EQ(confusion_text(four_classes(), kNames), R"(class      images   recall  precision  taken for
cat           100  90.00 %    96.77 %  dog (7), owl (3)
dog           100  98.00 %    87.50 %  cat (2)
red panda       8   0.00 %          -  dog (7), cat (1)
owl             0        -     0.00 %

confusion matrix, a row for each class, a column for each predicted class
class      cat  dog  red panda  owl
cat         90    7          0    3
dog          2   98          0    0
red panda    1    7          0    0
owl          0    0          0    0
)");
}

TEST(ConfusionText, LeavesTheMatrixOfManyClassesOut) {
  Evaluation e;
  e.classes = 21;
  e.confusion.resize(21 * 21, 1);
  std::vector<std::string> names;
  for (int i = 0; i < 21; ++i) names.push_back(std::to_string(i));
  const auto text = confusion_text(e, names);
  EXPECT_EQ(text.find("matrix"), std::string::npos);
  EXPECT_NE(text.find("\n20         21  4.76 %     4.76 %  0 (1), 1 (1), 2 (1)\n"), std::string::npos)
      << text;
}

TEST(Confusions, AreSortedByTheirNumber) {
  std::vector<std::pair<std::int64_t, std::int64_t>> places;
  for (const auto& c : confusions(four_classes())) places.emplace_back(c.label, c.predicted);
  EXPECT_EQ(places,
            (std::vector<std::pair<std::int64_t, std::int64_t>>{{0, 1}, {2, 1}, {0, 3}, {1, 0}, {2, 0}}));
}

TEST(AddConfusion, GivesNullWhereNothingCanBeMeasured) {
  nlohmann::ordered_json json;
  add_confusion(four_classes(), kNames, json);
  EXPECT_EQ(json["classes"][1].dump(), R"({"name":"dog","images":100,"recall":0.98,"precision":0.875})");
  EXPECT_EQ(json["classes"][2].dump(), R"({"name":"red panda","images":8,"recall":0.0,"precision":null})");
  EXPECT_EQ(json["classes"][3].dump(), R"({"name":"owl","images":0,"recall":null,"precision":0.0})");
  EXPECT_EQ(json["confusion"].dump(), "[[90,7,0,3],[2,98,0,0],[1,7,0,0],[0,0,0,0]]");
}

}  // namespace
}  // namespace sganc
