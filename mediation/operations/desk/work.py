"""Today's work of a seat: what is due, what waits to be received, and what to do next."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from mediation.clock import SHANGHAI
from mediation.engine.cases import Actor, Case
from mediation.engine.cases import moment as moment_of
from mediation.engine.charts import Procedure
from mediation.engine.decisions import Move, moves
from mediation.engine.legal_time.periods import day_ended, shanghai_day
from mediation.engine.outlook import suggested
from mediation.errors import Fault, InputRefused
from mediation.language import Message
from mediation.operations.answers.words import Told, Words
from mediation.operations.cases.requests import Asking
from mediation.operations.cases.viewing import viewer
from mediation.operations.office import Office, People
from mediation.records.applications import waiting_count
from mediation.records.cases import CaseRow
from mediation.records.database import Tx
from mediation.records.gateway import READ, REVEAL, find_case
from mediation.records.machines import Machine
from mediation.records.sealing import open_sealed, row_of
from mediation.records.work import (
    Snooze,
    mail,
    open_cases,
    put_off,
    risen_cases,
    snoozed,
    take_up,
)
from mediation.text import line, masked

MOST: Final = 200
SHOWN: Final = 40
"""So many lines a person can take in; the rest stands in the list of cases."""
SOON: Final = timedelta(days=3)
LONGEST_SNOOZE: Final = timedelta(days=14)
REFERRAL: Final = "referral"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a list: the office, the seat, the words, and today."""

    office: Office
    tx: Tx
    people: People
    actor: Actor
    asking: Asking
    words: Words

    @classmethod
    def of(cls, office: Office, tx: Tx, asking: Asking, words: Words) -> "Reader":
        """Give the reader of a seat."""
        people = office.staff(tx)
        actor = asking.sitting.actor(people, shanghai_day(asking.now))
        return cls(office, tx, people, actor, asking, words)

    def procedure_of(self, row: CaseRow) -> Procedure:
        """Give the procedure a case is pinned to."""
        return self.office.catalogue.procedure(self.tx, row.workflow)

    @property
    def today(self) -> date:
        """Today in China."""
        return shanghai_day(self.asking.now)

    @property
    def reads(self) -> bool:
        """Whether this seat may read what lies in its own body."""
        who = viewer(self.people, self.actor)
        return READ in who.actions("owner")

    @property
    def reveals(self) -> bool:
        """Whether this seat may look at names in full in its own body."""
        return REVEAL in viewer(self.people, self.actor).actions("owner")


def today_told(office: Office, tx: Tx, asking: Asking, words: Words) -> Told:
    """Tell the work of today in one list: overdue, due soon, to be received, lying longest."""
    reader = Reader.of(office, tx, asking, words)
    if not reader.reads:
        return {"groups": [], "snoozed": 0, "meetings": [], "more": 0, "applications": 0}
    body = asking.sitting.body
    asleep = snoozed(tx, body, reader.today)
    rows = [*open_cases(tx, body, MOST), *risen_cases(tx, body, MOST)]
    awake = [row for row in rows if row.id not in asleep]
    waiting = [one for one in mail(tx, body, REFERRAL, MOST) if one[1].open]
    groups = {
        "receive": [mail_told(reader, row, machine) for row, machine in waiting[:SHOWN]],
        "overdue": [], "today": [], "soon": [], "later": [],
    }  # fmt: skip
    for row in awake[:SHOWN]:
        groups[group_of(row, reader.today)].append(work_told(reader, row))
    return {
        "groups": [{"name": name, "items": items} for name, items in groups.items() if items],
        "meetings": list(meetings_today(reader, rows)),
        "snoozed": len(rows) - len(awake),
        "more": max(len(awake) - SHOWN, 0),
        "applications": waiting_count(tx, body) if reader.reveals else 0,
    }


def group_of(row: CaseRow, today: date) -> str:
    """Tell how urgent a case is."""
    if row.next_due_at is None:
        return "later"
    due = day_ended(row.next_due_at)
    if due < today:
        return "overdue"
    return "today" if due == today else "soon" if due <= today + SOON else "later"


def work_told(reader: Reader, row: CaseRow) -> Told:
    """Tell one case as a line of work, with what to do next."""
    case, procedure = Case.from_json(row.snapshot), reader.procedure_of(row)
    found = moves(procedure, case, reader.actor, reader.people.traits, reader.asking.at)
    return {
        **line_told(reader, row),
        "next": [next_told(move, reader.words) for move in suggested(procedure, case, found)],
        "note": next(
            (one.name for one in found if one.event.shortcut == "note" and one.open), ""
        ),
    }


