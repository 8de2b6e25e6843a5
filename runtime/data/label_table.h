#pragma once
// A table that says which class each picture of a folder has.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace sganc {

/// Where the table lies, and the columns that count. A column that is not named is found by its content.
struct LabelTable {
  std::filesystem::path file;
  std::string file_column = {};   // names the pictures
  std::string class_column = {};  // their classes
};

/// What a table says of some pictures.
struct TableLabels {
  std::vector<std::string> classes;  // their names, sorted, as numbers if all are numbers
  std::vector<std::int32_t> labels;  // of each picture: a class, or kUnlabelled
  std::vector<std::string> notes;    // messages about how the table was understood
};

/// Finds the class of each picture. `pictures` are paths relative to a folder. `same` says for each the place
/// of the first that is the same file; without it each file is one of its own. A row names a picture by its
/// path or the end of its path, with or without folders before it, and with any ending of the file or none.
/// The column of the pictures is the one that names most of them. The column of the classes is the only other
/// one, or the only one with a usual name (class, label, category, target, species, breed), or several of
/// which in each row one is 1 and the others are 0, whose names are the classes. A picture with an empty
/// class or without a row has no label. Rows without a picture are left out, with a note. Throws
/// std::runtime_error, with the table's path and the line, if the table cannot be understood, names no
/// picture, or gives a picture two classes.
TableLabels read_labels(const LabelTable& table, const std::vector<std::string>& pictures,
                        const std::vector<std::size_t>& same = {});

}  // namespace sganc
