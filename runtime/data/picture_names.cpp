#include "runtime/data/picture_names.h"

#include <glib.h>

#include <algorithm>

namespace sganc {
namespace {

/// The path without its first folder, or nothing if it has none.
std::optional<std::string_view> without_folder(std::string_view path) {
  const auto slash = path.find('/');
  if (slash == std::string_view::npos) return {};
  return path.substr(slash + 1);
}

/// Takes a text of GLib's.
std::string taken(char* text) {
  std::string copy = text;
  g_free(text);
  return copy;
}

void add(std::map<std::string, std::set<std::size_t>, std::less<>>& names, std::string_view path,
         std::size_t picture) {
  names[std::string(path)].insert(picture);
  names[std::string(without_ending(path))].insert(picture);
}

}  // namespace

std::string_view without_ending(std::string_view path) {
  const auto dot = path.rfind('.');
  const auto name = path.rfind('/') == std::string_view::npos ? 0 : path.rfind('/') + 1;
  return dot == std::string_view::npos || dot <= name ? path : path.substr(0, dot);
}

std::string folded(const std::string& text) {
  char* composed = g_utf8_normalize(text.c_str(), -1, G_NORMALIZE_DEFAULT_COMPOSE);
  if (!composed) return text;  // not UTF-8
  return taken(g_utf8_casefold(taken(composed).c_str(), -1));
}

PictureNames::PictureNames(const std::vector<std::string>& pictures, const std::vector<std::size_t>& same)
    : pictures_(pictures), same_(same), exact_(paths_of(pictures)) {}

PictureNames::Paths PictureNames::paths_of(const std::vector<std::string>& pictures) const {
  Paths paths;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    add(paths.whole, pictures[i], same_[i]);
    for (auto end = without_folder(pictures[i]); end; end = without_folder(*end))
      add(paths.ends, *end, same_[i]);
  }
  return paths;
}

std::set<std::size_t> PictureNames::find(const Paths& paths, std::string_view name) {
  while (name.starts_with("./") || name.starts_with('/')) name = *without_folder(name);
  for (const auto path : {name, without_ending(name)})  // the file may have got another ending
    for (std::optional<std::string_view> end = path; end; end = without_folder(*end))
      for (const auto* names : {&paths.whole, &paths.ends})
        if (const auto found = names->find(*end); found != names->end()) return found->second;
  return {};
}

std::set<std::size_t> PictureNames::find(const std::string& name) const {
  std::string path = name;
  std::ranges::replace(path, '\\', '/');
  auto found = find(exact_, path);
  if (!found.empty()) return found;
  if (!folded_) {
    std::vector<std::string> names;
    for (const auto& picture : pictures_) names.push_back(folded(picture));
    folded_ = paths_of(names);
  }
  return find(*folded_, folded(path));
}

}  // namespace sganc
