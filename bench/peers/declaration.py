"""The parts of a model file that the peers read: what is drawn, what is trained, and by which optimizer."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "peers"

MODEL_FILES = {
    "mnist_stacked": "models/mnist_stacked.toml",
    "dcgan": "models/papers/dcgan.toml",
    "feature_matching": "models/papers/feature_matching.toml",
}


@dataclass(frozen=True)
class Draw:
    source: str  # labeled, unlabeled or latent
    count: int


@dataclass(frozen=True)
class Update:
    name: str
    draws: dict[str, Draw]
    trains: list[str]
    optimizer: str


@dataclass(frozen=True)
class Declaration:
    name: str
    image: tuple[int, int, int]
    latent: int
    normal: bool  # latent points; else uniform in [-1, 1)
    updates: list[Update]
    optimizers: dict[str, dict[str, float]]
    average: float  # decay of the averages of all weights; 0: there are none
    labels_per_class: int
    classifies: bool

    @property
    def file(self) -> str:
        return MODEL_FILES[self.name]

    @property
    def images_of_step(self) -> int:
        return sum(draw.count for update in self.updates for draw in update.draws.values())


def declaration_of(name: str) -> Declaration:
    with open(ROOT / MODEL_FILES[name], "rb") as file:
        text = tomllib.load(file)
    updates = []
    for update in text["update"]:
        pairs = {variable: drawn.split() for variable, drawn in update["draw"].items()}
        draws = {variable: Draw(source, int(count)) for variable, (source, count) in pairs.items()}
        updates.append(Update(update["name"], draws, update["train"], update["optimizer"]))
    latent = text["input"]["latent"]
    return Declaration(
        name=name,
        image=tuple(text["input"]["image"]),
        latent=latent["size"],
        normal=latent["distribution"] == "normal",
        updates=updates,
        optimizers=text["optimizer"],
        average=text["average"]["decay"] if text["evaluate"].get("average") else 0,
        labels_per_class=text["data"].get("labels", {}).get("per_class", 0),
        classifies="classifier" in text["evaluate"],
    )
