#pragma once
// A module that several ranks evaluate together, by the reference interpreter.

#include "compiler/reference/interpreter.h"
#include "compiler/shard/shard.h"
#include "tests/ranks_together.h"

namespace sganc {

/// What each rank computes of the module.
inline std::vector<Module> shards_of(const Module& module, int ranks) {
  std::vector<Module> all;
  for (int rank = 0; rank < ranks; ++rank) all.push_back(shard(module, rank, ranks));
  return all;
}

/// The rows of `whole` that the input binds.
inline Tensor rows_for(const Node& input, const Tensor& whole) {
  if (input.attributes.shape.empty()) return whole;
  Tensor rows{input.type, {}};
  const auto each = whole.data.size() / static_cast<std::size_t>(whole.shape()[0]);
  const auto first = whole.data.begin() +
                     static_cast<std::ptrdiff_t>(static_cast<std::size_t>(input.attributes.low[0]) * each);
  rows.data.assign(first, first + rows.type.elements());
  return rows;
}

/// Ranks that evaluate the functions of one module.
class ReferenceRanks {
 public:
  ReferenceRanks(const Module& module, int ranks, const Tensors& initial)
      : modules(shards_of(module, ranks)),
        variables(static_cast<std::size_t>(ranks), initial),
        together(ranks) {}

  /// Evaluates a function on all ranks, with these whole inputs. Returns the outputs of each rank.
  std::vector<Tensors> evaluate(const std::string& name, const Tensors& inputs) {
    std::vector<Tensors> outputs(modules.size());
    together.run([&](int rank) {
      const auto r = static_cast<std::size_t>(rank);
      const Function& function = *modules[r].function(name);
      Tensors bound;
      for (const auto& n : function.nodes)
        if (n.op == Op::input) bound[n.attributes.name] = rows_for(n, inputs.at(n.attributes.name));
      outputs[r] = sganc::evaluate(modules[r], function, bound, variables[r], {},
                                   [&](Tensor& part) { together.sum(rank, std::span(part.data)); });
    });
    return outputs;
  }

  std::vector<Module> modules;
  std::vector<Tensors> variables;  // of each rank
  RanksTogether together;
};

}  // namespace sganc
