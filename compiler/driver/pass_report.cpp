#include "compiler/driver/pass_report.h"

#include <algorithm>
#include <cstdio>
#include <map>

#include "compiler/driver/text_difference.h"
#include "compiler/inspect/text_table.h"
#include "compiler/language/spelling.h"
#include "runtime/system/files.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> pass_names() {
  std::vector<std::string> names;
  for (const auto& pass : pipeline()) names.emplace_back(pass.name);
  return names;
}

const Pass& pass_of(const std::string& flag, const std::string& name) {
  const auto found = std::ranges::find(pipeline(), name, &Pass::name);
  if (found == pipeline().end())
    throw UserError{{{}, flag + ": there is no pass \"" + name + "\"", suggestion(name, pass_names())}};
  return *found;
}

std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '<')
      result += "&lt;";
    else if (c == '&')
      result += "&amp;";
    else
      result += c;
  }
  return result;
}

std::string milliseconds(double seconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", 1000 * seconds);
  return text;
}

/// 31 for 80 uses, 49 shared; 31 compiled by 2 threads (52 ms generating, 4759 ms compiling), 0 in the cache
std::string text_of(const LibraryWork& w) {
  std::string text = std::to_string(w.kernels) + " for " + counted(w.uses, "use") + ", " +
                     std::to_string(w.uses - w.kernels) + " shared; " + std::to_string(w.compiled) +
                     " compiled";
  char times[96];
  std::snprintf(times, sizeof times, " (%.0f ms generating, %.0f ms compiling)", 1000 * w.generating,
                1000 * w.compiling);
  if (w.compiled > 0) text += " by " + counted(w.threads, "thread") + times;
  return text + ", " + std::to_string(w.kernels - w.compiled) + " in the cache";
}

constexpr const char* kPageBegin = R"html(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>passes</title><style>
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 110ch; margin: 2rem auto; padding: 0 1rem; }
summary { cursor: pointer; }
pre { font: 13px/1.4 ui-monospace, monospace; overflow-x: auto; border-left: 3px solid #8884; padding-left: 1ch; }
.added { background: #2a84; } .gone { background: #c444; } .quiet { opacity: .6; }
</style></head><body><h1>What each pass changed</h1>
)html";

/// The changed lines, each with the two lines before and after it.
std::string difference_page(const std::string& before, const std::string& after) {
  const auto changes = text_difference(before, after);
  std::string page = "<pre>";
  bool skipped = false;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const std::size_t from = i < 2 ? 0 : i - 2, to = std::min(changes.size(), i + 3);
    const bool near = std::any_of(changes.begin() + static_cast<std::ptrdiff_t>(from),
                                  changes.begin() + static_cast<std::ptrdiff_t>(to),
                                  [](const LineChange& c) { return c.mark != ' '; });
    if (!near) {
      skipped = true;
      continue;
    }
    if (skipped) page += "<span class=quiet>...</span>\n";
    skipped = false;
    const auto& [mark, line] = changes[i];
    const std::string text = mark + (" " + escaped(line));
    page += mark == ' '   ? text + "\n"
            : mark == '+' ? "<span class=added>" + text + "</span>\n"
                          : "<span class=gone>" + text + "</span>\n";
  }
  return page + "</pre>\n";
}

}  // namespace

void add_pass_options(options::options_description& o) {
  using options::value;
  using Words = std::vector<std::string>;
  std::string optional;
  for (const auto& pass : pipeline())
    if (!pass.needed) optional += (optional.empty() ? "" : ", ") + std::string(pass.name);
  o.add_options()("time-passes", "print the time of each part, pass and kernel")(
      "dump-passes", value<std::string>()->value_name("DIR"),
      "write the graph before and after every pass that changed it, and index.html with the differences")(
      "disable-pass", value<Words>()->composing()->value_name("NAME"),
      ("leave a pass out: " + optional).c_str())("stop-after", value<std::string>()->value_name("NAME"),
                                                 "print the form fused or plan as it is after this pass")(
      "verify", "check the graph after every pass");
}

