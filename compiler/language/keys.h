#pragma once
// The keys that a table of a model file may have: one description serves the validator, the defaults,
// the JSON Schema and the reference page.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "compiler/language/rate.h"
#include "compiler/language/source.h"

namespace sganc {

using KeyValue = std::variant<bool, std::int64_t, double, std::string, std::vector<std::int64_t>,
                              std::vector<double>, std::vector<std::string>, Rate>;

enum class KeyType { boolean, integer, number, text, integers, numbers, texts, rate };

/// One key: its type, its default (none: the key is required, unless `optional`), its limits, and a sentence.
struct Key {
  std::string name;
  KeyType type;
  std::string description;
  std::optional<KeyValue> fallback;                // taken where the key is absent
  bool optional = false;                           // absent and no fallback: simply not there
  std::optional<double> at_least, at_most, above;  // limits of a number, of each element of a list
  std::vector<std::string> choices;   // the words that a text may be, or that stand for a list of integers
  std::optional<std::size_t> length;  // of a list
  bool or_single = false;             // a list of integers that may be written as one: kernel = 4

  Key&& defaulting(KeyValue v) && {
    fallback = std::move(v);
    return std::move(*this);
  }
  Key&& may_be_absent() && {
    optional = true;
    return std::move(*this);
  }
  Key&& from(double lo) && {
    at_least = lo;
    return std::move(*this);
  }
  Key&& to(double hi) && {
    at_most = hi;
    return std::move(*this);
  }
  Key&& greater_than(double lo) && {
    above = lo;
    return std::move(*this);
  }
  Key&& one_of(std::vector<std::string> words) && {
    choices = std::move(words);
    return std::move(*this);
  }
  /// A list of integers for which a word may stand: padding = "same".
  Key&& or_word(std::vector<std::string> words) && { return std::move(*this).one_of(std::move(words)); }
  Key&& of_length(std::size_t n) && {
    length = n;
    return std::move(*this);
  }
  Key&& or_one() && {
    or_single = true;
    return std::move(*this);
  }
};

/// The most that an integer may be where its key says nothing else.
inline constexpr double kMostInteger = 2147483647;

inline Key boolean(std::string n, std::string d) {
  return {std::move(n), KeyType::boolean, std::move(d), {}, false, {}, {}, {}, {}, {}, false};
}
inline Key integer(std::string n, std::string d) {
  return {std::move(n), KeyType::integer, std::move(d), {}, false, {}, kMostInteger, {}, {}, {}, false};
}
inline Key number(std::string n, std::string d) {
  return {std::move(n), KeyType::number, std::move(d), {}, false, {}, {}, {}, {}, {}, false};
}
inline Key text(std::string n, std::string d) {
  return {std::move(n), KeyType::text, std::move(d), {}, false, {}, {}, {}, {}, {}, false};
}
inline Key integers(std::string n, std::string d) {
  return {std::move(n), KeyType::integers, std::move(d), {}, false, {}, kMostInteger, {}, {}, {}, false};
}
inline Key numbers(std::string n, std::string d) {
  return {std::move(n), KeyType::numbers, std::move(d), {}, false, {}, {}, {}, {}, {}, false};
}
inline Key texts(std::string n, std::string d) {
  return {std::move(n), KeyType::texts, std::move(d), {}, false, {}, {}, {}, {}, {}, false};
}

/// A learning rate: a number, or a table of rate_keys().
inline Key rate(std::string n, std::string d) {
  return {std::move(n), KeyType::rate, std::move(d), {}, false, {}, {}, {}, {}, {}, false};
}

/// Checked values of one table, defaults filled in, each with its place (the table's own for a default).
/// An integer written where a number is asked for is stored as a number; a single integer where `or_single`
/// holds is stored as a list of the declared length (or of one).
class Keys {
 public:
  void set(const std::string& name, KeyValue value, Location where) {
    values_[name] = {std::move(value), std::move(where)};
  }
  bool has(const std::string& name) const { return values_.contains(name); }
  bool is_word(const std::string& name) const { return std::holds_alternative<std::string>(at(name).value); }
  bool flag(const std::string& name) const { return std::get<bool>(at(name).value); }
  std::int64_t integer(const std::string& name) const { return std::get<std::int64_t>(at(name).value); }
  double number(const std::string& name) const { return std::get<double>(at(name).value); }
  /// A number is a rate that does not change.
  Rate rate(const std::string& name) const {
    const auto* number = std::get_if<double>(&at(name).value);
    return number ? Rate{.from = *number, .to = *number} : std::get<Rate>(at(name).value);
  }
  const std::string& text(const std::string& name) const { return std::get<std::string>(at(name).value); }
  const std::vector<std::int64_t>& integers(const std::string& name) const {
    return std::get<std::vector<std::int64_t>>(at(name).value);
  }
  const std::vector<double>& numbers(const std::string& name) const {
    return std::get<std::vector<double>>(at(name).value);
  }
  const std::vector<std::string>& texts(const std::string& name) const {
    return std::get<std::vector<std::string>>(at(name).value);
  }
  const Location& where(const std::string& name) const { return at(name).where; }
  const std::map<std::string, Located<KeyValue>>& all() const { return values_; }

 private:
  const Located<KeyValue>& at(const std::string& name) const { return values_.at(name); }
  std::map<std::string, Located<KeyValue>> values_;
};

struct DocumentNode;

/// Checks what stands in `table` against `keys`: unknown and missing keys, types, limits, choices, lengths.
/// `subject` begins the errors about keys: "[train]", "a conv layer". Keys in `others` are the caller's to
/// read. A key that is wrong is in `diagnostics` and not in the result.
Keys check_keys(const DocumentNode& table, const std::string& subject, const std::vector<Key>& keys,
                const std::vector<std::string>& others, Diagnostics& diagnostics);

/// Checks one value; the result is empty where it is wrong.
std::optional<KeyValue> check_value(const DocumentNode& value, const Key& key, Diagnostics& diagnostics);

/// What a key asks for: `an integer or a list of 2 integers`.
std::string expectation(const Key& key);

/// A value as TOML has it: 2e-4, [3, 3], "same".
std::string to_toml(const KeyValue& value);

/// The keys of a rate that is a table, and the rate that the table says; empty where a key of it is wrong.
std::vector<Key> rate_keys();
std::optional<Rate> read_rate(const DocumentNode& table, Diagnostics& diagnostics);

/// A kind that `kind = "..."` may name, and the keys that go with it.
struct KindKeys {
  std::string name;
  std::vector<Key> keys;
  std::string description;
  bool joins = false;  // a layer that takes several inputs
};

/// A function that an expression may call, and how many arguments it takes.
struct FunctionKeys {
  std::string name;
  int least_arguments;
  int most_arguments;
  std::string description;
  bool reduces = false;  // names of axes may follow its first argument
};

/// All words that the rest of the compiler defines and a model file may use.
struct Vocabulary {
  std::vector<KindKeys> layers;
  std::vector<KindKeys> optimizers;
  std::vector<FunctionKeys> functions;  // losses and functions of expressions
};

}  // namespace sganc
