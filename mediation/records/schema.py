"""The check at start-up: is this database the one this program may write to?"""

from typing import Final

from sqlalchemy import inspect

from mediation.errors import MediationError
from mediation.language import Message
from mediation.records import triggers
from mediation.records.columns import metadata
from mediation.records.database import Database, Tx
from mediation.records.tables import REVISION

# What SQLite answers when the pragmas of database.py are in force.
_PRAGMAS: Final = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "recursive_triggers": 1,
    "secure_delete": 1,
    "trusted_schema": 0,
}
_INITIALISE: Final = Message("数据库尚未建立，请先运行 mediation init")


class SchemaRefused(MediationError):
    """The database is not as this program needs it; the message says what to do."""

    code = "schema"


def check_schema(database: Database) -> None:
    """Make sure that the schema is known, history protected and nothing acknowledged lost.

    Raises:
        SchemaRefused: no schema, another revision, a table or trigger missing or changed, or a
            setting that may lose what was acknowledged.
        DatabaseUnavailable: it cannot be read at all.
    """
    if database.file is not None and not database.file.exists():
        raise SchemaRefused(_INITIALISE)
    with database.reading() as tx:
        _check_revision(tx)
        _check_triggers(tx)
        if database.dialect == "sqlite":
            _check_pragmas(tx)
        else:
            _check_server(tx)


def check_upgradable(tx: Tx) -> None:
    """Make sure that a database is empty, or ours and of no later revision.

    Raises:
        SchemaRefused: it is somebody else's, or a newer program's.
    """
    if (found := _revision(tx)) is not None and not found <= REVISION:
        raise SchemaRefused(_unknown(found))


def _check_revision(tx: Tx) -> None:
    found = _revision(tx)
    if found is None:
        raise SchemaRefused(_INITIALISE)
    if found and found < REVISION:
        raise SchemaRefused(
            Message(
                "数据库结构是旧版本 {found}，请先备份，再运行 mediation init 升为 {known}",
                {"found": found, "known": REVISION},
            )
        )
    if found != REVISION:
        raise SchemaRefused(_unknown(found))
    present = set(inspect(tx.connection).get_table_names())
    if missing := sorted(metadata.tables.keys() - present):
        raise SchemaRefused(
            Message("数据库缺少表 {names}，请从备份恢复", {"names": ", ".join(missing)})
        )


def _revision(tx: Tx) -> str | None:
    """Give the revision a database stands at, None if it is empty.

    Raises:
        SchemaRefused: it is somebody else's.
    """
    present = set(inspect(tx.connection).get_table_names())
    if "alembic_version" not in present:
        if present:
            raise SchemaRefused(Message("这不是本程序的数据库，请检查数据库地址"))
        return None
    rows = tx.connection.exec_driver_sql("SELECT version_num FROM alembic_version")
    return ", ".join(sorted(row[0] for row in rows))


def _unknown(found: str) -> Message:
    return Message(
        "不认识数据库结构版本“{found}”，本程序只认识 {known}：请安装更新的程序",
        {"found": found, "known": REVISION},
    )


def _check_triggers(tx: Tx) -> None:
    if names := triggers.differences(tx.connection):
        raise SchemaRefused(
            Message(
                "保护办理记录的触发器缺失、被改动或来历不明：{names}。记录可能已被改动，"
                "请先运行 mediation audit verify 核对，再运行 mediation init 重建触发器",
                {"names": ", ".join(names)},
            )
        )


def _check_pragmas(tx: Tx) -> None:
    for name, wanted in _PRAGMAS.items():
        found = tx.connection.exec_driver_sql(f"PRAGMA {name}").scalar()
        if found != wanted:
            raise SchemaRefused(
                Message(
                    "SQLite 的 {name} 应为 {wanted}，实为 {found}：请把数据库放在本机磁盘上",
                    {"name": name, "wanted": wanted, "found": found},
                )
            )


def _check_server(tx: Tx) -> None:
    for name, refused in {"fsync": "off", "synchronous_commit": "off"}.items():
        if tx.connection.exec_driver_sql(f"SHOW {name}").scalar() == refused:
            raise SchemaRefused(
                Message(
                    "PostgreSQL 的 {name} 不能关闭，否则断电会丢失已办事项：请设为 on",
                    {"name": name},
                )
            )
    if tx.connection.exec_driver_sql("SHOW server_encoding").scalar() != "UTF8":
        raise SchemaRefused(
            Message("PostgreSQL 数据库的编码应为 UTF8：请以 ENCODING 'UTF8' 另建")
        )
