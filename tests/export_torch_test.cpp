// Modules for PyTorch: the text of a small one. tests/exports/run compares what PyTorch computes with them.

#include <gtest/gtest.h>

#include "compiler/export/torch/layers.h"
#include "compiler/export/torch/module.h"
#include "compiler/export/torch/python.h"
#include "compiler/layers/build.h"
#include "compiler/layers/table.h"

namespace sganc {
namespace {

Model model_of(const std::string& layers) {
  Diagnostics diagnostics;
  const auto model = parse_model(
      "name = \"small\"\n[data]\nrange = [0, 1]\n[input]\nimage = [6, 5, 2]\n"
      "[net.trunk]\nof = \"image\"\nlayers = [" +
          layers + "]\n",
      "model.toml", {}, vocabulary(tables()), diagnostics);
  std::ostringstream mistakes;
  diagnostics.print(mistakes);
  if (!model) throw std::logic_error(mistakes.str());
  return *model;
}

/// The files of the net trunk, with the variables that training begins with.
TorchFiles files_of(const std::string& layers) {
  const Model model = model_of(layers);
  Diagnostics diagnostics;
  const Module module = build_export(model, {"trunk"}, {1}, diagnostics);
  const Tensors variables = initial_variables(module, 0);
  return to_torch({.model = model,
                   .producer = "sganc 1.2.3",
                   .classes = {"a \"b\"", "c"},
                   .functions = {&module.functions.at(0)},
                   .variables = variables,
                   .forward = {{"features", "trunk"}}});
}

std::vector<std::string> names_of(const Tensors& tensors) {
  std::vector<std::string> names;
  for (const auto& [name, tensor] : tensors) names.push_back(name);
  return names;
}

TEST(ExportTorch, EveryLayerHasARow) {
  std::vector<std::string> kinds = torch_layer_kinds(), layers;
  for (const auto* layer : tables().layers) layers.push_back(layer->name);
  std::ranges::sort(kinds);
  std::ranges::sort(layers);
  EXPECT_EQ(kinds, layers);
}

TEST(ExportTorch, LayersKeepTheirNamesAndOrder) {
  const auto files = files_of(R"({ kind = "conv", name = "stem", filters = 4, kernel = 3, stride = 2 },
    { kind = "relu", name = "kept" }, { kind = "conv", filters = 4, kernel = 3 },
    { kind = "add", from = ["conv_2", "kept"] }, { kind = "flatten" }, { kind = "dense", units = 3 })");
  EXPECT_EQ(files.program, R"("""small: nets that were trained by sganc 1.2.3.

Images are (batch, channels, height, width): 2 x 6 x 5, numbers from 0 to 1.
`scaled` makes them of bytes (batch, height, width, channels).

Classes: a "b", c
"""

import sys
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import nn

CLASSES = ["a \"b\"", "c"]
LOW, HIGH = 0, 1
HEIGHT, WIDTH, CHANNELS = 6, 5, 2


def channels_last(x):
    """Images (batch, channels, height, width) as (batch, height, width, channels)."""
    return x.permute(0, 2, 3, 1)


def channels_first(x):
    """Images (batch, height, width, channels) as (batch, channels, height, width)."""
    return x.permute(0, 3, 1, 2)


class TrunkNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(2, 4, 3, stride=2)
        self.kept = nn.ReLU()
        self.conv_2 = nn.Conv2d(4, 4, 3, padding=1)
        self.dense_1 = nn.Linear(36, 3)

    def forward(self, image):
        x = self.stem(F.pad(image, (1, 1, 0, 1)))
        kept_output = self.kept(x)
        conv_2_output = self.conv_2(kept_output)
        x = conv_2_output + kept_output
        x = channels_last(x).flatten(1)
        x = self.dense_1(x)
        return x


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.trunk = TrunkNet()

    def forward(self, image):
        trunk = self.trunk(image)
        return {"features": trunk}


def load(weights=None):
    """The model with its trained weights."""
    model = Model()
    model.load_state_dict(load_file(weights or Path(__file__).with_suffix(".safetensors")))
    return model.eval()


def scaled(images):
    """Bytes (batch, height, width, channels) as the nets take them."""
    return channels_first(images).float() * ((HIGH - LOW) / 255) + LOW
)");
  EXPECT_EQ(names_of(files.weights),
            (std::vector<std::string>{"trunk.conv_2.bias", "trunk.conv_2.weight", "trunk.dense_1.bias",
                                      "trunk.dense_1.weight", "trunk.stem.bias", "trunk.stem.weight"}));
}

TEST(ExportTorch, NormsOfKernelsArePartOfThem) {
  const auto files = files_of(R"({ kind = "conv", filters = 4, kernel = 1, norm = "spectral_norm" },
    { kind = "batch_norm", bias = false }, { kind = "global_average_pool" })");
  EXPECT_EQ(names_of(files.weights),
            (std::vector<std::string>{"trunk.batch_norm_1.bias", "trunk.batch_norm_1.running_mean",
                                      "trunk.batch_norm_1.running_var", "trunk.batch_norm_1.weight",
                                      "trunk.conv_1.bias", "trunk.conv_1.weight"}));
  EXPECT_EQ(files.weights.at("trunk.batch_norm_1.bias").data, std::vector<double>(4, 0));
}

TEST(ExportTorch, ANameThatPyTorchUsesItself) {
  try {
    files_of(R"({ kind = "flatten", name = "train" })");
    FAIL();
  } catch (const UserError& error) {
    EXPECT_EQ(error.diagnostic.message, "PyTorch cannot name anything \"train\"");
    EXPECT_EQ(error.diagnostic.help, "give it another name");
    EXPECT_GT(error.diagnostic.where.line, 0);
  }
}

TEST(ExportTorch, TextsOfPython) {
  EXPECT_EQ(python_text("a\\\"\n"), R"("a\\\"\x0a")");
  EXPECT_EQ(python_tuple({3}), "(3,)");
  EXPECT_EQ(python_pair({3, 3}) + python_pair({3, 4}), "3(3, 4)");
  EXPECT_EQ(python(0.1) + " " + python(1e-5) + " " + python(-1), "0.1 1e-05 -1");
  EXPECT_EQ(python_class("two_heads"), "TwoHeads");
  EXPECT_TRUE(is_python_keyword("lambda"));
  EXPECT_FALSE(is_python_keyword("trunk"));
}

}  // namespace
}  // namespace sganc
