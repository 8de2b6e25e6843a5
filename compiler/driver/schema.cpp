#include "compiler/language/schema.h"

#include "compiler/driver/verb.h"
#include "compiler/layers/table.h"

namespace sganc {
namespace {

void add_options(options::options_description& o) {
  o.add_options()("markdown", "print the reference page instead of the JSON Schema");
}

int run(const options::variables_map& values, Terminal& terminal) {
  terminal.out << (values.count("markdown") ? reference_page(vocabulary()) : json_schema(vocabulary()));
  return kDone;
}

}  // namespace

extern const Verb schema_verb{
    .name = "schema",
    .summary = "print the JSON Schema of model files, or the reference page",
    .usage = "[--markdown]",
    .details =
        "With the JSON Schema, editors complete and check model files. For example, editors with Taplo or\n"
        "Even Better TOML use it if the first line of a file is #:schema sganc.schema.json\n"
        "  sganc schema > sganc.schema.json\n",
    .positional = {},
    .required = 0,
    .add_options = add_options,
    .run = run};

}  // namespace sganc
