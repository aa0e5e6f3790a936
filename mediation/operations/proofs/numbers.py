"""Numbers without gaps: the counters compared with the numbers that the logs have taken."""

from collections import defaultdict
from collections.abc import Iterator

from mediation.language import Message
from mediation.operations.cases.handling import SERIES
from mediation.operations.proofs.folding import Folded
from mediation.records.database import Tx
from mediation.records.numbers import Series, counted, number_taken
from mediation.records.verification import Finding

SHOWN = 5

"""How many numbers of a series a finding names."""

Numbers = dict[Series, list[int]]
"""The numbers that the logs have taken, by series."""


def no_numbers() -> Numbers:
    """Begin to gather."""
    return defaultdict(list)


def gather(numbers: Numbers, folded: Folded) -> None:
    """Add the numbers a case has taken: its own, and those of its papers."""
    series = folded.procedure.workflow.series
    taken = [(folded.case.desk, SERIES, folded.row.number)]
    for case, event in zip(folded.before, folded.events, strict=True):
        owner = event.step.owner or case.owner
        taken += [
            (owner, name, event.step.facts[fact]) for name, fact in event.step.numbers.items()
        ]
    for body, name, number in taken:
        read = number_taken(series[name], number)
        if read:
            year, n = read
            numbers[Series(body, name, year)].append(n)


def compared(tx: Tx, numbers: Numbers) -> Iterator[Finding]:
    """Compare every counter with the numbers taken."""
    counters = counted(tx)
    for series in sorted(numbers.keys() | counters.keys()):
        used, following = sorted(numbers.get(series, [])), counters.get(series, 1)
        whole = range(1, following)
        if used == list(whole):
            continue
        twice = {n for n in used if used.count(n) > 1}
        values = {
            "body": series.body,
            "series": series.series,
            "year": series.year,
            "next": following,
            "last": used[-1] if used else 0,
            "missing": sorted(set(whole) - set(used))[:SHOWN] or Message("无"),
            "twice": sorted(twice | (set(used) - set(whole)))[:SHOWN] or Message("无"),
        }
        text = Message(
            "{body} {year} 年 {series} 的编号与记录不符：下一号为 {next}，已用至 {last}；"
            "缺 {missing}，重复或超出 {twice}",
            values,
        )
        yield Finding("numbers_differ", None, None, text)
