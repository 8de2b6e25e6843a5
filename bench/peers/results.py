"""What a race measures, and the figures that follow from it."""

import statistics
from dataclasses import dataclass, field

from declaration import Declaration

PRODUCT = "torch.product"  # takes turns too: the matrix product in bf16


@dataclass
class Lane:
    """One variant's turns."""

    rounds: list[list[float]] = field(default_factory=list)  # ms of each measured step
    peak_bytes: int = 0
    first_step_s: float = 0

    @property
    def all_ms(self) -> list[float]:
        return [ms for turn in self.rounds for ms in turn]

    @property
    def ms(self) -> float:
        return statistics.median(self.all_ms)


@dataclass
class Race:
    declaration: Declaration
    threads: int
    lanes: dict[str, Lane] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    product_gflops: dict[str, list[float]] = field(default_factory=lambda: {"f32": [], "bf16": []})
    flop: float = 0  # of a step
    processor: str = ""

    @property
    def variants(self) -> list[str]:
        """The variants that train, sganc first."""
        trained = [variant for variant in self.lanes if variant != PRODUCT]
        return sorted(trained, key=lambda variant: not variant.startswith("sganc."))

    def ratios(self, variant: str, ours: str) -> list[float]:
        """The time of the variant divided by the time of `ours`, in each round."""
        pairs = zip(self.lanes[variant].rounds, self.lanes[ours].rounds)
        return [statistics.median(theirs) / statistics.median(own) for theirs, own in pairs]

    def product_ms(self, precision: str) -> float | None:
        """The milliseconds that the matrix product would take for as many operations as a step has."""
        found = self.product_gflops[precision]
        return self.flop / statistics.median(found) / 1e6 if found else None
