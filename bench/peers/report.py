"""Formats the results of a race as text, Markdown or JSON."""

import argparse
import json
import shlex
import statistics
import sys
from typing import Any

from contestants import precision_of
from evaluation import Evaluation
from results import Race
from same import Sameness
from table import Table


def spread(values: list[float], digits: int) -> str:
    return f"{min(values):.{digits}f}..{max(values):.{digits}f}"


def counted(count: int, thing: str) -> str:
    return f"{count} {thing}" + "s" * (count != 1)


def step_table(race: Race) -> Table:
    table = Table(
        ["variant", "precision", "ms", "least..most", "images/s", "of the product", "MB", "s to first step"]
    )
    for variant in sorted(race.variants, key=lambda v: precision_of(v) != "f32"):
        lane, product = race.lanes[variant], race.product_ms(precision_of(variant))
        table.add(
            [
                variant,
                precision_of(variant),
                f"{lane.ms:.1f}",
                spread(lane.all_ms, 1),
                f"{race.declaration.images_of_step / lane.ms * 1e3:.0f}",
                f"{lane.ms / product:.2f}" if product else "",
                f"{lane.peak_bytes / 1e6:.0f}",
                f"{lane.first_step_s:.2f}",
            ]
        )
    return table


def headlines(race: Race) -> list[str]:
    lines = []
    for precision, ours in {"f32": "sganc.default", "bf16": "sganc.bf16"}.items():
        peers = [v for v in race.variants if precision_of(v) == precision and not v.startswith("sganc.")]
        if ours in race.lanes and peers:
            fastest = min(peers, key=lambda variant: race.lanes[variant].ms)
            found = race.ratios(fastest, ours)
            lines.append(
                f"{precision}: the fastest peer, {fastest}, takes {statistics.median(found):.2f} times as long as "
                f"{ours} ({spread(found, 2)} in {counted(len(found), 'round')})"
            )
    return lines


def product_line(race: Race) -> str:
    by = {"f32": "sganc bench's oneDNN", "bf16": "PyTorch's oneDNN"}
    parts = [
        f"{precision} {statistics.median(found):.0f} GFLOP/s ({by[precision]}), "
        f"{race.product_ms(precision):.1f} ms for as many operations"
        for precision, found in race.product_gflops.items()
        if found
    ]
    return "matrix product, 2048 cubed: " + "; ".join(parts)


def race_text(options: argparse.Namespace, race: Race) -> list[str]:
    versions = ", ".join(f"{name} {version}" for name, version in race.versions.items())
    declaration = race.declaration
    setting = [
        f"{declaration.file}: {declaration.images_of_step} images and {race.flop / 1e9:.1f} GFLOP a step",
        f"{race.processor}, {counted(race.threads, 'thread')}; {versions}",
        f"{counted(options.rounds, 'round')} of {counted(options.steps, 'step')}, in turns; medians",
        product_line(race),
    ]
    left_out = [f"left out: {variant}: {reason}" for variant, reason in race.left_out.items()]
    results = [*headlines(race), warm_start_line(race), *left_out]
    bullet = "* " if options.format == "md" else ""
    table = ["", step_table(race).formatted(options.format), ""]
    return [bullet + line for line in setting] + table + [bullet + line for line in results]


def warm_start_line(race: Race) -> str:
    parts = [f"{v} {race.lanes[v].first_step_s:.2f} s" for v in race.variants if precision_of(v) == "f32"]
    return "from the start of the process to the end of its first step: " + ", ".join(parts)


def evaluation_table(evaluated: Evaluation) -> Table:
    table = Table(["evaluation of 60,000 images", "batch", "seconds", "least..most"])
    for (variant, batch), seconds in evaluated.seconds.items():
        table.add([variant, str(batch), f"{statistics.median(seconds):.2f}", spread(seconds, 2)])
    return table


def evaluation_headline(evaluated: Evaluation) -> str:
    medians = {key: statistics.median(seconds) for key, seconds in evaluated.seconds.items()}
    ours = next(seconds for (variant, _), seconds in medians.items() if variant == "sganc")
    peers = {key: seconds for key, seconds in medians.items() if key[0] != "sganc"}
    if not peers:
        return ""
    variant, batch = min(peers, key=lambda key: peers[key])
    found = peers[variant, batch] / ours
    return f"the fastest peer, {variant} in batches of {batch}, takes {found:.2f} times as long as the whole sganc eval"


def as_json(
    options: argparse.Namespace,
    begun: str,
    sameness: Sameness | None,
    race: Race | None,
    evaluated: Evaluation | None,
) -> str:
    found: dict[str, Any] = {"date": begun, "command": command()}
    if sameness:
        found["same"] = {
            "alike": sameness.alike,
            "differences": sameness.differences,
            "left_out": sameness.left_out,
        }
    if race:
        lanes = {variant: vars(lane) for variant, lane in race.lanes.items()}
        model = {"file": race.declaration.file, "images_of_step": race.declaration.images_of_step}
        found["race"] = {**vars(race), "declaration": model, "lanes": lanes}
    if evaluated:
        found["evaluation"] = [
            {"variant": variant, "batch": batch, "seconds": seconds}
            for (variant, batch), seconds in evaluated.seconds.items()
        ]
    return json.dumps(found, indent=1)


def command() -> str:
    return shlex.join(["bench/peers/run", *sys.argv[1:]])


def formatted(
    options: argparse.Namespace,
    begun: str,
    sameness: Sameness | None,
    race: Race | None,
    evaluated: Evaluation | None,
) -> str:
    if options.format == "json":
        return as_json(options, begun, sameness, race, evaluated)
    lines = [f"{begun}, {command()}", ""]
    if sameness:
        for precision in ("f32", "bf16"):
            table = sameness.table(precision)
            lines += [table.formatted(options.format), ""] if table.rows else []
        lines += [f"left out: {variant}: {reason}" for variant, reason in sameness.left_out.items()]
        verdict = "all compute the same" if sameness.alike else "NOT ALL COMPUTE THE SAME"
        lines += [f"one step from the same weights, on the same batches: {verdict}", ""]
    lines += race_text(options, race) if race else []
    if evaluated:
        lines += [
            "",
            evaluation_table(evaluated).formatted(options.format),
            "",
            evaluation_headline(evaluated),
        ]
    return "\n".join(lines)
