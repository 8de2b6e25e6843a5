// Reads schedule files, from TOML to a Schedule: one list of keys for each table of the file.

#include <algorithm>
#include <charconv>
#include <functional>

#include "compiler/language/document.h"
#include "compiler/schedule/schedule.h"

namespace sganc {
namespace {

constexpr std::int64_t kMostThreads = 1024;
constexpr std::int64_t kMostExtent = 1 << 20;

/// The place of a string's characters, without its quotes.
Location within(const DocumentNode& text) {
  Location where = text.content;
  where.length = std::max(1, static_cast<int>(text.text.size()));
  return where;
}

/// Reads the tables of a schedule file; mistakes go to the diagnostics and reading goes on.
class Reader {
 public:
  Reader(const std::vector<std::string>& implementations, Diagnostics& diagnostics)
      : implementations_(implementations), diagnostics_(diagnostics) {}

  Schedule read(const DocumentNode& document) {
    Schedule s;
    read_keys(document,
              {{"name", [&](auto& n) { read_text("name", n, s.name); }},
               {"target", [&](auto& n) { read_word("target", n, kTargets, s.target); }},
               {"threads",
                [&](auto& n) {
                  std::int64_t threads = 0;
                  if (read_integer("threads", n, 1, kMostThreads, threads))
                    s.threads = static_cast<int>(threads);
                }},
               {"precision", [&](auto& n) { read_word("precision", n, kPrecisions, s.precision); }},
               {"convolution", [&](auto& n) { read_convolution(n, s); }},
               {"product", [&](auto& n) { read_tables("product", n, [&](auto& t) { read_product(t, s); }); }},
               {"fusion", [&](auto& n) { read_fusion(n, s.fusion); }},
               {"kernel", [&](auto& n) { read_tables("kernel", n, [&](auto& t) { read_kernel(t, s); }); }}});
    return s;
  }

 private:
  using Read = std::function<void(const DocumentNode&)>;

  void unknown(const Location& where, const std::string& what, const std::string& word,
               const std::vector<std::string>& known) {
    diagnostics_.error(where, "unknown " + what + " \"" + word + "\"", suggestion(word, known));
  }

