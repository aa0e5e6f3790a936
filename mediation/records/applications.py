"""Applications of residents made online: sealed, waiting until a desk decides on them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from mediation.records.database import Tx, write
from mediation.records.desk_tables import WAITING, applications
from mediation.records.statements import RowMissed, Statement
from mediation.records.values import micros, moment


@dataclass(frozen=True, slots=True)
class Application:
    """An application as it stands.

    Args:
        key: what its form carried; a second handing-in of the same form finds it by this.
        sealed: who, against whom, what happened and what is wanted, sealed for `key`.
        case_id: the case registered out of it.
        declined: why it was not registered, sealed likewise.
    """

    id: int
    body: str
    key: str
    sealed: bytes
    received_at: datetime
    case_id: int | None = None
    declined: bytes | None = None

    @property
    def waiting(self) -> bool:
        """Whether nobody has decided on it yet."""
        return self.case_id is None and self.declined is None


@dataclass(frozen=True, slots=True)
class Decision:
    """What a desk has decided on an application: it became a case, or was declined."""

    officer: str
    at: datetime
    case_id: int | None = None
    declined: bytes | None = None


_COLUMNS: Final = ("id", "body", "key", "sealed", "received_at", "case_id", "declined")
_FOUND: Final = select(*(applications.c[name] for name in _COLUMNS))
_INSERT: Final = Statement(
    "application_insert",
    {
        name: dialect.insert(applications)
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(applications.c.id)
        for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
    },
    columns=["body", "key", "sealed", "received_at"],
)
_BY_ID: Final = Statement("application", _FOUND.where(applications.c.id == bindparam("id")))
_BY_KEY: Final = Statement(
    "application_by_key", _FOUND.where(applications.c.key == bindparam("key"))
)
_WAITING: Final = Statement(
    "applications_waiting",
    _FOUND.where(applications.c.body == bindparam("body"), WAITING)
    .order_by(applications.c.id)
    .limit(bindparam("limit")),
)
_COUNT: Final = Statement(
    "applications_count",
    select(func.count())
    .select_from(applications)
    .where(applications.c.body == bindparam("body"), WAITING),
)
_DECIDE: Final = Statement(
    "application_decide",
    update(applications)
    .where(applications.c.id == bindparam("id_"), WAITING)
    .values(
        case_id=bindparam("case_id"),
        declined=bindparam("declined"),
        officer=bindparam("officer"),
        decided_at=bindparam("decided_at"),
    ),
    every=True,
)


def keep_application(tx: Tx, body: str, key: str, sealed: bytes, at: datetime) -> int | None:
    """Write a new application and give its id; None if the same form has made one already."""
    values = {"body": body, "key": key, "sealed": sealed, "received_at": micros(at)}
    row = tx.one(_INSERT, values)
    return None if row is None else int(row[0])


def find_application(tx: Tx, application_id: int) -> Application | None:
    """Give an application by its id."""
    row = tx.one(_BY_ID, {"id": application_id})
    return None if row is None else _application(*row)


def application_of_key(tx: Tx, key: str) -> Application | None:
    """Give the application that a form has made already."""
    row = tx.one(_BY_KEY, {"key": key})
    return None if row is None else _application(*row)


def waiting_applications(tx: Tx, body: str, limit: int) -> list[Application]:
    """Give the applications that wait at a body, the oldest first."""
    return [_application(*row) for row in tx.all(_WAITING, {"body": body, "limit": limit})]


def waiting_count(tx: Tx, body: str) -> int:
    """Count the applications that wait at a body."""
    return int(tx.sure(_COUNT, {"body": body})[0])


def decide_application(tx: Tx, application_id: int, decision: Decision) -> bool:
    """Write what was decided on a waiting application; False if somebody has decided before."""
    row = {
        "id_": application_id,
        "case_id": decision.case_id,
        "declined": decision.declined,
        "officer": decision.officer,
        "decided_at": micros(decision.at),
    }
    try:
        write(tx, [(_DECIDE, row)])
    except RowMissed:
        return False
    return True


def _application(*row: Any) -> Application:
    application_id, body, key, sealed, received_at, case_id, declined = row
    return Application(
        int(application_id), body, key, sealed, moment(received_at), case_id, declined
    )
