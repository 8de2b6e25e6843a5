#include "runtime/spread/diffusion.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace sganc {
namespace {

std::size_t at(std::int64_t i) {
  return static_cast<std::size_t>(i);
}

/// An entry of a row of W + W'.
struct Entry {
  std::int32_t column;
  float value;
};

/// Returns the rows of W + W', each sorted by column, with one entry for a column.
std::vector<std::vector<Entry>> rows_of(const Neighbours& n, double power) {
  const auto count = static_cast<std::int64_t>(n.index.size()) / n.each;
  std::vector<std::vector<Entry>> rows(at(count));
  for (std::int64_t i = 0; i < count; ++i)
    for (std::int64_t k = i * n.each; k < (i + 1) * n.each; ++k) {
      const std::int32_t j = n.index[at(k)];
      if (j < 0 || !(n.similarity[at(k)] > 0)) continue;
      const auto w = static_cast<float>(std::pow(static_cast<double>(n.similarity[at(k)]), power));
      rows[at(i)].push_back({j, w});
      rows[at(j)].push_back({static_cast<std::int32_t>(i), w});
    }
  for (auto& row : rows) {
    std::ranges::stable_sort(row, {}, &Entry::column);
    std::size_t kept = 0;
    for (std::size_t k = 0; k < row.size(); ++k)
      if (kept > 0 && row[kept - 1].column == row[k].column)
        row[kept - 1].value += row[k].value;
      else
        row[kept++] = row[k];
    row.resize(kept);
  }
  return rows;
}

}  // namespace

SparseMatrix tie(const Neighbours& neighbours, double power) {
  const auto rows = rows_of(neighbours, power);
  std::vector<double> scale;  // D^-1/2
  for (const auto& row : rows) {
    double sum = 0;
    for (const auto& e : row) sum += static_cast<double>(e.value);
    scale.push_back(sum > 0 ? 1 / std::sqrt(sum) : 0);
  }
  SparseMatrix s;
  s.begin.push_back(0);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (const auto& e : rows[i]) {
      s.column.push_back(e.column);
      s.value.push_back(static_cast<float>(scale[i] * static_cast<double>(e.value) * scale[at(e.column)]));
    }
    s.begin.push_back(static_cast<std::int64_t>(s.column.size()));
  }
  return s;
}

std::vector<float> diffuse(const SparseMatrix& ties, std::vector<float> given, std::int64_t columns,
                           double alpha, std::int64_t rounds) {
  const std::int64_t count = static_cast<std::int64_t>(given.size()) / columns;
  std::vector<float> now = given, next(given.size());
  const auto passed_on = static_cast<float>(alpha), renewed = static_cast<float>(1 - alpha);
  for (std::int64_t round = 0; round < rounds; ++round) {
#pragma omp parallel for
    for (std::int64_t i = 0; i < count; ++i) {
      float* const z = next.data() + i * columns;
      std::fill(z, z + columns, 0.F);
      for (std::int64_t e = ties.begin[at(i)]; e < ties.begin[at(i + 1)]; ++e) {
        const float* const from = now.data() + ties.column[at(e)] * columns;
        for (std::int64_t c = 0; c < columns; ++c) z[c] += ties.value[at(e)] * from[c];
      }
      const float* const y = given.data() + i * columns;
      for (std::int64_t c = 0; c < columns; ++c) z[c] = passed_on * z[c] + renewed * y[c];
    }
    std::swap(now, next);
  }
  return now;
}

ClassMass diffuse(const SparseMatrix& ties, std::span<const std::int32_t> labels, std::int64_t classes,
                  double alpha, std::int64_t rounds) {
  return diffuse(ties, labels, std::vector<float>(labels.size(), 1.F), classes, alpha, rounds);
}

ClassMass diffuse(const SparseMatrix& ties, std::span<const std::int32_t> labels,
                  std::span<const float> certainty, std::int64_t classes, double alpha, std::int64_t rounds) {
  std::vector<double> of_class(at(classes));
  for (std::size_t i = 0; i < labels.size(); ++i)
    if (labels[i] >= 0) of_class.at(at(labels[i])) += static_cast<double>(certainty[i]);
  std::vector<float> given(labels.size() * at(classes));
  for (std::size_t i = 0; i < labels.size(); ++i)
    if (const auto label = labels[i]; label >= 0 && certainty[i] > 0)
      given[i * at(classes) + at(label)] =
          static_cast<float>(static_cast<double>(certainty[i]) / of_class[at(label)]);
  return {classes, diffuse(ties, std::move(given), classes, alpha, rounds)};
}

SpreadLabels classify(const ClassMass& mass, std::span<const std::int32_t> labels) {
  SpreadLabels spread{std::vector<std::int32_t>(labels.begin(), labels.end()),
                      std::vector<float>(labels.size(), 1.F)};
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] >= 0) continue;
    const auto row = std::span(mass.values).subspan(i * at(mass.classes), at(mass.classes));
    const auto most = std::ranges::max_element(row);
    const double sum = std::accumulate(row.begin(), row.end(), 0.0);
    spread.certainty[i] = 0;
    if (!(sum > 0)) continue;
    float second = 0;
    for (auto c = row.begin(); c != row.end(); ++c)
      if (c != most) second = std::max(second, *c);
    spread.label[i] = static_cast<std::int32_t>(most - row.begin());
    spread.certainty[i] = static_cast<float>(static_cast<double>(*most - second) / sum);
  }
  return spread;
}

std::vector<std::int32_t> most_certain(const SpreadLabels& labels, std::int64_t classes, double part) {
  std::vector<std::vector<std::int32_t>> of_class(at(classes));
  for (std::size_t i = 0; i < labels.label.size(); ++i)
    if (labels.label[i] >= 0) of_class.at(at(labels.label[i])).push_back(static_cast<std::int32_t>(i));
  std::vector<std::int32_t> kept;
  for (auto& images : of_class) {
    std::ranges::stable_sort(images, std::greater(), [&](std::int32_t i) { return labels.certainty[at(i)]; });
    images.resize(static_cast<std::size_t>(std::ceil(part * static_cast<double>(images.size()))));
    kept.insert(kept.end(), images.begin(), images.end());
  }
  std::ranges::sort(kept);
  return kept;
}

}  // namespace sganc
