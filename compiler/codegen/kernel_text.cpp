#include "compiler/codegen/kernel_text.h"

#include <algorithm>
#include <map>
#include <set>

#include "compiler/codegen/memory_file.h"
#include "compiler/codegen/native_code.h"
#include "compiler/codegen/scheduled.h"
#include "compiler/language/joined.h"
#include "compiler/language/spelling.h"
#include "compiler/schedule/halide_target.h"

namespace sganc {
namespace {

/// Equal kernels of one name, and the functions that use them.
struct Listed {
  const KernelDescription* kernel;
  std::vector<std::string> functions;
};

std::vector<Listed> each_once(const std::vector<UsedKernel>& kernels) {
  std::vector<Listed> listed;
  for (const auto& used : kernels) {
    const auto& kernel = used.cut.description;
    const auto same = std::ranges::find_if(listed, [&](const Listed& l) {
      return l.kernel->name == kernel.name && l.kernel->identity() == kernel.identity();
    });
    if (same == listed.end())
      listed.push_back({&kernel, {used.function}});
    else
      same->functions.push_back(used.function);
  }
  return listed;
}

/// operand_0 f32[50, 28, 28, 1], ...
std::string types_of(const KernelDescription& kernel, const std::vector<Value>& values) {
  std::vector<std::string> types;
  for (Value v : values) {
    const Node& n = kernel.function.node(v);
    const Type stored = {kernel.in_bf16.contains(v) ? DType::bf16 : n.type.dtype, n.type.shape};
    types.push_back((n.op == Op::input ? n.attributes.name + " " : "") + to_string(stored));
  }
  return joined(types, ", ");
}

std::string text_of(const Stage& stage) {
  std::vector<std::string> loops;
  for (const auto& [name, count] : stage.loops)
    loops.push_back(name + (count < 0 ? " ?" : " " + std::to_string(count)));
  return "  stage " + stage.name + ": " + (loops.empty() ? "no loop" : joined(loops, ", ")) + "\n";
}

std::string text_of(const Listed& listed) {
  const Function& f = listed.kernel->function;
  std::vector<Value> operands, results;
  for (std::size_t i = 0; i < f.nodes.size(); ++i)
    if (f.nodes[i].op == Op::input) operands.push_back({static_cast<int>(i)});
  for (const auto& r : f.results) results.push_back(r.value);
  std::string text = "kernel " + listed.kernel->name + " of " + joined(listed.functions, ", ") + "\n";
  text += "  reads   " + types_of(*listed.kernel, operands) + "\n  writes  " +
          types_of(*listed.kernel, results) + "\n";
  const ScheduledKernel made = scheduled(*listed.kernel);
  for (const auto& stage : stages_of(made.emitted)) {
    text += text_of(stage);
    for (const auto& directives : made.schedule)
      if (directives.stage == stage.name)
        for (const auto& directive : directives.directives) text += "    " + directive.value + "\n";
  }
  return text;
}

}  // namespace

std::string table_of(const std::string& match, const KernelSchedule& schedule) {
  std::string text = "\n[[kernel]]\nmatch = " + toml_string(match) + "\n";
  for (const auto& stage : schedule) {
    std::vector<std::string> directives;
    for (const auto& directive : stage.directives) directives.push_back(toml_string(directive.value));
    const bool bare = stage.stage.find('.') == std::string::npos;
    text += (bare ? stage.stage : toml_string(stage.stage)) + " = [" + joined(directives, ", ") + "]\n";
  }
  return text;
}

namespace {

std::string list_of(const std::vector<std::string>& texts) {
  std::vector<std::string> words;
  for (const auto& text : texts) words.push_back(toml_string(text));
  return "[" + joined(words, ", ") + "]";
}

std::string list_of(const std::vector<Located<std::string>>& texts) {
  std::vector<std::string> words;
  for (const auto& text : texts) words.push_back(toml_string(text.value));
  return "[" + joined(words, ", ") + "]";
}

std::string pair_of(const std::array<std::int64_t, 2>& pair) {
  return "[" + std::to_string(pair[0]) + ", " + std::to_string(pair[1]) + "]";
}

std::string range_of(const Range& range) {
  return toml_string(std::to_string(range.least) + ".." + std::to_string(range.most));
}

}  // namespace

std::string table_of(const ProductRule& rule) {
  std::string text = "\n[[product]]\nmatch = " + toml_string(rule.match.value) + "\n";
  if (rule.kernel) text += "kernel = " + pair_of(*rule.kernel) + "\n";
  if (rule.stride) text += "stride = " + pair_of(*rule.stride) + "\n";
  if (rule.input_channels) text += "input_channels = " + range_of(*rule.input_channels) + "\n";
  if (rule.output_channels) text += "output_channels = " + range_of(*rule.output_channels) + "\n";
  if (rule.by) text += "by = " + toml_string(rule.by->value) + "\n";
  for (const auto& [key, said] : rule.tiling()) text += key + " = " + std::to_string(said.value) + "\n";
  if (rule.precision) text += "precision = " + toml_string(rule.precision->value) + "\n";
  return text;
}

std::string choices_of(const Schedule& s) {
  std::string text = "name = " + toml_string(s.name) + "\ntarget = " + toml_string(s.target.value) + "\n";
  if (s.threads) text += "threads = " + std::to_string(*s.threads) + "\n";
  text +=
      "precision = " + toml_string(s.precision.value) +
      "\n\n[convolution]\nimplementations = " + list_of(s.implementations.value_or(implementation_names())) +
      "\nfew_channels = " + std::to_string(s.few_channels) +
      "\n\n[fusion]\nreach = " + toml_string(Fusion::kReaches.at(static_cast<std::size_t>(s.fusion.reach))) +
      "\nstore = " + list_of(s.fusion.store) + "\napart = " + list_of(s.fusion.apart) + "\n";
  for (const auto& rule : s.products) text += table_of(rule);
  return text;
}

std::string kernels_text(const std::vector<UsedKernel>& kernels) {
  std::string text;
  for (const auto& listed : each_once(kernels)) text += text_of(listed);
  return text;
}

std::string schedule_text(const std::vector<UsedKernel>& kernels, const Schedule& schedule) {
  std::string text = choices_of(schedule);
  const auto listed = each_once(kernels);
  std::map<std::string, std::set<std::string>> tables;  // by the kernel's name
  for (const auto& [kernel, functions] : listed)
    tables[kernel->name].insert(table_of("", scheduled(*kernel).schedule));
  std::set<std::string> written;
  for (const auto& [kernel, functions] : listed) {
    const KernelSchedule in_force = scheduled(*kernel).schedule;
    if (tables[kernel->name].size() > 1)
      for (const auto& function : functions) text += table_of(function + "/" + kernel->name, in_force);
    else if (written.insert(kernel->name).second)
      text += table_of(kernel->name, in_force);
  }
  return text;
}

KernelSchedule schedule_in_force(const KernelDescription& kernel) {
  return scheduled(kernel).schedule;
}

std::string code_of(const KernelDescription& kernel, CodeForm form) {
  const auto made = scheduled(kernel);
  std::string code;
  compile_with_halide(kernel, [&] {
    if (form == CodeForm::assembly || form == CodeForm::object) {
      code =
          native_code(made, "kernel", form == CodeForm::object ? NativeForm::object : NativeForm::assembly);
      return;
    }
    code = written_in_memory([&](const std::string& file) {
      made.pipeline().compile_to_lowered_stmt(file, made.emitted.arguments,
                                              form == CodeForm::loops ? Halide::Text : Halide::HTML,
                                              kernel_target(kernel.target));
    });
  });
  return code;
}

}  // namespace sganc
