#include "compiler/language/extends.h"

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <utility>
#include <vector>

#include "compiler/language/merge.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> model_files(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(folder.empty() ? "." : folder, none))
    if (entry.path().extension() == ".toml") names.push_back(entry.path().filename());
  std::ranges::sort(names);
  return names;
}

/// `chain` holds the files from the first one to `file`.
DocumentNode parse_chain(const std::shared_ptr<const SourceFile>& file, std::vector<fs::path> chain,
                         Diagnostics& diagnostics) {
  DocumentNode root = parse_document(file->text, file);
  const Entry* extends = root.find("extends");
  if (!extends || extends->value.type != DocumentNode::Type::text)
    return root;  // another type is reported later

  const DocumentNode& name = extends->value;
  const fs::path folder = fs::path(file->path).parent_path();
  const fs::path path = (folder / name.text).lexically_normal();
  if (std::ranges::find(chain, fs::weakly_canonical(path)) != chain.end())
    throw UserError{{name.where, "\"" + name.text + "\" leads back to a file that extends this one", {}}};
  chain.push_back(fs::weakly_canonical(path));
  std::shared_ptr<const SourceFile> base;
  try {
    base = read_source(path);
  } catch (const std::runtime_error& error) {
    throw UserError{{name.where, "cannot read \"" + path.string() + "\": " + error.what(),
                     suggestion(name.text, model_files(folder), "")}};
  }
  DocumentNode merged = parse_chain(base, std::move(chain), diagnostics);
  std::erase_if(merged.entries, [](const Entry& entry) { return entry.key == "extends"; });
  lay_over(merged, root, "", diagnostics);
  return merged;
}

}  // namespace

DocumentNode parse_with_bases(const std::shared_ptr<const SourceFile>& file, Diagnostics& diagnostics) {
  return parse_chain(file, {fs::weakly_canonical(file->path)}, diagnostics);
}

}  // namespace sganc
