"""The nets of models/mnist_stacked.toml and tests/parity/odd.toml. Each module is called as its weights are
in checkpoints; `forward` gives logits, `generate` images."""

import torch
from torch import nn
from torch.nn.utils import weight_norm

from layers import (ChannelNorm, SameAvgPool2d, SameConv2d, SameConvTranspose2d, SameMaxPool2d,
                    SpectralConv2d, SpectralConvTranspose2d, SpectralLinear, image_of, named, vector_of)


class Stacked(nn.Module):
    name, model = "stacked", "models/mnist_stacked.toml"
    image, range, classes, latent = (28, 28, 1), (-1, 1), 10, 100

    def __init__(self):
        super().__init__()
        self.trunk = named(conv_1=SameConv2d(1, 128, 3, stride=2), leaky_relu_1=nn.LeakyReLU(0.2),
                           conv_2=SameConv2d(128, 128, 3, stride=2), leaky_relu_2=nn.LeakyReLU(0.2),
                           conv_3=SameConv2d(128, 128, 3, stride=2), leaky_relu_3=nn.LeakyReLU(0.2))
        self.logits = named(dense_1=nn.Linear(4 * 4 * 128, 10))
        self.generator = nn.ModuleDict({
            "dense_1": nn.Linear(100, 7 * 7 * 128),
            "conv_transpose_1": SameConvTranspose2d(128, 128, 4, stride=2),
            "conv_transpose_2": SameConvTranspose2d(128, 128, 4, stride=2),
            "conv_1": SameConv2d(128, 1, 7)})

    def forward(self, image):
        return self.logits(vector_of(self.trunk(image)))

    def generate(self, latent, _):
        net, leaky = self.generator, nn.LeakyReLU(0.2)
        x = image_of(leaky(net["dense_1"](latent)), 7, 7, 128)
        x = leaky(net["conv_transpose_1"](x))
        x = leaky(net["conv_transpose_2"](x))
        return torch.tanh(net["conv_1"](x))


class OddTrunk(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv_1 = SameConv2d(3, 16, (4, 3), stride=2, bias=False)
        self.batch_norm_1 = nn.BatchNorm2d(16, eps=1e-3, momentum=0.1)
        self.conv_2 = weight_norm(SameConv2d(16, 16, 3, groups=4))
        self.small = SameMaxPool2d(3, stride=2)
        self.conv_3 = SpectralConv2d(16, 12, 3, dilation=2)
        self.layer_norm_1 = ChannelNorm(28, eps=1e-3)
        self.average_pool_1 = SameAvgPool2d((3, 2), stride=2)
        self.conv_4 = nn.Conv2d(28, 28, 2, groups=28, padding=1, dilation=(2, 1))
        self.layer_norm_2 = nn.GroupNorm(1, 28, eps=1e-2)
        self.dense_1 = weight_norm(nn.Linear(3 * 3 * 28, 20))
        self.batch_norm_2 = nn.BatchNorm1d(20, eps=1e-3, momentum=0.01)

    def forward(self, image):
        skip = nn.GELU(approximate="tanh")(self.batch_norm_1(self.conv_1(image)))
        small = self.small(skip + nn.ELU(0.7)(self.conv_2(skip)))
        x = torch.cat([small, nn.SiLU()(self.conv_3(small))], dim=1)
        x = self.layer_norm_2(self.conv_4(self.average_pool_1(self.layer_norm_1(x))))
        return self.batch_norm_2(self.dense_1(vector_of(nn.LeakyReLU(0.1)(x))))


class OddGenerator(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding_1 = nn.Embedding(7, 6)
        self.dense_1 = SpectralLinear(15, 2 * 2 * 24)
        self.batch_norm_1 = nn.BatchNorm1d(96, eps=1e-3)
        self.conv_transpose_1 = weight_norm(nn.ConvTranspose2d(24, 18, (3, 2), stride=2), dim=1)
        self.conv_transpose_2 = SameConvTranspose2d(18, 12, (5, 4), stride=(2, 3), groups=2)
        self.batch_norm_2 = nn.BatchNorm2d(12, eps=1e-3)
        self.batch_norm_2.weight = None
        self.conv_transpose_3 = SpectralConvTranspose2d(12, 8, (3, 4), stride=(2, 1), padding=(1, 0))
        self.conv_transpose_4 = SameConvTranspose2d(8, 3, 3, dilation=2)

    def forward(self, latent, label):
        x = self.dense_1(torch.cat([latent, self.embedding_1(label)], dim=1))
        x = image_of(nn.SiLU()(self.batch_norm_1(x)), 2, 2, 24)
        x = nn.SELU()(self.conv_transpose_1(x))
        x = torch.relu(self.batch_norm_2(self.conv_transpose_2(x)))
        return torch.sigmoid(self.conv_transpose_4(nn.Softplus()(self.conv_transpose_3(x))))


class Odd(nn.Module):
    name, model = "odd", "tests/parity/odd.toml"
    image, range, classes, latent = (19, 15, 3), (0, 1), 7, 9

    def __init__(self):
        super().__init__()
        self.trunk = OddTrunk()
        self.logits = named(tanh_1=nn.Tanh(), dense_1=SpectralLinear(20, 7))
        self.generator = OddGenerator()

    def forward(self, image):
        return self.logits(self.trunk(image))

    def generate(self, latent, label):
        return self.generator(latent, label)
