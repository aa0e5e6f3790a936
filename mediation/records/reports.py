"""What bodies report: figures entered, months submitted, and the day a month ends on.

Everything is append-only; of what was entered twice the later holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, func, select

from mediation.records.database import Tx, write
from mediation.records.gateway import end_of, under
from mediation.records.report_tables import cutoffs, entries, submissions
from mediation.records.statements import Row, Statement
from mediation.records.tables import bodies
from mediation.records.values import canonical, digest, micros, moment, parsed


@dataclass(frozen=True, slots=True)
class Entry:
    """What a body has entered for a month, and who did."""

    body: str
    month: int
    officer: str
    at: datetime
    figures: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Submission:
    """A month as a body submitted it.

    Args:
        no: the first is 1; what follows corrects it.
        zero: whether there was nothing to report, and this was said.
        content: the figures with the cases behind them, frozen.
    """

    body: str
    month: int
    no: int
    officer: str
    at: datetime
    zero: bool
    content: Mapping[str, Any]

    @property
    def digest(self) -> str:
        """What tells this submission from any other."""
        told = [self.body, self.month, self.no, self.officer, micros(self.at), self.zero]
        return digest(canonical([*told, self.content]))


@dataclass(frozen=True, slots=True)
class Submitted:
    """That a body has submitted a month, without what it said."""

    body: str
    month: int
    no: int
    officer: str
    at: datetime
    zero: bool


@dataclass(frozen=True, slots=True)
class Cutoff:
    """From a month on, a body's months end on this day, and those of the bodies below it."""

    body: str
    from_month: int
    day: int
    officer: str
    at: datetime


def _saying(name: str, table: Any) -> Statement:
    columns = [column.name for column in table.columns if column.name != "id"]
    return Statement(name, table.insert().inline(), columns=columns)


_ENTER: Final = _saying("entry_insert", entries)
_SUBMIT: Final = _saying("submission_insert", submissions)
_CUT: Final = _saying("cutoff_insert", cutoffs)
_ENTRIES: Final = Statement(
    "entries",
    select(entries.c.body, entries.c.month, entries.c.officer, entries.c.at, entries.c.figures)
    .join(bodies, bodies.c.code == entries.c.body)
    .where(
        under(bodies.c.path, "path"),
        entries.c.month.between(bindparam("first"), bindparam("last")),
    )
    .order_by(entries.c.id),
)
_TOLD: Final = [
    submissions.c[name] for name in ("body", "month", "no", "officer", "at", "zero")
]
_SUBMISSIONS: Final = Statement(
    "submissions",
    select(submissions)
    .where(
        submissions.c.body == bindparam("body"),
        submissions.c.month.between(bindparam("first"), bindparam("last")),
    )
    .order_by(submissions.c.at, submissions.c.month, submissions.c.no),
)
_SUBMITTED: Final = Statement(
    "submitted",
    select(*_TOLD)
    .join(bodies, bodies.c.code == submissions.c.body)
    .where(
        under(bodies.c.path, "path"),
        submissions.c.month.between(bindparam("first"), bindparam("last")),
    )
    .order_by(submissions.c.body, submissions.c.month, submissions.c.no),
)
_ALL: Final = Statement(
    "submissions_all",
    select(submissions).order_by(submissions.c.body, submissions.c.month, submissions.c.no),
)
_LAST_NO: Final = Statement(
    "submission_last",
    select(func.max(submissions.c.no)).where(
        submissions.c.body == bindparam("body"), submissions.c.month == bindparam("month")
    ),
)
_CUTOFFS: Final = Statement(
    "cutoffs",
    select(
        cutoffs.c.body, cutoffs.c.from_month, cutoffs.c.day, cutoffs.c.officer, cutoffs.c.at
    ).order_by(cutoffs.c.id),
)


def enter(tx: Tx, one: Entry) -> None:
    """Write down what a body enters for a month."""
    row = {
        "body": one.body,
        "month": one.month,
        "officer": one.officer,
        "at": micros(one.at),
        "figures": canonical(dict(one.figures)),
    }
    write(tx, [(_ENTER, row)])


def entered(tx: Tx, path: str, first: int, last: int) -> list[Entry]:
    """Give what the bodies at and below a path have entered, the later behind the earlier."""
    asked = {"path_from": path, "path_to": end_of(path), "first": first, "last": last}
    return [
        Entry(body, month, officer, moment(at), parsed(figures))
        for body, month, officer, at, figures in tx.all(_ENTRIES, asked)
    ]


def submit(tx: Tx, one: Submission) -> None:
    """Write down a month as it is submitted, for good."""
    row = {
        "body": one.body,
        "month": one.month,
        "no": one.no,
        "officer": one.officer,
        "at": micros(one.at),
        "zero": one.zero,
        "content": canonical(dict(one.content)),
        "digest": one.digest,
    }
    write(tx, [(_SUBMIT, row)])


def next_no(tx: Tx, body: str, month: int) -> int:
    """Give the number of the next submission of a month."""
    row = tx.sure(_LAST_NO, {"body": body, "month": month})
    return int(row[0] or 0) + 1


def submissions_of(tx: Tx, body: str, first: int, last: int) -> list[Submission]:
    """Give all submissions of a body for these months, in the order they were made."""
    rows = tx.all(_SUBMISSIONS, {"body": body, "first": first, "last": last})
    return [_submission(row)[0] for row in rows]


def submitted_under(tx: Tx, path: str, first: int, last: int) -> list[Submitted]:
    """Tell what was submitted at and below a path for these months, without its content."""
    asked = {"path_from": path, "path_to": end_of(path), "first": first, "last": last}
    return [
        Submitted(body, month, no, officer, moment(at), bool(zero))
        for body, month, no, officer, at, zero in tx.all(_SUBMITTED, asked)
    ]


def all_submissions(tx: Tx) -> list[tuple[Submission, str]]:
    """Give every submission with the digest that was kept with it."""
    return [_submission(row) for row in tx.all(_ALL, {})]


def _submission(row: Row) -> tuple[Submission, str]:
    body, month, no, officer, at, zero, content, kept = row
    made = Submission(body, month, no, officer, moment(at), bool(zero), parsed(content))
    return made, kept


def set_cutoff(tx: Tx, one: Cutoff) -> None:
    """Write down on which day months end from now on."""
    row = {
        "body": one.body,
        "from_month": one.from_month,
        "day": one.day,
        "officer": one.officer,
        "at": micros(one.at),
    }
    write(tx, [(_CUT, row)])


def all_cutoffs(tx: Tx) -> list[Cutoff]:
    """Give every day that was set, the later behind the earlier."""
    return [
        Cutoff(body, month, day, officer, moment(at))
        for body, month, day, officer, at in tx.all(_CUTOFFS, {})
    ]
