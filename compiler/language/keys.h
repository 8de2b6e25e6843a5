#pragma once
// The keys that a table of a model file may have. The validator, the defaults, the JSON Schema and the
// reference page all read the same description.

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

/// One key: its type, its default, its limits, and a description. Without a default the key is required,
/// unless it is `optional`.
struct Key {
  std::string name;
  KeyType type;
  std::string description;
  std::optional<KeyValue> fallback;  // the default
  bool optional = false;             // may be absent without a default: then Keys does not have it
  std::optional<double> at_least, at_most, above;  // limits of a number, or of each element of a list
  std::vector<std::string> choices;   // the words allowed for a text, or instead of a list of integers
  std::optional<std::size_t> length;  // of a list
  bool or_single = false;             // a list of integers may be written as one integer: kernel = 4

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
  /// A word may stand instead of a list of integers: padding = "same".
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

/// The largest value of an integer, unless its key has another limit.
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

/// The checked values of one table, with defaults filled in. Each has its place; a default has the place of
/// the table. If the key is a number, an integer is stored as a number. If `or_single` holds, a single
/// integer is stored as a list of the declared length (or of length one). The accessors of values throw
/// std::out_of_range for an absent key and std::bad_variant_access for a key of another type. Their
/// references stay valid until `set` changes that key.
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
  /// A key that holds a number gives a constant rate.
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

/// Checks `table` against `keys`: unknown and missing keys, types, limits, choices, lengths. `subject` begins
/// the errors about keys: "[train]", "a conv layer". The keys in `others` are allowed, and left to the
/// caller. A mistake goes to `diagnostics`, and its key is not in the result.
Keys check_keys(const DocumentNode& table, const std::string& subject, const std::vector<Key>& keys,
                const std::vector<std::string>& others, Diagnostics& diagnostics);

/// Checks one value. Returns nothing, and adds to `diagnostics`, if it is wrong.
std::optional<KeyValue> check_value(const DocumentNode& value, const Key& key, Diagnostics& diagnostics);

/// The values that a key takes, in words: `an integer or a list of 2 integers`.
std::string expectation(const Key& key);

/// The value in TOML: 2e-4, [3, 3], "same".
std::string to_toml(const KeyValue& value);

/// The keys of a rate that is a table. read_rate returns nothing, and adds to `diagnostics`, if one of them
/// is wrong.
std::vector<Key> rate_keys();
std::optional<Rate> read_rate(const DocumentNode& table, Diagnostics& diagnostics);

/// A kind that `kind = "..."` may name, and its keys.
struct KindKeys {
  std::string name;
  std::vector<Key> keys;
  std::string description;
  bool joins = false;  // a layer that takes several inputs
};

/// A function that expressions may call, with its number of arguments.
struct FunctionKeys {
  std::string name;
  int least_arguments;
  int most_arguments;
  std::string description;
  bool reduces = false;  // names of axes may follow its first argument
};

/// The words of model files that the rest of the compiler defines.
struct Vocabulary {
  std::vector<KindKeys> layers;
  std::vector<KindKeys> optimizers;
  std::vector<FunctionKeys> functions;  // losses and functions of expressions
};

}  // namespace sganc
