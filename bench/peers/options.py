"""The options of `bench/peers/run`. As a program, checks them or prints the help. Needs no installed package."""

import argparse
import os

from contestants import variants_of
from declaration import MODEL_FILES, declaration_of


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bench/peers/run",
        description="Checks that sganc, Keras and PyTorch compute the same, then times their training steps in turns.",
    )
    add = parser.add_argument
    add("--model", choices=MODEL_FILES, default="mnist_stacked", help="what is trained (mnist_stacked)")
    add("--rounds", type=int, default=6, help="turns of each variant (6)")
    add("--steps", type=int, default=5, help="measured steps a turn (5)")
    add("--threads", type=int, default=len(os.sched_getaffinity(0)), help="the number of threads (all cores)")
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


if __name__ == "__main__":
    read_options()
