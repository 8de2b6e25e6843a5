// The verb `export`.

#include <algorithm>

#include "compiler/driver/export/format.h"
#include "compiler/driver/saved_run.h"
#include "compiler/language/spelling.h"

namespace sganc {
namespace {

std::vector<std::string> format_names() {
  std::vector<std::string> names;
  for (const auto* format : export_formats()) names.push_back(format->name);
  return names;
}

/// The long names of the options that a form adds.
std::vector<std::string> options_of(const ExportFormat& format) {
  options::options_description own;
  if (format.add_options) format.add_options(own);
  std::vector<std::string> names;
  for (const auto& option : own.options()) names.push_back(option->long_name());
  return names;
}

void add_options(options::options_description& o) {
  using options::value;
  std::string names, summaries;
  for (const auto* format : export_formats()) {
    names += (names.empty() ? "" : "|") + format->name;
    summaries += (summaries.empty() ? "" : "; ") + format->name + ": " + format->summary;
  }
  o.add_options()("to", value<std::string>()->value_name(names), summaries.c_str())(
      "out", value<std::string>()->value_name("PATH"), "the file or folder to write")(
      "net", value<std::string>()->default_value("classifier")->value_name("NET[.LAYER]"),
      "what to export: classifier, critic or generator, as [evaluate] names them, or a net of an image, or "
      "one of its layers");
  for (const auto* format : export_formats())
    if (format->add_options) format->add_options(o);
  add_run_options(o);
}

/// The form that --to names. Throws UserError.
const ExportFormat& format_of(const options::variables_map& values) {
  if (!values.count("to")) throw UserError{{{}, "export needs a form", suggestion("", format_names())}};
  const auto name = values["to"].as<std::string>();
  for (const auto* format : export_formats())
    if (format->name == name) return *format;
  throw UserError{{{}, "there is no form \"" + name + "\"", suggestion(name, format_names())}};
}

/// Throws UserError if the command line has an option of another form.
void refuse_options_of_others(const ExportFormat& format, const options::variables_map& values) {
  const auto own = options_of(format);
  for (const auto* other : export_formats())
    for (const auto& option : options_of(*other))
      if (std::ranges::find(own, option) == own.end() && values.count(option) && !values[option].defaulted())
        throw UserError{{{}, "--" + option + " is for --to " + other->name + ", not " + format.name, ""}};
}

int run(const options::variables_map& values, Terminal& terminal) {
  const ExportFormat& format = format_of(values);
  refuse_options_of_others(format, values);
  if (!values.count("out"))
    throw UserError{{{}, "export needs a place to write to", "name it: --out " + format.out}};
  return format.write({.run = values["RUN"].as<std::string>(),
                       .net = values["net"].as<std::string>(),
                       .net_given = !values["net"].defaulted(),
                       .out = values["out"].as<std::string>(),
                       .values = values},
                      terminal);
}

}  // namespace

std::vector<std::string> nets_of(const ExportRequest& request, const Model& model) {
  if (request.net_given) return {request.net};
  std::vector<std::string> nets;
  if (!model.evaluate.classifier.value.empty()) nets.push_back("classifier");
  if (!model.evaluate.generator.value.empty()) nets.push_back("generator");
  if (nets.empty())
    throw UserError{{{},
                     "the model of this run declares neither a classifier nor a generator",
                     "name a net of an image: --net NET"}};
  return nets;
}

std::string net_of(const ExportRequest& request, const Model& model) {
  return request.net_given ? request.net : nets_of(request, model).front();
}

extern const Verb export_verb{
    .name = "export",
    .summary = "write a trained net in a form that other programs read",
    .usage = "RUN --to program|c|onnx|torch --out PATH [--net NET] [--checkpoint best|last|N]",
    .details =
        "RUN is a run folder or a checkpoint in one. Of a folder, --checkpoint selects the checkpoint; the\n"
        "last one is the default. Without --net, a file for one net holds the classifier, or the generator "
        "of a\n"
        "model that has no classifier; program and torch hold both.\n"
        "  sganc export runs/digits --to program --out digits && sganc-run classify digits photos/\n"
        "  sganc export runs/digits --to c --out digits             # digits/digits.h and libdigits.a\n"
        "  sganc export runs/digits --to c --net generator --out draw\n"
        "  sganc export runs/digits --to onnx --out digits.onnx\n"
        "  sganc export runs/digits --to torch --out digits\n",
    .positional = {"RUN"},
    .required = 1,
    .add_options = add_options,
    .run = run};

}  // namespace sganc
