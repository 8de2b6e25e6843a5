#include "runtime/report/report_page.h"

#include "runtime/report/html.h"
#include "runtime/report/report_comparison.h"
#include "runtime/report/report_sections.h"
#include "runtime/report/report_style.h"

namespace sganc {
namespace {

/// The page may load nothing: a browser refuses scripts and addresses, even if a name could smuggle one in.
constexpr const char* kHead = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<link rel="icon" href="data:,"/>
)";

/// The sections with their headings, and the links to them.
struct Body {
  Html links, sections;

  void add(const char* id, const char* title, const Html& content) {
    if (content.empty()) return;
    links += element("li", element("a", {{"href", "#" + std::string(id)}}, title));
    sections += element("section", element("h2", {{"id", id}}, title) + content) + Html::markup("\n");
  }
};

std::string page(const std::string& title, const Html& header, const Body& body) {
  const Html content = element("header", header) + element("nav", element("ul", body.links)) +
                       element("main", body.sections) +
                       element("footer", "Written by sganc. This file needs no other file and no network.");
  return kHead + element("title", title).markup() + "<style>" + std::string(report_style()) +
         "</style></head>\n<body>" + element("div", {{"class", "frame"}}, content).markup() +
         "</body></html>\n";
}

Html heading(const std::string& kicker, const std::string& title, const std::string& lead) {
  return element("p", {{"class", "kicker"}}, kicker) + element("h1", Html::name(title)) +
         element("p", {{"class", "lead"}}, Html::name(lead));
}

std::string page_of(const RunReport& run) {
  Body body;
  for (const auto& section : report_sections()) body.add(section.id, section.title, section.content(run));
  return page(run.name, heading("training report", run.name, run.summary) + key_figures(run), body);
}

std::string page_of(std::span<const RunReport> runs) {
  Body body;
  for (const auto& section : comparison_sections())
    body.add(section.id, section.title, section.content(runs));
  const std::string count = std::to_string(runs.size()) + " runs";
  std::string names;
  for (const auto& run : runs) names += (names.empty() ? "" : ", ") + run.name;
  return page(count + " compared", heading("training report", count, names), body);
}

}  // namespace

std::string report_page(std::span<const RunReport> runs) {
  return runs.size() == 1 ? page_of(runs[0]) : page_of(runs);
}

}  // namespace sganc
