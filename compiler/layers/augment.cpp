#include "compiler/layers/augment.h"

#include <cmath>
#include <numbers>

#include "compiler/layers/layer.h"

namespace sganc {
namespace {

using Uniform = std::function<Value(const Shape&)>;

/// x rounded towards zero.
Value whole(Builder& b, Value x) {
  return b.convert(b.convert(x, DType::i32), DType::f32);
}
Value limited(Builder& b, Value x, double low, double high) {
  return b.minimum(b.maximum(x, low), high);
}

/// Numbers of each image, repeated over its pixels. All numbers are rows of one table, so that one kernel
/// computes them, and only once.
class ImageNumbers {
 public:
  ImageNumbers(Builder& b, const std::vector<Value>& rows, const Shape& pixels)
      : b_(b), table_(b.stack(rows)), pixels_(pixels) {}

  Value next() {
    const Value row = b_.slice(table_, {taken_++, 0}, {1, pixels_[0]});
    return b_.broadcast(b_.view(row, {pixels_[0]}), pixels_, {0});
  }

 private:
  Builder& b_;
  Value table_;
  Shape pixels_;  // {batch, height, width}
  std::int64_t taken_ = 0;
};

struct Place {
  Value y, x;  // {batch, height, width}
};

/// The matrix that maps a position in the result, relative to the middle, to a position in the image, and the
/// shift: yy, yx, xy, xx, down, right.
std::vector<Value> inverse(Builder& b, const Warp& w, const Shape& batch) {
  const auto or_constant = [&](const std::optional<Value>& v, double fallback) {
    return v ? *v : b.constant(fallback, batch);
  };
  const Value angle = or_constant(w.angle, 0), shear = or_constant(w.shear, 0);
  const Value cos = b.cos(angle), sin = b.cos(b.add(angle, -std::numbers::pi / 2));
  const Value scale = or_constant(w.factor, 1);
  const Value to_y = b.divide(or_constant(w.mirror_y, 1), scale);
  const Value to_x = b.divide(or_constant(w.mirror_x, 1), scale);
  return {b.multiply(to_y, cos),
          b.multiply(to_y, sin),
          b.negate(b.multiply(to_x, b.add(sin, b.multiply(shear, cos)))),
          b.multiply(to_x, b.subtract(cos, b.multiply(shear, sin))),
          or_constant(w.down, 0),
          or_constant(w.right, 0)};
}

/// The position in the image from which each pixel of the result takes its value.
Place source(Builder& b, const Warp& w, const Shape& pixels) {
  const double middle_y = static_cast<double>(pixels[1] - 1) / 2;
  const double middle_x = static_cast<double>(pixels[2] - 1) / 2;
  Place at{b.iota(1, pixels), b.iota(2, pixels)};
  if (w.bend) at = {b.add(at.y, w.bend->first), b.add(at.x, w.bend->second)};
  const bool turns = w.angle || w.shear, moves = w.down || w.right;
  if (!turns && !moves && !w.factor && !w.mirror_y && !w.mirror_x) return at;
  const auto rows = inverse(b, w, {pixels[0]});
  const auto numbers = turns ? std::vector{rows[0], rows[1], rows[2], rows[3], rows[4], rows[5]}
                             : std::vector{rows[0], rows[3], rows[4], rows[5]};
  ImageNumbers of_image(b, numbers, pixels);
  const Value yy = of_image.next();
  const Value yx = turns ? of_image.next() : Value{}, xy = turns ? of_image.next() : Value{};
  const Value xx = of_image.next(), down = of_image.next(), right = of_image.next();
  const Value y = b.subtract(b.add(at.y, -middle_y), down), x = b.subtract(b.add(at.x, -middle_x), right);
  Value to_y = b.multiply(yy, y), to_x = b.multiply(xx, x);
  if (turns) to_y = b.add(to_y, b.multiply(yx, x)), to_x = b.add(to_x, b.multiply(xy, y));
  return {b.add(to_y, middle_y), b.add(to_x, middle_x)};
}

/// Reads pixels of the images at whole-numbered positions.
class Pixels {
 public:
  Pixels(Builder& b, Value images, const std::optional<double>& fill)
      : b_(b), fill_(fill), shape_(b.shape(images)) {
    table_ = b.view(images, {shape_[0], shape_[1] * shape_[2], shape_[3]});
  }