  void read_keys(const DocumentNode& table, const std::vector<std::pair<std::string, Read>>& keys) {
    for (const auto& entry : table.entries) {
      const auto known =
          std::ranges::find(keys, entry.key, [](const auto& key) -> const std::string& { return key.first; });
      if (known != keys.end()) {
        known->second(entry.value);
        continue;
      }
      std::vector<std::string> names;
      for (const auto& key : keys) names.push_back(key.first);
      unknown(entry.where, "key", entry.key, names);
    }
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

  bool read_text(const std::string& key, const DocumentNode& node, Located<std::string>& out) {
    if (!read_text(key, node, out.value)) return false;
    out.where = within(node);
    return true;
  }

  /// Reads one of `words`. For any other word the error speaks of an unknown `what`, or of the key if that is
  /// empty.
  template <class Out>
  bool read_word(const std::string& key, const DocumentNode& node, const std::vector<std::string>& words,
                 Out& out, const std::string& what = {}) {
    Located<std::string> word;
    if (!read_text(key, node, word)) return false;
    if (std::ranges::count(words, word.value) == 0) {
      unknown(word.where, what.empty() ? key : what, word.value, words);
      return false;
    }
    out = word;
    return true;
  }

  bool read_integer(const std::string& key, const DocumentNode& node, std::int64_t least, std::int64_t most,
                    std::int64_t& out) {
    if (!has_type(key, node, DocumentNode::Type::integer, "an integer")) return false;
    if (node.integer < least || node.integer > most) {
      diagnostics_.error(node.where, "\"" + key + "\" must be from " + std::to_string(least) + " to " +
                                         std::to_string(most));
      return false;
    }
    out = node.integer;
    return true;
  }

  bool read_integer(const std::string& key, const DocumentNode& node, std::int64_t least, std::int64_t most,
                    std::optional<Located<std::int64_t>>& out) {
    std::int64_t value = 0;
    if (!read_integer(key, node, least, most, value)) return false;
    out = {value, node.where};
    return true;
  }

  void read_convolution(const DocumentNode& table, Schedule& s) {
    if (!has_type("convolution", table, DocumentNode::Type::table, "a table")) return;
    read_keys(table, {{"implementations", [&](auto& n) { read_implementations(n, s); }},
                      {"few_channels", [&](auto& n) {
                         read_integer("few_channels", n, 1, kMostFewChannels, s.few_channels);
                       }}});
  }

  void read_implementations(const DocumentNode& list, Schedule& s) {
    std::vector<std::string> names;
    for (const auto& name : read_texts("implementations", list, "a list of implementations"))
      if (std::ranges::count(implementations_, name.value))
        names.push_back(name.value);
      else
        unknown(name.where, "implementation", name.value, implementations_);
    s.implementations = names;
  }

  /// Reads every table [[KEY]].
  void read_tables(const std::string& key, const DocumentNode& list, const Read& read_table) {
    if (list.type != DocumentNode::Type::list) {
      diagnostics_.error(list.where, "\"" + key + "\" must be a list of tables", "write [[" + key + "]]");
      return;
    }
    for (const auto& table : list.elements)
      if (has_type(key, table, DocumentNode::Type::table, "a list of tables")) read_table(table);
  }

  void read_product(const DocumentNode& table, Schedule& s) {
    ProductRule rule{.where = table.where};
    read_keys(table,
              {{"match", [&](auto& n) { read_text("match", n, rule.match); }},
               {"kernel", [&](auto& n) { read_pair("kernel", n, rule.kernel); }},
               {"stride", [&](auto& n) { read_pair("stride", n, rule.stride); }},
               {"input_channels", [&](auto& n) { read_range("input_channels", n, rule.input_channels); }},
               {"output_channels", [&](auto& n) { read_range("output_channels", n, rule.output_channels); }},
               {"by", [&](auto& n) { read_word("by", n, implementations_, rule.by, "implementation"); }},
               {"tile", [&](auto& n) { read_integer("tile", n, 1, kMostExtent, rule.tile); }},
               {"block", [&](auto& n) { read_integer("block", n, 1, kMostExtent, rule.block); }},
               {"groups", [&](auto& n) { read_integer("groups", n, 1, kMostExtent, rule.groups); }},
               {"precision", [&](auto& n) { read_word("precision", n, kPrecisions, rule.precision); }}});
    if (!table.find("by") && !table.find("precision"))
      diagnostics_.error(table.where, "this product says neither \"by\" nor \"precision\"",
                         "say who computes it, as in by = \"onednn\"");
    if (!table.find("by"))
      for (const auto& [key, said] : rule.tiling())
        diagnostics_.error(said.where, "\"" + key + "\" is of one implementation",
                           "say which, as in by = \"winograd\"");
    s.products.push_back(std::move(rule));
  }

  /// Reads N for a square, or [HEIGHT, WIDTH].
  void read_pair(const std::string& key, const DocumentNode& node,
                 std::optional<std::array<std::int64_t, 2>>& out) {
    std::array<std::int64_t, 2> pair{};
    const bool two = node.type == DocumentNode::Type::list && node.elements.size() == 2;
    if (!two && node.type != DocumentNode::Type::integer) {
      diagnostics_.error(node.where,
                         "\"" + key + "\" must be an integer or [HEIGHT, WIDTH], not " + describe(node));
      return;
    }
    if (read_integer(key, two ? node.elements[0] : node, 1, kMostExtent, pair[0]) &&
        read_integer(key, two ? node.elements[1] : node, 1, kMostExtent, pair[1]))
      out = pair;
  }

  /// Reads N, or "FROM..TO".
  void read_range(const std::string& key, const DocumentNode& node, std::optional<Range>& out) {
    Range range;
    if (node.type == DocumentNode::Type::integer) {
      if (!read_integer(key, node, 1, kMostExtent, range.least)) return;
      range.most = range.least;
    } else if (!has_type(key, node, DocumentNode::Type::text, "an integer or a range such as \"1..4\"") ||
               !parse_range(key, node, range)) {
      return;
    }
    out = range;
  }

  bool parse_range(const std::string& key, const DocumentNode& node, Range& range) {
    const std::string& text = node.text;
    const char* const end = text.data() + text.size();
    const auto [dots, bad_least] = std::from_chars(text.data(), end, range.least);
    const bool dotted = bad_least == std::errc() && end - dots > 2 && dots[0] == '.' && dots[1] == '.';
    const auto [stop, bad_most] = dotted ? std::from_chars(dots + 2, end, range.most)
                                         : std::from_chars_result{end, std::errc::invalid_argument};
    if (bad_most == std::errc() && stop == end && range.least >= 1 && range.least <= range.most) return true;
    diagnostics_.error(
        within(node),
        "\"" + key + "\" must be a range such as \"1..4\", its first number from 1 and at most its second");
    return false;
  }

  void read_fusion(const DocumentNode& table, Fusion& fusion) {
    if (!has_type("fusion", table, DocumentNode::Type::table, "a table")) return;
    read_keys(table,
              {{"reach",
                [&](auto& n) {
                  Located<std::string> word;
                  if (read_word("reach", n, Fusion::kReaches, word))
                    fusion.reach = static_cast<Fusion::Reach>(
                        std::ranges::find(Fusion::kReaches, word.value) - Fusion::kReaches.begin());
                }},
               {"store", [&](auto& n) { fusion.store = read_texts("store", n, "a list of layers"); }},
               {"apart", [&](auto& n) { fusion.apart = read_texts("apart", n, "a list of layers"); }}});
  }

  void read_kernel(const DocumentNode& table, Schedule& s) {
    KernelOverride kernel;
    const Entry* match = table.find("match");
    if (!match)
      diagnostics_.error(table.where, "this kernel has no \"match\"",
                         "name the kernels it is for, as in match = \"conv_few.*\"");
    else
      read_text("match", match->value, kernel.match);
    for (const auto& [key, where, value] : table.entries)
      if (key != "match")
        kernel.stages.push_back({key, read_texts(key, value, "a list of directives"), where});
    s.kernels.push_back(std::move(kernel));
  }

  std::vector<Located<std::string>> read_texts(const std::string& key, const DocumentNode& list,
                                               const std::string& wanted) {
    std::vector<Located<std::string>> texts;
    if (!has_type(key, list, DocumentNode::Type::list, wanted)) return texts;
    for (const auto& node : list.elements)
      if (has_type(key, node, DocumentNode::Type::text, "a list of strings"))
        texts.push_back({node.text, within(node)});
    return texts;
  }

  const std::vector<std::string>& implementations_;
  Diagnostics& diagnostics_;
};

}  // namespace

std::optional<Schedule> parse_schedule(const std::string& text, const std::string& path,
                                       const std::vector<std::string>& implementations,
                                       Diagnostics& diagnostics) {
  const auto file = std::make_shared<const SourceFile>(SourceFile{path, text});
  const std::size_t before = diagnostics.items().size();
  try {
    Schedule schedule = Reader(implementations, diagnostics).read(parse_document(text, file));
    if (diagnostics.items().size() == before) return schedule;
  } catch (const UserError& error) {
    const auto& [where, message, help, details] = error.diagnostic;
    diagnostics.error(where, message, help);
  }
  return std::nullopt;
}

std::optional<Schedule> load_schedule(const std::filesystem::path& path,
                                      const std::vector<std::string>& implementations,
                                      Diagnostics& diagnostics) {
  const auto file = read_source(path, "the schedule", diagnostics);
  if (!file) return std::nullopt;
  return parse_schedule(file->text, file->path, implementations, diagnostics);
}

}  // namespace sganc
