"""Times variants in one run, interleaved, and compares them round by round."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from time import perf_counter

Work = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Times:
    """What each variant took for one unit of work, round by round, in seconds."""

    rounds: Mapping[str, list[float]]

    def of(self, name: str) -> float:
        """Give the median of a variant, in seconds."""
        return median(self.rounds[name])

    def ratio(self, name: str, floor: str) -> float:
        """Give the median over the rounds of one variant divided by another."""
        pairs = zip(self.rounds[name], self.rounds[floor], strict=True)
        return median(one / other for one, other in pairs)


def interleaved(
    variants: Mapping[str, Work],
    *,
    rounds: int,
    units: int,
    clock: Callable[[], float] = perf_counter,
    seed: int = 1,
) -> Times:
    """Run every variant in every round in random order: a noisy machine hits all alike.

    Args:
        variants: each does one unit of work a call.
        units: how often each is called in a round.
        clock: gives seconds; `process_time` where no disk or server has a part in it.
    """
    order = random.Random(seed)
    taken: dict[str, list[float]] = {name: [] for name in variants}
    for work in variants.values():
        work()
    for _ in range(rounds):
        names = list(variants)
        order.shuffle(names)
        for name in names:
            work = variants[name]
            began = clock()
            for _ in range(units):
                work()
            taken[name].append((clock() - began) / units)
    return Times(taken)
