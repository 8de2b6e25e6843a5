"""Checks that all compute the same. Each makes one training step of models/mnist_stacked.toml, from the same weights,
on the same images and latent points, without dropout. The others are compared with sganc's step in f32.
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

import philox
import sganc_peer
from contestants import TUTORIAL, WorkerFailed, WorkerProcess, precision_of
from declaration import BUILD, Declaration, declaration_of
from table import Table

COUNT = 50  # images; every draw takes all of them
NO_DROPOUT = {
    "net.trunk.layers.dropout_1.rate": "0",
    "data.labels": "{ all = true }",
    "update.c.replace": "false",
    "update.d_real.replace": "false",
}
# PyTorch pads both sides equally, and TensorFlow only one. That is as fast, but windows see other pixels.
PYTORCH_PADDING = {"net.trunk.layers.conv_1.padding": "1", "net.trunk.layers.conv_2.padding": "1"}
LIMITS = {
    "f32": {"loss": 1e-5, "gradients": 1e-3, "weights": 2e-5},
    "bf16": {"loss": 5e-3, "gradients": 1e-1, "weights": 1e-2},
}


@dataclass
class Step:
    """The results of one training step."""

    losses: dict[str, float]
    state: dict[str, np.ndarray]

    def parts(self, optimizers: list[str]) -> dict[str, dict[str, np.ndarray]]:
        """The groups of arrays that are compared. An optimizer's mean of gradients is linear in its gradients."""
        found = {f"loss {name}": {name: np.array(loss)} for name, loss in self.losses.items()}
        for optimizer in optimizers:
            start = f"{optimizer}.m."
            found[f"gradients {optimizer}"] = {n: a for n, a in self.state.items() if n.startswith(start)}
        weights = {name: array for name, array in self.state.items() if name.count(".") == 2}
        found["weights after the step"] = weights  # NET.LAYER.WEIGHT
        return found


@dataclass
class Sameness:
    """The relative difference |a - b| / |b| of each part, by variant, with all numbers of a part as one vector. A
    single number says little: if rounding moves a pixel across the kink of a leaky_relu, its slope changes.
    """

    differences: dict[str, dict[str, float]] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)

    def limit(self, variant: str, part: str) -> float:
        return LIMITS[precision_of(variant)][part.split()[0]]

    @property
    def alike(self) -> bool:
        return all(
            difference <= self.limit(variant, part)
            for variant, parts in self.differences.items()
            for part, difference in parts.items()
        )

    def table(self, precision: str) -> Table:
        variants = [variant for variant in self.differences if precision_of(variant) == precision]
        table = Table([f"{precision}: differences from sganc", *variants, "allowed"])
        for part in self.differences[variants[0]] if variants else []:
            found = [f"{self.differences[variant][part]:.1e}" for variant in variants]
            table.add([part, *found, f"{self.limit(variants[0], part):.0e}"])
        return table


def relative(ours: dict[str, np.ndarray], theirs: dict[str, np.ndarray]) -> float:
    if ours.keys() != theirs.keys():
        raise ValueError(f"other arrays: {sorted(ours.keys() ^ theirs.keys())}")
    difference, length = (
        sum(np.square(arrays[name], dtype=np.float64).sum() for name in theirs)
        for arrays in ({name: ours[name] - array for name, array in theirs.items()}, theirs)
    )
    found = float(np.sqrt(difference / length))
    return found if np.isfinite(found) else np.inf


def random_weights(random: np.random.Generator) -> dict[str, np.ndarray]:
    shapes = {
        "generator.dense_1": (6272, 100),
        "generator.conv_transpose_1": (128, 128, 4, 4),
        "generator.conv_transpose_2": (128, 128, 4, 4),
        "generator.conv_1": (1, 128, 7, 7),
        "trunk.conv_1": (128, 1, 3, 3),
        "trunk.conv_2": (128, 128, 3, 3),
        "trunk.conv_3": (128, 128, 3, 3),
        "logits.dense_1": (10, 2048),
    }
    weights = {}
    for name, shape in shapes.items():
        fan_in = shape[1] * int(np.prod(shape[2:]))
        outputs = shape[1] if "transpose" in name else shape[0]
        weights[f"{name}.weight"] = random.normal(0, fan_in**-0.5, shape).astype(np.float32)
        weights[f"{name}.bias"] = random.normal(0, 0.05, outputs).astype(np.float32)
    return weights


def prepare(declaration: Declaration, folder: Path) -> None:
    """Writes weights, images and labels for sganc, and the same batches for the peers."""
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(2)
    pixels = random.integers(0, 256, (COUNT, *declaration.image), dtype=np.uint8)
    labels = np.arange(COUNT) % 10
    np.save(folder / "images.npy", pixels)
    np.save(folder / "labels.npy", labels)
    save_file(random_weights(random), folder / "init.safetensors")
    images = (pixels / 127.5 - 1).astype(np.float32)
    batch = {"c.x": images, "c.x_label": labels, "d_real.x": images}
    streams = sganc_peer.latent_streams(declaration, NO_DROPOUT)
    for update in declaration.updates:
        if "z" in update.draws:
            shape = (update.draws["z"].count, declaration.latent)
            batch[f"{update.name}.z"] = philox.normal(0, 1, streams[f"{update.name}.z"], shape)
    save_file(batch, folder / "batch.safetensors")


def own_step(declaration: Declaration, folder: Path, schedule: str, padding: dict[str, str]) -> Step:
    losses, state = sganc_peer.train_one_step(declaration, folder, schedule, NO_DROPOUT | padding)
    return Step(losses, load_file(state))


def step_of_peer(variant: str, declaration: Declaration, folder: Path, threads: int) -> Step:
    files = {"weights": "init.safetensors", "batch": "batch.safetensors", "out": "peer.safetensors"}
    with WorkerProcess(variant, declaration, threads, check=True) as worker:
        losses = worker.ask("check", **{name: str(folder / file) for name, file in files.items()})["losses"]
    return Step(losses, load_file(folder / files["out"]))


def compare(variants: list[str], threads: int) -> Sameness:
    declaration, folder = declaration_of("mnist_stacked"), BUILD / "same"
    prepare(declaration, folder)
    optimizers = list(declaration.optimizers)
    wanted = {
        "keras": own_step(declaration, folder, "default", {}).parts(optimizers),
        "torch": own_step(declaration, folder, "default", PYTORCH_PADDING).parts(optimizers),
    }
    found = Sameness()
    for variant in (v for v in TUTORIAL if v in variants and v != "sganc.default"):
        framework = variant.split(".")[0]
        try:
            if framework == "sganc":
                step = own_step(declaration, folder, "bf16", {})
            else:
                step = step_of_peer(variant, declaration, folder, threads)
        except WorkerFailed as error:
            found.left_out[variant] = str(error)
            continue
        theirs = wanted["torch" if framework == "torch" else "keras"]
        parts = step.parts(optimizers)
        found.differences[variant] = {part: relative(parts[part], theirs[part]) for part in theirs}
    return found
