"""The compiled workflow of one kind at one place: everything resolved, nothing left to look up.

A `Workflow` is plain data. It is stored as canonical JSON under its hash, and a case keeps the
one it was opened under.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from mediation.engine.legal_time.spans import Span
from mediation.language import Label

FORMAT = 1

Effect = Literal["statutory", "court", "service_norm", "right", "target"]
ClockPolicy = Literal["run", "stop", "restart"]
Shortcut = Literal["", "quick", "note"]

EACH = "each"
"""In place of a field that gives the party: one value is asked for every party."""

OPEN_ACTORS = ("calendar", "machine", "case")
"""Who does an event when no person does."""


CASE_RELATIONS = ("owner", "desk", "above")
MACHINE_RELATIONS = (*CASE_RELATIONS, "sender", "receiver")
"""How a body may stand to a case, or to one of its side machines."""


class Right(NamedTuple):
    """A role in a body that stands in some relation to the case; `calendar` has no relation.

    A relation that is none of a body's is a fact of type `officers`: who stands in it, of the
    body with custody.
    """

    role: str
    relation: str

    def __str__(self) -> str:
        return f"{self.role}@{self.relation}" if self.relation else self.role

    @property
    def named(self) -> str:
        """The fact that names who is meant; empty where everybody with the role is."""
        return "" if self.relation in MACHINE_RELATIONS else self.relation


@dataclass(frozen=True, slots=True)
class Test:
    """A condition over one subject: a fact, guard, period, side machine, need or field."""

    about: Literal["fact", "guard", "period", "machine", "need", "field", "always"]
    subject: str = ""
    how: str = ""
    value: object = None
    arguments: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Need:
    """A condition of an event and what a person is told when it is not met.

    Args:
        when: the need is asked for only if this holds.
        unless: a flag fact that waives it.
    """

    name: str
    test: Test
    blocker: Label
    law: str
    who: str = ""
    remedy: str = ""
    when: Test | None = None
    unless: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a list."""

    key: str
    label: Label


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form.

    Args:
        by_party: the field giving the party, or `each` for all.
        not_before: the day fact a day or moment may not lie before.
        must: whether a flag has to be ticked.
        other_than: the fact that names the party who may not be chosen.
        known: whether a table of people completes what is known of parties already named.
    """

    name: str
    label: Label
    type: str
    required: bool = True
    sets: str = ""
    by_party: str = ""
    sealed: bool = False
    options: tuple[Option, ...] = ()
    sorts: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    sides: tuple[str, ...] = ()
    future: bool = False
    not_before: str = ""
    must: bool = False
    other_than: str = ""
    min: int | None = None
    max: int | None = None
    help: Label | None = None
    known: bool = False

    @property
    def obligatory(self) -> bool:
        """Whether the form is refused without it; a flag left out is neither yes nor no."""
        return self.must if self.type == "flag" else self.required


@dataclass(frozen=True, slots=True)
class Branch:
    """Where an event leads if its test holds; an empty `to` leaves the state as it is."""

    test: Test
    to: str


@dataclass(frozen=True, slots=True)
class Start:
    """Starts a side machine, or one for each record of a form field."""

    machine: str
    kind: str
    sender: str = ""
    receiver: str = ""
    each: str = ""


@dataclass(frozen=True, slots=True)
class Effects:
    """What an event does beside moving: the fixed list, gathered.

    Args:
        moves: (side machine, its event); those written before a start of a machine of that
            sort are also `moves_of_old` and leave the new one alone.
    """

    starts: tuple[Start, ...] = ()
    extend: tuple[str, ...] = ()
    restart: tuple[str, ...] = ()
    end: tuple[str, ...] = ()
    custody: str = ""
    rise: tuple[Right, ...] = ()
    reproject: bool = False
    moves: tuple[tuple[str, str], ...] = ()
    moves_of_old: tuple[tuple[str, str], ...] = ()

    @property
    def clocks(self) -> tuple[str, ...]:
        """The periods whose clocks the event extends, restarts or ends."""
        return (*self.extend, *self.restart, *self.end)


@dataclass(frozen=True, slots=True)
class Event:
    """What a person, the calendar or a side machine may do to a case in certain states.

    Args:
        shortcut: what a desk has a way of its own to: `quick`, the small case settled with its
            opening; `note`, a line of work noted from any list.
    """

    name: str
    definition: str
    label: Label
    sources: tuple[str, ...]
    branches: tuple[Branch, ...]
    by: tuple[Right, ...]
    on_behalf: tuple[Right, ...] = ()
    on: str = ""
    on_kinds: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    issues: tuple[str, ...] = ()
    numbers: Mapping[str, str] = field(default_factory=dict)
    set: Mapping[str, object] = field(default_factory=dict)
    stamp: tuple[str, ...] = ()
    stamp_latest: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    stamp_actor: tuple[str, ...] = ()
    count: tuple[str, ...] = ()
    clear: tuple[str, ...] = ()
    law: tuple[str, ...] = ()
    notify: tuple[Right, ...] = ()
    effects: Effects = Effects()
    form: tuple[Field, ...] = ()
    shortcut: Shortcut = ""


@dataclass(frozen=True, slots=True)
class State:
    """A place in a chart: `placement/state` in a case, a bare name in a machine.

    Args:
        next: the events that usually follow, in this order; what a desk offers first.
    """

    name: str
    label: Label
    responsible: Right | None = None
    waits: str = ""
    closed: bool = False
    next: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Period:
    """A clock the rules set: when it starts, where it runs, how long, and what its end does."""

    name: str
    label: Label
    effect: Effect
    law: str
    span: Span | None = None
    until: str = ""
    starts: tuple[str, ...] = ()
    anchor: str = ""
    runs_in: tuple[str, ...] = ()
    suspended_in: tuple[str, ...] = ()
    when: Test | None = None
    fires: str = ""
    extension: Span | None = None
    remind: int | None = None
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FactType:
    """One entry of the facts' schema."""

    name: str
    type: str
    label: Label
    options: tuple[Option, ...] = ()
    default: object = None
    engine: bool = False


