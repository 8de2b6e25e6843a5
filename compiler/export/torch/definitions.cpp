// The functions and classes of a written module that PyTorch has not, in Python.

#include "compiler/export/torch/layers.h"

namespace sganc {

const std::vector<TorchDefinition>& torch_definitions() {
  static const std::vector<TorchDefinition> definitions = {
      {"channels_last", R"(def channels_last(x):
    """Images (batch, channels, height, width) as (batch, height, width, channels)."""
    return x.permute(0, 2, 3, 1)
)"},
      {"channels_first", R"(def channels_first(x):
    """Images (batch, height, width, channels) as (batch, channels, height, width)."""
    return x.permute(0, 3, 1, 2)
)"},
      {"average_pool", R"(def average_pool(x, size, stride, pads):
    """The mean of the pixels of each window that lie within the image."""
    within = torch.ones_like(x[:1, :1])
    return F.avg_pool2d(F.pad(x, pads), size, stride) / F.avg_pool2d(F.pad(within, pads), size, stride)
)"},
      {"minibatch_deviation", R"(def minibatch_deviation(x, group):
    """x with one more channel: how much the examples of each group differ."""
    group = min(group or x.shape[0], x.shape[0])
    members = x.reshape(-1, group, *x.shape[1:])
    deviation = (members.var(1, unbiased=False) + 1e-8).sqrt()
    mean = deviation.flatten(1).mean(1).repeat_interleave(group)
    channel = 1 if x.dim() == 4 else x.dim() - 1
    shape = [1 if axis == channel else size for axis, size in enumerate(x.shape)]
    return torch.cat([x, mean.view(-1, *[1] * (x.dim() - 1)).expand(shape)], channel)
)"},
      {"straighten", R"(def straighten(x, bright):
    """Shears and moves each image so that what is drawn on it stands upright in the middle."""
    ground = (x.amin if bright else x.amax)((1, 2, 3), keepdim=True)
    drawn = x - ground
    ink = drawn.sum(1).abs()
    total = ink.sum((1, 2)).clamp(min=1e-6)
    height, width = x.shape[2:]
    rows = (torch.arange(height, device=x.device) - (height - 1) / 2).view(1, -1, 1)
    columns = (torch.arange(width, device=x.device) - (width - 1) / 2).view(1, 1, -1)

    def mean(v):
        return ((ink * v).sum((1, 2)) / total).view(-1, 1, 1)

    down, right = mean(rows), mean(columns)
    slant = mean((rows - down) * (columns - right)) / mean((rows - down) ** 2).clamp(min=0.25)
    from_y = rows + down + (height - 1) / 2 + 0 * columns
    from_x = columns + right + slant * rows + (width - 1) / 2
    grid = torch.stack([(2 * from_x + 1) / width - 1, (2 * from_y + 1) / height - 1], 3)
    return F.grid_sample(drawn, grid, align_corners=False) + ground
)"},
      {"oriented_gradients", R"(def oriented_gradients(x, directions):
    """The slope of the brightness in several directions, or 0 where it falls."""
    right = F.pad(x[:, :, :, 2:] - x[:, :, :, :-2], (1, 1, 0, 0))
    down = F.pad(x[:, :, 2:] - x[:, :, :-2], (0, 0, 1, 1))
    angle = (torch.arange(directions, device=x.device) * (2 * torch.pi / directions)).view(1, 1, -1, 1, 1)
    return (right.unsqueeze(2) * angle.cos() + down.unsqueeze(2) * angle.sin()).relu().flatten(1, 2)
)"},
      {"Embedding", R"(class Embedding(nn.Module):
    """A learned vector for each class, for one-hot vectors or shares of classes."""

    def __init__(self, classes, size):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(classes, size))

    def forward(self, x):
        return x @ self.weight
)"},
      {"GaussianNoise", R"(class GaussianNoise(nn.Module):
    """In training, adds a normal number to each element."""

    def __init__(self, deviation):
        super().__init__()
        self.deviation = deviation

    def forward(self, x):
        return x + self.deviation * torch.randn_like(x) if self.training else x
)"},
  };
  return definitions;
}

}  // namespace sganc
