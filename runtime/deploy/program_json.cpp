#include "runtime/deploy/program_json.h"

#include <nlohmann/json.hpp>
#include <stdexcept>

// Each type of runtime/program.h has one line: its members under their own names.

namespace sganc {

NLOHMANN_JSON_SERIALIZE_ENUM(
    DType, {{DType::f32, "f32"}, {DType::i32, "i32"}, {DType::u8, "u8"}, {DType::bf16, "bf16"}})
NLOHMANN_JSON_SERIALIZE_ENUM(Space, {{Space::arena, "arena"},
                                     {Space::variables, "variables"},
                                     {Space::input, "input"}})
NLOHMANN_JSON_SERIALIZE_ENUM(Precision, {{Precision::f32, "f32"}, {Precision::bf16, "bf16"}})
NLOHMANN_JSON_SERIALIZE_ENUM(Purpose, {{Purpose::forward, "forward"},
                                       {Purpose::data_gradient, "data_gradient"},
                                       {Purpose::weights_gradient, "weights_gradient"},
                                       {Purpose::other, "other"}})
NLOHMANN_JSON_SERIALIZE_ENUM(FunctionRole, {{FunctionRole::other, "other"},
                                            {FunctionRole::update, "update"},
                                            {FunctionRole::apply, "apply"},
                                            {FunctionRole::begin, "begin"},
                                            {FunctionRole::average, "average"},
                                            {FunctionRole::classify, "classify"},
                                            {FunctionRole::predict, "predict"},
                                            {FunctionRole::sample, "sample"},
                                            {FunctionRole::generate, "generate"},
                                            {FunctionRole::features, "features"},
                                            {FunctionRole::similarity, "similarity"}})
NLOHMANN_JSON_SERIALIZE_ENUM(Role, {{Role::weight, "weight"},
                                    {Role::statistic, "statistic"},
                                    {Role::average, "average"},
                                    {Role::state, "state"},
                                    {Role::gradient, "gradient"}})
NLOHMANN_JSON_SERIALIZE_ENUM(Activation::Kind, {{Activation::Kind::none, "none"},
                                                {Activation::Kind::leaky_relu, "leaky_relu"},
                                                {Activation::Kind::tanh, "tanh"},
                                                {Activation::Kind::sigmoid, "sigmoid"}})
NLOHMANN_JSON_SERIALIZE_ENUM(Convolution::Kind, {{Convolution::Kind::forward, "forward"},
                                                 {Convolution::Kind::backward_data, "backward_data"},
                                                 {Convolution::Kind::backward_weights, "backward_weights"}})
NLOHMANN_JSON_SERIALIZE_ENUM(AllReduce::Part, {{AllReduce::Part::whole, "whole"},
                                               {AllReduce::Part::begin, "begin"},
                                               {AllReduce::Part::end, "end"}})
NLOHMANN_JSON_SERIALIZE_ENUM(Initializer::Kind, {{Initializer::Kind::zeros, "zeros"},
                                                 {Initializer::Kind::constant, "constant"},
                                                 {Initializer::Kind::uniform, "uniform"},
                                                 {Initializer::Kind::normal, "normal"}})

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Buffer, space, offset, dtype, extents)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Activation, kind, slope)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(KernelCall, symbol, arguments, outputs, values)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Convolution, kind, x, w, y, bias, bias_of_x, strides, pads, dilations,
                                   groups, activation, precision)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(MatrixProduct, a, b, c, transpose_a, transpose_b, bias, activation,
                                   precision)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Copy, from, to)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(AllReduce, part, range, values)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(NamedBuffer, name, buffer)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Input, name, dtype, extents)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Initializer, kind, scale)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(VariableSlot, name, role, net, offset, dtype, extents, initializer)

namespace {

using Json = nlohmann::json;
using Work = decltype(Step::work);

/// The names of the kinds of work, in the order of the variant.
constexpr const char* kWorkNames[] = {"kernel", "convolution", "matrix_product", "copy", "all_reduce"};
static_assert(std::size(kWorkNames) == std::variant_size_v<Work>);

template <std::size_t I = 0>
Work read_work(const Json& step) {
  if constexpr (I == std::variant_size_v<Work>) {
    throw std::runtime_error("a step has no work");
  } else {
    const auto found = step.find(kWorkNames[I]);
    if (found != step.end()) return found->template get<std::variant_alternative_t<I, Work>>();
    return read_work<I + 1>(step);
  }
}

}  // namespace

static void to_json(Json& json, const Step& step) {
  json = {{"name", step.name},
          {"layer", step.layer},
          {"purpose", step.purpose},
          {"flops", step.flops},
          {"bytes", step.bytes}};
  std::visit([&](const auto& work) { json[kWorkNames[step.work.index()]] = work; }, step.work);
}

static void from_json(const Json& json, Step& step) {
  json.at("name").get_to(step.name);
  json.at("layer").get_to(step.layer);
  json.at("purpose").get_to(step.purpose);
  json.at("flops").get_to(step.flops);
  json.at("bytes").get_to(step.bytes);
  step.work = read_work(json);
}

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(FunctionProgram, name, role, update, inputs, outputs, steps)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Program, name, variables, variable_bytes, arena_bytes, functions)

Json json_of(const Program& program) {
  return program;
}

Program program_of(const Json& json) {
  return json.get<Program>();
}

}  // namespace sganc
