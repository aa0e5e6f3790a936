"""The register of cases, the provincial table and the copy card of one case."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from mediation.errors import Fault, Faults, InputRefused
from mediation.language import Message
from mediation.operations.answers.words import Told, Words
from mediation.operations.cases.requests import Asking
from mediation.operations.cases.viewing import view_case
from mediation.operations.desk.finding import day_of
from mediation.operations.desk.reveals import reveal
from mediation.operations.desk.statistics import way
from mediation.operations.office import Office
from mediation.operations.reports.columns import Columns
from mediation.operations.reports.fields import FIELDS, REGISTER, Described, told_of
from mediation.operations.reports.reading import Reading
from mediation.records.cases import CaseRow
from mediation.records.database import Tx
from mediation.records.gateway import REVEAL, ContentWithheld
from mediation.records.registers import registered
from mediation.records.reveals import Reveal, note_reveal
from mediation.text import line

PAGE: Final = 50
MOST: Final = 2000
"""So many cases a file holds; of more, shorter times are asked for one after another."""
SHORTEST: Final = 2


def register_told(reading: Reading, words: Words, after: str) -> Told:
    """Tell a page of the register, persons masked, and where the next one begins."""
    written, _, last = after.partition(".")
    day = day_of(written) if re.fullmatch(r"[0-9]{1,18}", last) else None
    start = (day, int(last)) if day and day >= reading.period.from_on else None
    rows = registered(reading.tx, reading.body.path, reading.period.days, PAGE, start)
    last_row = rows[-1] if len(rows) == PAGE else None
    return {
        "body": {"code": reading.body.code, "name": reading.body.name},
        "way": [
            {"code": one.code, "name": one.name}
            for one in way(reading.people, reading.scope, reading.body.path)
        ],
        "month": reading.period.written,
        "from_on": reading.period.from_on.isoformat(),
        "until_on": reading.period.until_on.isoformat(),
        "columns": headings(REGISTER, words),
        "rows": list(rows_told(reading, rows, REGISTER, words, full=False)),
        "next": f"{last_row.opened_on.isoformat()}.{last_row.id}" if last_row else "",
        "may_reveal": may_reveal(reading),
    }


def headings(names: Sequence[str], words: Words) -> list[str]:
    """Name fields."""
    return [words.say(FIELDS[name][0]) for name in names]


def rows_told(
    reading: Reading, rows: Sequence[CaseRow], names: Sequence[str], words: Words, *, full: bool
) -> Iterator[list[str]]:
    """Tell cases, a list of texts each."""
    for row in rows:
        one = Described(reading.office, reading.tx, reading.people, row, words, full)
        yield told_of(one, names)


def may_reveal(reading: Reading) -> bool:
    """Tell whether the reader may look at names in full in all of these cases."""
    who = reading.who
    return REVEAL in who.actions("owner") and reading.body.path.startswith(who.path)


def listed(reading: Reading, columns: Columns, words: Words, reason: str) -> list[list[str]]:
    """Give the cases in these columns for a file; with a reason, persons in full.

    Whoever asks for that is written down at each case, before anything is shown.

    Raises:
        ContentWithheld: this seat may not look at names in full.
        InputRefused: there are too many cases.
    """
    path, days = reading.body.path, reading.period.days
    rows = registered(reading.tx, path, days, MOST + 1, None)
    if len(rows) > MOST:
        said = Message("超过 {most} 件，请按下级单位或者按月份分别下载", {"most": MOST})
        raise InputRefused((Fault("month", said),))
    if reason:
        note_all(reading, rows, reason)
    names = [field for _, field in columns]
    told = rows_told(reading, rows, names, words, full=bool(reason))
    return [[heading for heading, _ in columns], *told]


def note_all(reading: Reading, rows: Sequence[CaseRow], reason: str) -> None:
    """Write down a look at the persons of many cases.

    Raises:
        ContentWithheld: this seat may not.
        InputRefused: the reason is none.
    """
    if not may_reveal(reading):
        raise ContentWithheld(reading.body.name)
    faults = Faults()
    said = faults.take("reason", line, reason)
    faults.refuse_any()
    if said is None or len(said) < SHORTEST:
        raise InputRefused((Fault("reason", Message("请写明查看的理由")),))
    sitting, now = reading.asking.sitting, reading.asking.now
    for row in rows:
        note_reveal(
            reading.tx, Reveal(row.id, sitting.officer, sitting.body, "parties", said, now)
        )


def register_columns(words: Words) -> Columns:
    """Give the columns of the register."""
    return [(words.say(FIELDS[name][0]), name) for name in REGISTER]


def card_told(
    office: Office,
    tx: Tx,
    number: str,
    columns: Columns,
    asking: Asking,
    words: Words,
    reason: str | None = None,
) -> Told:
    """Tell each field of a case in the order of the provincial form, to be copied.

    Args:
        reason: why persons are to be told in full; None tells them masked.

    Raises:
        CaseNotFound: unknown, or not the officer's to know.
        ContentWithheld: he may follow its progress only; or, with a reason, not see names.
        InputRefused: the reason is none.
    """
    view = view_case(office, tx, number, asking)
    full = reason is not None
    if reason is not None:
        reveal(office, tx, number, reason, asking)
    one = Described(office, tx, view.people, view.row, words, full)
    values = told_of(one, [field for _, field in columns])
    return {
        "number": view.row.number,
        "fields": [
            {"heading": heading, "value": value}
            for (heading, _), value in zip(columns, values, strict=True)
        ],
        "full": full,
        "may_reveal": view.may_reveal,
    }
