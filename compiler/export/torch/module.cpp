#include "compiler/export/torch/module.h"

#include <algorithm>
#include <set>

#include "compiler/export/torch/layers.h"
#include "compiler/export/torch/python.h"
#include "compiler/export/torch/weights.h"
#include "compiler/language/joined.h"
#include "compiler/layers/build.h"

namespace sganc {
namespace {

/// Whether every module of PyTorch, or the written one, uses the name itself.
bool is_taken(const std::string& name) {
  constexpr std::string_view taken =
      " T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda double "
      "dump_patches eval extra_repr float forward generate get_buffer get_extra_state get_parameter "
      "get_submodule half ipu load_state_dict modules mtia named_buffers named_children named_modules "
      "named_parameters parameters register_backward_hook register_buffer register_forward_hook "
      "register_forward_pre_hook register_full_backward_hook register_full_backward_pre_hook "
      "register_load_state_dict_post_hook register_load_state_dict_pre_hook register_module "
      "register_parameter register_state_dict_post_hook register_state_dict_pre_hook requires_grad_ "
      "set_extra_state set_submodule share_memory state_dict to to_empty train training type xpu zero_grad ";
  return is_python_keyword(name) || taken.find(" " + name + " ") != std::string_view::npos;
}

void require_free(const std::string& name, const Location& where) {
  if (is_taken(name))
    throw UserError{{where, "PyTorch cannot name anything \"" + name + "\"", "give it another name"}};
}

/// The name of a variable: one that hides nothing that the functions use.
std::string local(const std::string& name) {
  static const std::set<std::string> used = {"self", "x", "torch", "nn", "F"};
  const bool helps = std::ranges::count(torch_definitions(), name, &TorchDefinition::name) > 0;
  return used.contains(name) || helps || is_python_keyword(name) ? name + "_" : name;
}

class Writer {
 public:
  explicit Writer(const TorchSource& source) : source_(source), model_(source.model) {
    find_shapes();
    for (const auto& results : {source.forward, source.generate})
      for (const auto& [name, net] : results) note_used(net);
  }

  /// Only the definitions that the module calls are written.
  std::string program() const {
    const std::string body = net_classes() + model_class() + loading() + main_program();
    std::string definitions;
    for (const auto& [name, text] : torch_definitions())
      if (body.find(std::string(name) + "(") != std::string::npos) definitions += "\n\n" + std::string(text);
    return head() + definitions + body;
  }

 private:
  /// The shapes of one example of each input, net and layer.
  void find_shapes() {
    Diagnostics diagnostics;
    const Module module = build_nets(model_, diagnostics);
    for (const auto& input : model_.inputs) shapes_[input.name] = input.shape;
    for (const auto& function : module.functions)
      for (const auto& result : function.results) {
        const Shape& shape = function.node(result.value).type.shape;
        shapes_[result.name] = Shape(shape.begin() + 1, shape.end());
      }
    for (const auto& net : model_.nets)
      shapes_[net.name] = net.layers.empty() ? shapes_.at(net.of.back().value)
                                             : shapes_.at(net.name + "." + net.layers.back().name);
  }

  void note_used(const std::string& name) {
    const auto* net = model_.net(name);
    if (!net || !used_.insert(name).second) return;
    for (const auto& source : net->of) note_used(source.value);
  }

  /// The used nets, each after those that it is of.
  std::vector<const DeclaredNet*> nets() const {
    std::vector<const DeclaredNet*> nets;
    for (const auto& net : model_.nets)
      if (used_.contains(net.name)) nets.push_back(&net);
    return nets;
  }

  std::string head() const {
    std::string text = "\"\"\"" + model_.name + ": nets that were trained by " + source_.producer + ".\n";
    const auto* image = model_.image();
    if (image)
      text += "\nImages are (batch, channels, height, width): " + std::to_string(image->shape[2]) + " x " +
              std::to_string(image->shape[0]) + " x " + std::to_string(image->shape[1]) + ", numbers from " +
              python(model_.data.range_low) + " to " + python(model_.data.range_high) +
              ".\n`scaled` makes them of bytes (batch, height, width, channels).\n";
    if (!source_.classes.empty()) text += "\nClasses: " + joined(source_.classes, ", ") + "\n";
    text +=
        "\"\"\"\n\nimport sys\nfrom pathlib import Path\n\nimport torch\n"
        "import torch.nn.functional as F\nfrom safetensors.torch import load_file\nfrom torch import nn\n\n";
    if (!source_.classes.empty()) {
      std::vector<std::string> quoted;
      for (const auto& name : source_.classes) quoted.push_back(python_text(name));
      text += "CLASSES = [" + joined(quoted, ", ") + "]\n";
    }
    if (image)
      text += "LOW, HIGH = " + python(model_.data.range_low) + ", " + python(model_.data.range_high) +
              "\nHEIGHT, WIDTH, CHANNELS = " + std::to_string(image->shape[0]) + ", " +
              std::to_string(image->shape[1]) + ", " + std::to_string(image->shape[2]) + "\n";
    return text;
  }

  std::string net_classes() const {
    std::string text;
    for (const auto* net : nets()) text += "\n\n" + net_class(*net);
    return text;
  }

