"""A case as the engine sees it: a snapshot that is the fold of its steps, without names."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final, NamedTuple, Self

from mediation.engine.workflows.definitions import Right

Facts = Mapping[str, "Known"]

# One for all that have no entries: nobody can write into it.
EMPTY: Final[Mapping[str, Any]] = MappingProxyType({})


class Known(NamedTuple):
    """A fact's value and the number of the event that set it."""

    value: Any
    seq: int


@dataclass(frozen=True, slots=True)
class Body:
    """What a decision reads of a body: its sort, tier, competence and who supervises it.

    Args:
        kinds: kinds of dispute it may take; None for all.
        classes: classes of dispute it may take; None for all.
        supervisors: codes of the bodies above it, the nearest first.
    """

    code: str
    sort: str
    tier: str
    kinds: tuple[str, ...] | None = None
    classes: tuple[str, ...] | None = None
    supervisors: tuple[str, ...] = ()

    def competent(self, kind: str, dispute_class: str | None) -> bool:
        """Tell whether this body may take a dispute of a kind and class, if that is known."""
        return (self.kinds is None or kind in self.kinds) and (
            self.classes is None or dispute_class is None or dispute_class in self.classes
        )

    def to_json(self) -> dict[str, Any]:
        """Give the body as it is written in the log, beside the decision that read it."""
        return {
            "code": self.code,
            "sort": self.sort,
            "tier": self.tier,
            "kinds": None if self.kinds is None else list(self.kinds),
            "classes": None if self.classes is None else list(self.classes),
            "supervisors": list(self.supervisors),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read a body from the log."""
        return cls(
            code=data["code"],
            sort=data["sort"],
            tier=data["tier"],
            kinds=None if data["kinds"] is None else tuple(data["kinds"]),
            classes=None if data["classes"] is None else tuple(data["classes"]),
            supervisors=tuple(data["supervisors"]),
        )


Bodies = Mapping[str, Body]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an officer in one of his seats, or the calendar or a side machine."""

    officer: str
    body: str
    roles: frozenset[str]

    def to_json(self) -> dict[str, Any]:
        """Give the actor as it is written in the log."""
        return {"officer": self.officer, "body": self.body, "roles": sorted(self.roles)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read an actor from the log."""
        return cls(data["officer"], data["body"], frozenset(data["roles"]))


CALENDAR = Actor("", "", frozenset(["calendar"]))
MACHINE = Actor("", "", frozenset(["machine"]))
CASE = Actor("", "", frozenset(["case"]))


class Suspended(NamedTuple):
    """A time a clock stood still, in days of Shanghai; `until` is None while it stands.

    Args:
        since: ISO day it stopped.
        until: ISO day it went on.
        ground: the state that stopped it.
    """

    since: str
    until: str | None
    ground: str


class Clock(NamedTuple):
    """A deadline: a period running on a case. Due moments are derived, the ledger is kept.

    Args:
        no: number within the case.
        machine: the side machine it belongs to (`referral/1`); empty for the case's own.
        anchor: ISO day it counts from, or for hours the UTC moment.
        level: how many times it has risen to the next supervisor, last on the day `rose_on`.
        top: whether there is nobody above him.
        status: running, suspended, ended or fired.
        due_at: the moment it is over; None while suspended.
    """

    no: int
    period: str
    machine: str
    anchor: str
    armed_by: int
    status: str = "running"
    due_at: datetime | None = None
    level: int = 0
    rose_on: str = ""
    top: bool = False
    extensions: int = 0
    suspensions: tuple[Suspended, ...] = ()

    @property
    def live(self) -> bool:
        """Tell whether the clock still runs or stands suspended."""
        return self.status in ("running", "suspended")

    def to_json(self) -> dict[str, Any]:
        """Give the clock as JSON."""
        return {
            "no": self.no,
            "period": self.period,
            "machine": self.machine,
            "anchor": self.anchor,
            "armed_by": self.armed_by,
            "status": self.status,
            "due_at": moment_text(self.due_at),
            "level": self.level,
            "rose_on": self.rose_on,
            "extensions": self.extensions,
            "suspensions": [list(one) for one in self.suspensions],
            **({"top": True} if self.top else {}),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read a clock from JSON."""
        return cls(
            no=data["no"],
            period=data["period"],
            machine=data["machine"],
            anchor=data["anchor"],
            armed_by=data["armed_by"],
            status=data["status"],
            due_at=moment(data["due_at"]),
            level=data["level"],
            rose_on=data["rose_on"],
            top=data.get("top", False),
            extensions=data["extensions"],
            suspensions=tuple(Suspended(*one) for one in data["suspensions"]),
        )


class SideMachine(NamedTuple):
    """A referral, obligation or confirmation of a case."""

    kind: str
    state: str
    sender: str
    receiver: str
    started_by: int
    open: bool = True
    facts: Facts = EMPTY

    def to_json(self) -> dict[str, Any]:
        """Give the machine as JSON."""
        return {
            "kind": self.kind,
            "state": self.state,
            "sender": self.sender,
            "receiver": self.receiver,
            "started_by": self.started_by,
            "open": self.open,
            "facts": facts_json(self.facts),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read a machine from JSON."""
        return cls(
            kind=data["kind"],
            state=data["state"],
            sender=data["sender"],
            receiver=data["receiver"],
            started_by=data["started_by"],
            open=data["open"],
            facts=facts_of(data["facts"]),
        )


class Case(NamedTuple):
    """The snapshot of a case: everything a decision reads, nothing personal.

    Args:
        version: the number of its last event; 0 before the opening.
        owner: code of the body with custody.
        desk: code of the body that registered it.
        last_at: when its last event happened.
        clocks: the live ones, and rights, which survive closing.
        clock_count: how many clocks it ever had.
        machines: every side machine it ever had, by key (`referral/2`).
    """

    state: str = ""
    version: int = 0
    owner: str = ""
    desk: str = ""
    last_at: datetime | None = None
    facts: Facts = EMPTY
    clocks: tuple[Clock, ...] = ()
    clock_count: int = 0
    machines: Mapping[str, SideMachine] = EMPTY

    def value(self, name: str) -> Any:
        """Give the value of a fact; None if it is not known."""
        known = self.facts.get(name)
        return known[0] if known else None

    @property
    def level(self) -> int:
        """How far the case has risen: the highest level of its live clocks."""
        return max((clock.level for clock in self.clocks), default=0)

    def to_json(self) -> dict[str, Any]:
        """Give the snapshot as JSON."""
        return {
            "state": self.state,
            "version": self.version,
            "owner": self.owner,
            "desk": self.desk,
            "last_at": moment_text(self.last_at),
            "facts": facts_json(self.facts),
            "clocks": [clock.to_json() for clock in self.clocks],
            "clock_count": self.clock_count,
            "machines": {key: machine.to_json() for key, machine in self.machines.items()},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read a snapshot from JSON."""
        return cls(
            state=data["state"],
            version=data["version"],
            owner=data["owner"],
            desk=data["desk"],
            last_at=moment(data["last_at"]),
            facts=facts_of(data["facts"]),
            clocks=tuple(Clock.from_json(one) for one in data["clocks"]),
            clock_count=data["clock_count"],
            machines={key: SideMachine.from_json(one) for key, one in data["machines"].items()},
        )


class Notice(NamedTuple):
    """A message to go out: to whom, and about which event."""

    to: Right
    body: str
    event: str


class Step(NamedTuple):
    """Everything one event does. Nothing is written before everything is decided.

    Args:
        event: its name; of a side machine with its key, `referral/2:accept`.
        source: the state of the case, or of the side machine, before.
        state: that state after.
        facts: values set, facts of the case only.
        clocks: the new value of every clock that was armed, moved, stopped or fired.
        machines: the new value of every side machine that was started or moved.
        owner: the new owner, if custody moved.
        issues: documents to render.
        numbers: series of numbers to take -> the fact that receives the number.
    """

    event: str
    definition: str
    source: str
    state: str
    occurred_at: datetime
    facts: Mapping[str, Any] = EMPTY
    cleared: tuple[str, ...] = ()
    clocks: tuple[Clock, ...] = ()
    machines: Mapping[str, SideMachine] = EMPTY
    owner: str = ""
    issues: tuple[str, ...] = ()
    numbers: Mapping[str, str] = EMPTY
    notices: tuple[Notice, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Give the step as it is written in the log."""
        return {
            "event": self.event,
            "definition": self.definition,
            "source": self.source,
            "state": self.state,
            "occurred_at": moment_text(self.occurred_at),
            "facts": dict(self.facts),
            "cleared": list(self.cleared),
            "clocks": [clock.to_json() for clock in self.clocks],
            "machines": {key: machine.to_json() for key, machine in self.machines.items()},
            "owner": self.owner,
            "issues": list(self.issues),
            "numbers": dict(self.numbers),
            "notices": [[str(one.to), one.body, one.event] for one in self.notices],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read a step from the log."""
        at = moment(data["occurred_at"])
        return cls(
            event=data["event"],
            definition=data["definition"],
            source=data["source"],
            state=data["state"],
            occurred_at=at or EPOCH,
            facts=data["facts"],
            cleared=tuple(data["cleared"]),
            clocks=tuple(Clock.from_json(one) for one in data["clocks"]),
            machines={key: SideMachine.from_json(one) for key, one in data["machines"].items()},
            owner=data["owner"],
            issues=tuple(data["issues"]),
            numbers=data["numbers"],
            notices=tuple(
                Notice(Right(*to.split("@")) if "@" in to else Right(to, ""), body, event)
                for to, body, event in data["notices"]
            ),
        )


# A named tuple made by its constructor costs five times as much, and events make many.
_known = tuple.__new__

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Change(NamedTuple):
    """What an event changes in a case.

    Args:
        state: the new state of the case; empty if only a side machine moved.
    """

    at: datetime
    state: str
    facts: Mapping[str, Any]
    cleared: tuple[str, ...]
    machines: Mapping[str, SideMachine]
    owner: str
    clocks: tuple[Clock, ...] = ()


def changed(case: Case, change: Change) -> Case:
    """Give a case after a change."""
    seq = case.version + 1
    facts = dict(case.facts)
    for name in change.cleared:
        facts.pop(name, None)
    known, made = Known, tuple.__new__
    for name, value in change.facts.items():
        facts[name] = made(known, (value, seq))
    clocks, count = case.clocks, case.clock_count
    if change.clocks:
        new = {clock.no: clock for clock in change.clocks}
        count = max(count, *new)
        kept = [new.pop(clock.no, clock) for clock in clocks]
        clocks = tuple([clock for clock in (*kept, *new.values()) if clock.live])
    return Case(
        state=change.state or case.state,
        version=seq,
        owner=change.owner or case.owner,
        desk=case.desk or change.owner,
        last_at=change.at,
        facts=facts,
        clocks=clocks,
        clock_count=count,
        machines={**case.machines, **change.machines} if change.machines else case.machines,
    )


def fold(case: Case, step: Step) -> Case:
    """Give the case after a step: the state of a case is the fold of its steps."""
    return changed(
        case,
        Change(
            at=step.occurred_at,
            state="" if ":" in step.event else step.state,
            facts=step.facts,
            cleared=step.cleared,
            machines=step.machines,
            owner=step.owner,
            clocks=step.clocks,
        ),
    )


def folded(steps: Iterable[Step]) -> Case:
    """Give the case that a whole log makes."""
    case = Case()
    for step in steps:
        case = fold(case, step)
    return case


def moment_text(at: datetime | None) -> str | None:
    """Write a moment for JSON, in UTC."""
    return at.astimezone(UTC).isoformat() if at else None


def moment(text: str | None) -> datetime | None:
    """Read a moment from JSON."""
    return datetime.fromisoformat(text) if text else None


def facts_json(facts: Facts) -> dict[str, list[Any]]:
    """Give facts with their lineage as JSON."""
    return {name: [known[0], known[1]] for name, known in facts.items()}


def facts_of(data: Mapping[str, Any]) -> dict[str, Known]:
    """Read facts with their lineage from JSON."""
    return {name: Known(value, seq) for name, (value, seq) in data.items()}
