"""What a paper may read of the side machine it is about, as the variable `machine`."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from mediation.clock import SHANGHAI
from mediation.engine.cases import Case, SideMachine
from mediation.engine.legal_time.spans import day_ended
from mediation.rendering.values import Choice, Names
from mediation.rendering.vocabulary import SideWords

MACHINE: Final = "machine"


@dataclass(frozen=True, slots=True)
class Beside:
    """A side machine, as an event left it, for the papers of that event.

    Args:
        key: its key in the case (`referral/2`).
        sender, receiver: names of the bodies it goes between; None if it knows none.
        number: of the paper that it went or came with.
        promised: what is to be done, if it follows a promise.
    """

    key: str
    machine: SideMachine
    sender: str | None = None
    receiver: str | None = None
    number: str | None = None
    promised: str | None = None


class End(NamedTuple):
    """When a clock of a side machine is over.

    Args:
        until: its last day; None while it stands still.
        at: its moment, if it is counted in hours.
    """

    period: Choice
    until: date | None
    at: datetime | None


class Machine(NamedTuple):
    """The variables of a side machine."""

    kind: Choice
    sender: str | None
    receiver: str | None
    facts: Names
    clocks: tuple[End, ...]
    number: str | None
    promised: str | None


def machine_of(beside: Beside, case: Case, words: Mapping[str, SideWords]) -> Machine:
    """Build the variables of a side machine.

    Args:
        case: after the event, with the clocks it runs.
        words: those of every sort of machine.
    """
    one, known = beside.machine, words[beside.key.partition("/")[0]]
    facts: dict[str, Any] = {name: value for name, (value, _) in one.facts.items()}
    return Machine(
        kind=known.kinds[one.kind],
        sender=beside.sender,
        receiver=beside.receiver,
        facts=Names({**known.facts, **facts}, known.fact_readers),
        clocks=tuple(_ends(beside.key, case, known)),
        number=beside.number,
        promised=beside.promised,
    )


def machine_schema(facts: Iterable[str]) -> frozenset[str]:
    """Give every variable of a machine with these facts, dotted."""
    return frozenset(
        {
            MACHINE,
            *(f"{MACHINE}.{name}" for name in Machine._fields),
            *(f"{MACHINE}.facts.{name}" for name in facts),
            *(f"{MACHINE}.clocks[].{name}" for name in End._fields),
        }
    )


def _ends(key: str, case: Case, known: SideWords) -> Iterator[End]:
    for clock in case.clocks:
        if clock.machine != key or not clock.live:
            continue
        due, by_hour = clock.due_at, clock.period in known.by_hour
        yield End(
            known.periods[clock.period],
            day_ended(due) if due else None,
            due.astimezone(SHANGHAI) if due and by_hour else None,
        )
