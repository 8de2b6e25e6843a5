"""The interface of a framework, which a worker calls."""

from collections.abc import Mapping
from typing import Protocol

import numpy as np

Arrays = Mapping[str, np.ndarray]

IMAGES, LABELED, CLASSES = 1000, 100, 10  # of the random data that steps draw from

PRODUCT_SIZE, PRODUCTS_OF_STEP = 2048, 3  # of the matrix product that bf16 is compared with


class Peer(Protocol):
    def step(self) -> None:
        """Makes one training step on batches that it draws. Returns when everything is computed."""

    def versions(self) -> dict[str, str]:
        """The versions of its libraries, by name."""

    def step_on(self, batch: Arrays) -> dict[str, float]:
        """Makes a step on given images (NHWC), labels and latent points, "UPDATE.VARIABLE". Returns the losses."""

    def load(self, weights: Arrays) -> None:
        """Sets the weights, given in the names and axis orders of checkpoints, and resets the optimizers."""

    def state(self) -> dict[str, np.ndarray]:
        """Weights, and each optimizer's mean of gradients as "OPTIMIZER.m.WEIGHT"."""

    def evaluate(self, images: np.ndarray, labels: np.ndarray, batch: int) -> float:
        """The classifier's accuracy."""


def pool_of(source: str) -> int:
    """The number of images to draw from."""
    return LABELED if source == "labeled" else IMAGES


def random_data(image: tuple[int, ...], count: int = IMAGES) -> tuple[np.ndarray, np.ndarray]:
    """Scaled images (NHWC) and labels."""
    random = np.random.default_rng(7)
    images = random.uniform(-1, 1, (count, *image)).astype(np.float32)
    return images, (np.arange(count) % CLASSES).astype(np.int64)
