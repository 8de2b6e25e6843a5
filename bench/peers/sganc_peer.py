"""Runs sganc as a command: times a training step, makes a step from given weights, evaluates."""

import json
import os
import re
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from declaration import BUILD, ROOT, Declaration

PROGRAM = str(ROOT / "build" / "sganc")


class SgancFailed(Exception):
    """sganc has failed. The text is the first line of its message."""


def sganc(*words: str) -> str:
    """Runs sganc and returns what it prints on standard output."""
    ended = subprocess.run([PROGRAM, *words], cwd=ROOT, capture_output=True, text=True)
    if ended.returncode:
        said = ended.stderr.strip() or f"exit code {ended.returncode}"
        raise SgancFailed(f"sganc {words[0]}: " + said.split("\n")[0])
    return ended.stdout


def set_keys(keys: dict[str, str]) -> list[str]:
    return [word for key, value in keys.items() for word in ("--set", f"{key}={value}")]


def data_of(folder: Path) -> dict[str, str]:
    """The keys that make images.npy and labels.npy of the folder both training and test images."""
    images, labels = folder / "images.npy", folder / "labels.npy"
    files = {"images": images, "labels": labels, "test_images": images, "test_labels": labels}
    return {"data.source": "{ " + ", ".join(f'{name} = "{file}"' for name, file in files.items()) + " }"}


@dataclass
class Turn:
    ms: list[float]
    product_gflops: float  # of the f32 matrix product, measured between the steps
    peak_bytes: int
    first_step_s: float
    flop: float
    processor: str


def bench(declaration: Declaration, schedule: str, threads: int, steps: int) -> Turn:
    """Times steps in a process of its own, after three steps that are not measured."""
    words = ["bench", declaration.file, "--schedule", schedule, "--threads", str(threads), "--quiet"]
    words += ["--repetitions", str(steps), "--format", "json"]
    process = subprocess.Popen(
        [PROGRAM, *words], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    printed, said = process.stdout.read(), process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SgancFailed(
            "sganc bench: " + (said.strip().split("\n")[0] or f"exit code {process.returncode}")
        )
    result = json.loads(printed)
    variant = result["variants"][0]
    return Turn(
        ms=variant["step_ms"],
        product_gflops=result["context"]["matrix_product_gflops"],
        peak_bytes=used.ru_maxrss * 1024,
        first_step_s=variant["first_step_seconds"],
        flop=variant["flop"],
        processor=result["context"]["processor"],
    )


def latent_streams(declaration: Declaration, keys: dict[str, str]) -> dict[str, int]:
    """The random stream of each update's latent points, "UPDATE.VARIABLE", as the compiled graph has them."""
    streams: dict[str, int] = {}
    function = ""
    for line in sganc("compile", declaration.file, "--emit", "graph", "--quiet", *set_keys(keys)).split("\n"):
        if line.startswith("function "):
            function = line.split()[1]
        found = re.search(r"random\(.*stream = (\d+)\}.*# (\S+)$", line)
        if found:
            streams.setdefault(f"{function}.{found[2]}", int(found[1]))
    return streams


def train_one_step(
    declaration: Declaration, folder: Path, schedule: str, keys: dict[str, str]
) -> tuple[dict[str, float], Path]:
    """Makes a step from the folder's init.safetensors, with seed 0. Returns the losses, and the state file."""
    keys = {
        **data_of(folder),
        "evaluate.splits": "[]",
        "train.epochs": "1",
        "train.steps_per_epoch": "1",
        **keys,
    }
    run = folder / "run"
    words = ["--init", str(folder / "init.safetensors"), "--schedule", schedule, "--seed", "0"]
    sganc("train", declaration.file, "--quiet", "--force", "--out", str(run), *words, *set_keys(keys))
    with open(run / "metrics.jsonl") as lines:
        step = json.loads(next(lines))
    losses = {update.name: step[update.name]["loss"] for update in declaration.updates}
    return losses, run / "checkpoints" / "state.safetensors"


def run_to_evaluate(declaration: Declaration, images: np.ndarray, threads: int) -> Path:
    """Trains one step with these bytes as training images, and returns the run folder."""
    folder = BUILD / "evaluate" / declaration.name
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / "images.npy", images)
    np.save(folder / "labels.npy", np.arange(len(images)) % 10)
    keys = {**data_of(folder), "evaluate.splits": "[]", "train.epochs": "1", "train.steps_per_epoch": "1"}
    run = folder / "run"
    words = ["--quiet", "--force", "--out", str(run), "--threads", str(threads)]
    sganc("train", declaration.file, *words, *set_keys(keys))
    return run


def evaluate(run: Path, threads: int) -> float:
    """Returns the seconds of the whole process, with reading the files."""
    begin = time.perf_counter()
    sganc("eval", str(run), "--split", "train", "--threads", str(threads), "--quiet")
    return time.perf_counter() - begin


def version() -> str:
    return sganc("--version").split()[-1]
