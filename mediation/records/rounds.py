"""Rounds: what a case counts as, once for each time it was worked on."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final, NamedTuple

from sqlalchemy import bindparam, delete, select, update

from mediation.records.database import Tx, write
from mediation.records.report_tables import rounds
from mediation.records.statements import Params, Statement, insert


class Round(NamedTuple):
    """What a case counts as from its opening, or from its return, until it comes back again.

    Args:
        since: the number of the event it began with.
        class_: the statistical class; empty while it is not known.
        letter: the kind of letter that sent it, the last of several; empty where none did.
        accepted_seq: the number of the event that set the day of acceptance.
        ended_on: when it was settled, or its mediation ended without a settlement.
        sum: agreed upon, in fen.
        returned_on: when it was taken up again after that; the next round began then.
        returned_after, unperformed_after: so many days after the settlement.
        entered_at: when its first event was recorded, in microseconds.
    """

    since: int
    path: str
    class_: str
    channel: str
    basis: str
    letter: str
    grade: str
    accepted_on: str | None
    accepted_seq: int
    ended_on: str | None
    settled: bool
    oral: bool
    sum: int
    performed: bool
    confirmed: bool
    closed_on: str | None
    unperformed_after: int | None
    returned_on: str | None = None
    returned_after: int | None = None
    entered_at: int = 0

    def begun(self, since: int, entered_at: int) -> "Round":
        """Give it as one that begins with an event: what was accepted before is not its own."""
        own = self.accepted_on if self.accepted_seq >= since else None
        return self._replace(
            since=since, entered_at=entered_at, accepted_on=own, accepted_seq=0
        )


class RoundChange(NamedTuple):
    """What an event does to the rounds of its case.

    Args:
        now: the round as it stands behind the event.
        before: as it stood; the same where the round began with this event.
        returned: the round before it ended with this event, on a day, so many days after.
        opens: whether the round began with this event.
    """

    now: Round
    before: Round
    opens: bool = False
    returned: tuple[str, int | None] | None = None


_NAMES: Final = [column.name for column in rounds.columns]
_FIELDS: Final = ["class_" if name == "class" else name for name in _NAMES]
_OWN: Final = frozenset({"since", "returned_on", "returned_after", "entered_at"})
_LAST: Final = (rounds.c.case_id == bindparam("at_case"), rounds.c.returned_on.is_(None))

ROUND_INSERT: Final = insert(rounds, "round_insert")
ROUND_RETURN: Final = Statement(
    "round_return",
    update(rounds)
    .where(*_LAST)
    .values(
        returned_on=bindparam("day", type_=rounds.c.returned_on.type),
        returned_after=bindparam("after", type_=rounds.c.returned_after.type),
    ),
)
_DROP: Final = Statement(
    "rounds_drop", delete(rounds).where(rounds.c.case_id == bindparam("case_id"))
)
_KEPT: Final = Statement(
    "rounds_kept",
    select(rounds).where(rounds.c.case_id == bindparam("case_id")).order_by(rounds.c.since),
)


def round_row(case_id: int, one: Round) -> Params:
    """Write a round as columns."""
    told = {
        name: getattr(one, field) for name, field in zip(_NAMES[1:], _FIELDS[1:], strict=True)
    }
    return {"case_id": case_id, **told}


@cache
def _update(columns: tuple[str, ...]) -> Statement:
    """Give the update of these columns; one not named costs its index nothing."""
    new = {name: bindparam(f"new_{name}", type_=rounds.c[name].type) for name in columns}
    return Statement("round_update", update(rounds).where(*_LAST).values(new))


def changes_written(
    changes: Iterable[tuple[int, RoundChange]],
) -> list[tuple[Statement, list[Params]]]:
    """Give the statements for what several events do, of a case in their order."""
    updated: dict[int, tuple[Round, Round]] = {}
    returned: list[Params] = []
    opened: dict[int, Round] = {}
    for case_id, one in changes:
        if one.returned:
            day, after = one.returned
            returned.append({"at_case": case_id, "day": day, "after": after})
        if one.opens:
            opened[case_id] = one.now
        elif case_id in opened:
            first = opened[case_id]
            opened[case_id] = one.now.begun(first.since, first.entered_at)
        else:
            before, _ = updated.get(case_id, (one.before, one.now))
            updated[case_id] = before, one.now
    rows: dict[tuple[str, ...], list[Params]] = {}
    for case_id, (before, now) in updated.items():
        new = _changed(before, now)
        params = {"at_case": case_id, **{f"new_{name}": value for name, value in new.items()}}
        rows.setdefault(tuple(new), []).append(params)
    return [
        *((_update(columns), params) for columns, params in rows.items() if columns),
        (ROUND_RETURN, returned),
        (ROUND_INSERT, [round_row(case_id, one) for case_id, one in opened.items()]),
    ]


def _changed(before: Round, now: Round) -> dict[str, object]:
    """Name what differs; another acceptance does, though it be of the same day."""
    pairs = zip(_FIELDS[1:], _NAMES[1:], strict=True)
    new = {
        name: getattr(now, field)
        for field, name in pairs
        if name not in _OWN and getattr(before, field) != getattr(now, field)
    }
    if before.accepted_seq != now.accepted_seq:
        new["accepted_on"] = now.accepted_on
    return new


def rounds_kept(tx: Tx, case_id: int) -> list[Round]:
    """Give what is kept of a case's rounds, in their order."""
    return [_round(row) for row in tx.all(_KEPT, {"case_id": case_id})]


def _round(row: Sequence[object]) -> Round:
    told = dict(zip(_FIELDS, row, strict=True))
    del told["case_id"]
    for name in ("settled", "oral", "performed", "confirmed"):
        told[name] = bool(told[name])
    return Round(**told, accepted_seq=0)  # type: ignore[arg-type]


def put_rounds(tx: Tx, case_id: int, made: Sequence[Round]) -> None:
    """Put rounds in the place of what was kept."""
    rows = [round_row(case_id, one) for one in made]
    write(tx, [(_DROP, {"case_id": case_id}), *([(ROUND_INSERT, rows)] if rows else [])])
