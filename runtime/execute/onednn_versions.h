#pragma once
// What differs between oneDNN 2 and 3: how a primitive is described, and the arguments of an eltwise. Only
// onednn.cpp includes this header.

#include <oneapi/dnnl/dnnl.hpp>

namespace sganc {

#if DNNL_VERSION_MAJOR >= 3
template <typename Primitive, typename... Args>
auto describe(const dnnl::engine& engine, const dnnl::primitive_attr& attr, const Args&... args) {
  return typename Primitive::primitive_desc(engine, args..., attr);
}
template <typename Primitive, typename Hint, typename... Args>
auto describe_adjoint(const dnnl::engine& engine, const dnnl::primitive_attr& attr, const Hint& hint,
                      const Args&... args) {
  return typename Primitive::primitive_desc(engine, args..., hint, attr);
}
inline auto describe_eltwise(const dnnl::engine& engine, const dnnl::primitive_attr& attr,
                             dnnl::algorithm function, const dnnl::memory::desc& data, float alpha) {
  return describe<dnnl::eltwise_forward>(engine, attr, dnnl::prop_kind::forward_inference, function, data,
                                         data, alpha, 0.f);
}
inline void append_eltwise(dnnl::post_ops& ops, dnnl::algorithm function, float alpha) {
  ops.append_eltwise(function, alpha, 0.f);
}
#else
template <typename Primitive, typename... Args>
auto describe(const dnnl::engine& engine, const dnnl::primitive_attr& attr, const Args&... args) {
  return typename Primitive::primitive_desc(typename Primitive::desc(args...), attr, engine);
}
template <typename Primitive, typename Hint, typename... Args>
auto describe_adjoint(const dnnl::engine& engine, const dnnl::primitive_attr& attr, const Hint& hint,
                      const Args&... args) {
  return typename Primitive::primitive_desc(typename Primitive::desc(args...), attr, engine, hint);
}
inline auto describe_eltwise(const dnnl::engine& engine, const dnnl::primitive_attr& attr,
                             dnnl::algorithm function, const dnnl::memory::desc& data, float alpha) {
  return describe<dnnl::eltwise_forward>(engine, attr, dnnl::prop_kind::forward_inference, function, data,
                                         alpha, 0.f);
}
inline void append_eltwise(dnnl::post_ops& ops, dnnl::algorithm function, float alpha) {
  ops.append_eltwise(1.f, function, alpha, 0.f);
}
#endif

}  // namespace sganc
