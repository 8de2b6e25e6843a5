#pragma once
// The forms in which a trained net leaves the house. Each has a file with a row; table.cpp lists them.

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "compiler/driver/verb.h"
#include "compiler/language/model.h"

namespace sganc {

/// The command line of `export`.
struct ExportRequest {
  std::string run;            // a run folder, or a checkpoint in one
  std::string net;            // classifier, critic, generator, NET or NET.LAYER, as build_export takes it
  bool net_given = false;     // whether the command line names the net; else it is the classifier
  std::filesystem::path out;  // the file or folder to write
  const options::variables_map& values;
};

struct ExportFormat {
  std::string name;     // the value of --to
  std::string summary;  // one line for the help: what it writes, and what reads that
  std::string out;      // what --out names: FILE.onnx, DIR
  /// Adds options of this form alone; nullptr if it has none. `options` refuses them for other forms.
  void (*add_options)(options::options_description&) = nullptr;
  /// Writes the export whole or not at all, and returns the exit code. Throws UserError for what this form
  /// cannot hold.
  int (*write)(const ExportRequest&, Terminal&);
};

/// The nets of an export that holds several: the one that the command line names, or else all that [evaluate]
/// names. Throws UserError if there is none.
std::vector<std::string> nets_of(const ExportRequest& request, const Model& model);

/// The net of an export that holds one: the one that the command line names, or else the classifier, or the
/// generator of a model without one.
std::string net_of(const ExportRequest& request, const Model& model);

/// In the order of the help.
std::span<const ExportFormat* const> export_formats();

}  // namespace sganc
