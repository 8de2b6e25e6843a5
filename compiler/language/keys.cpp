#include "compiler/language/keys.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "compiler/language/document.h"
#include "compiler/language/spelling.h"

namespace sganc {
namespace {

/// Kernels compute in f32, in which numbers closer to 0 count as 0 and larger numbers are infinite.
constexpr double kLeastNumber = 1.18e-38, kMostNumber = 3.4e38;

bool is_list(KeyType type) {
  return type == KeyType::integers || type == KeyType::numbers || type == KeyType::texts;
}

KeyType element_type(KeyType list) {
  return list == KeyType::integers  ? KeyType::integer
         : list == KeyType::numbers ? KeyType::number
                                    : KeyType::text;
}

/// `"train", "validation" or "test"`
std::string either(const std::vector<std::string>& words) {
  std::string all;
  for (std::size_t i = 0; i < words.size(); ++i)
    all += (i == 0 ? "\"" : i + 1 == words.size() ? " or \"" : ", \"") + words[i] + "\"";
  return all;
}

/// Checks one value, which may be an element of a list. `name` begins the error messages.
class ValueCheck {
 public:
  ValueCheck(std::string name, const Key& key, Diagnostics& diagnostics)
      : name_(std::move(name)), key_(key), diagnostics_(diagnostics) {}

  std::optional<bool> boolean(const DocumentNode& node) const {
    if (node.type != DocumentNode::Type::boolean) return wrong_type(node, "true or false");
    return node.boolean;
  }

  std::optional<std::int64_t> integer(const DocumentNode& node) const {
    if (node.type != DocumentNode::Type::integer) return wrong_type(node, "an integer");
    if (!within_limits(node, static_cast<double>(node.integer), std::to_string(node.integer))) return {};
    return node.integer;
  }

  std::optional<double> number(const DocumentNode& node) const {
    if (node.type != DocumentNode::Type::integer && node.type != DocumentNode::Type::number)
      return wrong_type(node, "a number");
    const double value =
        node.type == DocumentNode::Type::number ? node.number : static_cast<double>(node.integer);
    if (!within_limits(node, value, shortest(value))) return {};
    return value;
  }

  std::optional<std::string> text(const DocumentNode& node) const {
    const auto& words = key_.choices;
    if (node.type != DocumentNode::Type::text)
      return wrong_type(node, words.empty() ? "a string" : either(words));
    if (words.empty() || std::find(words.begin(), words.end(), node.text) != words.end()) return node.text;
    diagnostics_.error(node.where,
                       name_ + " must be " +
                           (key_.type == KeyType::integers ? expectation(key_) : either(words)) + ", not \"" +
                           node.text + "\"",
                       suggestion(node.text, words, ""));
    return {};
  }

  std::nullopt_t wrong_type(const DocumentNode& node, const std::string& expected) const {
    diagnostics_.error(node.where, name_ + " must be " + expected + ", not " + describe(node));
    return std::nullopt;
  }

 private:
  bool within_limits(const DocumentNode& node, double value, const std::string& spelled) const {
    const auto spelled_limit = [&](double bound) {
      return node.type == DocumentNode::Type::integer && bound == std::floor(bound)
                 ? std::to_string(static_cast<std::int64_t>(bound))
                 : shortest(bound);
    };
    std::string limit;
    if (!std::isfinite(value)) {
      limit = "finite";
    } else if (key_.at_least && value < *key_.at_least) {
      limit = "at least " + spelled_limit(*key_.at_least);
    } else if (key_.above && value <= *key_.above) {
      limit = "greater than " + spelled_limit(*key_.above);
    } else if (key_.at_most && value > *key_.at_most) {
      limit = "at most " + spelled_limit(*key_.at_most);
    } else if (node.type == DocumentNode::Type::number && value != 0 && std::abs(value) < kLeastNumber) {
      limit = (key_.above == 0 ? "at least " : "0 or at least ") + shortest(kLeastNumber) + " in size";
    } else if (node.type == DocumentNode::Type::number && std::abs(value) > kMostNumber) {
      limit = "at most " + shortest(kMostNumber) + " in size";
    }
    if (!limit.empty()) diagnostics_.error(node.where, name_ + " must be " + limit + ", not " + spelled);
    return limit.empty();
  }

