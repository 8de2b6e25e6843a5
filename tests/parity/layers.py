"""What PyTorch does not have: TensorFlow's padding, this program's spectral norm, and images as vectors in
the order height, width, channel. Images are (count, channels, height, width), as everywhere in PyTorch."""

from collections import OrderedDict

import torch
from torch import nn
from torch.nn import functional as F


def named(**layers):
    return nn.Sequential(OrderedDict(layers))


def vector_of(image):
    return image.permute(0, 2, 3, 1).flatten(1)


def image_of(vector, height, width, channels):
    return vector.view(-1, height, width, channels).permute(0, 3, 1, 2)


def pads(extent, kernel, stride, dilation):
    """Zeros before and behind, such that there are as many outputs as `stride` has steps in the extent."""
    missing = max((-(-extent // stride) - 1) * stride + (kernel - 1) * dilation + 1 - extent, 0)
    return missing // 2, missing - missing // 2


def pads_of(layer, extents):
    """Those of height and width, for a convolution or a pool."""
    steps = (layer.kernel_size, layer.stride, getattr(layer, "dilation", 1))
    pairs = [n if isinstance(n, tuple) else (n, n) for n in steps]
    return [pads(*numbers) for numbers in zip(extents, *pairs)]


def padded(layer, x, value=0.0):
    rows, columns = pads_of(layer, x.shape[2:])
    return F.pad(x, columns + rows, value=value)


class SameConv2d(nn.Conv2d):
    def forward(self, x):
        return super().forward(padded(self, x))


class SameConvTranspose2d(nn.ConvTranspose2d):
    """Of n pixels stride * n: those that SameConv2d takes to n. The kernel is no smaller than the stride."""

    def forward(self, x):
        height, width = (n * stride for n, stride in zip(x.shape[2:], self.stride))
        (top, _), (left, _) = pads_of(self, (height, width))
        return super().forward(x)[:, :, top:top + height, left:left + width]


class SameMaxPool2d(nn.MaxPool2d):
    def forward(self, x):
        return super().forward(padded(self, x, -torch.inf))


class SameAvgPool2d(nn.AvgPool2d):
    """Means of what lies within the image."""

    def forward(self, x):
        return super().forward(padded(self, x)) / super().forward(padded(self, torch.ones_like(x)))


class ChannelNorm(nn.LayerNorm):
    def forward(self, x):
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class Spectral:
    """A kernel divided by its largest singular value, which a step of power iteration from weight_u finds."""

    outputs = 0  # the kernel's axis that counts them

    def __init__(self, *arguments, **keys):
        super().__init__(*arguments, **keys)
        self.register_buffer("weight_u", torch.ones(self.weight.shape[self.outputs]))

    def normalized(self):
        matrix = self.weight.transpose(0, self.outputs).flatten(1)
        with torch.no_grad():
            right = F.normalize(self.weight_u @ matrix, dim=0)
            if self.training:
                self.weight_u = F.normalize(matrix @ right, dim=0)
        return self.weight / (self.weight_u @ matrix @ right)


class SpectralLinear(Spectral, nn.Linear):
    def forward(self, x):
        return F.linear(x, self.normalized(), self.bias)


class SpectralConv2d(Spectral, SameConv2d):
    def forward(self, x):
        return self._conv_forward(padded(self, x), self.normalized(), self.bias)


class SpectralConvTranspose2d(Spectral, nn.ConvTranspose2d):
    outputs = 1

    def forward(self, x):
        return F.conv_transpose2d(x, self.normalized(), self.bias, self.stride, self.padding)
