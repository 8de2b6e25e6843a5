"""Times the classification of 60,000 images. The peers have the images in memory and are warm. For sganc the whole
process counts, from its start to its end, with reading the files."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

import sganc_peer
from contestants import WorkerProcess, precision_of
from declaration import Declaration

IMAGES = 60_000
BATCHES = [200, 1000]  # sganc's, and a larger one


@dataclass
class Evaluation:
    """The seconds of each round, by variant and batch."""

    seconds: dict[tuple[str, int], list[float]] = field(default_factory=dict)


def measure(
    declaration: Declaration,
    workers: dict[str, WorkerProcess],
    threads: int,
    rounds: int,
    say: Callable[[str], None],
) -> Evaluation:
    say("preparing the evaluation")
    pixels = np.random.default_rng(3).integers(0, 256, (IMAGES, *declaration.image), dtype=np.uint8)
    run = sganc_peer.run_to_evaluate(declaration, pixels, threads)
    found = Evaluation()
    takers = {name: worker for name, worker in workers.items() if precision_of(name) == "f32"}
    for name, worker in takers.items():
        worker.ask("evaluate", batch=BATCHES[0], images=IMAGES)
    for number in range(rounds):
        say(f"evaluation {number + 1} of {rounds}")
        found.seconds.setdefault(("sganc", BATCHES[0]), []).append(sganc_peer.evaluate(run, threads))
        for name, worker in takers.items():
            for batch in BATCHES:
                answer = worker.ask("evaluate", batch=batch, images=IMAGES)
                found.seconds.setdefault((name, batch), []).append(answer["seconds"])
    return found
