#include "runtime/execute/machine.h"

#include <omp.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <stdexcept>

#include "runtime/execute/allowance.h"
#include "runtime/execute/memory.h"
#include "runtime/execute/onednn.h"

namespace sganc {
Machine this_machine() {
  Machine machine;
  machine.processor = this_processor();
  machine.cores = usable_cores().usable();
  machine.l2_bytes = std::max(0L, sysconf(_SC_LEVEL2_CACHE_SIZE));
  machine.onednn = OneDnn::version();
  return machine;
}

/// Reads /proc, because the peak that getrusage gives includes the program that started this one.
std::int64_t peak_memory_bytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) return std::stoll(line.substr(6)) * 1024;
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return std::int64_t{usage.ru_maxrss} * 1024;
}

std::int64_t resident_memory_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::int64_t size = 0, resident = 0;
  statm >> size >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

void restart_peak_memory() {
  std::ofstream("/proc/self/clear_refs") << 5;  // 5 resets the peak: see proc(5)
}

std::int64_t available_memory_bytes() {
  return free_memory().usable();
}

double matrix_product_gflops(int n, int repetitions, int threads) {
  if (n < 1 || repetitions < 1) throw std::logic_error("a measurement needs a size and a repetition");
  if (threads > 0) omp_set_num_threads(threads);
  const Buffer square{Space::arena, 0, DType::f32, {n, n}};
  OneDnn onednn;
  // b transposed is the layout that oneDNN 2.6 and 3.7 run fastest among the plain ones.
  MatrixProduct product;
  product.a = product.b = product.c = square;
  product.transpose_b = true;
  OneDnn::Operation operation = onednn.prepare("matrix product", product);
  const std::int64_t count = std::int64_t{n} * n;
  std::array<AlignedBuffer, 3> matrices;
  std::array<void*, 3> operands{};
  for (std::size_t i = 0; i < matrices.size(); ++i) {
    matrices[i] = AlignedBuffer(count * size_of(DType::f32));
    operands[i] = matrices[i].data();
    std::fill_n(reinterpret_cast<float*>(matrices[i].data()), count, 0.5f);
  }
  operation.execute(operands);
  std::vector<double> seconds;
  for (int i = 0; i < repetitions; ++i) {
    const auto start = std::chrono::steady_clock::now();
    operation.execute(operands);
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  const auto middle = seconds.begin() + static_cast<std::ptrdiff_t>(seconds.size() / 2);
  std::ranges::nth_element(seconds, middle);
  return 2e-9 * static_cast<double>(count) * n / *middle;
}

}  // namespace sganc
