"""Finding cases: by number, by a party's name, by where they stand and when they are due."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final

from mediation.clock import SHANGHAI
from mediation.engine.legal_time.periods import day_ended, shanghai_day
from mediation.errors import MediationError
from mediation.operations.answers.words import Told, Words
from mediation.operations.cases.requests import Asking
from mediation.operations.cases.viewing import viewer
from mediation.operations.desk.statistics import day_after, month_of, scope_of, written
from mediation.operations.desk.work import Reader, masked_title
from mediation.operations.office import Office
from mediation.records.database import Tx
from mediation.records.gateway import PROGRESS, READ, see_case
from mediation.records.lists import CaseFilter, ListedCase, list_cases
from mediation.records.sealing import open_sealed, row_of
from mediation.text import LONGEST_NAME

PAGE: Final = 20
SCANNED: Final = 200
"""So many of the newest cases are looked through for a part of a name."""
LONGEST_QUERY: Final = 100
LONGEST_DUE: Final = 366


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for; what is empty does not narrow.

    Args:
        q: a number, a party's name, or a part of it. It never stands in an address.
        open: `yes` or `no`.
        body: the code of a body: its cases, and those of the bodies below it.
        due: due within so many days from today; or an ISO day: due on it or before.
        first, last: registered from the one month to the other, `2026-03`.
        after: where the page before has ended.
    """

    q: str = ""
    state: str = ""
    kind: str = ""
    open: str = ""
    body: str = ""
    due: str = ""
    first: str = ""
    last: str = ""
    after: str = ""


def found_told(office: Office, tx: Tx, wanted: Wanted, asking: Asking, words: Words) -> Told:
    """Tell the cases found, newest first, a page of them and where the next one begins.

    `part` says that only a part of a name was found, among the newest cases.
    """
    reader = Reader.of(office, tx, asking, words)
    query = wanted.q.strip()[:LONGEST_QUERY]
    if query and (one := by_number(reader, query)):
        return {"cases": [one], "next": "", "part": False}
    who = viewer(reader.people, reader.actor)
    narrowed = narrow(reader, wanted)
    if narrowed is None:
        return {"cases": [], "next": "", "part": False}
    if not query:
        return told(reader, list_cases(tx, who, narrowed))
    exact = office.keys.index.of_name(query[:LONGEST_NAME])
    rows = list_cases(tx, who, replace(narrowed, name=exact))
    if rows or wanted.after:
        return told(reader, rows)
    newest = list_cases(tx, who, replace(narrowed, limit=SCANNED))
    like = [row for row in newest if named_like(office, row, query)][:PAGE]
    return {"cases": [row_told(reader, row) for row in like], "next": "", "part": True}


def choices_told(office: Office, tx: Tx, wanted: Wanted, asking: Asking, words: Words) -> Told:
    """Tell what a list may be narrowed by: kinds, states, the bodies next below the seat's."""
    people = office.staff(tx)
    who = viewer(people, asking.sitting.actor(people, shanghai_day(asking.now)))
    scope = scope_of(who)
    near = people.directory.bodies_next_below(scope) if scope else []
    bodies = {body.code: body.name for body in near}
    if wanted.body in people.directory.bodies:
        bodies.setdefault(wanted.body, people.directory.body(wanted.body).name)
    return {
        "kinds": {name: words.kind(name) for name in office.catalogue.kinds},
        "states": words.states_apart,
        "bodies": bodies,
    }


def told(reader: Reader, rows: list[ListedCase]) -> Told:
    """Tell a page, and the key of its last row if it was a full one."""
    last = rows[-1].key if len(rows) == PAGE else None
    following = f"{last[0].isoformat()}.{last[1]}" if last else ""
    lines = [row_told(reader, row) for row in rows]
    return {"cases": lines, "next": following, "part": False}


def narrow(reader: Reader, wanted: Wanted) -> CaseFilter | None:
    """Read what narrows a list; what cannot be understood does not.

    None stands for a body that does not exist, of which there are no cases.
    """
    body = reader.people.directory.bodies.get(wanted.body)
    if wanted.body and body is None:
        return None
    day, _, last = wanted.after.partition(".")
    after = (day_of(day), int(last)) if re.fullmatch(r"[0-9]{1,18}", last) else None
    due = due_of(wanted.due, reader.today)
    first, until = month_of(wanted.first), month_of(wanted.last)
    return CaseFilter(
        state=wanted.state or None,
        kind=wanted.kind or None,
        under=body.path if body else None,
        wide=body is not None and reader.people.directory.is_wide(body.path),
        from_on=date.fromisoformat(f"{written(first)}-01") if first else None,
        before_on=day_after(until) if until else None,
        closed={"yes": False, "no": True}.get(wanted.open),
        due_before=datetime.combine(due + timedelta(days=1), time.min, SHANGHAI)
        if due
        else None,
        after=(after[0], after[1]) if after and after[0] else None,
        limit=PAGE,
    )


def due_of(text: str, today: date) -> date | None:
    """Read until when cases shall be due: in so many days from today, or on a day."""
    if text.isascii() and text.isdigit():
        return today + timedelta(days=min(int(text[:4]), LONGEST_DUE))
    return day_of(text)


def day_of(text: str) -> date | None:
    """Read a day of an address."""
    try:
        return date.fromisoformat(text) if len(text) == len("2026-01-01") else None
    except ValueError:
        return None


def by_number(reader: Reader, query: str) -> Told | None:
    """Give the case of a number, if the reader may know of it."""
    try:
        sight = see_case(reader.tx, viewer(reader.people, reader.actor), query)
    except MediationError:
        return None
    row = sight.case
    readable = READ in sight.actions
    listed = ListedCase(
        row.id, row.number, row.kind, row.state, row.closed, row.owner, row.owner_tier,
        row.class_, row.opened_on, row.responsible_role, row.responsible_body, row.next_due_at,
        row.version, readable, row.title if readable else None,
        row.wrapped_key if readable else None,
    )  # fmt: skip
    return row_told(reader, listed) if PROGRESS in sight.actions else None


def named_like(office: Office, row: ListedCase, query: str) -> bool:
    """Tell whether a party of a case has a name like this."""
    return any(query in name for name in names_of(office, row))


def names_of(office: Office, row: ListedCase) -> Iterator[str]:
    """Give the names of the parties a case was opened with."""
    if row.title is not None and row.wrapped_key is not None:
        secret = office.keys.case_key(row.number, row.wrapped_key)
        names = open_sealed(secret, "cases", row_of(row.id), row.title)
        yield from (name for name, _ in names.values())


def row_told(reader: Reader, row: ListedCase) -> Told:
    """Tell one line of the list."""
    words = reader.words
    due = row.next_due_at and day_ended(row.next_due_at)
    return {
        "number": row.number,
        "who": masked_title(reader.office, row.id, row.number, row.title, row.wrapped_key),
        "kind_label": words.kind(row.kind),
        "state_label": words.state(row.state),
        "closed": row.closed,
        "body_name": reader.people.directory.body(row.owner).name,
        "opened_on": row.opened_on.isoformat(),
        "due_on": due and due.isoformat(),
        "overdue": bool(due and not row.closed and due < reader.today),
        "progress_only": not row.readable,
    }
