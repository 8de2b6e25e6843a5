#include "runtime/execute/onednn_choices.h"

#include <omp.h>

#include "runtime/execute/onednn.h"

namespace sganc {

std::vector<OneDnnChoice> onednn_choices(std::span<const Step* const> steps, int threads) {
  omp_set_num_threads(threads);
  OneDnn onednn;
  std::vector<OneDnnChoice> choices(steps.size());
  const auto choose = [&](std::size_t i, const auto& work) {
    const auto operation = onednn.prepare(steps[i]->name, work);
    choices[i] = {operation.implementation(), operation.reorders()};
  };
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (const auto* convolution = std::get_if<Convolution>(&steps[i]->work)) choose(i, *convolution);
    if (const auto* product = std::get_if<MatrixProduct>(&steps[i]->work)) choose(i, *product);
  }
  return choices;
}

}  // namespace sganc