  std::string name_;
  const Key& key_;
  Diagnostics& diagnostics_;
};

template <class T, class Check>
std::optional<KeyValue> check_list(const std::vector<DocumentNode>& elements, Check&& check) {
  std::vector<T> values;
  for (const auto& element : elements)
    if (auto value = check(element)) values.push_back(std::move(*value));
  if (values.size() != elements.size()) return {};
  return values;
}

std::optional<KeyValue> check_rate(const DocumentNode& node, const ValueCheck& whole, const Key& key,
                                   Diagnostics& diagnostics) {
  using Type = DocumentNode::Type;
  if (node.type == Type::integer || node.type == Type::number) return whole.number(node);
  if (node.type != Type::table) return whole.wrong_type(node, expectation(key));
  return read_rate(node, diagnostics);
}

}  // namespace

std::string expectation(const Key& key) {
  const auto list = [&](const std::string& single, const std::string& several) {
    const std::string count = key.length ? std::to_string(*key.length) + " " : "";
    std::string words;
    if (key.type == KeyType::integers)
      for (const auto& word : key.choices) words += "\"" + word + "\", ";
    return words + (key.or_single ? single + " or " : "") + "a list of " + count + several;
  };
  switch (key.type) {
    case KeyType::boolean:
      return "true or false";
    case KeyType::integer:
      return "an integer";
    case KeyType::number:
      return "a number";
    case KeyType::text:
      return "a string";
    case KeyType::integers:
      return list("an integer", "integers");
    case KeyType::numbers:
      return list("a number", "numbers");
    case KeyType::texts:
      return list("a string", "strings");
    case KeyType::rate:
      return "a number or a table";
  }
  throw std::logic_error("expectation: a key of no type");
}

std::optional<KeyValue> check_value(const DocumentNode& node, const Key& key, Diagnostics& diagnostics) {
  const ValueCheck whole(key.name, key, diagnostics);
  if (!is_list(key.type)) {
    if (key.type == KeyType::boolean) return whole.boolean(node);
    if (key.type == KeyType::integer) return whole.integer(node);
    if (key.type == KeyType::number) return whole.number(node);
    if (key.type == KeyType::rate) return check_rate(node, whole, key, diagnostics);
    return whole.text(node);
  }
  const bool list = node.type == DocumentNode::Type::list;
  if (key.type == KeyType::integers && !key.choices.empty() && node.type == DocumentNode::Type::text)
    return whole.text(node);
  const KeyType element = element_type(key.type);
  const bool single =
      key.or_single && ((node.type == DocumentNode::Type::integer && element != KeyType::text) ||
                        (node.type == DocumentNode::Type::number && element == KeyType::number) ||
                        (node.type == DocumentNode::Type::text && element == KeyType::text));
  if (!list && !single) return whole.wrong_type(node, expectation(key));
  if (list && key.length && node.elements.size() != *key.length) {
    diagnostics.error(node.where, key.name + " must have " + std::to_string(*key.length) + " elements, not " +
                                      std::to_string(node.elements.size()));
    return {};
  }
  const auto elements = list ? node.elements : std::vector<DocumentNode>{node};
  const ValueCheck each(list ? "each element of \"" + key.name + "\"" : key.name, key, diagnostics);
  const auto repeated = [&](auto values) -> std::optional<KeyValue> {
    if (!list) values.resize(key.length.value_or(1), values.at(0));
    return values;
  };
  if (element == KeyType::integer) {
    const auto v = check_list<std::int64_t>(elements, [&](const DocumentNode& n) { return each.integer(n); });
    return v ? repeated(std::get<std::vector<std::int64_t>>(*v)) : v;
  }
  if (element == KeyType::number) {
    const auto v = check_list<double>(elements, [&](const DocumentNode& n) { return each.number(n); });
    return v ? repeated(std::get<std::vector<double>>(*v)) : v;
  }
  const auto v = check_list<std::string>(elements, [&](const DocumentNode& n) { return each.text(n); });
  return v ? repeated(std::get<std::vector<std::string>>(*v)) : v;
}

Keys check_keys(const DocumentNode& table, const std::string& subject, const std::vector<Key>& keys,
                const std::vector<std::string>& others, Diagnostics& diagnostics) {
  std::vector<std::string> known = others;
  for (const auto& key : keys) known.push_back(key.name);
  std::vector<std::string> misspelled;  // reported as unknown, so not also as missing
  for (const auto& entry : table.entries) {
    if (std::find(known.begin(), known.end(), entry.key) != known.end()) continue;
    diagnostics.error(entry.where, subject + " has no key \"" + entry.key + "\"",
                      suggestion(entry.key, known));
    misspelled.push_back(nearest(entry.key, known));
  }
  Keys values;
  for (const auto& key : keys) {
    if (const Entry* entry = table.find(key.name)) {
      if (auto value = check_value(entry->value, key, diagnostics))
        values.set(key.name, std::move(*value), entry->value.where);
    } else if (key.fallback) {
      values.set(key.name, *key.fallback, table.where);
    } else if (!key.optional &&
               std::find(misspelled.begin(), misspelled.end(), key.name) == misspelled.end()) {
      diagnostics.error(table.where, subject + " needs the key \"" + key.name + "\"");
    }
  }
  return values;
}

}  // namespace sganc