@dataclass(frozen=True, slots=True)
class MachineKind:
    """A sort of side machine and what the case's clocks do while the case waits on it."""

    name: str
    label: Label
    clock: ClockPolicy = "run"


@dataclass(frozen=True, slots=True)
class Plan:
    """One chart as data: the case's own, or that of a side machine."""

    name: str
    label: Label
    initial: str
    states: Mapping[str, State]
    events: tuple[Event, ...]
    needs: Mapping[str, Need]
    periods: Mapping[str, Period]
    facts: Mapping[str, FactType]
    kinds: Mapping[str, MachineKind] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DisputeClass:
    """What a dispute is about, its statistical class, and the facts that follow from it."""

    name: str
    label: Label
    statistic: str
    set: Mapping[str, object] = field(default_factory=dict)
    law: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    """A provision cited: statute, number, the rule in our own words, days in force."""

    statute: str
    number: str
    rule: Label
    since: str
    until: str = ""

    def cited(self) -> str:
        """Give the citation as papers print it."""
        return f"《{self.statute}》{self.number}"


@dataclass(frozen=True, slots=True)
class PaperRule:
    """What holds of a paper whichever event issues it.

    Args:
        requires: what it must not lack: `facts.<fact>`, `parties.<column>` of both sides,
            `form.<field>`.
        by_consent: its content is what the parties agreed upon: it is never corrected, only
            followed by a new one.
    """

    requires: tuple[str, ...] = ()
    by_consent: bool = False


class Rises(NamedTuple):
    """How long who was told has until the case rises once more, or he is told again."""

    each: Span
    at_top: Span

    def until_next(self, *, top: bool) -> Span:
        """Give the time of who was told last."""
        return self.at_top if top else self.each


@dataclass(frozen=True, slots=True)
class Workflow:
    """The composed procedure of one kind at one place, with all it cites.

    Args:
        rise_at_top: how long the highest supervisor has; as long as the others if not given.
        papers: the rules of those papers that have any.
    """

    kind: str
    place: str
    label: Label
    case: Plan
    machines: Mapping[str, Plan]
    classes: Mapping[str, DisputeClass]
    articles: Mapping[str, Article]
    series: Mapping[str, str]
    rise: Span
    words: Mapping[str, Mapping[str, Label]]
    format: int = FORMAT
    rise_at_top: Span | None = None
    papers: Mapping[str, PaperRule] = field(default_factory=dict)

    @property
    def rises(self) -> Rises:
        """How long each supervisor has, and the highest."""
        return Rises(self.rise, self.rise_at_top or self.rise)
