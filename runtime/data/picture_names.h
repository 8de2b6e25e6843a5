#pragma once
// Finds pictures by what people and tables call them.

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace sganc {

/// The path without the ending of its file name.
std::string_view without_ending(std::string_view path);

/// The text in lower case, with each letter and its accents as one character: two names that some systems
/// take for one become equal.
std::string folded(const std::string& text);

/// Pictures by their paths relative to a folder, and by the ends of these paths.
class PictureNames {
 public:
  /// `same` says for each picture the place of the first that is the same file. Both are kept by reference.
  PictureNames(const std::vector<std::string>& pictures, const std::vector<std::size_t>& same);

  /// The pictures of that name, with or without folders before it and with any ending or none: one, none, or
  /// several whose paths end alike. If none is called so, upper and lower case count as the same.
  std::set<std::size_t> find(const std::string& name) const;

 private:
  using Names = std::map<std::string, std::set<std::size_t>, std::less<>>;
  struct Paths {
    Names whole, ends;  // paths, and what is left of them without some first folders
  };

  Paths paths_of(const std::vector<std::string>& pictures) const;
  static std::set<std::size_t> find(const Paths& paths, std::string_view name);

  const std::vector<std::string>& pictures_;
  const std::vector<std::size_t>& same_;
  Paths exact_;
  mutable std::optional<Paths> folded_;  // made when it is needed
};

}  // namespace sganc
