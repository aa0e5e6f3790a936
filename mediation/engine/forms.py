"""Forms: what an event asks for, of whom, and what may be chosen."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol

from mediation import text
from mediation.engine.cases import EMPTY, Case
from mediation.engine.errors import unknown
from mediation.engine.workflows.definitions import (
    DisputeClass,
    Event,
    FactType,
    Field,
)
from mediation.errors import InputRefused
from mediation.language import Label

LONGEST = 20_000
MOST_ROWS = 200
SIDES = ("applicant", "respondent", "third")
PREFIX = {"applicant": "a", "respondent": "b", "third": "c"}
THIRD = "third"

PERSON, ORGANISATION = "person", "organisation"
CAPACITIES = ("full", "limited", "none")
"""Civil Code art. 18-22: full, limited and no capacity for civil acts."""

ON_BEHALF = (
    Field("paper_number", Label("对方文书编号", "Number of the other side's paper"), "text"),
    Field("paper_on", Label("对方文书日期", "Date of the other side's paper"), "day"),
    Field("paper_picture", Label("文书照片", "Its picture"), "attachment", required=False),
)
"""What an entry for the other side (代录) must show: the paper it was made from."""


class IssuedPaper(NamedTuple):
    """A paper of the case as a form offers it.

    Args:
        by_consent: whether only a new one that the parties agree to may change it.
    """

    label: Label
    by_consent: bool


class Choices(Protocol):
    """Who and which bodies may be chosen now; the records know, the engine only asks."""

    def officers(self, body: str, roles: Sequence[str]) -> Mapping[str, str]:
        """Give handle -> name of the officers of a body who hold one of the roles."""

    def bodies(
        self, near: str, sorts: Sequence[str], tiers: Sequence[str]
    ) -> Mapping[str, str]:
        """Give code -> name of bodies of these sorts and tiers, the nearest first."""

    def cases(self, numbers: Iterable[str]) -> Iterable[str]:
        """Give those of the case numbers that exist and may be seen."""

    def attachments(self) -> Collection[str]:
        """Name the photos at hand by their digests: those of the case, those just brought."""

    def papers(self) -> Mapping[str, IssuedPaper]:
        """Give the papers of the case by their places (`3.1`), the newest first."""


class Asked(NamedTuple):
    """What a form is asked about: the event, the case as it stands, who may be chosen, when.

    Args:
        names: the parties' names by ref, where the reader may see them.
        machine: the side machine the event is about; empty for the case.
        facts: what is known about it: the schema of the facts a bound may name.
    """

    event: Event
    case: Case
    owner: str
    classes: Mapping[str, DisputeClass]
    choices: Choices
    at: datetime
    on_behalf: bool = False
    names: Mapping[str, str] = EMPTY
    machine: str = ""
    facts: Mapping[str, FactType] = EMPTY

    def earliest(self, of: Field) -> date | None:
        """Give the day a field may not lie before; None if no such day is on record."""
        day = self.on_record(of.not_before)
        return date.fromisoformat(day) if day else None

    def on_record(self, fact: str) -> Any:
        """Give a fact of the side machine or of the case; None if it is not on record."""
        own = self.case.machines[self.machine].facts if self.machine else {}
        known = own.get(fact) or self.case.facts.get(fact)
        return known.value if known else None

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields, those of an entry for the other side included."""
        return (*self.event.form, *ON_BEHALF) if self.on_behalf else self.event.form

    def options(self, of: Field) -> Mapping[str, str | Label]:
        """Give what may be chosen in a field now: key -> name."""
        match of.type:
            case "class":
                return {key: one.label for key, one in self.classes.items()}
            case "party" | "parties":
                barred = self.on_record(of.other_than)
                found = self.parties(of.sides).items()
                return {ref: name for ref, name in found if ref != barred}
            case "officer" | "officers":
                return self.choices.officers(self.owner, of.roles)
            case "body":
                return self.choices.bodies(self.owner, of.sorts, of.tiers)
            case "paper":
                papers = self.choices.papers().items()
                return {place: one.label for place, one in papers if not one.by_consent}
            case _:
                return {option.key: option.label for option in of.options}

    def parties(self, sides: Sequence[str] = ()) -> dict[str, str]:
        """Give ref -> name of the parties of some sides, or all."""
        known = self.case.value("parties") or {}
        return {
            ref: self.names.get(ref, ref)
            for ref, party in known.items()
            if not sides or party["side"] in sides
        }


NAME = Label("姓名或名称", "Name")
WHICH = Label("哪位当事人", "Which party")

OBLIGATION_FIELDS = ("obligor", "sort", "amount", "due_on", "what")


def most(one: Field, otherwise: int) -> int:
    """Give the upper bound of a field."""
    return otherwise if one.max is None else one.max


def one_of(value: Any, keys: Sequence[str]) -> str:
    """Accept one of some keys.

    Raises:
        InputRefused: it is none of them; the nearest is named.
    """
    if not isinstance(value, str) or value not in keys:
        raise InputRefused(unknown(str(value)[:60], keys))
    return value


def day_text(value: Any) -> str:
    """Accept any day."""
    return text.day(value).isoformat()


PERSON_FIELDS: Mapping[str, Callable[[Any], Any]] = {
    "name": text.name,
    "side": lambda value: one_of(value, SIDES),
    "sort": lambda value: one_of(value, (PERSON, ORGANISATION)),
    "capacity": lambda value: one_of(value, CAPACITIES),
    "phone": text.phone,
    "id_number": text.citizen_id,
    "credit_code": text.line,
    "address": text.line,
    "sex": lambda value: one_of(value, ("male", "female")),
    "ethnicity": text.line,
    "born_on": day_text,
    "occupation": text.line,
    "legal_representative": text.name,
    "agent": text.name,
    "agent_relation": text.line,
}
"""The columns of the parties' table; only the name is needed."""

REF = "ref"
COMPLETED = {
    key: rule for key, rule in PERSON_FIELDS.items() if key not in ("name", "side", "sort")
}
"""The columns that are completed later; who a party is stays as it was registered."""

ONLY_OF: Mapping[str, str] = {
    **dict.fromkeys(("id_number", "sex", "ethnicity", "born_on", "occupation"), PERSON),
    **dict.fromkeys(("credit_code", "legal_representative"), ORGANISATION),
}
"""Columns that are asked of persons alone, or of organisations alone."""
