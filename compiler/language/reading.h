#pragma once
// How a document becomes a Model: one function a section, each adding to `model` what is right and to
// `diagnostics` what is wrong. Included by this room alone.

#include <map>
#include <string>
#include <vector>

#include "compiler/language/document.h"
#include "compiler/language/model.h"

namespace sganc {

/// What is read, and what the sections need to know of each other: names as declared, right or wrong in
/// themselves, so that one mistake is reported once.
struct Reading {
  const DocumentNode& root;
  const Vocabulary& vocabulary;
  Diagnostics& diagnostics;
  Model& model;
  std::vector<std::string> inputs = {}, drawn_inputs = {}, nets = {}, optimizers = {};
  /// What each net is a function of, as far as it says.
  std::map<std::string, std::vector<std::string>> net_of = {};

  void error(const Location& where, std::string message, std::string help = {}) {
    diagnostics.error(where, std::move(message), std::move(help));
  }
  /// The top-level table `name`, or an empty one without a place where it is absent or no table (an error).
  DocumentNode section(const std::string& name);
  /// Whether `name` can name a `what` ("a net"); else an error.
  bool check_name(const std::string& name, const std::string& what, const Location& where);
};

/// Finds all names and what each net is `of`, and reports names that clash.
void collect_names(Reading& reading);

void read_data(Reading& reading);
void read_source(const DocumentNode& data, Reading& reading);
void read_choices(const DocumentNode& data, Reading& reading);  // data.labels, data.validation, data.test
void read_inputs(Reading& reading);
void read_nets(Reading& reading);  // orders them; reports cycles
void read_optimizers(Reading& reading);
void read_augmentations(Reading& reading);
void read_updates(Reading& reading);  // draws, expressions and the names in them
void read_training(Reading& reading);
void read_average(Reading& reading);
void read_evaluation(Reading& reading);

/// The entry of `kinds` that the `kind` of `table` names, or nullptr after an error; `what` is "layer" or
/// "optimizer".
const KindKeys* kind_of(const DocumentNode& table, const std::vector<KindKeys>& kinds,
                        const std::string& what, Diagnostics& diagnostics);

/// The first key of the table that is nearly `key`, or nullptr: what is reported as unknown is not also
/// missing.
const Entry* misspelled(const DocumentNode& table, const std::string& key);

/// A file or folder that the model names at `where`, as an absolute path: relative to the file that says so,
/// to the working folder where that is the command line.
std::string absolute_path(const std::string& path, const Location& where);

bool contains(const std::vector<std::string>& words, const std::string& word);

}  // namespace sganc
