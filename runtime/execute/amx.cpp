#include "runtime/execute/amx.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstring>
#include <span>

#include "runtime/execute/halide_buffer.h"
#include "runtime/execute/processor.h"

#if defined(__x86_64__)
// GCC 12 takes variables that its own header leaves undefined on purpose for mistakes.
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#include <immintrin.h>
#endif

namespace sganc {
namespace {

constexpr int kTile = 16;  // rows of a tile, and its columns of f32

std::atomic<bool> failed = false;

int fail() {
  failed = true;
  return -1;
}

/// TileProducts as kernels hand it over.
class ReadProducts {
 public:
  explicit ReadProducts(const halide_buffer_t& numbers)
      : numbers_(reinterpret_cast<const std::int32_t*>(numbers.host)) {}

  enum Field : std::uint8_t {
    a_length,
    a_rows,
    a_images,
    b_rows,
    b_images,
    b_shared,
    panel_rows,
    steps,
    sums
  };
  std::int32_t operator[](Field field) const { return numbers_[field]; }

  std::span<const TileProducts::Term> terms(int s) const {
    const std::int32_t* begin = numbers_ + sums + 1;
    const auto* first = reinterpret_cast<const TileProducts::Term*>(begin + numbers_[sums] + 1);
    return {first + begin[s], first + begin[s + 1]};
  }