  std::string net_class(const DeclaredNet& net) const {
    require_free(net.name, net.where);
    std::string modules, steps, last;
    std::map<std::string, std::string> names;  // Python's, by those of inputs and layers
    std::vector<std::string> arguments = {"self"};
    std::set<std::string> taken_later;
    for (const auto& source : net.of) {
      arguments.push_back(names[source.value] = last = local(source.value));
    }
    for (const auto& layer : net.layers)
      for (const auto& from : layer.from) taken_later.insert(from.value);
    std::string before = net.of.back().value;
    for (const auto& layer : net.layers) {
      require_free(layer.name, layer.where);
      const TorchText text = torch_text(applied(net, layer, before, names));
      if (!text.module.empty()) modules += "        self." + layer.name + " = " + text.module + "\n";
      last = taken_later.contains(layer.name) ? layer.name + "_output" : "x";
      names[layer.name] = last;
      steps += "        " + last + " = " + text.call + "\n";
      before = layer.name;
    }
    return "class " + python_class(net.name) + "Net(nn.Module):\n    def __init__(self):\n" +
           "        super().__init__()\n" + modules + "\n    def forward(" + joined(arguments, ", ") +
           "):\n" + steps + "        return " + last + "\n";
  }

  /// The layer with its inputs: those that it names, or what comes before it.
  TorchLayer applied(const DeclaredNet& net, const DeclaredLayer& layer, const std::string& before,
                     const std::map<std::string, std::string>& names) const {
    std::vector<std::string> from;
    for (const auto& name : layer.from) from.push_back(name.value);
    if (from.empty()) from.push_back(before);
    TorchLayer text{layer, {}, shapes_.at(net.name + "." + layer.name), {}};
    for (const auto& name : from) {
      const auto of_layer = shapes_.find(net.name + "." + name);
      text.inputs.push_back(of_layer == shapes_.end() ? shapes_.at(name) : of_layer->second);
      text.x.push_back(names.at(name));
    }
    return text;
  }

  std::string model_class() const {
    std::string text = "\n\nclass Model(nn.Module):\n    def __init__(self):\n        super().__init__()\n";
    for (const auto* net : nets())
      text += "        self." + net->name + " = " + python_class(net->name) + "Net()\n";
    if (!source_.forward.empty()) text += "\n" + method("forward", source_.forward);
    if (!source_.generate.empty()) text += "\n" + method("generate", source_.generate);
    return text;
  }

  /// A function of the inputs that these nets depend on, which gives their results by name.
  std::string method(const std::string& name, const TorchSource::Results& results) const {
    std::set<std::string> needed;
    for (const auto& [result, net] : results) collect(net, needed);
    std::vector<std::string> arguments = {"self"}, given;
    std::string steps;
    for (const auto& input : model_.inputs) {
      if (!needed.contains(input.name)) continue;
      arguments.push_back(local(input.name));
      if (input.kind == DeclaredInput::Kind::label)
        steps += "        " + local(input.name) + " = F.one_hot(" + local(input.name) + ", " +
                 std::to_string(input.shape[0]) + ").float()\n";
    }
    for (const auto* net : nets()) {
      if (!needed.contains(net->name)) continue;
      std::vector<std::string> of;
      for (const auto& source : net->of) of.push_back(local(source.value));
      steps += "        " + local(net->name) + " = self." + net->name + "(" + joined(of, ", ") + ")\n";
    }
    for (const auto& [result, net] : results)
      given.push_back("\"" + result + "\": " + local(net) + (result == "real" ? ".flatten()" : ""));
    return "    def " + name + "(" + joined(arguments, ", ") + "):\n" + steps + "        return {" +
           joined(given, ", ") + "}\n";
  }

  void collect(const std::string& name, std::set<std::string>& needed) const {
    if (!needed.insert(name).second) return;
    if (const auto* net = model_.net(name))
      for (const auto& source : net->of) collect(source.value, needed);
  }

  std::string loading() const {
    std::string text = R"(

def load(weights=None):
    """The model with its trained weights."""
    model = Model()
    model.load_state_dict(load_file(weights or Path(__file__).with_suffix(".safetensors")))
    return model.eval()
)";
    if (model_.image())
      text += R"(

def scaled(images):
    """Bytes (batch, height, width, channels) as the nets take them."""
    return channels_first(images).float() * ((HIGH - LOW) / 255) + LOW
)";
    return text;
  }

  /// Reads pictures and prints their classes, if the module has a classifier of pictures.
  std::string main_program() const {
    const bool classifies = !source_.forward.empty() && source_.forward[0].first == "probability";
    if (!classifies || (model_.image()->shape[2] != 1 && model_.image()->shape[2] != 3)) return "";
    const std::string fitted = model_.data.source.fit == "stretch"
                                   ? "picture.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)"
                                   : "ImageOps.fit(picture, (WIDTH, HEIGHT), Image.Resampling.BICUBIC)";
    return R"(

def read_picture(path):
    """A picture as the nets take it."""
    from PIL import Image, ImageOps

    picture = ImageOps.exif_transpose(Image.open(path)).convert("L" if CHANNELS == 1 else "RGB")
    picture = )" +
           fitted + R"(
    return scaled(torch.tensor(list(picture.tobytes())).view(1, HEIGHT, WIDTH, CHANNELS))


if __name__ == "__main__":
    model = load()
    for path in sys.argv[1:]:
        with torch.no_grad():
            probability = model(read_picture(path))["probability"][0]
        for i in probability.argsort(descending=True).tolist():
            print(f"{path}: {CLASSES[i]} {probability[i]:.4f}")
)";
  }

  const TorchSource& source_;
  const Model& model_;
  std::map<std::string, Shape> shapes_;
  std::set<std::string> used_;
};

}  // namespace

TorchFiles to_torch(const TorchSource& source) {
  return {Writer(source).program(), torch_weights(source.model, source.functions, source.variables)};
}

}  // namespace sganc
