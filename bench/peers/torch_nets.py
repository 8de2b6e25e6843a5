"""The nets of the model files and the losses of their updates, in PyTorch. Layers have their names in checkpoints."""

from collections import OrderedDict
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import weight_norm

SLOPE = 0.2


def named(**layers: nn.Module) -> nn.Sequential:
    return nn.Sequential(OrderedDict(layers))


def batch_norm(kind: Callable[..., nn.Module], channels: int) -> nn.Module:
    return kind(channels, eps=1e-3, momentum=0.1)


class ToVector(nn.Module):
    """Flattens in the order height, width, channel. The result is a view if channels are last."""

    def forward(self, image: Tensor) -> Tensor:
        return image.permute(0, 2, 3, 1).flatten(1)


class ToImage(nn.Module):
    def __init__(self, height: int, width: int, channels: int, layout: torch.memory_format):
        super().__init__()
        self.shape, self.layout = (height, width, channels), layout

    def forward(self, vector: Tensor) -> Tensor:
        return vector.view(-1, *self.shape).permute(0, 3, 1, 2).contiguous(memory_format=self.layout)


class Noise(nn.Module):
    def __init__(self, deviation: float):
        super().__init__()
        self.deviation = deviation

    def forward(self, x: Tensor) -> Tensor:
        return x + self.deviation * torch.randn_like(x) if self.training else x


def called_real(log_z: Tensor) -> Tensor:
    """The mean of -log sigmoid(log_z)."""
    return F.softplus(-log_z).mean()


def called_generated(log_z: Tensor) -> Tensor:
    return F.softplus(log_z).mean()


class Model(nn.Module):
    """The nets, and a method for each update that returns its loss. Images are (count, channels, height, width)."""

    generator: nn.Module

    @torch.no_grad()
    def held_still(self, latent: Tensor) -> Tensor:
        return self.generator(latent)

    def losses(self) -> dict[str, Callable[..., Tensor]]:
        return {}


class Stacked(Model):
    def __init__(self, layout: torch.memory_format, dropout: float = 0.4):
        super().__init__()
        self.generator = named(
            dense_1=nn.Linear(100, 6272),
            leaky_relu_1=nn.LeakyReLU(SLOPE),
            reshape_1=ToImage(7, 7, 128, layout),
            conv_transpose_1=nn.ConvTranspose2d(128, 128, 4, stride=2, padding=1),
            leaky_relu_2=nn.LeakyReLU(SLOPE),
            conv_transpose_2=nn.ConvTranspose2d(128, 128, 4, stride=2, padding=1),
            leaky_relu_3=nn.LeakyReLU(SLOPE),
            conv_1=nn.Conv2d(128, 1, 7, padding=3),
            tanh_1=nn.Tanh(),
        )
        self.trunk = named(
            conv_1=nn.Conv2d(1, 128, 3, stride=2, padding=1),
            leaky_relu_1=nn.LeakyReLU(SLOPE),
            conv_2=nn.Conv2d(128, 128, 3, stride=2, padding=1),
            leaky_relu_2=nn.LeakyReLU(SLOPE),
            conv_3=nn.Conv2d(128, 128, 3, stride=2, padding=1),
            leaky_relu_3=nn.LeakyReLU(SLOPE),
            flatten_1=ToVector(),
            dropout_1=nn.Dropout(dropout),
        )
        self.logits = named(dense_1=nn.Linear(2048, 10))

    def forward(self, image: Tensor) -> Tensor:
        return self.logits(self.trunk(image)).float()

    def log_z(self, image: Tensor) -> Tensor:
        return self(image).logsumexp(1)

    def c(self, x: Tensor, x_label: Tensor) -> Tensor:
        return F.cross_entropy(self(x), x_label)

    def d_real(self, x: Tensor) -> Tensor:
        return called_real(self.log_z(x))

    def d_fake(self, z: Tensor) -> Tensor:
        return called_generated(self.log_z(self.held_still(z)))

    def g(self, z: Tensor) -> Tensor:
        return called_real(self.log_z(self.generator(z)))

    def losses(self) -> dict[str, Callable[..., Tensor]]:
        return {"c": self.c, "d_real": self.d_real, "d_fake": self.d_fake, "g": self.g}