PassReport::PassReport(const options::variables_map& values) {
  times_ = values.count("time-passes") > 0;
  if (values.count("dump-passes")) dump_ = values["dump-passes"].as<std::string>();
  if (values.count("verify")) options_.verify = true;
  if (values.count("disable-pass"))
    for (const auto& name : values["disable-pass"].as<std::vector<std::string>>()) {
      if (pass_of("--disable-pass", name).needed)
        throw UserError{{{}, "the pass \"" + name + "\" cannot be left out: what follows needs it", ""}};
      options_.disabled.insert(name);
    }
  if (!values.count("stop-after")) return;
  const std::string form = values.count("explain") ? "--explain" : values["emit"].as<std::string>();
  options_.stop_after = pass_of("--stop-after", values["stop-after"].as<std::string>()).name;
  if (form != "fused" && form != "plan")
    throw UserError{{{}, "--stop-after is for --emit fused and --emit plan, not for " + form, ""}};
}

PassOptions PassReport::options() {
  PassOptions options = options_;
  if (!times_ && !dump_) return options;
  options.before = [this](const PlannedFunction& c) {
    snapshots_.push_back({c.function.name, "", dump_ ? to_string(c) : ""});
  };
  options.after = [this](const Pass& pass, const PlannedFunction& c, double seconds) {
    snapshots_.push_back({c.function.name, std::string(pass.name), dump_ ? to_string(c) : "", seconds});
  };
  return options;
}

void PassReport::keep(const std::set<std::string>& functions) {
  std::erase_if(snapshots_, [&](const Snapshot& s) { return !functions.contains(s.function); });
}

void PassReport::write(Terminal& terminal) const {
  if (times_) write_times(terminal);
  if (dump_) write_dump(*dump_);
}

void PassReport::write_times(Terminal& terminal) const {
  TextTable table({"part", ">ms", "what"});
  double accounted = 0;
  const auto row = [&](const std::string& name, double seconds, const std::string& what) {
    accounted += seconds;
    table.row({name, milliseconds(seconds), what});
  };
  for (const auto& part : parts_) row(part.name, part.seconds, "");
  for (const auto& name : pass_names()) {
    double seconds = 0;
    std::size_t functions = 0;
    for (const auto& snapshot : snapshots_)
      if (snapshot.pass == name) seconds += snapshot.seconds, ++functions;
    row(name, seconds, counted(functions, "function"));
  }
  if (library_) {
    row("kernels", library_->seconds, text_of(*library_));
    row("linking", library_->linking, library_->linking > 0 ? "" : "the library is in the cache");
  }
  const double all = std::chrono::duration<double>(Clock::now() - begin_).count();
  row("everything else", std::max(0., all - accounted), "");
  table.row({"all", milliseconds(all)});
  terminal.err << table.text();
}

void PassReport::write_dump(const fs::path& folder) const {
  fs::create_directories(folder);
  std::string page = kPageBegin, last;
  int number = 0;
  for (const auto& snapshot : snapshots_) {
    const bool begins = snapshot.pass.empty();
    if (begins) page += "<h2>" + escaped(snapshot.function) + "</h2>\n";
    const std::string title = begins ? "as it comes" : snapshot.pass;
    const bool changed = begins || snapshot.text != last;
    if (!changed) {
      page += "<p class=quiet>" + title + ": nothing (" + milliseconds(snapshot.seconds) + " ms)</p>\n";
      continue;
    }
    char digits[16];
    std::snprintf(digits, sizeof digits, "%03d", number++);
    const std::string file =
        digits + ("-" + snapshot.function) + "-" + (begins ? "begin" : snapshot.pass) + ".txt";
    write_file_atomically(folder / file, snapshot.text);
    page += "<details><summary>" + title + " <a href=\"" + file + "\">" + file + "</a>";
    if (!begins) page += " (" + milliseconds(snapshot.seconds) + " ms)";
    page += "</summary>" +
            (begins ? "<pre>" + escaped(snapshot.text) + "</pre>" : difference_page(last, snapshot.text)) +
            "</details>\n";
    last = snapshot.text;
  }
  write_file_atomically(folder / "index.html", page + "</body></html>\n");
}

}  // namespace sganc
