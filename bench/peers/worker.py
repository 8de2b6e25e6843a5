"""A peer in a process of its own, which waits for its turn: `worker.py VARIANT MODEL --threads N`. Reads one request
per line from standard input, and answers each with a line of JSON on standard output. All else goes to standard error.
"""

import argparse
import json
import os
import resource
import sys
import time
import traceback
from typing import Any

import numpy as np
from safetensors.numpy import load_file, save_file

from declaration import Declaration, declaration_of
from peer import Peer, random_data


def build(variant: str, declaration: Declaration, threads: int, dropout: float | None) -> Any:
    """Returns a Peer, or the Product. A process imports only one framework."""
    framework, way = variant.split(".", 1)
    bf16, way = way.endswith("_bf16"), way.removesuffix("_bf16")
    if framework == "keras":
        from keras_peer import KerasFunction, KerasTrainOnBatch

        if way == "train_on_batch":
            return KerasTrainOnBatch(declaration, threads, bf16=bf16, dropout=dropout)
        return KerasFunction(declaration, threads, xla=way == "xla", bf16=bf16, dropout=dropout)
    from torch_peer import Product, TorchPeer

    if way == "product":
        return Product(threads)
    channels_last, compiled = way != "default_layout", way == "compiled"
    return TorchPeer(
        declaration, threads, channels_last=channels_last, compiled=compiled, bf16=bf16, dropout=dropout
    )


class Worker:
    def __init__(self, peer: Peer, declaration: Declaration):
        self.peer, self.declaration = peer, declaration
        self.evaluated: tuple[np.ndarray, np.ndarray] | None = None

    def timed(self, steps: int) -> list[float]:
        times = []
        for _ in range(steps):
            begin = time.perf_counter()
            self.peer.step()
            times.append((time.perf_counter() - begin) * 1e3)
        return times

    def run(self, steps: int) -> dict[str, Any]:
        """Runs one step to warm up and then measured steps. Returns their milliseconds."""
        return {"ms": self.timed(1 + steps)[1:], "peak_bytes": peak_bytes()}

    def check(self, weights: str, batch: str, out: str) -> dict[str, Any]:
        """Makes a step from given weights on given batches, and writes the state after it to a file."""
        self.peer.load(load_file(weights))
        losses = self.peer.step_on(load_file(batch))
        save_file(self.peer.state(), out)
        return {"losses": losses}

    def evaluate(self, batch: int, images: int) -> dict[str, Any]:
        """Returns the seconds of one pass over this number of images in memory."""
        if self.evaluated is None:
            self.evaluated = random_data(self.declaration.image, images)
        begin = time.perf_counter()
        self.peer.evaluate(*self.evaluated, batch)
        return {"seconds": time.perf_counter() - begin}


def peak_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def serve(variant: str, model: str, threads: int, check: bool, started: float, answers: Any) -> None:
    def answer(content: dict[str, Any]) -> None:
        print(json.dumps(content), file=answers, flush=True)

    declaration = declaration_of(model)
    try:
        peer = build(variant, declaration, threads, 0.0 if check else None)
        worker = Worker(peer, declaration)
        worker.timed(0 if check else 1)
        first_step_s = time.time() - started
        worker.timed(0 if check else 2)
        answer({"versions": peer.versions(), "first_step_s": first_step_s})
        for line in sys.stdin:
            request = json.loads(line)
            answer(getattr(worker, request.pop("do"))(**request))
    except Exception as error:
        traceback.print_exc()
        answer({"failed": str(error).strip().split("\n")[0] or type(error).__name__})


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("variant")
    parser.add_argument("model")
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--check", action="store_true", help="without dropout, and without steps to warm up")
    parser.add_argument("--started", type=float, required=True, help="when the process was started")
    arguments = parser.parse_args()
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    serve(**vars(arguments), answers=answers)


if __name__ == "__main__":
    main()
