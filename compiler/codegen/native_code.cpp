#include "compiler/codegen/native_code.h"

#ifdef SGANC_LLVM_OF_HALIDE
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>
#include <llvm/Support/raw_ostream.h>
#endif

#include "compiler/codegen/memory_file.h"
#include "compiler/schedule/halide_target.h"

namespace sganc {
namespace {

#ifdef SGANC_LLVM_OF_HALIDE

/// The target for a Zen 4: all that Halide 14 tells LLVM for a Sapphire Rapids, except AVX512-FP16 and AMX.
/// LLVM 14 does not know znver4.
constexpr const char* kProcessor = "znver3";
constexpr const char* kFeatures =
    "+fma,+f16c,+avx512f,+avx512cd,+avx512vl,+avx512bw,+avx512dq,+avx512ifma,+avx512vbmi,+avx512bf16,"
    "+avx512vnni";

/// Sets the processor of each function, which LLVM prefers to the processor that Halide sets for the module.
void compile_for_zen4(const ScheduledKernel& kernel, const std::string& symbol, NativeForm form,
                      const std::string& file) {
  const auto target = kernel_target(kernel.kernel.target);
  const auto module = kernel.pipeline().compile_to_module(kernel.emitted.arguments, symbol, target);
  llvm::LLVMContext context;
  const auto code = Halide::compile_module_to_llvm_module(module, context);
  for (auto& function : *code) {
    if (function.isDeclaration()) continue;
    function.addFnAttr("target-cpu", kProcessor);
    function.addFnAttr("target-features", kFeatures);
  }
  const auto out = Halide::make_raw_fd_ostream(file);
  form == NativeForm::object ? Halide::compile_llvm_module_to_object(*code, *out)
                             : Halide::compile_llvm_module_to_assembly(*code, *out);
}

#endif

void compile(const ScheduledKernel& kernel, const std::string& symbol, NativeForm form,
             const std::string& file) {
#ifdef SGANC_LLVM_OF_HALIDE
  if (must_tell_llvm(kernel.kernel.target)) {
    compile_for_zen4(kernel, symbol, form, file);
    return;
  }
#endif
  const auto target = kernel_target(kernel.kernel.target);
  auto pipeline = kernel.pipeline();
  form == NativeForm::object ? pipeline.compile_to_object(file, kernel.emitted.arguments, symbol, target)
                             : pipeline.compile_to_assembly(file, kernel.emitted.arguments, symbol, target);
}

}  // namespace

std::string native_code(const ScheduledKernel& kernel, const std::string& symbol, NativeForm form) {
  return written_in_memory([&](const std::string& file) { compile(kernel, symbol, form, file); });
}

}  // namespace sganc