 private:
  const std::int32_t* numbers_;
};

/// Where the factors of a term lie, and what is the same for all terms. Strides are in bytes.
struct Factors {
  const std::byte *a = nullptr, *b = nullptr;
};
struct Sizes {
  std::int64_t row_of_a = 0, panel = 0, row_of_sums = 0;
  int steps = 0, rows = 0, columns = 0;
};

/// The sums of `rows` x `columns` numbers by plain loops.
void multiply_plainly(std::span<const Factors> terms, const Sizes& size, std::byte* sums) {
  const auto number = [](const std::byte* at) {
    std::uint16_t bits = 0;
    std::memcpy(&bits, at, sizeof bits);
    return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
  };
  for (int row = 0; row < size.rows; ++row)
    for (int c = 0; c < size.columns; ++c) {
      float sum = 0;
      for (const Factors& f : terms)
        for (int x = 0; x < 32 * size.steps; ++x)
          sum += number(f.a + row * size.row_of_a + 2 * x) *
                 number(f.b + c / kTile * size.panel + (x / 2 * 2 * kTile + c % kTile * 2 + x % 2) * 2);
      std::memcpy(sums + row * size.row_of_sums + 4 * c, &sum, sizeof sum);
    }
}

#if defined(__x86_64__)
#define SGANC_AMX __attribute__((target("amx-tile,amx-bf16")))

/// Sums of `Rows` x `Columns` tiles. Tiles 0 to 3 are the sums, 4 and 5 those of a, 6 and 7 those of b.
template <int Rows, int Columns>
SGANC_AMX void multiply_block(std::span<const Factors> terms, const Sizes& size, int row, int second,
                              int panel, std::byte* sums) {
  _tile_zero(0);
  if constexpr (Columns == 2) _tile_zero(1);
  if constexpr (Rows == 2) _tile_zero(2);
  if constexpr (Rows == 2 && Columns == 2) _tile_zero(3);
  for (const Factors& f : terms) {
    const std::byte* a = f.a + row * size.row_of_a;
    const std::byte* a_second = f.a + second * size.row_of_a;
    const std::byte* b = f.b + panel * size.panel;
    for (int step = 0; step < size.steps; ++step, a += 64, a_second += 64, b += 64 * kTile) {
      _tile_loadd(4, a, size.row_of_a);
      _tile_loadd(6, b, 64);
      _tile_dpbf16ps(0, 4, 6);
      if constexpr (Columns == 2) {
        _tile_loadd(7, b + size.panel, 64);
        _tile_dpbf16ps(1, 4, 7);
      }
      if constexpr (Rows == 2) {
        _tile_loadd(5, a_second, size.row_of_a);
        _tile_dpbf16ps(2, 5, 6);
      }
      if constexpr (Rows == 2 && Columns == 2) _tile_dpbf16ps(3, 5, 7);
    }
  }
  std::byte* to = sums + panel * kTile * 4;
  _tile_stored(0, to + row * size.row_of_sums, size.row_of_sums);
  if constexpr (Columns == 2) _tile_stored(1, to + row * size.row_of_sums + kTile * 4, size.row_of_sums);
  if constexpr (Rows == 2) _tile_stored(2, to + second * size.row_of_sums, size.row_of_sums);
  if constexpr (Rows == 2 && Columns == 2)
    _tile_stored(3, to + second * size.row_of_sums + kTile * 4, size.row_of_sums);
}

/// The shapes of all tiles: 16 rows, fewer for a matrix that has fewer, of 64 bytes.
struct alignas(64) TileShapes {
  std::uint8_t palette = 1, start = 0, reserved[14] = {};
  std::uint16_t bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
  std::uint8_t rows[16] = {};
  explicit TileShapes(int height) {
    for (int t = 0; t < 8; ++t) rows[t] = static_cast<std::uint8_t>(t < 6 ? height : kTile);
  }
};

/// The last tile of rows begins earlier if the rows are no multiple of 16, and computes some of them again.
SGANC_AMX void multiply_by_tiles(std::span<const Factors> terms, const Sizes& size, std::byte* sums) {
  const int panels = size.columns / kTile, last = std::max(size.rows - kTile, 0);
  for (int panel = 0; panel < panels; panel += 2)
    for (int row = 0; row < size.rows; row += 2 * kTile) {
      const bool one_panel = panel + 1 == panels, one_row = row + kTile >= size.rows;
      const int first = std::min(row, last), second = std::min(row + kTile, last);
      const auto multiply = one_panel ? (one_row ? multiply_block<1, 1> : multiply_block<2, 1>)
                                      : (one_row ? multiply_block<1, 2> : multiply_block<2, 2>);
      multiply(terms, size, first, second, panel, sums);
    }
}

SGANC_AMX void load_shapes(int rows) {
  const TileShapes shapes(std::min(rows, kTile));
  asm volatile("" : : "r"(&shapes) : "memory");  // GCC's intrinsic does not say that it reads all of it
  _tile_loadconfig(&shapes);
}

SGANC_AMX void release_tiles() {
  _tile_release();
}

bool has_amx() {
  static const bool has = std::ranges::count(this_processor().instructions, "amx_bf16") > 0;
  return has;
}
#define SGANC_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl")))

struct Registers {
  __m512i r[16];
  __m512i& operator[](std::size_t i) { return r[i]; }
};

/// Transposes 16 x 16 numbers of 32 bits in registers.
SGANC_AVX512 inline void transpose(Registers& r) {
  Registers t;
  for (std::size_t i = 0; i < 16; i += 2) {
    t[i] = _mm512_unpacklo_epi32(r[i], r[i + 1]);
    t[i + 1] = _mm512_unpackhi_epi32(r[i], r[i + 1]);
  }
  for (std::size_t i = 0; i < 16; i += 4)
    for (std::size_t j = 0; j < 2; ++j) {
      r[i + 2 * j] = _mm512_unpacklo_epi64(t[i + j], t[i + j + 2]);
      r[i + 2 * j + 1] = _mm512_unpackhi_epi64(t[i + j], t[i + j + 2]);
    }
  for (std::size_t i = 0; i < 16; i += 8)
    for (std::size_t j = 0; j < 4; ++j) {
      t[i + j] = _mm512_shuffle_i32x4(r[i + j], r[i + j + 4], 0x88);
      t[i + j + 4] = _mm512_shuffle_i32x4(r[i + j], r[i + j + 4], 0xdd);
    }
  for (std::size_t j = 0; j < 8; ++j) {
    r[j] = _mm512_shuffle_i32x4(t[j], t[j + 8], 0x88);
    r[j + 8] = _mm512_shuffle_i32x4(t[j], t[j + 8], 0xdd);
  }
}

/// to[k][m] = from[m][k] for 32 m, of which the first `count` exist and the others are zero, and 16 k.
/// Strides are in numbers of 16 bits.
SGANC_AVX512 void transpose_block(const std::uint16_t* from, std::int64_t from_stride, int count,
                                  std::uint16_t* to, std::int64_t to_stride) {
  const auto row = [&](int m) SGANC_AVX512 {
    return m < count ? _mm512_cvtepu16_epi32(
                           _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from + m * from_stride)))
                     : _mm512_setzero_si512();
  };
  Registers pairs;
  for (int r = 0; r < 16; ++r)
    pairs[static_cast<std::size_t>(r)] = _mm512_or_si512(row(2 * r), _mm512_slli_epi32(row(2 * r + 1), 16));
  transpose(pairs);
  for (int k = 0; k < 16; ++k) _mm512_storeu_si512(to + k * to_stride, pairs[static_cast<std::size_t>(k)]);
}
/// to[r][2 j + p] = from[j][2 r + p] for 16 r and 16 j, of which the first `count` exist and the others are
/// zero.
SGANC_AVX512 void pair_block(const std::uint16_t* from, std::int64_t from_stride, int count,
                             std::uint16_t* to) {
  Registers pixels;
  for (int j = 0; j < 16; ++j)
    pixels[static_cast<std::size_t>(j)] =
        j < count ? _mm512_loadu_si512(from + j * from_stride) : _mm512_setzero_si512();
  transpose(pixels);
  for (int r = 0; r < 16; ++r) _mm512_storeu_si512(to + 32 * r, pixels[static_cast<std::size_t>(r)]);
}
#else
void pair_block(const std::uint16_t*, std::int64_t, int, std::uint16_t*) {}
void transpose_block(const std::uint16_t*, std::int64_t, int, std::uint16_t*, std::int64_t) {}
void multiply_by_tiles(std::span<const Factors>, const Sizes&, std::byte*) {}
void load_shapes(int) {}
void release_tiles() {}
bool has_amx() {
  return false;
}
#endif

