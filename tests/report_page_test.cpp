// The page of a report: its sections, and that nothing a person named can become markup.

#include "runtime/report/report_page.h"
#include "tests/xml_mistake.h"

namespace sganc {
namespace {

using testing::xml_mistake;

constexpr const char* kHostile = "<script>alert(\"x\")</script>'&\xe2\x80\xae\xd7\x90";

/// A report in which every name is this text.
RunReport report_of(const std::string& name) {
  RunReport run{.name = name,
                .summary = "summary " + name,
                .model = name,
                .epochs = 2,
                .steps = 4,
                .labels = 20,
                .parameters = 12345,
                .data = {{"source", name}},
                .settings = {{"train.epochs", "2"}, {name, name}},
                .circumstances = {{"processor", name}},
                .updates = {{name, name, name, name, name}},
                .command = "./sganc train " + name,
                .model_svg = "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"};
  run.metrics.steps = 4;
  run.metrics.seconds = 90;
  for (std::int64_t epoch = 1; epoch <= 2; ++epoch) {
    const double accuracy = 0.25 * static_cast<double>(epoch);
    run.metrics.evaluations.push_back({2 * epoch, epoch, "train", 40, 10 * epoch, accuracy, 1.5});
    run.samples.push_back({epoch, "\x89PNG " + std::to_string(epoch)});
  }
  run.metrics.evaluations.push_back({4, 2, "test", 4, 3, 0.75, 1.25});
  run.history.curves = {{name, "loss", {{1, 3}, {2, 2}, {3, 1}, {4, 0.5}}}};
  run.history.step_seconds = {{1, 0.25}, {2, 0.125}};
  run.measured = ReportMeasurement{.record = run.metrics.evaluations.back(),
                                   .classes = {{name, 3, 0.75, 1.0, name + " (1)"}, {"b", 1, {}, 0.5, ""}},
                                   .confusion = {2, 1, 0, 1}};
  const Picture picture{2, 1, 1, {0, 255}};
  run.measured->mistakes = {{picture, name, name, "b", 0.99}};
  run.measured->uncertain = {{picture, name, "b", "b", 0.51}};
  return run;
}

std::string page_of(const std::vector<RunReport>& runs) {
  return report_page(runs);
}

/// What is wrong with the page as XML, which its HTML also is.
std::string mistake_in(const std::string& page) {
  const auto doctype = page.find('\n');
  return xml_mistake(page.substr(doctype + 1));
}

std::vector<std::string> sections_of(const std::string& page) {
  std::vector<std::string> titles;
  for (auto at = page.find("<h2 id="); at != std::string::npos; at = page.find("<h2 id=", at + 1)) {
    const auto begin = page.find('>', at) + 1;
    titles.push_back(page.substr(begin, page.find('<', begin) - begin));
  }
  return titles;
}

TEST(ReportPage, HasEverySection) {
  const auto page = page_of({report_of("photos")});
  EXPECT_EQ(sections_of(page),
            (std::vector<std::string>{"Accuracy", "Updates", "Samples", "Classes", "Images", "Nets", "Data",
                                      "Settings", "Time", "Train it again"}));
  EXPECT_EQ(mistake_in(page), "");
  for (const auto* text : {"<title>photos</title>", "75.00 %", "1 of 4 wrong", "12,345",
                           "./sganc train photos", "href=\"#classes\"", "The most certain mistakes",
                           "after epoch 2", "id=\"epoch-2\" checked=\"\"", "125 ms in the median"})
    EXPECT_NE(page.find(text), std::string::npos) << text;
}

TEST(ReportPage, LoadsNothing) {
  for (const auto& runs : {std::vector{report_of("a")}, std::vector{report_of("a"), report_of("b")}}) {
    const auto page = page_of(runs);
    for (const auto* address : {"http:", "https:", "://", "<script", "url(", "@import", "<iframe"})
      EXPECT_EQ(page.find(address), std::string::npos) << address;
    EXPECT_NE(page.find("default-src 'none'"), std::string::npos);
  }
}

TEST(ReportPage, EscapesNames) {
  for (const auto& runs :
       {std::vector{report_of(kHostile)}, std::vector{report_of(kHostile), report_of("b")}}) {
    const auto page = page_of(runs);
    EXPECT_EQ(page.find("<script"), std::string::npos);
    EXPECT_EQ(mistake_in(page), "");
    EXPECT_NE(
        page.find("<bdi>&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;'&amp;\xe2\x80\xae\xd7\x90</bdi>"),
        std::string::npos);
  }
}

TEST(ReportPage, LeavesOutWhatIsNotThere) {
  RunReport run = report_of("gan");
  run.metrics.evaluations.clear();
  run.measured.reset();
  run.samples.clear();
  run.settings.clear();
  EXPECT_EQ(sections_of(page_of({run})),
            (std::vector<std::string>{"Updates", "Nets", "Data", "Time", "Train it again"}));
  run.not_measured = "The images could not be measured: gone.";
  const auto page = page_of({run});
  EXPECT_NE(page.find("The images could not be measured: gone."), std::string::npos);
  EXPECT_EQ(mistake_in(page), "");
  EXPECT_EQ(mistake_in(page_of({RunReport{}})), "");
}

TEST(ReportPage, ComparesRuns) {
  RunReport other = report_of("other");
  other.settings[0].value = "3";
  other.is_complete = false;
  other.steps = 6;
  const auto page = page_of({report_of("one"), other});
  EXPECT_EQ(sections_of(page), (std::vector<std::string>{"Runs", "Accuracy", "Updates", "Samples", "Classes",
                                                         "Differences", "Train them again"}));
  EXPECT_EQ(mistake_in(page), "");
  EXPECT_NE(page.find("4 of 6"), std::string::npos);
  const auto differences = page.substr(page.find("id=\"differences\""));
  EXPECT_NE(differences.find("train.epochs"), std::string::npos);
  EXPECT_EQ(page_of({report_of("one"), report_of("one")}).find("id=\"differences\""), std::string::npos);
}

TEST(ReportPage, ManyClassesHaveNoMatrix) {
  RunReport run = report_of("a");
  run.measured->classes.assign(21, {"c", 1, 1.0, 1.0, ""});
  run.measured->confusion.assign(21 * 21, 1);
  EXPECT_EQ(page_of({run}).find("class=\"confusion\""), std::string::npos);
  run.measured->classes.resize(20);
  EXPECT_NE(page_of({run}).find("class=\"confusion\""), std::string::npos);
}

}  // namespace
}  // namespace sganc
