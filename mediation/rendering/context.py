"""What a template may read. A name that is not in this table is a fault.

| variable | what it is |
| --- | --- |
| `case.number` | the case's number |
| `case.kind`, `case.class_` | choices: kind of dispute, what it is about |
| `case.law` | the articles behind the class, each `.cited` and `.rule` |
| `facts.<fact>` | a fact of `facts.toml` after the event; None while unset |
| `form.<field>` | a field of the event that issues the paper; None if left empty |
| `told.<event>.<field>` | the same of the last event of that name; None if there was none |
| `parties`, `applicants`, `respondents`, `thirds` | the parties, all or of one side |
| `party.ref, .side, .sort, .capacity, .represented` | of each party: what is plain |
| `party.name, .phone, .address` … | of each party: every other column of the parties' table |
| `party.age` | of each party: full years on the day of the event |
| `obligations` | what the event's form promises: `.no, .obligor` (a name)`, .sort`, |
| | `.amount, .due_on, .what, .ref` |
| `owed` | the same of what earlier agreements promise and nobody has done yet |
| `overdue` | those of them whose day has passed, or all if none has |
| `owing` | the parties who owe these; all parties where nothing is owed |
| `clocks` | deadlines of the case after the event: `.period` (a choice)`, .until`, |
| | `.unextended`, the day before it was last extended |
| `machine.kind`, `.sender`, `.receiver` | the side machine the event is of, or starts: a |
| | choice, and the bodies it goes between; only in papers of such events |
| `machine.facts.<fact>` | a fact of its own |
| `machine.clocks` | its deadlines: `.period` (a choice)`, .until, .at` (of hours) |
| `machine.number` | number of the paper it went or came with |
| `machine.promised` | what is to be done, if it follows a promise |
| `body.name`, `body.word` | the body that issues the paper, and its 代字 |
| `officers(handles)`, `names(refs)` | names of officers, of parties; None if there are none |
| `bodies(code)` | name of a body |
| `actor` | name of the officer who acts; None for the calendar |
| `number` | the paper's own number; None if it has none |
| `corrects.label, .number, .occurred_on, .digest` | the paper that this one corrects |
| `verify.code, .address` | what the paper is looked up by, and its page; None if none |
| `occurred_on`, `recorded_on` | the day it happened, the day it was entered |

Values print by type: choices by `label`, days by `day`, moments by `moment`, money by `money`
and `capital`, counts in Chinese by `cn`; refs and handles by `names` and `officers`. Text and
numbers print as they are, long texts by their `lines`; what is missing prints a line to write
on. Sex and birth day are read off the identity number where they were not given.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NamedTuple

from mediation.engine.cases import Case
from mediation.engine.forms import PERSON_FIELDS, PREFIX, SIDES, THIRD
from mediation.engine.legal_time.spans import day_ended
from mediation.engine.schemas import COLUMNS
from mediation.engine.workflows.definitions import Workflow
from mediation.rendering.beside import MACHINE, Beside, Machine, machine_of
from mediation.rendering.values import Choice, Fen, Key, Names, Read
from mediation.rendering.vocabulary import Cited, Form, Vocabulary, vocabulary


class Said(NamedTuple):
    """What one event's form was filled in with.

    Args:
        definition: the event's definition, as its step names it.
    """

    definition: str
    plain: Mapping[str, Any]
    sealed: Mapping[str, Any]


class Issuer(NamedTuple):
    """The body that issues a paper."""

    name: str
    word: str


class Corrected(NamedTuple):
    """The paper that a correction corrects.

    Args:
        digest: as much of it as a person compares.
    """

    label: str
    number: str | None
    occurred_on: date
    digest: str


class Verify(NamedTuple):
    """What a paper bears to be looked up by.

    Args:
        address: the page that tells of it; None where residents reach none.
    """

    code: str | None
    address: str | None


UNVERIFIED: Final = Verify(None, None)


@dataclass(frozen=True, slots=True)
class Occasion:
    """What papers are made from: the case after the event, and who and what stands around it.

    Args:
        people: the parties' sealed details, opened, by ref.
        said: the form of the event that issues the papers, empty if it had none.
        told: the last form of earlier events of the case, by the event's name; those that
            `variables.told_events` lists are enough.
        officers: names by handle, at least of those the case names.
        actor: name of the officer who acts; None for the calendar.
        corrects: the paper that these correct, if they do.
        promised: what each obligation is about, by the key of its side machine; those that a
            paper asks for are enough.
        unextended: by period, the last day of an extended deadline before its last extension.
        beside: the side machine the event is of, or the one it starts.
        body_name: gives the name of a body by its code.
    """

    workflow: Workflow
    case: Case
    number: str
    people: Mapping[str, Mapping[str, Any]]
    said: Said
    told: Mapping[str, Said]
    body: Issuer
    officers: Mapping[str, str]
    actor: str | None
    occurred_on: date
    recorded_on: date
    corrects: Corrected | None = None
    promised: Mapping[str, str] = field(default_factory=dict)
    unextended: Mapping[str, date] = field(default_factory=dict)
    beside: Beside | None = None
    body_name: Callable[[str], str] = str


class Told:
    """What earlier events were filled in with, by event and field."""

    __slots__ = ("_known", "_said")

    def __init__(self, known: Vocabulary, said: Mapping[str, Said]) -> None:
        self._known, self._said = known, said

    def __getattr__(self, event: str) -> Names:
        """Give the last form of an event, empty if it has not happened.

        Raises:
            AttributeError: the case has no event of this name.
        """
        fields = self._known.told.get(event)
        if fields is None:
            raise AttributeError(event)
        if said := self._said.get(event):
            return self._known.forms[said.definition].names(said.plain, said.sealed, fields)
        return Names(fields, {})


class CaseLine(NamedTuple):
    """A case as a paper names it."""

    number: str
    kind: Choice
    class_: Choice | None
    law: tuple[Cited, ...]


class Obligation(NamedTuple):
    """One promise of an agreement.

    Args:
        ref: the party who owes it, or `third`.
    """

    no: int
    obligor: str | None
    sort: Choice
    amount: Fen | None
    due_on: date
    what: str | None
    ref: Key


class ClockLine(NamedTuple):
    """A deadline of the case.

    Args:
        until: its last day; None while it stands still.
        unextended: its last day before it was last extended; None if it never was.
    """

    period: Choice
    until: date | None
    unextended: date | None


class Context(NamedTuple):
    """The variables of a paper."""

    case: CaseLine
    facts: Names
    form: Names
    told: Told
    parties: tuple[Names, ...]
    applicants: tuple[Names, ...]
    respondents: tuple[Names, ...]
    thirds: tuple[Names, ...]
    owing: tuple[Names, ...]
    obligations: tuple[Obligation, ...]
    owed: tuple[Obligation, ...]
    overdue: tuple[Obligation, ...]
    clocks: tuple[ClockLine, ...]
    body: Issuer
    officers: Callable[[Key | Sequence[Key] | None], str | None]
    names: Callable[[Key | Sequence[Key] | None], str | None]
    bodies: Callable[[Key | None], str | None]
    machine: Machine | None
    actor: str | None
    number: str | None
    verify: Verify
    corrects: Corrected | None
    occurred_on: date
    recorded_on: date


PARTY_NAMES: Final = ("ref", "represented", "age", *PERSON_FIELDS)
PARTY_LISTS: Final = ("parties", "applicants", "respondents", "thirds", "owing")
PROMISE_LISTS: Final = ("obligations", "owed", "overdue")
PROMISES: Final = "obligation/"
"""How the keys of the side machines begin that follow what was promised."""

_WORDS: Final = {key: Choice(key, said.zh) for key, said in COLUMNS.items()}
_PARTY_READERS: Final[Mapping[str, Read]] = {
    **dict.fromkeys(("side", "sort", "capacity", "sex"), _WORDS.__getitem__),
    "born_on": date.fromisoformat,
    "ref": Key,
}
_UNKNOWN_PARTY: Final = dict.fromkeys(PARTY_NAMES)
_PARTY_ORDER: Final = {prefix: place for place, prefix in enumerate(PREFIX.values())}
_ID_LENGTH: Final = 18


def schema() -> frozenset[str]:
    """Give every variable but facts, fields and the machine; `[]` stands for each of a list."""
    return frozenset(
        {
            *(name for name in Context._fields if name != MACHINE),
            *(f"case.{name}" for name in CaseLine._fields),
            *(f"case.law[].{name}" for name in Cited._fields),
            *(f"{list_}[].{name}" for list_ in PARTY_LISTS for name in PARTY_NAMES),
            *(f"{list_}[].{name}" for list_ in PROMISE_LISTS for name in Obligation._fields),
            *(f"clocks[].{name}" for name in ClockLine._fields),
            *(f"body.{name}" for name in Issuer._fields),
            *(f"verify.{name}" for name in Verify._fields),
            *(f"corrects.{name}" for name in Corrected._fields),
        }
    )


def context(
    occasion: Occasion, number: str | None = None, verify: Verify = UNVERIFIED
) -> Context:
    """Build the variables of a paper.

    Args:
        number: the paper's own number; None if it has none.
    """
    known = vocabulary(occasion.workflow)
    case = occasion.case
    facts = {**known.facts, **{name: value for name, (value, _) in case.facts.items()}}
    parties = tuple(
        parties_of(facts.get("parties") or {}, occasion.people, occasion.occurred_on)
    )
    names = _joiner({str(party.ref): party.name for party in parties} | {THIRD: "第三人"})
    owed = tuple(_owed(occasion, names))
    overdue = tuple(one for one in owed if one.due_on < occasion.occurred_on) or owed
    obligors = {one.ref for one in overdue}
    said = occasion.said
    form = known.forms[said.definition]
    beside_it = said.definition.partition("/")[0] in known.beside
    dispute_class = facts.get("class") or ""
    applicants, respondents, thirds = (
        tuple(party for party in parties if party.side == side) for side in SIDES
    )
    return Context(
        case=CaseLine(
            number=occasion.number,
            kind=known.kind,
            class_=known.classes.get(dispute_class),
            law=known.law.get(dispute_class, ()),
        ),
        facts=Names(facts, known.fact_readers),
        form=form.names(said.plain, said.sealed),
        told=Told(known, {**occasion.told, **({} if beside_it else {form.event: said})}),
        parties=parties,
        applicants=applicants,
        respondents=respondents,
        thirds=thirds,
        owing=tuple(party for party in parties if party.ref in obligors or not overdue),
        obligations=tuple(_obligations(form, said, names)),
        owed=owed,
        overdue=overdue,
        clocks=tuple(_clocks(known, occasion)),
        body=occasion.body,
        officers=_joiner(occasion.officers),
        names=names,
        bodies=lambda code: occasion.body_name(code) if code else None,
        machine=machine_of(occasion.beside, case, known.beside) if occasion.beside else None,
        actor=occasion.actor,
        number=number,
        verify=verify,
        corrects=occasion.corrects,
        occurred_on=occasion.occurred_on,
        recorded_on=occasion.recorded_on,
    )


def parties_of(
    plain: Mapping[str, Mapping[str, Any]], people: Mapping[str, Mapping[str, Any]], on: date
) -> Iterator[Names]:
    """Give the parties in their order, as papers name them on a day.

    Args:
        plain: what is plain of each, by ref.
        people: their sealed details, opened, by ref.
    """
    for ref in sorted(plain, key=lambda ref: (_PARTY_ORDER[ref[0]], int(ref[1:]))):
        details = {**_UNKNOWN_PARTY, **plain[ref], **people.get(ref, {}), "ref": ref}
        number = details["id_number"]
        if number and len(number) == _ID_LENGTH:
            _read_off(number, details)
        details["age"] = _age(details["born_on"], on)
        yield Names(details, _PARTY_READERS)


def _read_off(number: str, details: dict[str, Any]) -> None:
    # GB 11643-1999: digits 7 to 14 are the birth date, the 17th is odd for men.
    details["born_on"] = details["born_on"] or f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
    details["sex"] = details["sex"] or ("male" if int(number[16]) % 2 else "female")


def _age(born_on: str | None, on: date) -> int | None:
    if born_on is None:
        return None
    born = date.fromisoformat(born_on)
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _clocks(known: Vocabulary, occasion: Occasion) -> Iterable[ClockLine]:
    for clock in occasion.case.clocks:
        if clock.live and not clock.machine:
            until = day_ended(clock.due_at) if clock.due_at else None
            before = occasion.unextended.get(clock.period)
            yield ClockLine(known.periods[clock.period], until, before)


def _open_promises(case: Case) -> list[tuple[str, Mapping[str, Any]]]:
    return [
        (key, {name: value for name, (value, _) in one.facts.items()})
        for key, one in case.machines.items()
        if key.startswith(PROMISES) and one.open
    ]


def _owed(occasion: Occasion, names: Callable[[Any], str | None]) -> Iterable[Obligation]:
    promises = _open_promises(occasion.case)
    promises.sort(key=lambda one: (one[1]["due_on"], int(one[0].removeprefix(PROMISES))))
    for no, (key, facts) in enumerate(promises, 1):
        yield _obligation(no, facts, occasion.promised.get(key), names)


def _obligation(
    no: int, promise: Mapping[str, Any], what: str | None, names: Callable[[Any], str | None]
) -> Obligation:
    amount, ref = promise.get("amount"), Key(promise["obligor"])
    return Obligation(
        no,
        names(ref),
        _WORDS[promise["sort"]],
        None if amount is None else Fen(amount),
        date.fromisoformat(promise["due_on"]),
        what,
        ref,
    )


def _obligations(
    form: Form, said: Said, names: Callable[[Any], str | None]
) -> Iterable[Obligation]:
    promised = said.plain.get(form.obligations, ())
    for no, promise in enumerate(promised, 1):
        yield _obligation(no, promise, said.sealed[form.obligations][no - 1], names)


def _joiner(names: Mapping[str, str]) -> Callable[[Key | Sequence[Key] | None], str | None]:
    def joined(keys: Key | Sequence[Key] | None) -> str | None:
        if not keys:
            return None
        if isinstance(keys, str):
            return names[keys]
        return "、".join(names[key] for key in keys)

    return joined