  /// The pixels at these positions, with all channels in rows: {batch, height, width * channels}.
  Value at(const Place& p) {
    const double last_y = static_cast<double>(shape_[1] - 1), last_x = static_cast<double>(shape_[2] - 1);
    const Value y = limited(b_, p.y, 0, last_y), x = limited(b_, p.x, 0, last_x);
    const Value index = b_.add(b_.multiply(y, static_cast<double>(shape_[2])), x);
    const Value pixels = rows(b_.gather(table_, b_.convert(index, DType::i32), 1));
    if (!fill_) return pixels;
    const Value inside = b_.multiply(b_.equal(y, p.y), b_.equal(x, p.x));
    return b_.select(over_channels(inside), pixels, b_.like(pixels, *fill_));
  }

  /// Repeats one number of each pixel for each of its channels.
  Value over_channels(Value v) { return rows(b_.broadcast(v, shape_, {0, 1, 2})); }

  Value rows(Value images) { return b_.view(images, {shape_[0], shape_[1], shape_[2] * shape_[3]}); }

 private:
  Builder& b_;
  std::optional<double> fill_;
  Shape shape_;
  Value table_;
};

/// The weighted mean of the four pixels around each position.
Value interpolated(Builder& b, Pixels& pixels, const Place& p, const Shape& shape, bool beyond) {
  // If pixels outside of the image are filled, positions may lie one pixel beyond it on each side.
  const double margin = beyond ? 1 : 0;
  const auto within = [&](Value v, std::int64_t extent) {
    return limited(b, v, -margin, static_cast<double>(extent - 1) + margin);
  };
  const auto floor = [&](Value v) { return b.add(whole(b, b.add(v, 1.0)), -1.0); };
  const Place at{within(p.y, shape[1]), within(p.x, shape[2])};
  const Place first{floor(at.y), floor(at.x)};
  const Value part_y = pixels.over_channels(b.subtract(at.y, first.y));
  const Value part_x = pixels.over_channels(b.subtract(at.x, first.x));
  const auto mixed = [&](Value l, Value r, Value part) {
    return b.add(l, b.multiply(part, b.subtract(r, l)));
  };
  const auto row = [&](Value y) {
    return mixed(pixels.at({y, first.x}), pixels.at({y, b.add(first.x, 1.0)}), part_x);
  };
  return mixed(row(first.y), row(b.add(first.y, 1.0)), part_y);
}

/// Numbers in [-most, most).
Value about_zero(Builder& b, Value uniform, double most) {
  return b.multiply(b.add(b.multiply(uniform, 2.0), -1.0), most);
}
/// One of the whole numbers 0 to count - 1.
Value one_of(Builder& b, Value uniform, std::int64_t count) {
  const Value scaled = b.multiply(uniform, static_cast<double>(count));
  return b.minimum(whole(b, scaled), static_cast<double>(count - 1));
}
Value sign(Builder& b, Value uniform) {
  return b.select(b.greater(uniform, 0.5), b.like(uniform, -1.0), b.like(uniform, 1.0));
}

/// The weight of each point of the grid at each of `extent` pixels: {extent, points}. Between two
/// neighbouring points the weights follow half a cosine wave.
Value wave_weights(Builder& b, std::int64_t extent, double distance) {
  const auto places = static_cast<std::int64_t>(std::ceil(static_cast<double>(extent - 1) / distance)) + 1;
  const Shape shape = {extent, places};
  const Value from = b.subtract(b.divide(b.iota(0, shape), distance), b.iota(1, shape));
  const Value wave = b.add(b.multiply(b.cos(b.multiply(from, std::numbers::pi)), 0.5), 0.5);
  return b.multiply(b.greater(b.like(from, 1.0), b.absolute(from)), wave);
}

/// The displacement of each position of the result, down and to the right: random at the points of a coarse
/// grid, and smooth between them.
std::pair<Value, Value> elastic(Builder& b, const DeclaredAugmentation& how, const Shape& pixels,
                                const Uniform& uniform) {
  const Value by_row = wave_weights(b, pixels[1], how.elastic_smoothness);
  const Value by_column = wave_weights(b, pixels[2], how.elastic_smoothness);
  const std::int64_t batch = pixels[0], rows = b.shape(by_row)[1], columns = b.shape(by_column)[1];
  const Value grid = about_zero(b, uniform({rows, 2 * batch * columns}), how.elastic_strength);
  const Value down = b.view(b.matmul(by_row, grid), {pixels[1] * 2 * batch, columns});
  const Value field = b.view(b.matmul(down, by_column, false, true), {pixels[1], 2, batch, pixels[2]});
  const auto part = [&](std::int64_t i) {
    const Value half = b.slice(field, {0, i, 0, 0}, {pixels[1], 1, batch, pixels[2]});
    return b.transpose(b.view(half, {pixels[1], batch, pixels[2]}), {1, 0, 2});
  };
  return {part(0), part(1)};
}

Warp drawn_warp(Builder& b, const DeclaredAugmentation& how, const Shape& shape, const Uniform& uniform) {
  const Shape batch = {shape[0]};
  const Keys& keys = how.keys;
  const std::string& flip = keys.text("flip");
  Warp w;
  if (flip == "vertical" || flip == "both") w.mirror_y = sign(b, uniform(batch));
  if (flip == "horizontal" || flip == "both") w.mirror_x = sign(b, uniform(batch));
  if (const double s = keys.number("scale"); s > 0) w.factor = b.add(about_zero(b, uniform(batch), s), 1.0);
  if (const double s = keys.number("shear"); s > 0) w.shear = about_zero(b, uniform(batch), s);
  if (const double degrees = keys.number("rotate"); degrees > 0)
    w.angle = about_zero(b, uniform(batch), degrees * std::numbers::pi / 180);
  if (const std::int64_t most = keys.integer("shift"); most > 0) {
    w.down = b.add(one_of(b, uniform(batch), 2 * most + 1), -static_cast<double>(most));
    w.right = b.add(one_of(b, uniform(batch), 2 * most + 1), -static_cast<double>(most));
  }
  if (how.elastic_strength > 0) w.bend = elastic(b, how, {shape[0], shape[1], shape[2]}, uniform);
  return w;
}

bool changes_places(const Warp& w) {
  return w.interpolates() || w.mirror_y || w.mirror_x || w.down;
}

/// 1 within a square of this side about a random pixel of each image, else 0: {batch, height, width}.
Value squares(Builder& b, std::int64_t side, const Shape& pixels, const Uniform& uniform) {
  const std::vector<Value> middles = {one_of(b, uniform({pixels[0]}), pixels[1]),
                                      one_of(b, uniform({pixels[0]}), pixels[2])};
  ImageNumbers of_image(b, middles, pixels);
  const auto within = [&](int axis) {
    const Value from =
        b.add(b.subtract(b.iota(axis, pixels), of_image.next()), static_cast<double>(side / 2));
    const Value begins = b.greater(from, -0.5);
    return b.multiply(begins, b.greater(b.like(from, static_cast<double>(side) - 0.5), from));
  };
  const Value rows = within(1);
  return b.multiply(rows, within(2));
}

void require_images(const Shape& shape) {
  if (shape.size() != 4) throw ShapeError("augment needs a batch of images, not " + to_string(shape));
}

}  // namespace

Value warped(Builder& b, Value x, const Warp& warp) {
  const Shape shape = b.shape(x);
  require_images(shape);
  Pixels pixels(b, x, warp.fill);
  const Place p = source(b, warp, {shape[0], shape[1], shape[2]});
  const Value rows =
      warp.interpolates() ? interpolated(b, pixels, p, shape, warp.fill.has_value()) : pixels.at(p);
  return b.view(rows, shape);
}

Value augmented(Builder& b, Value x, const DeclaredAugmentation& how, double low, double high,
                const Draws& draws) {
  const Shape shape = b.shape(x);
  require_images(shape);
  const std::string& fill = how.keys.text("fill");
  const double filled = fill == "middle" ? (low + high) / 2 : low;
  Warp warp = drawn_warp(b, how, shape, draws.uniform);
  if (fill != "edge") warp.fill = filled;
  if (changes_places(warp)) x = warped(b, x, warp);
  const Shape rows = {shape[0], shape[1], shape[2] * shape[3]};
  if (const double deviation = how.keys.number("noise"); deviation > 0) {
    x = b.view(b.add(b.view(x, rows), b.multiply(draws.normal(rows), deviation)), shape);
  }
  if (const std::int64_t side = how.keys.integer("cutout"); side > 0) {
    const Value square = squares(b, side, {shape[0], shape[1], shape[2]}, draws.uniform);
    const Value images = b.view(x, rows), within = b.view(b.broadcast(square, shape, {0, 1, 2}), rows);
    x = b.view(b.select(within, b.like(images, filled), images), shape);
  }
  return x;
}

extern const ExpressionFunction augment_function{
    .name = "augment",
    .description =
        "augment(x): transforms each image as [augment] says, with new random numbers in each use and step; "
        "augment.NAME(x): as [augment.NAME] says.",
    .least_arguments = 1,
    .most_arguments = 1,
    .build = [](FunctionContext& c, const std::vector<Value>& x) { return c.augmented(x[0]); },
    .samples = {}};

}  // namespace sganc
