"""What a proof found: its faults, each with the shortest way there, and the figures."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from mediation.language import Label, Message

Code = str


class Stride(NamedTuple):
    """One stride of a way through a workflow: the state it leaves and the event it takes."""

    state: Label
    event: Label


Path = tuple[Stride, ...]


@dataclass(frozen=True, slots=True)
class Unproved:
    """Something a workflow promises and does not keep.

    Args:
        code: stable name of the proof that failed.
        problem: what is wrong, without the way there.
        path: the shortest way there from the registration; empty where a fault lies on no way.
    """

    code: Code
    problem: Message
    path: Path = ()

    @property
    def message(self) -> Message:
        """Say it: the way there as steps, then what is wrong."""
        if not self.path:
            return self.problem
        return Message("{path}：{problem}", {"path": way(self.path), "problem": self.problem})


@dataclass(frozen=True, slots=True)
class Untouched:
    """The longest time a case can lie before somebody accountable is told.

    Args:
        days: rounded up, at the worst turn of the holidays.
        period: whose end tells him; None if nothing ever does.
    """

    days: int
    state: Label
    period: Label | None


@dataclass(frozen=True, slots=True)
class Report:
    """The proof of one kind at one place.

    Args:
        law: how many articles it cites.
        untouched: None where no case can lie at all.
        taken: the events, by definition, that some way takes; what no workflow takes is dead.
        armed: the periods, as `machine:period`, that some event arms.
        stood: the states of the side machines, as `machine:state`, that some way reaches.
    """

    kind: str
    place: str
    label: Label
    faults: tuple[Unproved, ...]
    states: int
    events: int
    periods: int
    law: int
    untouched: Untouched | None
    taken: frozenset[str] = field(repr=False, default=frozenset())
    stood: frozenset[str] = field(repr=False, default=frozenset())
    armed: frozenset[str] = field(repr=False, default=frozenset())

    @property
    def sound(self) -> bool:
        """Tell whether everything was proved."""
        return not self.faults


def way(path: Path) -> Label:
    """Write a way as its events: 登记 → 受理 → 确定调解员."""
    return joined((stride.event for stride in path), " → ")


def joined(labels: Iterable[Label], between: str) -> Label:
    """Put labels together in both languages."""
    listed = list(labels)
    return Label(between.join(one.zh for one in listed), between.join(one.en for one in listed))
