#include "compiler/export/c/source.h"

#include <algorithm>
#include <map>
#include <set>

#include "compiler/export/c/texts.h"
#include "compiler/language/source.h"
#include "compiler/language/spelling.h"

namespace sganc {
namespace {

/// The text with each $KEY replaced by its value.
std::string filled(std::string text, const std::map<std::string, std::string>& values) {
  for (const auto& [key, value] : values) {
    const std::string mark = "$" + key;
    for (std::size_t at = 0; (at = text.find(mark, at)) != std::string::npos; at += value.size())
      text.replace(at, mark.size(), value);
  }
  return text;
}

std::string upper(std::string text) {
  for (char& c : text) c = 'a' <= c && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return text;
}

/// A string of C. Bytes that are no plain characters are escaped.
std::string c_string(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const char digits[] = {'\\', static_cast<char>('0' + byte / 64), static_cast<char>('0' + byte / 8 % 8),
                           static_cast<char>('0' + byte % 8), 0};
    const bool plain = byte >= 0x20 && byte < 0x7f && c != '"' && c != '\\' && c != '?';
    quoted += plain ? std::string(1, c) : digits;
  }
  return quoted + "\"";
}

/// What a comment may hold of a name.
std::string c_comment(std::string text) {
  std::ranges::replace_if(
      text, [](char c) { return c == '/' || static_cast<unsigned char>(c) < 0x20; }, ' ');
  return text;
}

std::int64_t elements(const std::vector<std::int64_t>& extents, std::size_t first = 0) {
  std::int64_t count = 1;
  for (std::size_t i = first; i < extents.size(); ++i) count *= extents[i];
  return count;
}

// What the library does for its callers.

/// A kind of function: its name, and which functions of the program compute it.
struct Offer {
  FunctionRole role;
  std::string verb;
};
const Offer kOffers[] = {{FunctionRole::predict, "classify"},
                         {FunctionRole::generate, "generate"},
                         {FunctionRole::features, "features"}};

/// The functions of that role, those of large batches first.
std::vector<const FunctionProgram*> functions_of(const CLibrary& library, FunctionRole role) {
  std::vector<const FunctionProgram*> found;
  for (const auto& function : library.program.functions)
    if (function.role == role) found.push_back(&function);
  std::ranges::stable_sort(found, [](const auto* a, const auto* b) {
    return a->outputs[0].buffer.extents[0] > b->outputs[0].buffer.extents[0];
  });
  return found;
}

std::int64_t batch_of(const FunctionProgram& function) {
  return function.outputs[0].buffer.extents[0];
}

/// Inputs and outputs under the names that callers read.
const std::map<std::string, std::string> kNames = {{"image", "images"}, {"class", "classes"}};
std::string argument(const std::string& name) {
  const auto found = kNames.find(name);
  return found == kNames.end() ? name : found->second;
}

std::string c_type(DType dtype) {
  return dtype == DType::f32 ? "float" : dtype == DType::u8 ? "uint8_t" : "int32_t";
}

/// {count, 28, 28, 1}
std::string shape_text(const std::vector<std::int64_t>& extents) {
  std::string text = "{count";
  for (std::size_t i = 1; i < extents.size(); ++i) text += ", " + std::to_string(extents[i]);
  return text + "}";
}

std::string declaration(const CLibrary& library, const Offer& offer, const FunctionProgram& function) {
  std::string text = "int " + library.name + "_" + offer.verb + "(" + library.name + "_net *net";
  for (const auto& input : function.inputs)
    text += ", const " + c_type(input.dtype) + " *" + argument(input.name);
  text += ", size_t count";
  for (const auto& output : function.outputs)
    text += ", " + c_type(output.buffer.dtype) + " *" + argument(output.name);
  return text + ")";
}

std::string documentation(const CLibrary& library, const FunctionProgram& function) {
  std::string text;
  for (const auto& input : function.inputs) {
    text += " *   " + argument(input.name) + " " + shape_text(input.extents);
    if (input.name == "image") text += ", rows of pixels from the top, channels innermost, 0 to 255";
    text += "\n";
  }
  for (const auto& output : function.outputs) {
    text += " *   " + argument(output.name) + " " + shape_text(output.buffer.extents);
    if (output.name == "real") text += ", the probability that the image is real";
    if (output.name == "image")
      text += ", from " + shortest(library.range_low) + " (black) to " + shortest(library.range_high) +
              " (white)";
    text += "; NULL if it is not wanted\n";
  }
  return text;
}

// The steps as C.

/// {min, extent, stride, flags} of each dimension, innermost first.
std::string dimensions_text(const std::vector<std::int64_t>& extents) {
  std::string text;
  std::int64_t stride = 1;
  for (auto extent = extents.rbegin(); extent != extents.rend(); ++extent) {
    text += ", {0, " + std::to_string(*extent) + ", " + std::to_string(stride) + ", 0}";
    stride *= *extent;
  }
  return text;
}

std::string address(const Buffer& buffer) {
  const std::string offset = std::to_string(buffer.offset);
  switch (buffer.space) {
    case Space::arena:
      return "arena + " + offset;
    case Space::variables:
      return "weights + " + offset;
    case Space::input:
      return "inputs[" + offset + "]";
  }
  return "";
}

std::string type_name(DType dtype) {
  switch (dtype) {
    case DType::f32:
      return "F32";
    case DType::i32:
      return "I32";
    case DType::u8:
      return "U8";
    case DType::bf16:
      return "BF16";
  }
  return "";
}

std::string argument_text(const Buffer& buffer) {
  return (buffer.extents.empty() ? "SCALAR(" : "BUFFER(") + address(buffer) + ", " + type_name(buffer.dtype) +
         dimensions_text(buffer.extents) + ")";
}

std::string step_text(const Step& step, const KernelCall& call) {
  std::string buffers, arguments;
  for (std::size_t i = 0; i < call.arguments.size(); ++i) {
    buffers += (i ? ",\n                    " : "") + argument_text(call.arguments[i]);
    arguments += (i ? ", b + " : "b + ") + std::to_string(i);
  }
  return "  { /* " + c_comment(step.name) + " */\n    buffer b[] = {" + buffers + "};\n    if (" +
         call.symbol + "(" + arguments + ")) return 1;\n  }\n";
}

std::string step_text(const Step& step, const Copy& copy) {
  return "  memcpy(" + address(copy.to) + ", " + address(copy.from) + ", " +
         std::to_string(elements(copy.from.extents) * size_of(copy.from.dtype)) + "); /* " +
         c_comment(step.name) + " */\n";
}

[[noreturn]] void refuse(const Step& step) {
  throw UserError{{{}, "no kernel of a C library computes \"" + step.name + "\"", "--to program does"}};
}
std::string step_text(const Step& step, const Convolution&) {
  refuse(step);
}
std::string step_text(const Step& step, const MatrixProduct&) {
  refuse(step);
}
std::string step_text(const Step& step, const AllReduce&) {
  refuse(step);
}

/// The C name of a function of the program: predict_16.
std::string static_name(const FunctionProgram& function) {
  return c_identifier(function.name);
}

std::string function_text(const FunctionProgram& function) {
  std::string text = "static int " + static_name(function) +
                     "(uint8_t *arena, const uint8_t *const *inputs) {\n  (void)arena;\n  (void)inputs;\n";
  for (const auto& step : function.steps)
    text += std::visit([&](const auto& work) { return step_text(step, work); }, step.work);
  return text + "  return 0;\n}\n\n";
}

/// One call of a function for some of the examples: their inputs are copied where they do not fill the batch.
std::string block_text(const FunctionProgram& function, std::int64_t smallest) {
  const std::string batch = std::to_string(batch_of(function));
  const bool last = batch_of(function) == smallest;
  std::string text = last ? "    {\n" : "    if (count - done >= " + batch + ") {\n";
  text += "      const uint8_t *const inputs[] = {";
  for (const auto& input : function.inputs)
    text += "(const uint8_t *)(" + argument(input.name) + " + done * " +
            std::to_string(elements(input.extents, 1)) + "), ";
  text += "};\n      if (" + static_name(function) + "(net->arena, inputs)) return 1;\n";
  for (const auto& output : function.outputs) {
    const auto row = elements(output.buffer.extents, 1);
    text += "      if (" + argument(output.name) + ") memcpy(" + argument(output.name) + " + done * " +
            std::to_string(row) + ", " + address(output.buffer).replace(0, 5, "net->arena") + ", " +
            std::to_string(row * batch_of(function)) + " * sizeof(" + c_type(output.buffer.dtype) + "));\n";
  }
  return text + "      done += " + batch + ";\n      continue;\n    }\n";
}

std::string entry_text(const CLibrary& library, const Offer& offer) {
  const auto functions = functions_of(library, offer.role);
  if (functions.empty()) return "";
  std::string text = declaration(library, offer, *functions[0]) + " {\n";
  text += "  if (!net) return 1;\n  for (size_t done = 0; done < count;) {\n";
  for (const auto* function : functions) text += block_text(*function, batch_of(*functions.back()));
  return text + "  }\n  return 0;\n}\n\n";
}

std::set<std::pair<std::string, std::size_t>> kernels_of(const Program& program) {
  std::set<std::pair<std::string, std::size_t>> kernels;
  for (const auto& function : program.functions)
    for (const auto& step : function.steps)
      if (const auto* call = std::get_if<KernelCall>(&step.work))
        kernels.emplace(call->symbol, call->arguments.size());
  return kernels;
}

std::string classes_text(const CLibrary& library) {
  if (library.classes.empty()) return "";
  std::string text = "const char *const " + library.name + "_classes[] = {";
  for (const auto& name : library.classes) text += "\n    " + c_string(name) + ",";
  return text + "\n};\n\n";
}

/// The first function that the library offers, and its kind.
std::pair<const Offer*, const FunctionProgram*> first_offer(const CLibrary& library) {
  for (const auto& offer : kOffers)
    if (const auto functions = functions_of(library, offer.role); !functions.empty())
      return {&offer, functions[0]};
  throw std::logic_error("a C library of a program without a function to export");
}

std::string other_example(const CLibrary& library) {
  const auto [offer, function] = first_offer(library);
  std::string call = library.name + "_" + offer->verb + "(net, input";
  if (function->inputs.size() > 1) call += ", (const int32_t[]){0}";
  call += ", 1, output)";
  return filled(kOtherExample, {{"CALL", call},
                                {"TYPE", c_type(function->inputs[0].dtype)},
                                {"INPUT", std::to_string(elements(function->inputs[0].extents, 1))},
                                {"OUTPUT", std::to_string(elements(function->outputs[0].buffer.extents, 1))},
                                {"NAME", library.name}});
}

}  // namespace

