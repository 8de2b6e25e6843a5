"""Races sganc against Keras and PyTorch: `bench/peers/run --help`."""

import argparse
import platform
import sys
import time

import evaluation
import report
import same
import sganc_peer
from contestants import WorkerFailed, WorkerProcess, precision_of
from declaration import declaration_of
from options import read_options
from peer import PRODUCT_SIZE, PRODUCTS_OF_STEP
from results import PRODUCT, Lane, Race


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def start_workers(race: Race, variants: list[str]) -> dict[str, WorkerProcess]:
    """Starts the workers and returns those that warm up. The others are left out, with the reason."""
    workers = {}
    for variant in variants:
        say(f"starting {variant}")
        try:
            worker = WorkerProcess(variant, race.declaration, race.threads)
        except WorkerFailed as error:
            race.left_out[variant] = str(error)
            continue
        workers[variant] = worker
        race.versions |= worker.about["versions"]
        race.lanes[variant] = Lane(first_step_s=worker.about["first_step_s"])
    return workers


def take_turn_of_peer(race: Race, variant: str, worker: WorkerProcess, steps: int) -> None:
    try:
        answer = worker.ask("run", steps=steps)
    except WorkerFailed as error:
        race.left_out[variant] = str(error)
        del race.lanes[variant]
        return
    lane = race.lanes[variant]
    lane.rounds.append(answer["ms"])
    lane.peak_bytes = answer["peak_bytes"]
    if variant == PRODUCT:
        flop = 2 * PRODUCT_SIZE**3 * PRODUCTS_OF_STEP
        race.product_gflops["bf16"] += [flop / ms / 1e6 for ms in answer["ms"]]


def take_turn_of_sganc(race: Race, variant: str, steps: int) -> None:
    turn = sganc_peer.bench(race.declaration, variant.removeprefix("sganc."), race.threads, steps)
    lane = race.lanes[variant]
    lane.rounds.append(turn.ms)
    lane.peak_bytes = max(lane.peak_bytes, turn.peak_bytes)
    lane.first_step_s = turn.first_step_s
    race.product_gflops["f32"].append(turn.product_gflops)
    race.flop, race.processor = turn.flop, turn.processor


def run_race(options: argparse.Namespace, variants: list[str]) -> tuple[Race, evaluation.Evaluation | None]:
    race = Race(declaration_of(options.model), options.threads)
    race.versions = {"sganc": sganc_peer.version(), "Python": platform.python_version()}
    has_bf16 = any(precision_of(variant) == "bf16" for variant in variants)
    peers = [variant for variant in variants if not variant.startswith("sganc.")]
    workers = start_workers(race, peers + [PRODUCT] * has_bf16)
    try:
        for variant in variants:
            if variant.startswith("sganc."):
                race.lanes[variant] = Lane()
                sganc_peer.bench(race.declaration, variant.removeprefix("sganc."), race.threads, 1)
        for number in range(options.rounds):
            say(f"round {number + 1} of {options.rounds}")
            order = list(race.lanes)
            first = number % len(order)
            for variant in order[first:] + order[:first]:
                if variant in workers:
                    take_turn_of_peer(race, variant, workers[variant], options.steps)
                else:
                    take_turn_of_sganc(race, variant, options.steps)
        evaluated = None
        if options.evaluate:
            classifying = {name: workers[name] for name in race.lanes if name in workers and name != PRODUCT}
            evaluated = evaluation.measure(race.declaration, classifying, race.threads, options.rounds, say)
    finally:
        for worker in workers.values():
            worker.close()
    return race, evaluated


def main() -> int:
    options = read_options()
    begun = time.strftime("%Y-%m-%d %H:%M")
    sameness = None
    if options.same != "no" and options.model == "mnist_stacked":
        say("checking that all compute the same")
        sameness = same.compare(options.variants, options.threads)
    race, evaluated = (None, None) if options.same == "only" else run_race(options, options.variants)
    print(report.formatted(options, begun, sameness, race, evaluated))
    return 0 if sameness is None or sameness.alike else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (sganc_peer.SgancFailed, WorkerFailed) as error:
        say(f"bench/peers/run: error: {error}")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
