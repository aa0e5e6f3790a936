"""What a database cannot do, said so that an operator knows what to do."""

import sqlite3
from types import TracebackType
from typing import Final

import psycopg
from sqlalchemy.exc import DBAPIError

from mediation.errors import InputRefused, MediationError
from mediation.language import Message


class DatabaseUnavailable(MediationError):
    """The database cannot be reached or read at all."""

    code = "database_unavailable"


class DatabaseBusy(DatabaseUnavailable):
    """Somebody else holds what this transaction needs, for too long."""

    code = "database_busy"


class DatabaseFull(DatabaseUnavailable):
    """There is no room left to write to."""

    code = "database_full"


class DatabaseReadOnly(DatabaseUnavailable):
    """The database may be read and not written."""

    code = "database_read_only"


class KeyTaken(MediationError):
    """Another request with the same key of the same actor got in first."""

    code = "key_taken"

    def __init__(self) -> None:
        super().__init__(Message("同一操作正由另一请求办理，请稍后重试"))


_BUSY: Final = Message("数据库正被占用，本次未写入任何内容，请稍后重试")
_FULL: Final = Message("数据库所在磁盘已满，本次未写入任何内容，请先清出空间")
_READ_ONLY: Final = Message("数据库只能读取，本次未写入任何内容，请检查文件权限或主备状态")
UNAVAILABLE: Final = Message("无法使用数据库，本次未写入任何内容，请检查其地址、文件与服务")

# Primary result codes of SQLite; the low byte of what the driver reports.
_SQLITE: Final[dict[int, tuple[type[DatabaseUnavailable], Message]]] = {
    sqlite3.SQLITE_BUSY: (DatabaseBusy, _BUSY),
    sqlite3.SQLITE_LOCKED: (DatabaseBusy, _BUSY),
    sqlite3.SQLITE_FULL: (DatabaseFull, _FULL),
    sqlite3.SQLITE_READONLY: (DatabaseReadOnly, _READ_ONLY),
    sqlite3.SQLITE_PERM: (DatabaseReadOnly, _READ_ONLY),
    sqlite3.SQLITE_CANTOPEN: (DatabaseUnavailable, UNAVAILABLE),
    sqlite3.SQLITE_IOERR: (DatabaseUnavailable, UNAVAILABLE),
    sqlite3.SQLITE_CORRUPT: (DatabaseUnavailable, UNAVAILABLE),
    sqlite3.SQLITE_NOTADB: (DatabaseUnavailable, UNAVAILABLE),
}

# SQLSTATE of PostgreSQL, or its class of two letters.
_POSTGRESQL: Final[dict[str, tuple[type[DatabaseUnavailable], Message]]] = {
    "53100": (DatabaseFull, _FULL),
    "53": (DatabaseUnavailable, UNAVAILABLE),
    "55P03": (DatabaseBusy, _BUSY),
    "57014": (DatabaseBusy, _BUSY),
    "40": (DatabaseBusy, _BUSY),
    "25006": (DatabaseReadOnly, _READ_ONLY),
    "57": (DatabaseUnavailable, UNAVAILABLE),
    "58": (DatabaseUnavailable, UNAVAILABLE),
    "08": (DatabaseUnavailable, UNAVAILABLE),
    "28": (DatabaseUnavailable, UNAVAILABLE),
    "3D": (DatabaseUnavailable, UNAVAILABLE),
}


class DriverErrors:
    """Around a transaction: raises what an operator or a retry can cure as an error of ours.

    Raises:
        DatabaseBusy: locked by others for longer than the time allowed, or a deadlock.
        DatabaseFull: no room left.
        DatabaseReadOnly: not to be written.
        DatabaseUnavailable: gone, unreachable, damaged or no database.
        KeyTaken: the same actor's same key was committed meanwhile.
        InputRefused: a text holds NUL, which PostgreSQL keeps nowhere.
    """

    __slots__ = ()

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        ours = translation(error.orig if isinstance(error, DBAPIError) else error)
        if ours is not None:
            raise ours from error


def translation(cause: BaseException | None) -> MediationError | None:
    """Give our error for a driver's, or None if it is a fault of the program."""
    found = None
    if isinstance(cause, sqlite3.Error):
        if "events.actor, events.key" in str(cause):
            return KeyTaken()
        # Absent where the driver itself raised, for instance on a closed connection.
        found = _SQLITE.get((getattr(cause, "sqlite_errorcode", None) or 0) & 0xFF)
    elif isinstance(cause, psycopg.Error):
        if cause.diag.constraint_name == "uq_events_actor_key":
            return KeyTaken()
        state = cause.sqlstate or ""
        if isinstance(cause, psycopg.DataError) and not state:
            # The driver will not send NUL; no rule of ours lets it through where text is kept.
            return InputRefused(Message("含有不能保存的字符"))
        found = _POSTGRESQL.get(state) or _POSTGRESQL.get(state[:2])
        if found is None and not state and isinstance(cause, psycopg.OperationalError):
            # The connection itself failed: no server was there to give a code.
            found = (DatabaseUnavailable, UNAVAILABLE)
    if found is None:
        return None
    kind, message = found
    return kind(message)