std::string c_identifier(const std::string& name) {
  std::string text;
  for (const char c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    const bool digit = c >= '0' && c <= '9';
    if (digit && text.empty()) text = "_";
    text += letter || digit ? c : '_';
  }
  return text.empty() ? "net" : text;
}

std::vector<std::string> c_symbols(const CLibrary& library) {
  std::vector<std::string> symbols = {library.name + "_new", library.name + "_free"};
  if (!library.classes.empty()) symbols.push_back(library.name + "_classes");
  for (const auto& offer : kOffers)
    if (!functions_of(library, offer.role).empty()) symbols.push_back(library.name + "_" + offer.verb);
  return symbols;
}

std::string c_header(const CLibrary& library) {
  std::string declarations;
  if (!library.classes.empty())
    declarations = "/* The names of the classes, in the order of the probabilities. */\n#define " +
                   upper(library.name) + "_CLASSES " + std::to_string(library.classes.size()) +
                   "\nextern const char *const " + library.name + "_classes[" + upper(library.name) +
                   "_CLASSES];\n\n";
  for (const auto& offer : kOffers)
    if (const auto functions = functions_of(library, offer.role); !functions.empty())
      declarations += "/* Of `count` examples, in any number:\n" + documentation(library, *functions[0]) +
                      " */\n" + declaration(library, offer, *functions[0]) + ";\n\n";
  const auto megabytes = std::to_string((library.program.arena_bytes + 999'999) / 1'000'000);
  return filled(kHeader, {{"DECLARATIONS", declarations},
                          {"MODEL", c_comment(library.program.name)},
                          {"VERSION", library.version},
                          {"MEGABYTES", megabytes},
                          {"PROCESSOR", library.processor},
                          {"HEIGHT", std::to_string(library.shape[0])},
                          {"WIDTH", std::to_string(library.shape[1])},
                          {"CHANNELS", std::to_string(library.shape[2])},
                          {"UPPER", upper(library.name)},
                          {"NAME", library.name}});
}

std::string c_source(const CLibrary& library) {
  std::string kernels, functions, entries;
  for (const auto& [symbol, arguments] : kernels_of(library.program)) {
    kernels += "int " + symbol + "(";
    for (std::size_t i = 0; i < arguments; ++i) kernels += i ? ", buffer *" : "buffer *";
    kernels += ");\n";
  }
  for (const auto& function : library.program.functions) functions += function_text(function);
  for (const auto& offer : kOffers) entries += entry_text(library, offer);
  return filled(kSource, {{"KERNELS", kernels},
                          {"FUNCTIONS", functions},
                          {"CLASSES", classes_text(library)},
                          {"ENTRIES", entries},
                          {"MODEL", c_comment(library.program.name)},
                          {"VERSION", library.version},
                          {"ARENA", std::to_string(std::max<std::int64_t>(library.program.arena_bytes, 64))},
                          {"NAME", library.name}});
}

std::string c_example(const CLibrary& library) {
  const bool pictures = library.shape[2] == 1 || library.shape[2] == 3;
  if (library.classes.empty() || !pictures) return other_example(library);
  const auto& outputs = functions_of(library, FunctionRole::predict).at(0)->outputs;
  std::string nulls;
  for (std::size_t i = 1; i < outputs.size(); ++i) nulls += ", NULL";
  const bool gray = library.shape[2] == 1;
  return filled(kClassifyExample, {{"WIDTH", std::to_string(library.shape[1])},
                                   {"HEIGHT", std::to_string(library.shape[0])},
                                   {"PNM", gray ? "pgm" : "ppm"},
                                   {"KIND", gray ? "5" : "6"},
                                   {"NULLS", nulls},
                                   {"UPPER", upper(library.name)},
                                   {"NAME", library.name}});
}

std::string c_cmake(const CLibrary& library) {
  return filled(kCMake, {{"NAME", library.name}});
}

std::string c_pkg_config(const CLibrary& library) {
  return filled(
      kPkgConfig,
      {{"MODEL", c_comment(library.program.name)}, {"VERSION", library.version}, {"NAME", library.name}});
}

}  // namespace sganc
