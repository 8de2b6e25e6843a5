#pragma once
// How ranks share the work of a primitive: the rule in its row. Ranks are the processes that train together,
// each with its share of every batch; shard/ applies the rules. After Xu et al. 2021 (GSPMD).

#include <span>
#include <vector>

#include "compiler/graph/module.h"

namespace sganc {

/// How the ranks hold a value.
struct Sharing {
  enum class Kind : std::uint8_t {
    whole,    // every rank has all of it
    shared,   // every rank has its share of the rows along an axis
    partial,  // every rank has a value of the whole shape, and their sum is the value
  };
  Kind kind = Kind::whole;
  int axis = 0;  // of a shared value
  /// The rows of the batch, of which rank r of N has share_of(rows, r, N). Each row is extent / rows elements
  /// along the axis, one after the other.
  std::int64_t rows = 0;

  auto operator<=>(const Sharing&) const = default;
  bool is_whole() const { return kind == Kind::whole; }
  bool is_shared() const { return kind == Kind::shared; }
  bool is_partial() const { return kind == Kind::partial; }
};

inline constexpr Sharing kWhole{};
inline constexpr Sharing kPartial{.kind = Sharing::Kind::partial};
constexpr Sharing shared_along(int axis, std::int64_t rows) {
  return {Sharing::Kind::shared, axis, rows};
}

/// A node of the whole function, and how the ranks hold its operands.
struct Sharable {
  struct Operand {
    Type type;  // the whole one
    Sharing sharing;
    bool is_zero = false;  // a constant 0, which is also a partial sum of zeros
  };
  const Node& node;
  std::span<const Operand> in;
};

/// How a rank's node takes its operands, and how the ranks then hold the result. The node is the same with
/// smaller shapes. What an operand is not, it is made: a sum or a gathering is a message, and a share of a
/// whole is free.
struct Shares {
  std::vector<Sharing> in;
  Sharing result;
};

/// Each rank computes all. Always right.
Shares compute_whole(const Sharable& n);

// rules
Shares share_elements(const Sharable& n);  // pointwise: all operands alike
Shares share_sums(const Sharable& n);      // pointwise and linear in all operands together: also partial sums
Shares share_products(const Sharable& n);  // a partial sum times a whole value
Shares share_quotients(const Sharable& n);  // a partial sum divided by a whole value
Shares share_choices(const Sharable& n);    // one of two partial sums, by a whole condition
Shares share_broadcast(const Sharable& n);
Shares share_reduce_sum(const Sharable& n);
Shares share_reduce_max(const Sharable& n);
Shares share_view(const Sharable& n);
Shares share_transpose(const Sharable& n);
Shares share_pad(const Sharable& n);
Shares share_slice(const Sharable& n);
Shares share_gather(const Sharable& n);
Shares share_scatter_add(const Sharable& n);
Shares share_matmul(const Sharable& n);
Shares share_convolution(const Sharable& n);  // conv and conv_backward_data: images by weights
Shares share_weights_gradient(const Sharable& n);

}  // namespace sganc
