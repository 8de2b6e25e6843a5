"""Races sganc against Keras and PyTorch: `bench/peers/run --help`."""

import argparse
import os
import platform
import sys
import time

import evaluation
import report
import same
import sganc_peer
from contestants import WorkerFailed, WorkerProcess, precision_of, variants_of
from declaration import MODEL_FILES, declaration_of
from peer import PRODUCT_SIZE, PRODUCTS_OF_STEP
from results import PRODUCT, Lane, Race


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def start_workers(race: Race, variants: list[str]) -> dict[str, WorkerProcess]:
    """Those that warm up; the others are left out, with the reason."""
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


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bench/peers/run",
        description="Checks that sganc, Keras and PyTorch compute the same, then times their training steps in turns.",
    )
    add = parser.add_argument
    add("--model", choices=MODEL_FILES, default="mnist_stacked", help="what is trained (mnist_stacked)")
    add("--rounds", type=int, default=6, help="turns of each variant (6)")
    add("--steps", type=int, default=5, help="measured steps a turn (5)")
    add("--threads", type=int, default=len(os.sched_getaffinity(0)), help="all cores where not given")
    add("--variants", metavar="A,B,...", help="only these; sganc.default is always among them")
    add("--same", choices=["first", "only", "no"], default="first", help="when equality is checked (first)")
    add("--evaluate", action="store_true", help="time the evaluation of 60,000 images too")
    add("--format", choices=["text", "md", "json"], default="text", help="of results")
    options = parser.parse_args()
    if min(options.rounds, options.steps, options.threads) < 1:
        parser.error("--rounds, --steps and --threads are at least 1")
    if options.evaluate and not declaration_of(options.model).classifies:
        parser.error(f"--evaluate: {options.model} has no classifier")
    if options.same == "only" and options.model != "mnist_stacked":
        parser.error("--same only: equality is checked of mnist_stacked alone")
    known = variants_of(declaration_of(options.model))
    chosen = options.variants.split(",") if options.variants else known
    for variant in chosen:
        if variant not in known:
            parser.error(f"--variants: there is no {variant}, but {', '.join(known)}")
    options.variants = [variant for variant in known if variant in chosen or variant == "sganc.default"]
    return options


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
