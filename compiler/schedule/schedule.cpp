#include "compiler/schedule/schedule.h"

#include <algorithm>

#include "compiler/language/document.h"

namespace sganc {
namespace {

/// Whether `text` is `pattern` with any characters in the place of each `*`.
bool matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = pattern.npos, after_star = 0;  // the last star, and where it may end
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      after_star = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p, ++t;
    } else if (star != pattern.npos) {
      p = star + 1, t = ++after_star;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == pattern.npos;
}

/// The place of a string's characters, without its quotes.
Location within(const DocumentNode& text) {
  Location where = text.content;
  where.length = std::max(1, static_cast<int>(text.text.size()));
  return where;
}

/// Reads the tables of a schedule file; mistakes go to the diagnostics and reading goes on.
class Reader {
 public:
  explicit Reader(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  Schedule read(const DocumentNode& document) {
    Schedule schedule;
    for (const auto& [key, where, value] : document.entries) {
      if (key == "name")
        read_text(key, value, schedule.name);
      else if (key == "convolution")
        read_convolution(value, schedule);
      else if (key == "kernel")
        read_kernels(value, schedule);
      else
        unknown(where, "key", key, {"name", "convolution", "kernel"});
    }
    return schedule;
  }

 private:
  void unknown(const Location& where, const std::string& what, const std::string& word,
               const std::vector<std::string>& known) {
    diagnostics_.error(where, "unknown " + what + " \"" + word + "\"", suggestion(word, known));
  }

  bool has_type(const std::string& key, const DocumentNode& node, DocumentNode::Type type,
                const std::string& wanted) {
    if (node.type == type) return true;
    diagnostics_.error(node.where, "\"" + key + "\" must be " + wanted + ", not " + describe(node));
    return false;
  }

  bool read_text(const std::string& key, const DocumentNode& node, std::string& out) {
    if (!has_type(key, node, DocumentNode::Type::text, "a string")) return false;
    if (node.text.empty()) {
      diagnostics_.error(node.where, "\"" + key + "\" must not be empty");
      return false;
    }
    out = node.text;
    return true;
  }

  void read_implementation(const std::string& key, const DocumentNode& node, std::string& out) {
    std::string word;
    if (!read_text(key, node, word)) return;
    if (word == "halide" || word == "onednn")
      out = word;
    else
      unknown(within(node), "implementation", word, {"halide", "onednn"});
  }

  void read_convolution(const DocumentNode& table, Schedule& schedule) {
    if (!has_type("convolution", table, DocumentNode::Type::table, "a table")) return;
    for (const auto& [key, where, value] : table.entries) {
      if (key == "few_input_channels") {
        read_implementation(key, value, schedule.few_input_channels);
      } else if (key == "few_output_channels") {
        read_implementation(key, value, schedule.few_output_channels);
      } else if (key == "few_channels") {
        if (!has_type(key, value, DocumentNode::Type::integer, "an integer")) continue;
        if (value.integer < 1 || value.integer > 16)
          diagnostics_.error(value.where, "\"few_channels\" must be from 1 to 16");
        schedule.few_channels = value.integer;
      } else {
        unknown(where, "key", key, {"few_input_channels", "few_output_channels", "few_channels"});
      }
    }
  }

  void read_kernels(const DocumentNode& list, Schedule& schedule) {
    if (list.type != DocumentNode::Type::list) {
      diagnostics_.error(list.where, "\"kernel\" must be a list of tables", "write [[kernel]]");
      return;
    }
    for (const auto& table : list.elements)
      if (has_type("kernel", table, DocumentNode::Type::table, "a list of tables"))
        read_kernel(table, schedule);
  }

  void read_kernel(const DocumentNode& table, Schedule& schedule) {
    KernelOverride kernel;
    const Entry* match = table.find("match");
    if (!match) {
      diagnostics_.error(table.where, "this kernel has no \"match\"",
                         "name the kernels it is for, as in match = \"conv_few.*\"");
    } else if (read_text("match", match->value, kernel.match.value)) {
      kernel.match.where = within(match->value);
    }
    for (const auto& [key, where, value] : table.entries)
      if (key != "match") kernel.stages.push_back({key, read_directives(key, value)});
    schedule.kernels.push_back(std::move(kernel));
  }

  std::vector<Located<std::string>> read_directives(const std::string& stage, const DocumentNode& list) {
    std::vector<Located<std::string>> directives;
    if (!has_type(stage, list, DocumentNode::Type::list, "a list of directives")) return directives;
    for (const auto& node : list.elements)
      if (has_type(stage, node, DocumentNode::Type::text, "a list of strings"))
        directives.push_back({node.text, within(node)});
    return directives;
  }

  Diagnostics& diagnostics_;
};

}  // namespace

bool KernelOverride::fits(const std::string& function, const std::string& kernel) const {
  const bool of_function = match.value.find('/') != std::string::npos;
  return matches(match.value, of_function ? function + "/" + kernel : kernel);
}

const KernelOverride* Schedule::override_for(const std::string& function, const std::string& kernel) const {
  for (auto it = kernels.rbegin(); it != kernels.rend(); ++it)
    if (it->fits(function, kernel)) return &*it;
  return nullptr;
}

std::optional<Schedule> parse_schedule(const std::string& text, const std::string& path,
                                       Diagnostics& diagnostics) {
  const auto file = std::make_shared<const SourceFile>(SourceFile{path, text});
  const std::size_t before = diagnostics.items().size();
  try {
    Schedule schedule = Reader(diagnostics).read(parse_document(text, file));
    if (diagnostics.items().size() == before) return schedule;
  } catch (const UserError& error) {
    const auto& [where, message, help] = error.diagnostic;
    diagnostics.error(where, message, help);
  }
  return std::nullopt;
}

std::optional<Schedule> load_schedule(const std::filesystem::path& path, Diagnostics& diagnostics) {
  const auto file = read_source(path, "the schedule", diagnostics);
  if (!file) return std::nullopt;
  return parse_schedule(file->text, file->path, diagnostics);
}

}  // namespace sganc
