#include "compiler/language/rate.h"

#include <algorithm>

#include "compiler/language/document.h"
#include "compiler/language/keys.h"
#include "compiler/language/spelling.h"

namespace sganc {

std::vector<Key> rate_keys() {
  return {number("from", "the rate before it changes").greater_than(0),
          number("to", "the rate after it has changed").from(0).defaulting(0.0),
          text("shape",
               "linear: a straight line; cosine: half a cosine wave; constant: the rate does not "
               "change")
              .one_of({"constant", "linear", "cosine"})
              .defaulting(std::string("linear")),
          integer("begin", "the number of steps before the change begins (default: warmup)")
              .from(0)
              .may_be_absent(),
          integer("end",
                  "the number of steps after which the rate is `to` (default: all steps of the "
                  "training)")
              .from(1)
              .may_be_absent(),
          integer("warmup", "the number of steps at the beginning over which the rate grows from nearly 0")
              .from(0)
              .defaulting(std::int64_t{0})};
}

std::optional<Rate> read_rate(const DocumentNode& table, Diagnostics& diagnostics) {
  const std::size_t mistakes = diagnostics.items().size();
  const Keys keys = check_keys(table, "a rate", rate_keys(), {}, diagnostics);
  if (diagnostics.items().size() > mistakes) return {};
  Rate rate{.from = keys.number("from"), .shape = keys.text("shape"), .warmup = keys.integer("warmup")};
  if (rate.shape == "constant") {
    rate.to = rate.from;
    for (const char* key : {"to", "begin", "end"})
      if (const Entry* entry = table.find(key))
        diagnostics.error(entry->where, "a constant rate has no key \"" + std::string(key) + "\"");
    return rate;
  }
  rate.to = keys.number("to");
  rate.begin = keys.has("begin") ? keys.integer("begin") : rate.warmup;
  rate.end = keys.has("end") ? keys.integer("end") : 0;
  if (keys.has("end") && rate.end <= rate.begin)
    diagnostics.error(keys.where("end"), "a rate must end after it begins to change, at step " +
                                             std::to_string(rate.begin) + ", not at step " +
                                             std::to_string(rate.end));
  return rate;
}

std::string to_string(const Rate& rate) {
  std::string text = "{ from = " + toml_float(rate.from);
  if (rate.shape != "constant") text += ", to = " + toml_float(rate.to);
  text += ", shape = " + toml_string(rate.shape);
  if (rate.shape != "constant") text += ", begin = " + std::to_string(rate.begin);
  if (rate.shape != "constant" && rate.end > 0) text += ", end = " + std::to_string(rate.end);
  return text + ", warmup = " + std::to_string(rate.warmup) + " }";
}

}  // namespace sganc
