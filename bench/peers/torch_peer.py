"""The training step in PyTorch: eager or compiled, in either memory layout, in f32 or under bf16 autocast."""

import re

import numpy as np
import torch
from torch import Tensor

from declaration import Declaration, Update
from peer import PRODUCT_SIZE, PRODUCTS_OF_STEP, Arrays, pool_of, random_data
from torch_nets import MODELS

EPSILON, BETA2 = 1e-7, 0.999


def versions() -> dict[str, str]:
    onednn = re.search(r"MKL-DNN v(\S+)", torch.__config__.show())
    return {"PyTorch": torch.__version__, "PyTorch's oneDNN": onednn[1] if onednn else "none"}


class TorchPeer:
    def __init__(
        self,
        declaration: Declaration,
        threads: int,
        *,
        channels_last: bool,
        compiled: bool = False,
        bf16: bool = False,
        dropout: float | None = None,
    ):
        torch.set_num_threads(threads)
        torch.set_flush_denormal(True)
        self.declaration, self.bf16 = declaration, bf16
        self.layout = torch.channels_last if channels_last else torch.contiguous_format
        keys = {} if dropout is None else {"dropout": dropout}
        self.model = MODELS[declaration.name](self.layout, **keys).to(memory_format=self.layout).train()
        self.learned = {name: w for name, w in self.model.named_parameters() if w.requires_grad}
        losses = self.model.losses()
        self.losses = {n: torch.compile(f, dynamic=False) for n, f in losses.items()} if compiled else losses
        images, labels = random_data(declaration.image)
        self.images, self.labels = self.image_of(images), torch.from_numpy(labels)
        stored = [value for value in self.model.state_dict().values() if value.is_floating_point()]
        self.weights = [value.detach() for value in stored] if declaration.average else []
        self.averages = [value.clone() for value in self.weights]
        self.trained = {update.name: self.trained_by(update) for update in declaration.updates}
        self.begin_optimizers()

    def image_of(self, images: np.ndarray) -> Tensor:
        return torch.from_numpy(images).permute(0, 3, 1, 2).contiguous(memory_format=self.layout)

    def trained_by(self, update: Update) -> list[Tensor]:
        return [w for name, w in self.learned.items() if name.split(".")[0] in update.trains]

    def begin_optimizers(self) -> None:
        self.optimizers = {}
        for update in self.declaration.updates:
            keys = self.declaration.optimizers[update.optimizer]
            self.optimizers[update.optimizer] = torch.optim.Adam(
                self.trained[update.name], lr=keys["rate"], betas=(keys["beta1"], BETA2), fused=True
            )
        self.steps = dict.fromkeys(self.optimizers, 0)

    def draw(self, update: Update) -> dict[str, Tensor]:
        batch = {}
        for name, drawn in update.draws.items():
            if drawn.source == "latent":
                shape = (drawn.count, self.declaration.latent)
                batch[name] = torch.randn(shape) if self.declaration.normal else torch.rand(shape) * 2 - 1
            else:
                index = torch.randint(pool_of(drawn.source), (drawn.count,))
                batch[name] = self.images[index]
                if drawn.source == "labeled":
                    batch[f"{name}_label"] = self.labels[index]
        return batch

    def run(self, update: Update, batch: dict[str, Tensor]) -> Tensor:
        for weight in self.learned.values():
            weight.requires_grad_(False)
        for weight in self.trained[update.name]:
            weight.requires_grad_(True)
        optimizer = self.optimizers[update.optimizer]
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.bf16):
            loss = self.losses[update.name](**batch)
        loss.backward()
        self.steps[update.optimizer] += 1
        # Keras and sganc add epsilon before the correction of the second moment, PyTorch after it.
        correction = (1 - BETA2 ** self.steps[update.optimizer]) ** 0.5
        optimizer.param_groups[0]["eps"] = EPSILON / correction
        optimizer.step()
        return loss

    def step(self) -> None:
        for update in self.declaration.updates:
            self.run(update, self.draw(update))
        if self.averages:
            torch._foreach_lerp_(self.averages, self.weights, 1 - self.declaration.average)

    def step_on(self, batch: Arrays) -> dict[str, float]:
        losses = {}
        for update in self.declaration.updates:
            given = {
                name.split(".")[1]: self.image_of(array) if array.ndim == 4 else torch.from_numpy(array)
                for name, array in batch.items()
                if name.split(".")[0] == update.name
            }
            losses[update.name] = self.run(update, given).item()
        return losses

    def load(self, weights: Arrays) -> None:
        self.model.load_state_dict({name: torch.from_numpy(array) for name, array in weights.items()})
        self.begin_optimizers()

    def state(self) -> dict[str, np.ndarray]:
        def array(tensor: Tensor) -> np.ndarray:
            return tensor.detach().contiguous().numpy().copy()

        found = {name: array(value) for name, value in self.model.state_dict().items()}
        for optimizer, adam in self.optimizers.items():
            for name, weight in self.learned.items():
                if weight in adam.state:
                    found[f"{optimizer}.m.{name}"] = array(adam.state[weight]["exp_avg"])
        return found

    def evaluate(self, images: np.ndarray, labels: np.ndarray, batch: int) -> float:
        self.model.eval()
        correct = 0
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=self.bf16):
            for first in range(0, len(images), batch):
                part = torch.from_numpy(images[first : first + batch]).permute(0, 3, 1, 2)
                found = self.model(part.contiguous(memory_format=self.layout)).argmax(1)
                correct += int((found == torch.from_numpy(labels[first : first + batch])).sum())
        self.model.train()
        return correct / len(images)

    def versions(self) -> dict[str, str]:
        return versions()


class Product:
    """The matrix product 2048 x 2048 x 2048 in bf16 by PyTorch's oneDNN, three times in a step."""

    def __init__(self, threads: int):
        torch.set_num_threads(threads)
        self.a = torch.randn(PRODUCT_SIZE, PRODUCT_SIZE).bfloat16()
        self.b = torch.randn(PRODUCT_SIZE, PRODUCT_SIZE).bfloat16()

    def step(self) -> None:
        for _ in range(PRODUCTS_OF_STEP):
            torch.mm(self.a, self.b)

    def versions(self) -> dict[str, str]:
        return versions()
