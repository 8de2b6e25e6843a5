#pragma once
// Turns a document into a Model. There is one function for each section. It adds correct values to `model`
// and mistakes to `diagnostics`. Only this folder includes this header.

#include <map>
#include <string>
#include <vector>

#include "compiler/language/document.h"
#include "compiler/language/model.h"

namespace sganc {

/// What the sections share: the document, the model, and all declared names. A name is listed even if its
/// declaration has a mistake, so that each mistake is reported once.
struct Reading {
  const DocumentNode& root;
  const Vocabulary& vocabulary;
  Diagnostics& diagnostics;
  Model& model;
  std::vector<std::string> inputs = {}, drawn_inputs = {}, nets = {}, optimizers = {};
  /// The `of` of each net, if it could be read.
  std::map<std::string, std::vector<std::string>> net_of = {};

  void error(const Location& where, std::string message, std::string help = {}) {
    diagnostics.error(where, std::move(message), std::move(help));
  }
  /// The top-level table `name`. If it is absent or no table (an error), an empty table without a place.
  DocumentNode section(const std::string& name);
  /// Whether `name` can name a `what` ("a net"). Adds an error if not.
  bool check_name(const std::string& name, const std::string& what, const Location& where);
};

/// Collects all names and the `of` of each net, and reports names that are declared twice.
void collect_names(Reading& reading);

void read_data(Reading& reading);
void read_source(const DocumentNode& data, Reading& reading);
void read_choices(const DocumentNode& data, Reading& reading);  // data.labels, data.validation, data.test
void read_inputs(Reading& reading);
void read_nets(Reading& reading);  // orders them; reports cycles
void read_optimizers(Reading& reading);
void read_augmentations(Reading& reading);
void read_spreads(Reading& reading);
void read_updates(Reading& reading);  // draws, expressions and the names in them
void read_training(Reading& reading);
void read_average(Reading& reading);
void read_evaluation(Reading& reading);
void read_report(Reading& reading);

/// The entry of `kinds` that the key `kind` of `table` names. Adds an error and returns nullptr if there is
/// none. `what` is "layer" or "optimizer".
const KindKeys* kind_of(const DocumentNode& table, const std::vector<KindKeys>& kinds,
                        const std::string& what, Diagnostics& diagnostics);

/// The first key of the table whose spelling is close to `key`, or nullptr. A key that is reported as unknown
/// is not reported as missing too.
const Entry* misspelled(const DocumentNode& table, const std::string& key);

/// The absolute path of a file or folder that the model names at `where`. The path is relative to the file of
/// `where`, or to the working folder if that is the command line.
std::string absolute_path(const std::string& path, const Location& where);

bool contains(const std::vector<std::string>& words, const std::string& word);

}  // namespace sganc