def line_told(reader: Reader, row: CaseRow) -> Told:
    """Tell a case in one line: number, who, where it stands, until when."""
    procedure, words = reader.procedure_of(row), reader.words
    due = row.next_due_at and day_ended(row.next_due_at)
    classes = procedure.workflow.classes
    return {
        "number": row.number,
        "who": masked_title(reader.office, row.id, row.number, row.title, row.wrapped_key),
        "kind_label": words.to(procedure.workflow.label),
        "class_label": words.to(classes[row.class_].label) if row.class_ else "",
        "state": row.state,
        "state_label": words.to(procedure.case.plan.states[row.state].label),
        "closed": row.closed,
        "body_name": reader.people.directory.body(row.owner).name,
        "opened_on": row.opened_on.isoformat(),
        "due_on": due and due.isoformat(),
        "overdue": bool(due and due < reader.today),
        "idle_days": (reader.today - shanghai_day(row.last_at)).days if row.last_at else 0,
    }


def next_told(move: Move, words: Words) -> Told:
    """Tell an event as a button."""
    return {"event": move.name, "label": words.to(move.event.label)}


def mail_told(reader: Reader, row: CaseRow, machine: Machine) -> Told:
    """Tell a referral as a line, with what this seat may do to it."""
    case, procedure, words = (
        Case.from_json(row.snapshot),
        reader.procedure_of(row),
        reader.words,
    )
    plan = procedure.chart(machine.key).plan
    found = moves(procedure, case, reader.actor, reader.people.traits, reader.asking.at)
    bodies = reader.people.directory.bodies
    return {
        **line_told(reader, row),
        "machine": machine.key,
        "kind": words.to(plan.kinds[machine.kind].label),
        "machine_state": words.to(plan.states[machine.state].label),
        "open": machine.open,
        "arrived": machine.state == plan.initial,
        "sender": bodies[machine.sender].name if machine.sender in bodies else "",
        "receiver": bodies[machine.receiver].name if machine.receiver in bodies else "",
        "clocks": list(clocks_told(case, machine.key, procedure, words)),
        "next": [
            {**next_told(move, words), "on_behalf": move.on_behalf}
            for move in found
            if move.machine == machine.key and move.open
        ],
    }


def clocks_told(case: Case, key: str, procedure: Procedure, words: Words) -> Iterator[Told]:
    """Tell the clocks of one side machine."""
    for clock in case.clocks:
        if clock.machine == key and clock.due_at:
            period = procedure.chart(key).plan.periods[clock.period]
            due = day_ended(clock.due_at)
            yield {"label": words.to(period.label), "due_on": due.isoformat()}


def mail_list(
    office: Office, tx: Tx, asking: Asking, words: Words, *, sent: bool
) -> list[Told]:
    """Tell what a seat's body has received, or sent, open ones first."""
    reader = Reader.of(office, tx, asking, words)
    side = "sender" if sent else "receiver"
    if READ not in viewer(reader.people, reader.actor).actions(side):
        return []
    found = mail(tx, asking.sitting.body, REFERRAL, MOST, sent=sent)
    return [mail_told(reader, row, machine) for row, machine in found]


def meetings_today(reader: Reader, rows: Iterable[CaseRow]) -> Iterator[Told]:
    """Tell the meetings of today: moments agreed upon in open cases."""
    facts = reader.office.catalogue.library.facts.fact
    for row in rows:
        for name, (value, _) in row.snapshot["facts"].items():
            at = moment_of(value) if name in facts and facts[name].type == "moment" else None
            if at and shanghai_day(at) == reader.today:
                local = at.astimezone(SHANGHAI)
                yield {**line_told(reader, row), "at": f"{local:%H:%M}"}


def masked_title(
    office: Office, case_id: int, number: str, title: bytes | None, wrapped: bytes | None
) -> str:
    """Give who quarrels, of a person only the first character."""
    if title is None or wrapped is None:
        return ""
    secret = office.keys.case_key(number, wrapped)
    names = open_sealed(secret, "cases", row_of(case_id), title)
    return "、".join(masked(name, sort) for name, sort in names.values())


def snooze(office: Office, tx: Tx, number: str, days: int, reason: str, asking: Asking) -> None:
    """Put a case off for some days, with a reason; the clocks run on all the same.

    Raises:
        CaseNotFound: unknown, or not the officer's to know.
        ContentWithheld: the officer may follow its progress only.
        InputRefused: without a reason, or for too long.
    """
    people = office.staff(tx)
    today = shanghai_day(asking.now)
    row = find_case(tx, viewer(people, asking.sitting.actor(people, today)), number)
    if not 1 <= days <= LONGEST_SNOOZE.days:
        most = Message("最多放到 {days} 天以后", {"days": LONGEST_SNOOZE.days})
        raise InputRefused((Fault("days", most),))
    until = today + timedelta(days=days)
    put_off(
        tx, asking.sitting.body, Snooze(row.id, until, asking.sitting.officer, line(reason))
    )


def wake(office: Office, tx: Tx, number: str, asking: Asking) -> None:
    """Take a case up again before its day.

    Raises:
        CaseNotFound: unknown, or not the officer's to know.
        ContentWithheld: the officer may follow its progress only.
    """
    people = office.staff(tx)
    actor = asking.sitting.actor(people, shanghai_day(asking.now))
    row = find_case(tx, viewer(people, actor), number)
    take_up(tx, asking.sitting.body, row.id)