class Dcgan(Model):
    def __init__(self, layout: torch.memory_format):
        super().__init__()
        self.generator = named(
            dense_1=nn.Linear(100, 6272, bias=False),
            reshape_1=ToImage(7, 7, 128, layout),
            batch_norm_1=batch_norm(nn.BatchNorm2d, 128),
            relu_1=nn.ReLU(),
            conv_transpose_1=nn.ConvTranspose2d(128, 64, 5, 2, padding=2, output_padding=1, bias=False),
            batch_norm_2=batch_norm(nn.BatchNorm2d, 64),
            relu_2=nn.ReLU(),
            conv_transpose_2=nn.ConvTranspose2d(64, 1, 5, 2, padding=2, output_padding=1),
            tanh_1=nn.Tanh(),
        )
        self.critic = named(
            conv_1=nn.Conv2d(1, 32, 5, stride=2, padding=2),
            leaky_relu_1=nn.LeakyReLU(SLOPE),
            conv_2=nn.Conv2d(32, 64, 5, stride=2, padding=2, bias=False),
            batch_norm_1=batch_norm(nn.BatchNorm2d, 64),
            leaky_relu_2=nn.LeakyReLU(SLOPE),
            flatten_1=ToVector(),
            dense_1=nn.Linear(7 * 7 * 64, 1),
        )

    def d(self, x: Tensor, z: Tensor) -> Tensor:
        return called_real(self.critic(x)) + called_generated(self.critic(self.held_still(z)))

    def g(self, z: Tensor) -> Tensor:
        return called_real(self.critic(self.generator(z)))

    def losses(self) -> dict[str, Callable[..., Tensor]]:
        return {"d": self.d, "g": self.g}


def hidden(inputs: int, units: int) -> nn.Module:
    """A dense layer whose kernel has a length that is not learned."""
    layer = weight_norm(nn.Linear(inputs, units))
    layer.parametrizations.weight.original0.requires_grad_(False)
    return layer


class FeatureMatching(Model):
    def __init__(self, layout: torch.memory_format):
        super().__init__()
        self.generator = named(
            dense_1=nn.Linear(100, 500, bias=False),
            batch_norm_1=batch_norm(nn.BatchNorm1d, 500),
            softplus_1=nn.Softplus(),
            dense_2=nn.Linear(500, 500, bias=False),
            batch_norm_2=batch_norm(nn.BatchNorm1d, 500),
            softplus_2=nn.Softplus(),
            dense_3=weight_norm(nn.Linear(500, 784)),
            sigmoid_1=nn.Sigmoid(),
            reshape_1=ToImage(28, 28, 1, layout),
        )
        widths = [784, 1000, 500, 250, 250, 250]
        layers: list[nn.Module] = [ToVector()]
        for i, (inputs, units) in enumerate(zip(widths, widths[1:])):
            layers += [Noise(0.5 if i else 0.3), hidden(inputs, units), nn.ReLU()]
        self.trunk = nn.Sequential(*layers)
        self.logits = nn.Sequential(Noise(0.5), weight_norm(nn.Linear(250, 10)))

    def forward(self, image: Tensor) -> Tensor:
        return self.logits(self.trunk(image))

    def d(self, x: Tensor, x_label: Tensor, u: Tensor, z: Tensor) -> Tensor:
        """Passes the three batches as one, which is less work. The critic computes each image by itself."""
        logits = self(torch.cat([x, u, self.held_still(z)]))
        labelled, real, generated = logits.split([len(x), len(u), len(z)])
        critic = called_real(real.logsumexp(1)) + called_generated(generated.logsumexp(1))
        return F.cross_entropy(labelled, x_label) + 0.5 * critic

    def g(self, u: Tensor, z: Tensor) -> Tensor:
        with torch.no_grad():
            wanted = self.trunk(u).mean(0)
        return F.mse_loss(self.trunk(self.generator(z)).mean(0), wanted)

    def losses(self) -> dict[str, Callable[..., Tensor]]:
        return {"d": self.d, "g": self.g}


MODELS: dict[str, type[Model]] = {
    "mnist_stacked": Stacked,
    "dcgan": Dcgan,
    "feature_matching": FeatureMatching,
}
