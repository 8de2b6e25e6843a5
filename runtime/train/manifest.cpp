#include "runtime/train/manifest.h"

#include <algorithm>
#include <array>
#include <sstream>
#include <stdexcept>

#include "runtime/system/digest.h"
#include "runtime/system/files.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

/// A file that a manifest names if the run has it. A run never changes a fixed file.
struct NamedFile {
  const char* name;
  bool is_fixed;
};
constexpr std::array<NamedFile, 6> kNamed = {{{"classes.txt", true},
                                              {"data.json", true},
                                              {"env.json", false},
                                              {"labels.txt", true},
                                              {"resolved.toml", false},
                                              {"validation.txt", true}}};

constexpr std::string_view kBeginning = "# sha256sum -c SHA256SUMS checks these files\n";
constexpr std::string_view kEnd = "# the sha256 of the lines above: ";

std::string digest_of(std::string_view content) {
  return Sha256().add(content).hex();
}

const NamedFile* find_named(const std::string& name) {
  const auto* found = std::ranges::find(kNamed, name, &NamedFile::name);
  return found == kNamed.end() ? nullptr : found;
}

/// Says what to do about a file that is not as the run wrote it.
std::string cure(const RunFolder& folder) {
  return "; bring it back or, if the change is meant, remove " + folder.manifest().string();
}

}  // namespace

Manifest Manifest::of(const RunFolder& folder) {
  Manifest manifest;
  for (const auto& file : kNamed)
    if (const auto path = folder.path() / file.name; fs::is_regular_file(path))
      manifest.allow(file.name, read_file(path));
  return manifest;
}

std::optional<Manifest> Manifest::read(const RunFolder& folder) {
  if (!fs::exists(folder.manifest())) return std::nullopt;
  const auto text = read_file(folder.manifest());
  Manifest manifest;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);)
    if (line.size() > 66 && line.substr(64, 2) == "  ")
      manifest.digests_[line.substr(66)].insert(line.substr(0, 64));
  // A manifest must be the text that sganc writes for its digests, so any damaged byte is noticed.
  if (text != manifest.lines())
    throw std::runtime_error(folder.manifest().string() + ": is damaged" +
                             ", so that the files of the run cannot be checked; bring it back, or remove it "
                             "to use the files as they are");
  return manifest;
}

void Manifest::write(const RunFolder& folder) const {
  write_file_atomically(folder.manifest(), lines());
}

std::string Manifest::lines() const {
  std::string text(kBeginning);
  for (const auto& [name, digests] : digests_)
    for (const auto& digest : digests) text += digest + "  " + name + "\n";
  return text + std::string(kEnd) + digest_of(text) + "\n";
}

void Manifest::require_unchanged(const RunFolder& folder) const {
  for (const auto& [name, digests] : digests_) {
    const auto path = folder.path() / name;
    if (!find_named(name) || !fs::is_regular_file(path))
      throw std::runtime_error(path.string() + ": is missing, but the run wrote it" + cure(folder));
    if (!digests.contains(digest_of(read_file(path))))
      throw std::runtime_error(path.string() + ": was damaged or changed since the run wrote it" +
                               cure(folder));
  }
  for (const auto& file : kNamed)
    if (const auto path = folder.path() / file.name; fs::exists(path) && !digests_.contains(file.name))
      throw std::runtime_error(path.string() + ": is not of this run" + "; remove it or, if it is meant, " +
                               folder.manifest().string());
}

std::string Manifest::run() const {
  std::string text;
  for (const auto& [name, digests] : digests_) {
    const auto* file = find_named(name);
    if (!file || !file->is_fixed) continue;
    for (const auto& digest : digests) text += digest + "  " + name + "\n";
  }
  return digest_of(text);
}

void Manifest::allow(const std::string& name, std::string_view content) {
  digests_[name].insert(digest_of(content));
}

void Manifest::allow_only(const std::string& name, std::string_view content) {
  digests_[name] = {digest_of(content)};
}

void rewrite_file(const RunFolder& folder, const fs::path& file, std::string_view content) {
  auto manifest = Manifest::read(folder);
  if (!manifest) return write_file_atomically(file, content);
  const auto name = file.filename().string();
  manifest->allow(name, content);
  manifest->write(folder);
  write_file_atomically(file, content);
  manifest->allow_only(name, content);
  manifest->write(folder);
}

}  // namespace sganc
