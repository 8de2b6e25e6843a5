"""What a worker asks of a framework."""

from collections.abc import Mapping
from typing import Protocol

import numpy as np

Arrays = Mapping[str, np.ndarray]

IMAGES, LABELED, CLASSES = 1000, 100, 10  # of the random data that steps draw from

PRODUCT_SIZE, PRODUCTS_OF_STEP = 2048, 3  # of the matrix product that bf16 is compared with


class Peer(Protocol):
    def step(self) -> None:
        """One training step on what it draws; returns when all is computed."""

    def versions(self) -> dict[str, str]:
        """What it is made of."""

    def step_on(self, batch: Arrays) -> dict[str, float]:
        """One on given images (NHWC), labels and latent points, "UPDATE.VARIABLE"; the losses by update."""

    def load(self, weights: Arrays) -> None:
        """Takes weights under the checkpoints' names and in their orders; optimizers begin anew."""

    def state(self) -> dict[str, np.ndarray]:
        """Weights, and each optimizer's mean of gradients as "OPTIMIZER.m.WEIGHT"."""

    def evaluate(self, images: np.ndarray, labels: np.ndarray, batch: int) -> float:
        """The classifier's accuracy."""


def pool_of(source: str) -> int:
    """How many images there are to draw from."""
    return LABELED if source == "labeled" else IMAGES


def random_data(image: tuple[int, ...], count: int = IMAGES) -> tuple[np.ndarray, np.ndarray]:
    """Scaled images (NHWC) and labels."""
    random = np.random.default_rng(7)
    images = random.uniform(-1, 1, (count, *image)).astype(np.float32)
    return images, (np.arange(count) % CLASSES).astype(np.int64)
