"""The case row: what a decision reads, and how it is found, locked and begun."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, select

from mediation.errors import MediationError
from mediation.language import Message
from mediation.records.chain import START
from mediation.records.database import Tx
from mediation.records.numbers import number_key
from mediation.records.statements import Statement, among
from mediation.records.tables import cases
from mediation.records.values import canonical, day_or_none, day_text, moment_or_none, parsed


class CaseNotFound(MediationError):
    """No case of this number that the asker may know of."""

    code = "case_not_found"

    def __init__(self, number: str) -> None:
        super().__init__(Message("没有案件 {number}", {"number": number}))


class StaleVersion(MediationError):
    """The case has changed since it was read; nothing was written."""

    code = "stale_version"

    def __init__(self, number: str, version: int | None = None) -> None:
        super().__init__(
            Message("{number} 在此期间已有变动，请重新打开后再办理", {"number": number})
        )
        self.number = number
        self.version = version


@dataclass(frozen=True, slots=True)
class NewCase:
    """What is known of a case before its first event.

    Args:
        number: already taken from its counter.
        wrapped_key: the case's own key, from `Keys.new_case_key(number)`.
    """

    number: str
    kind: str
    place: str
    workflow: str
    body: str
    body_path: str
    tier: str | None
    opened_on: date
    wrapped_key: bytes


class CaseState(NamedTuple):
    """What an event leaves on the case row, beside its version and head.

    Args:
        snapshot: the one thing the next decision reads: state, facts, clocks, machines.
        title: sealed; None leaves the title as it is.
    """

    state: str
    closed: bool
    owner: str
    owner_path: str
    owner_tier: str | None
    class_: str | None
    settled_on: date | None
    closed_on: date | None
    responsible_role: str | None
    responsible_body: str | None
    next_due_at: datetime | None
    snapshot: Mapping[str, Any]
    title: bytes | None = None


class CaseRow(NamedTuple):
    """A case as it stands.

    Args:
        version: the number of its last event.
        head: the hash of its last event.
        last_at: the moment its last event occurred.
    """

    id: int
    number: str
    kind: str
    place: str
    workflow: str
    state: str
    closed: bool
    version: int
    owner: str
    owner_path: str
    owner_tier: str | None
    desk: str
    desk_path: str
    class_: str | None
    opened_on: date
    settled_on: date | None
    closed_on: date | None
    responsible_role: str | None
    responsible_body: str | None
    next_due_at: datetime | None
    last_at: datetime | None
    head: bytes
    snapshot: Mapping[str, Any]
    title: bytes | None
    wrapped_key: bytes | None


CASE_COLUMNS: Final = (
    cases.c.id,
    cases.c.number,
    cases.c.kind,
    cases.c.place,
    cases.c.workflow,
    cases.c.state,
    cases.c.closed,
    cases.c.version,
    cases.c.owner,
    cases.c.owner_path,
    cases.c.owner_tier,
    cases.c.desk,
    cases.c.desk_path,
    cases.c["class"],
    cases.c.opened_on,
    cases.c.settled_on,
    cases.c.closed_on,
    cases.c.responsible_role,
    cases.c.responsible_body,
    cases.c.next_due_at,
    cases.c.last_at,
    cases.c.head,
    cases.c.snapshot,
    cases.c.title,
    cases.c.wrapped_key,
)

_RESERVE: Final = Statement(
    "case_insert",
    cases.insert().returning(cases.c.id),
    columns=[column.name for column in cases.columns if column.name != "id"],
)
_BY_ID: Final = select(*CASE_COLUMNS).where(cases.c.id == bindparam("id"))
_READ: Final = Statement("case_read", _BY_ID)
_LOCK: Final = Statement("case_lock", _BY_ID.with_for_update())
_MANY: Final = Statement(
    "cases_read", among(select(*CASE_COLUMNS).order_by(cases.c.id), cases.c.id, "ids")
)
_IDS: Final = Statement(
    "case_ids",
    select(cases.c.id)
    .where(cases.c.id > bindparam("after"))
    .order_by(cases.c.id)
    .limit(bindparam("limit")),
)
_KEY: Final = Statement(
    "case_number_key", select(cases.c.number_key).where(cases.c.id == bindparam("id"))
)


def case_row(row: Sequence[Any]) -> CaseRow:
    """Read a case from the columns of CASE_COLUMNS."""
    (
        case_id, number, kind, place, workflow, state, closed, version, owner, owner_path,
        owner_tier, desk, desk_path, class_, opened_on, settled_on, closed_on, responsible_role,
        responsible_body, next_due_at, last_at, head, snapshot, title, wrapped_key,
    ) = row  # fmt: skip
    return CaseRow(
        case_id, number, kind, place, workflow, state, bool(closed), version, owner, owner_path,
        owner_tier, desk, desk_path, class_, date.fromisoformat(opened_on),
        day_or_none(settled_on), day_or_none(closed_on), responsible_role, responsible_body,
        moment_or_none(next_due_at), moment_or_none(last_at), head, parsed(snapshot), title,
        wrapped_key,
    )  # fmt: skip


def reserve_case(tx: Tx, new: NewCase) -> CaseRow:
    """Begin a case: a row without state, of version 0, for its opening event to fill.

    It must get its first event in the same transaction.
    """
    row = tx.sure(
        _RESERVE,
        {
            "number": new.number,
            "number_key": number_key(new.number),
            "kind": new.kind,
            "place": new.place,
            "workflow": new.workflow,
            "state": "",
            "closed": False,
            "version": 0,
            "owner": new.body,
            "owner_path": new.body_path,
            "owner_tier": new.tier,
            "desk": new.body,
            "desk_path": new.body_path,
            "class": None,
            "opened_on": day_text(new.opened_on),
            "settled_on": None,
            "closed_on": None,
            "responsible_role": None,
            "responsible_body": None,
            "next_due_at": None,
            "last_at": None,
            "head": START,
            "anchored_version": 0,
            "snapshot": "{}",
            "title": None,
            "wrapped_key": new.wrapped_key,
        },
    )
    return CaseRow(
        id=row[0], number=new.number, kind=new.kind, place=new.place, workflow=new.workflow,
        state="", closed=False, version=0, owner=new.body, owner_path=new.body_path,
        owner_tier=new.tier, desk=new.body, desk_path=new.body_path, class_=None,
        opened_on=new.opened_on, settled_on=None, closed_on=None, responsible_role=None,
        responsible_body=None, next_due_at=None, last_at=None, head=START, snapshot={},
        title=None, wrapped_key=new.wrapped_key,
    )  # fmt: skip


def read_case(tx: Tx, case_id: int) -> CaseRow:
    """Find a case by its id, without asking who wants to know; doors go by the gateway.

    Raises:
        CaseNotFound: there is none.
    """
    return _found(tx.one(_READ, {"id": case_id}), str(case_id))


def key_of(tx: Tx, case_id: int) -> str:
    """Give what a case's number is looked up by."""
    return str(tx.sure(_KEY, {"id": case_id})[0])


def lock_case(tx: Tx, case_id: int) -> CaseRow:
    """Find a case by its id and keep others from writing it until the transaction ends.

    Raises:
        CaseNotFound: there is none.
    """
    return _found(tx.one(_LOCK, {"id": case_id}), str(case_id))


def read_cases(tx: Tx, ids: Iterable[int]) -> list[CaseRow]:
    """Give the cases of these ids, in the order of the ids."""
    return [case_row(row) for row in tx.all(_MANY, {"ids": canonical(list(ids))})]


def case_ids(tx: Tx, after: int, limit: int = 200) -> list[int]:
    """Give the next ids of cases after one, in order."""
    return [int(row[0]) for row in tx.all(_IDS, {"after": after, "limit": limit})]


def _found(row: Sequence[Any] | None, named: str) -> CaseRow:
    if row is None:
        raise CaseNotFound(named)
    return case_row(row)