bool is_query(const halide_buffer_t& buffer) {
  return buffer.host == nullptr;
}

void set(halide_dimension_t& dimension, int min, int extent) {
  dimension.min = min, dimension.extent = extent;
}

/// The address of an element.
std::byte* address(const halide_buffer_t& buffer, std::span<const int> at) {
  std::int64_t element = 0;
  for (std::size_t d = 0; d < at.size(); ++d)
    element += static_cast<std::int64_t>(at[d] - buffer.dim[d].min) * buffer.dim[d].stride;
  return reinterpret_cast<std::byte*>(buffer.host) + element * (buffer.type.bits / 8);
}

bool are_dense(const halide_buffer_t& a, const halide_buffer_t& b, const halide_buffer_t& sums) {
  return a.dim[0].stride == 1 && b.dim[0].stride == 1 && b.dim[1].stride == 2 && b.dim[2].stride == 32 &&
         sums.dim[0].stride == 1;
}

}  // namespace

bool take_failed_tiles() {
  return failed.load(std::memory_order_relaxed) && failed.exchange(false);
}

std::vector<std::int32_t> TileProducts::numbers() const {
  std::vector<std::int32_t> all = {a_length,   a_rows,   a_images,
                                   b_rows,     b_images, b_shared,
                                   panel_rows, steps,    static_cast<std::int32_t>(sums.size())};
  std::int32_t begin = 0;
  all.push_back(begin);
  for (const auto& terms : sums) all.push_back(begin += static_cast<std::int32_t>(terms.size()));
  for (const auto& terms : sums)
    for (const Term& t : terms) all.insert(all.end(), {t.x, t.row, t.a, t.b});
  return all;
}

}  // namespace sganc

/// sums(c, row, s, unit) of a(x, row, image) and b(x % 2, c % 16, row, image); see TileProducts. In a query
/// of bounds it sets those of a and b.
SGANC_CALLED_BY_KERNELS int sganc_multiply_tiles(halide_buffer_t* a, halide_buffer_t* b,
                                                 halide_buffer_t* numbers, halide_buffer_t* sums) {
  using namespace sganc;
  using P = ReadProducts;
  const P products(*numbers);
  const halide_dimension_t &c = sums->dim[0], &row = sums->dim[1], &of = sums->dim[2], &unit = sums->dim[3];
  if (is_query(*a) || is_query(*b)) {
    if (is_query(*a)) {
      set(a->dim[0], 0, products[P::a_length]);
      set(a->dim[1], 0, products[P::a_rows]);
      set(a->dim[2], unit.min * products[P::a_images], std::max(unit.extent * products[P::a_images], 1));
    }
    if (is_query(*b)) {
      set(b->dim[0], 0, 2);
      set(b->dim[1], 0, kTile);
      set(b->dim[2], 0, products[P::b_rows]);
      set(b->dim[3], unit.min * products[P::b_images],
          products[P::b_images] > 0 ? unit.extent * products[P::b_images] : products[P::b_shared]);
    }
    return 0;
  }
  if (!are_dense(*a, *b, *sums) || c.min % kTile != 0 || c.extent % kTile != 0) return fail();
  const Sizes size{.row_of_a = 2LL * a->dim[1].stride,
                   .panel = 2LL * b->dim[2].stride * products[P::panel_rows],
                   .row_of_sums = 4LL * row.stride,
                   .steps = products[P::steps],
                   .rows = row.extent,
                   .columns = c.extent};
  if (has_amx()) load_shapes(size.rows);
  thread_local std::vector<Factors> factors;
  for (int u = unit.min; u < unit.min + unit.extent; ++u)
    for (int s = of.min; s < of.min + of.extent; ++s) {
      factors.clear();
      for (const auto& t : products.terms(s))
        factors.push_back({address(*a, std::array{t.x, t.row + row.min, t.a + u * products[P::a_images]}),
                           address(*b, std::array{0, 0, c.min / kTile * products[P::panel_rows],
                                                  t.b + u * products[P::b_images]})});
      std::byte* to = address(*sums, std::array{c.min, row.min, s, u});
      if (has_amx())
        multiply_by_tiles(factors, size, to);
      else
        multiply_plainly(factors, size, to);
    }
  if (has_amx()) release_tiles();
  return 0;
}

