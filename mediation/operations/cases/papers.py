"""Papers: rendered from what was typed once, numbered, frozen, opened again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from mediation.engine.cases import Actor, Case, Step
from mediation.engine.charts import Procedure
from mediation.engine.deadlines import due_of
from mediation.engine.filling import Filled
from mediation.engine.legal_time.periods import shanghai_day
from mediation.engine.legal_time.spans import day_ended
from mediation.operations.cases.beside import (
    FROM_THE_START,
    between,
    key_of,
    paper_number,
    promised,
)
from mediation.operations.cases.correcting import corrected_by, told_of
from mediation.operations.cases.lacking import refuse_lacking, requirements
from mediation.operations.office import Office, People
from mediation.records.cases import CaseRow
from mediation.records.database import Tx
from mediation.records.documents import Document, Heading, Place, code_at, freeze
from mediation.records.events import case_log, events_named
from mediation.records.numbers import Series, format_number, take_number
from mediation.records.parties import case_parties, open_party
from mediation.records.sealing import Key, open_sealed, row_of
from mediation.rendering.beside import Beside
from mediation.rendering.context import (
    PROMISES,
    Context,
    Issuer,
    Occasion,
    Said,
    Verify,
    context,
)
from mediation.rendering.documents import render
from mediation.rendering.variables import told_events, variables
from mediation.rendering.vocabulary import vocabulary

Written = tuple[Mapping[str, Any], bytes | None]
"""The body of an event and what was sealed beside it."""


@dataclass(frozen=True, slots=True)
class Papers:
    """Makes the papers of one case.

    Args:
        case: as it stands after the event that issues them.
        row: its row before that event.
        now: when the event is recorded.
    """

    office: Office
    tx: Tx
    people: People
    procedure: Procedure
    case: Case
    row: CaseRow
    secret: Key
    now: datetime

    def issue(
        self,
        step: Step,
        seq: int,
        filled: Filled,
        actor: Actor,
        unwritten: Sequence[Written],
    ) -> list[Document]:
        """Render, number and freeze the papers of a step.

        Args:
            unwritten: events of the same transaction that are not in the log yet.
        """
        body = self.people.directory.body(self.case.owner)
        names, workflow = self.people.names, self.procedure.workflow
        old = corrected_by(self.procedure, step.event, step.definition, filled)
        occasion = Occasion(
            workflow=workflow,
            case=self.case,
            number=self.row.number,
            people=self.persons(filled),
            said=Said(step.definition, filled.plain, filled.sealed),
            told=dict(self.told(step.issues, unwritten)),
            body=Issuer(body.name, body.word),
            officers=names,
            actor=names[actor.officer] if actor.officer else None,
            occurred_on=shanghai_day(step.occurred_at),
            recorded_on=shanghai_day(self.now),
            corrects=told_of(self.tx, workflow, self.row.id, old) if old else None,
            promised=self.promised(step.issues, unwritten),
            unextended=self.unextended(),
            beside=self.beside(step, seq, unwritten),
            body_name=lambda code: self.people.directory.body(code).name,
        )
        known = context(occasion)
        event = self.procedure.chart(step.event.rpartition(":")[0]).definitions[step.definition]
        if requirements(workflow, step.issues):
            refuse_lacking(workflow, event, step.issues, step.source, self.case, known)
        return [
            self.frozen(name, Place(self.row.id, seq, no), known, step)._replace(corrects=old)
            for no, name in enumerate(step.issues, start=1)
        ]

    def frozen(self, name: str, place: Place, known: Context, step: Step) -> Document:
        """Render and freeze one paper, under the number its event took, or else the case's."""
        taken = (step.facts[fact] for fact in step.numbers.values())
        number = next(taken, self.row.number)
        code = code_at(self.office.keys.index, place)
        verify = Verify(code, self.page_of(code))
        paper = render(name, known._replace(number=number, verify=verify))
        return freeze(
            self.secret, place, paper.html, Heading(name, number, paper.template, code)
        )

    def page_of(self, code: str) -> str | None:
        """Give the address at which residents look a paper up."""
        public = self.office.public_url
        return f"{public}/verify/{code}" if public else None

    def persons(self, filled: Filled) -> dict[str, Mapping[str, Any]]:
        """Open who the parties are; those just named are not in the database yet."""
        kept = kept_people(self.tx, self.secret, self.row.id)
        return kept | completed(kept, filled.people)

    def told(
        self, papers: Iterable[str], unwritten: Sequence[Written]
    ) -> Iterator[tuple[str, Said]]:
        """Give, oldest first, the forms of earlier events that these papers draw upon."""
        needed = frozenset[str]().union(*(told_events(name) for name in papers))
        if not needed:
            return
        # An event of a side machine may have the name of one of the case, behind its key.
        for seq, name, body, sealed in self.named(needed, unwritten):
            definition = body["step"]["definition"]
            yield name, Said(definition, body["form"], self.opened(seq, sealed))

    def named(
        self, names: frozenset[str], unwritten: Sequence[Written]
    ) -> Iterator[tuple[int, str, Mapping[str, Any], bytes | None]]:
        """Give the events so named, those of the same transaction too."""
        yield from events_named(self.tx, self.row.id, names)
        first = self.row.version - len(unwritten) + 1
        for seq, (body, sealed) in enumerate(unwritten, start=first):
            if (name := body["step"]["event"]) in names:
                yield seq, name, body, sealed

    def log(self, unwritten: Sequence[Written]) -> Iterator[tuple[int, Written]]:
        """Give every event with its number, those of the same transaction too."""
        written = [(row.body, row.sealed) for row in case_log(self.tx, self.row.id)]
        return enumerate((*written, *unwritten), start=1)

    def opened(self, seq: int, sealed: bytes | None) -> Mapping[str, Any]:
        """Open what was sealed beside an event; empty if nothing was."""
        row = row_of(self.row.id, seq)
        return open_sealed(self.secret, "events", row, sealed) if sealed else {}

    def beside(self, step: Step, seq: int, unwritten: Sequence[Written]) -> Beside | None:
        """Give the side machine a step is of, or the one it starts; None if there is none."""
        key = key_of(step, seq)
        if not key:
            return None
        found = between(key, self.case.machines[key], self.people.directory.bodies)
        if not any(variables(name) & FROM_THE_START for name in step.issues):
            return found
        began = found.machine.started_by
        if began == seq:
            return replace(found, number=paper_number([step.to_json()], key))
        log = dict(self.log(unwritten))
        steps = [
            body["step"]
            for at, (body, _) in log.items()
            if at == began or body["step"]["event"].startswith(f"{key}:")
        ]
        field = vocabulary(self.procedure.workflow).forms[steps[0]["definition"]].obligations
        said = self.opened(began, log[began][1]).get(field, ())
        number, what = paper_number(steps, key), promised(steps[0], key, said)
        return replace(found, number=number, promised=what)

    def promised(self, papers: Iterable[str], unwritten: Sequence[Written]) -> dict[str, str]:
        """Give what was promised by the side machine that follows it, if a paper asks."""
        if not any({"owed", "overdue"} & variables(name) for name in papers):
            return {}
        keys: dict[int, list[str]] = {}
        for key, machine in self.case.machines.items():
            if key.startswith(PROMISES):
                keys.setdefault(machine.started_by, []).append(key)
        forms = vocabulary(self.procedure.workflow).forms
        found: dict[str, str] = {}
        for seq, (body, sealed) in self.log(unwritten):
            if seq in keys:
                said = self.opened(seq, sealed)[forms[body["step"]["definition"]].obligations]
                found |= zip(sorted(keys[seq], key=number_of), said, strict=True)
        return found

    def unextended(self) -> dict[str, date]:
        """Give, by period, when an extended deadline was over before its last extension."""
        periods = self.procedure.case.plan.periods
        found: dict[str, date] = {}
        for clock in self.case.clocks:
            if clock.extensions and not clock.machine:
                before = clock._replace(extensions=clock.extensions - 1, level=0, rose_on="")
                over = due_of(
                    periods[clock.period], before, self.people.calendar, self.procedure.rises
                ).due_at
                if over:
                    found[clock.period] = day_ended(over)
        return found


def number_of(key: str) -> int:
    """Give the number in the key of a side machine."""
    return int(key.rpartition("/")[2])


def kept_people(tx: Tx, secret: Key, case_id: int) -> dict[str, Mapping[str, Any]]:
    """Open what is known of the parties of a case."""
    return {
        party.ref: open_party(secret, case_id, party) for party in case_parties(tx, case_id)
    }


def completed(
    kept: Mapping[str, Mapping[str, Any]], people: Mapping[str, Mapping[str, Any]]
) -> dict[str, Mapping[str, Any]]:
    """Give the people of a form, with what was known of them before."""
    return {ref: {**kept.get(ref, {}), **person} for ref, person in people.items()}


def take_series(
    tx: Tx, people: People, procedure: Procedure, body: str, series: str, at: datetime
) -> str:
    """Take and write the next number of a body's series in the year of a moment."""
    year = shanghai_day(at).year
    n = take_number(tx, Series(body, series, year))
    word = people.directory.body(body).word
    return format_number(procedure.workflow.series[series], year=year, word=word, n=n)
