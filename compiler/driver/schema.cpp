#include "compiler/language/schema.h"

#include "compiler/driver/verb.h"
#include "compiler/layers/table.h"

namespace sganc {
namespace {

void add_options(options::options_description& o) {
  o.add_options()("markdown", "the reference page in the place of the JSON Schema");
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
        "Editors that know JSON Schema complete and check model files with it: where the first line of a "
        "file is\n"
        "#:schema sganc.schema.json, for example, those with Taplo or Even Better TOML.\n"
        "  sganc schema > sganc.schema.json\n",
    .positional = {},
    .required = 0,
    .add_options = add_options,
    .run = run};

}  // namespace sganc