/// to(m, plane * channels + k, image) = from(k, plane * pixels + m, image) in 16 bits, and zero behind the
/// last plane. Both are dense along their first axis. In a query of bounds it sets those of `from`.
SGANC_CALLED_BY_KERNELS int sganc_transpose_planes(halide_buffer_t* from, int channels, int pixels,
                                                   int planes, halide_buffer_t* to) {
  using namespace sganc;
  const halide_dimension_t &m = to->dim[0], &row = to->dim[1], &image = to->dim[2];
  if (is_query(*from)) {
    set(from->dim[0], 0, channels);
    set(from->dim[1], 0, planes * pixels);
    set(from->dim[2], image.min, image.extent);
    return 0;
  }
  constexpr int kLength = 32, kWidth = 16;
  if (from->dim[0].stride != 1 || m.stride != 1 || m.extent % kLength != 0 || channels % kWidth != 0 ||
      row.min % kWidth != 0 || row.extent % kWidth != 0)
    return fail();
  for (int i = image.min; i < image.min + image.extent; ++i)
    for (int r = row.min; r < row.min + row.extent; r += kWidth)
      for (int x = m.min; x < m.min + m.extent; x += kLength) {
        const int first = r / channels * pixels + x;
        const int count = std::clamp(planes * pixels - first, 0, kLength);
        auto* target = reinterpret_cast<std::uint16_t*>(address(*to, std::array{x, r, i}));
        const auto* source = reinterpret_cast<const std::uint16_t*>(
            address(*from, std::array{r % channels, count > 0 ? first : 0, i}));
        if (has_amx()) {
          transpose_block(source, from->dim[1].stride, count, target, row.stride);
          continue;
        }
        for (int k = 0; k < kWidth; ++k)
          for (int j = 0; j < kLength; ++j)
            target[k * row.stride + j] = j < count ? source[j * from->dim[1].stride + k] : std::uint16_t{0};
      }
  return 0;
}

/// to(p, j, panel * channels / 2 + r, image) = from(2 r + p, 16 panel + j, image) in 16 bits, and zero behind
/// the pixels. Both are dense along their first axes. In a query of bounds it sets those of `from`.
SGANC_CALLED_BY_KERNELS int sganc_pair_channels(halide_buffer_t* from, int channels, int pixels,
                                                halide_buffer_t* to) {
  using namespace sganc;
  const halide_dimension_t &row = to->dim[2], &image = to->dim[3];
  if (is_query(*from)) {
    set(from->dim[0], 0, channels);
    set(from->dim[1], 0, pixels);
    set(from->dim[2], image.min, image.extent);
    return 0;
  }
  if (from->dim[0].stride != 1 || to->dim[0].stride != 1 || to->dim[1].stride != 2 ||
      row.stride != 2 * kTile || channels % (2 * kTile) != 0 || row.min % kTile != 0 ||
      row.extent % kTile != 0)
    return fail();
  for (int i = image.min; i < image.min + image.extent; ++i)
    for (int r = row.min; r < row.min + row.extent; r += kTile) {
      const int first = r / (channels / 2) * kTile, channel = r % (channels / 2) * 2;
      const int count = std::clamp(pixels - first, 0, kTile);
      auto* target = reinterpret_cast<std::uint16_t*>(address(*to, std::array{0, 0, r, i}));
      const auto* source = reinterpret_cast<const std::uint16_t*>(
          address(*from, std::array{channel, count > 0 ? first : 0, i}));
      if (has_amx()) {
        pair_block(source, from->dim[1].stride, count, target);
        continue;
      }
      for (int k = 0; k < 2 * kTile; ++k)
        for (int j = 0; j < kTile; ++j)
          target[k / 2 * 2 * kTile + 2 * j + k % 2] =
              j < count ? source[j * from->dim[1].stride + k] : std::uint16_t{0};
    }
  return 0;
}
