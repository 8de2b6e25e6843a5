#include "compiler/driver/begun_run.h"

#include <filesystem>

#include "compiler/driver/shell_word.h"
#include "runtime/system/files.h"

namespace sganc {

namespace fs = std::filesystem;

nlohmann::json first_environment(const RunFolder& folder) {
  return nlohmann::json::parse(fs::exists(folder.environment()) ? read_file(folder.environment()) : "",
                               nullptr, false);
}

std::string first_command(const RunFolder& folder) {
  const auto json = first_environment(folder);
  if (!json.is_object() || !json.contains("command") || !json["command"].is_array()) return {};
  std::string text = ".";
  for (const auto& word : json["command"])
    if (word.is_string()) text += (text == "." ? "/" : " ") + shell_word(word.get<std::string>());
  return text;
}

}  // namespace sganc
