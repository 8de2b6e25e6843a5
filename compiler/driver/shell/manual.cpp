// The manual page sganc(1), in the macros of man(7): what `sganc VERB --help` prints of each verb, the
// options that all verbs have, and what the program reads and leaves.

#include <algorithm>
#include <sstream>

#include "compiler/driver/shell/shells.h"
#include "compiler/language/joined.h"

namespace sganc {
namespace {

constexpr const char* kDate = "2026-11-30";  // of the last change to what is written here

struct Entry {
  const char *name, *text;
};

constexpr Entry kExitCodes[] = {
    {"0", "Success."},
    {"1", "A failure while running."},
    {"2", "A bad model, schedule, option or value. The message names its place."},
    {"129, 130, 138, 143",
     "Ended by SIGHUP, SIGINT, SIGUSR1 or SIGTERM. Training has written a checkpoint."}};

constexpr Entry kEnvironment[] = {
    {"SGANC_DATA", "The folder of data sets, unless --data names one."},
    {"SGANC_CACHE_MB", "How many megabytes of compiled kernels are kept; by default 1000."},
    {"XDG_DATA_HOME, XDG_CACHE_HOME",
     "The folders in which sganc/ holds data sets and compiled kernels, in place of ~/.local/share and "
     "~/.cache."},
    {"TMPDIR", "The folder for images that do not fit into memory."},
    {"OMP_WAIT_POLICY, GOMP_SPINCOUNT",
     "How threads wait for each other. If neither is set, sganc sets GOMP_SPINCOUNT=5000."},
    {"NO_COLOR", "No colours in messages, unless --color=always is given."}};

constexpr Entry kFiles[] = {
    {"runs/NAME", "A run: the model, its weights, metrics and pictures, and report.html."},
    {"~/.local/share/sganc", "Data sets that were fetched."},
    {"~/.cache/sganc/kernels", "Compiled kernels. They can be removed at any time: sganc doctor --clean."}};

/// The text for troff: what has a meaning there is escaped, also at the begin of a line.
std::string escaped(const std::string& text) {
  std::string result;
  bool begins = true;
  for (const char c : text) {
    if (begins && (c == '.' || c == '\'')) result += "\\&";
    begins = c == '\n';
    switch (c) {
      case '\\':
        result += "\\e";
        break;
      case '-':
        result += "\\-";
        break;
      case '~':
        result += "\\(ti";
        break;
      case '^':
        result += "\\(ha";
        break;
      case '`':
        result += "\\(ga";
        break;
      case '\'':
        result += "\\(aq";
        break;
      case '"':
        result += "\\(dq";
        break;
      default:
        result += c;
    }
  }
  return result;
}

std::string bold(const std::string& text) {
  return "\\fB" + escaped(text) + "\\fR";
}

std::string italic(const std::string& text) {
  return "\\fI" + escaped(text) + "\\fR";
}

template <std::size_t count>
std::string entries(const std::string& title, const Entry (&all)[count]) {
  std::string text = ".SH " + title + "\n";
  for (const auto& [name, what] : all) text += ".TP\n" + bold(name) + "\n" + escaped(what) + "\n";
  return text;
}

/// A page's paragraphs. Lines that begin with two spaces, such as examples, keep their form.
std::string details(const std::string& page) {
  std::istringstream lines(page);
  std::string text;
  bool kept = false, apart = true;
  for (std::string line; std::getline(lines, line);) {
    const bool keep = line.starts_with("  ");
    if (kept && !keep) text += ".fi\n.RE\n";
    if (keep && !kept)
      text += ".PP\n.RS 2\n.nf\n";
    else if (!keep && !line.empty() && (apart || kept))
      text += ".PP\n";
    kept = keep;
    apart = line.empty();
    if (!apart) text += escaped(keep ? line.substr(2) : line) + "\n";
  }
  return text + (kept ? ".fi\n.RE\n" : "");
}

std::string entry_of(const TypedOption& option) {
  std::string text = ".TP\n";
  if (!option.letter.empty()) text += bold(option.letter) + ", ";
  text += bold(option.name);
  if (!option.value.empty()) text += " " + italic(option.value);
  return text + "\n" + escaped(option.description) +
         (option.fallback.empty() ? "" : " (by default " + escaped(option.fallback) + ")") + "\n";
}

/// The options that every verb has, whatever their values.
std::vector<std::string> common_names(const std::vector<TypedVerb>& verbs) {
  std::vector<std::string> names;
  for (const auto& option : verbs.front().options)
    if (std::ranges::all_of(verbs, [&](const TypedVerb& v) {
          return std::ranges::find(v.options, option.name, &TypedOption::name) != v.options.end();
        }))
      names.push_back(option.name);
  return names;
}

std::string section_of(const TypedVerb& v, const std::vector<std::string>& common) {
  std::string text = ".SS \"sganc " + escaped(v.verb->name) + "\"\n" + escaped(v.verb->summary) + "\n.PP\n" +
                     bold("sganc " + v.verb->name) + " " + escaped(v.verb->usage) + "\n" +
                     details(v.verb->details);
  for (const auto& option : v.options)
    if (std::ranges::find(common, option.name) == common.end()) text += entry_of(option);
  if (v.verb->formats.size() > 2)
    text += ".TP\n" + bold("--format") + " " + italic(joined(v.verb->formats, "|")) +
            "\nformat of results (by default " + v.verb->formats[0] + ")\n";
  return text;
}

}  // namespace

std::string manual_page(const std::vector<TypedVerb>& verbs) {
  const auto common = common_names(verbs);
  std::string text = ".TH SGANC 1 \"" + std::string(kDate) + "\" \"sganc " + version() +
                     "\" \"User Commands\"\n"
                     ".SH NAME\n"
                     "sganc \\- compile and train semi\\-supervised GANs declared in TOML\n"
                     ".SH SYNOPSIS\n"
                     ".B sganc\n.I VERB\n[\\fIARGUMENT\\fR]... [\\fIOPTION\\fR]...\n"
                     ".SH DESCRIPTION\n"
                     "A model is a TOML file that declares nets and the updates that train them.\n"
                     "sganc compiles it to kernels for this processor and trains it.\n"
                     "The classifier learns from few labelled images and many without a label.\n"
                     "Results go to standard output, messages to standard error.\n"
                     ".PP\n"
                     ".B sganc doctor\n"
                     "names the folder of the models that come with sganc.\n"
                     "Begin with one of them, or, with images of your own, with\n"
                     ".BR \"sganc init\" \" \\fIFOLDER\\fR.\"\n"
                     ".SH OPTIONS\n"
                     "All verbs have these options. An option\\(aqs value follows it, or a \\(dq=\\(dq.\n";
  for (const auto& option : verbs.front().options)
    if (std::ranges::find(common, option.name) != common.end()) text += entry_of(option);
  text += ".SH VERBS\n";
  for (const auto& v : verbs) text += section_of(v, common);
  return text + entries("EXIT STATUS", kExitCodes) + entries("ENVIRONMENT", kEnvironment) +
         entries("FILES", kFiles);
}

}  // namespace sganc
