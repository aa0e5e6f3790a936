"""Where everything on a paper came from: typed once, by whom and when, and printed here."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

from mediation.engine.cases import Case, Step, fold
from mediation.engine.forms import PERSON_FIELDS
from mediation.engine.schemas import COLUMNS
from mediation.engine.workflows.definitions import Event
from mediation.language import Label, Message
from mediation.operations.answers.log import event_told
from mediation.operations.answers.prints import Prints
from mediation.operations.answers.words import Told, Words
from mediation.operations.cases.viewing import View
from mediation.records.documents import Found
from mediation.records.events import EventRow
from mediation.records.sealing import Key, open_sealed, row_of
from mediation.rendering.context import PARTY_LISTS
from mediation.rendering.templates import DocumentUnknown
from mediation.rendering.variables import variables
from mediation.text import masked

OF_FACTS: Final = {"case.class_": "class"}
"""What a template calls otherwise than the fact it is."""
NUMBER, DAY = Message("字号"), Message("办理日期")
OPENING: Final = 1
"""The event that took the number of the case, which papers bear that have none of their own."""
LISTS: Final = tuple(f"{name}[]." for name in PARTY_LISTS)
WHO: Final = [key for key in PERSON_FIELDS if key not in ("side", "sort", "capacity")]
"""The columns of a party that say who it is, not which one."""


class Line(NamedTuple):
    """One thing on a paper.

    Args:
        path: how the template reads it.
        seq: the event it came from.
    """

    path: str
    label: Label | Message
    value: str
    seq: int


def lineage_told(view: View, found: Found, words: Words) -> list[Told]:
    """Tell of each thing on a paper where it came from, as the paper's sort is made today."""
    try:
        read = variables(found.row.document.name)
    except DocumentUnknown:
        return []
    lineage = Lineage(view, found, read)
    officers, log = view.people.directory.officers, view.log
    told = []
    for line in sorted(lineage.lines(), key=lambda one: (one.seq, one.path)):
        event = event_told(view.procedure, log[line.seq - 1], officers, words)
        told.append(
            {
                "path": line.path,
                "label": line.label.to(words.language),
                "value": line.value,
                "seq": line.seq,
                "event": event["event"],
                "event_label": event["label"],
                "actor_name": event["actor_name"],
                "occurred_at": event["occurred_at"],
            }
        )
    return told


@dataclass(frozen=True)
class Lineage:
    """The things on one paper.

    Args:
        read: what its template reads.
    """

    view: View
    found: Found
    read: frozenset[str]

    @property
    def seq(self) -> int:
        """The event that issued the paper."""
        return self.found.row.place.seq

    @cached_property
    def log(self) -> list[EventRow]:
        """What had happened when the paper was made."""
        return self.view.log[: self.seq]

    @cached_property
    def case(self) -> Case:
        """The case as the paper shows it."""
        case = Case()
        for row in self.log:
            case = fold(case, Step.from_json(row.body["step"]))
        return case

    @cached_property
    def prints(self) -> Prints:
        """How values are written."""
        sorts = self.case.value("parties") or {}
        named = {
            ref: masked(self.view.names.get(ref, ref), one["sort"])
            for ref, one in sorts.items()
        }
        workflow = self.view.procedure.workflow
        return Prints(workflow, named, self.view.people.names)

    @cached_property
    def secret(self) -> Key:
        """The key of the case."""
        row = self.view.row
        return self.view.office.keys.case_key(row.number, row.wrapped_key)

    def lines(self) -> Iterator[Line]:
        """Give every thing that is on record; what the paper leaves blank has no origin."""
        yield from self.own()
        yield from self.parties()
        for path in sorted(self.read):
            if path in OF_FACTS or path.startswith("facts."):
                yield from self.fact(path)
            elif path.startswith("form."):
                yield from self.field(path, self.seq)
            elif path.startswith("told."):
                yield from self.told(path)

    def own(self) -> Iterator[Line]:
        """Give what the event that issued the paper brings by itself, its number among it."""
        paper, step = self.found.row.document, self.log[-1].body["step"]
        if paper.number:
            yield Line("number", NUMBER, paper.number, self.seq if step["numbers"] else OPENING)
        if "occurred_on" in self.read:
            day = self.prints.day(self.found.occurred_at)
            yield Line("occurred_on", DAY, day, self.seq)

    def fact(self, path: str) -> Iterator[Line]:
        """Give a fact, which knows the event that set it."""
        name = OF_FACTS.get(path) or path.split(".")[1]
        schema = self.view.procedure.workflow.case.facts.get(name)
        known = self.case.facts.get(name)
        if schema and known and name != "parties":
            yield Line(path, schema.label, self.prints.fact(name, known.value), known.seq)

    def told(self, path: str) -> Iterator[Line]:
        """Give a field of the last event of a name."""
        event = path.split(".")[1]
        named = (row.seq for row in reversed(self.log) if self.event(row).name == event)
        for seq in list(named)[:1]:
            yield from self.field(path, seq)

    def field(self, path: str, seq: int) -> Iterator[Line]:
        """Give what was filled into a field of an event."""
        name, row = path.rpartition(".")[2], self.log[seq - 1]
        event, value = self.event(row), {**row.body["form"], **self.sealed(row)}.get(name)
        for one in event.form:
            if one.name == name and value is not None:
                shown = self.prints.field(event.definition, name, value)
                yield Line(path, one.label, shown, seq)

    def parties(self) -> Iterator[Line]:
        """Give, of each party, every event that named it or completed what is known of it."""
        columns = {path.partition("[].")[2] for path in self.read if path.startswith(LISTS)}
        for row in self.log:
            for field in self.event(row).form:
                people = row.body["form"].get(field.name) if field.type == "people" else None
                for ref, party in (people or {}).items():
                    label = listed(party["side"], columns & self.view.parties[ref].keys())
                    yield Line(f"parties.{ref}", label, self.prints.parties[ref], row.seq)

    def event(self, row: EventRow) -> Event:
        """Give the definition of an event of the log."""
        step = row.body["step"]
        chart = self.view.procedure.chart(step["event"].rpartition(":")[0])
        return chart.definitions[step["definition"]]

    def sealed(self, row: EventRow) -> Mapping[str, Any]:
        """Open what was sealed beside an event."""
        if not row.sealed:
            return {}
        place = row_of(self.view.row.id, row.seq)
        opened: Mapping[str, Any] = open_sealed(self.secret, "events", place, row.sealed)
        return opened


def listed(side: str, columns: Collection[str]) -> Label:
    """Say what of a party stands on the paper: 申请人：姓名或名称、住址."""
    found = [COLUMNS[key] for key in WHO if key in columns]
    zh, en = "、".join(one.zh for one in found), ", ".join(one.en for one in found)
    return Label(f"{COLUMNS[side].zh}：{zh}", f"{COLUMNS[side].en}: {en}")
