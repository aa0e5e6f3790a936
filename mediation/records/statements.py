"""Statements built and compiled once, and run on the driver's own cursor.

SQLAlchemy writes the SQL, for both databases, when the program is loaded; executing through it
would cost half as much again as the event itself (docs/performance.md), so what runs on the
path of every event goes to the driver, inside SQLAlchemy's transaction.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import orjson
from sqlalchemy import (
    JSON,
    BindParameter,
    ClauseElement,
    ColumnElement,
    Insert,
    Select,
    String,
    Table,
    bindparam,
    cast,
    column,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.visitors import iterate, replacement_traverse

Params = Mapping[str, Any]
Row = tuple[Any, ...]
AT_ONCE: Final = "postgresql, many rows at once"

# Untyped in SQLAlchemy, or typed for less than they do.
_psycopg: Final[Callable[[], Dialect]] = PGDialect_psycopg
_every: Final[Callable[..., Iterable[Any]]] = iterate
_replaced: Final[Callable[..., ClauseElement]] = replacement_traverse
_DIALECTS: Final[dict[str, Dialect]] = {
    "sqlite": SQLiteDialect_pysqlite(paramstyle="named"),
    "postgresql": _psycopg(),
}


class Statement:
    """One statement, written once and compiled for each database on first use.

    Args:
        name: what it does (`event_insert`); the fault point behind it is `after_<name>`.
        construct: the statement, or one for each database by its name.
        columns: columns bound to parameters of the same name, in an insert or update.
        every: whether each row of parameters must hit exactly one row; see RowMissed.
    """

    __slots__ = ("_columns", "_compiled", "_construct", "every", "name")

    def __init__(
        self,
        name: str,
        construct: ClauseElement | Mapping[str, ClauseElement],
        *,
        columns: Sequence[str] | None = None,
        every: bool = False,
    ) -> None:
        self.name = name
        self.every = every
        self._construct = construct
        self._columns = None if columns is None else list(columns)
        self._compiled: dict[str, tuple[str, Params]] = {}

    def ready(self, dialect: str, params: Params) -> tuple[str, Params]:
        """Give the text for `sqlite` or `postgresql`, and the parameters with its own added."""
        text, own = self._compiled.get(dialect) or self._compile(dialect)
        return (text, {**own, **params}) if own else (text, params)

    def ready_many(self, dialect: str, rows: Sequence[Params]) -> tuple[str, Sequence[Params]]:
        """Give the same for many rows of parameters."""
        text, own = self._compiled.get(dialect) or self._compile(dialect)
        return (text, [{**own, **params} for params in rows]) if own else (text, rows)

    def ready_at_once(self, rows: Sequence[Params]) -> tuple[str, Params]:
        """Give one statement for PostgreSQL that does the same with all of many rows.

        The rows travel as one JSON text, in their order: the server parses it faster than it
        takes parameters row by row.
        """
        text, own = self._compiled.get(AT_ONCE) or self._compile(AT_ONCE)
        # The names of SQLAlchemy's columns are texts of a kind of their own.
        options = orjson.OPT_NON_STR_KEYS
        told = orjson.dumps(list(rows), default=_hexadecimal, option=options).decode()
        return text, {**own, "rows": told}

    def _compile(self, way: str) -> tuple[str, Params]:
        dialect = "postgresql" if way == AT_ONCE else way
        construct, columns = self._construct, self._columns
        if isinstance(construct, Mapping):
            construct = construct[dialect]
        if way == AT_ONCE:
            construct, columns = _at_once(construct, columns or ()), None
        compiled: Any = construct.compile(dialect=_DIALECTS[dialect], column_keys=columns)
        # Constants written in the statement are parameters too; the caller's have no value yet.
        own = {
            name: bound.value
            for bound, name in compiled.bind_names.items()
            if not bound.required
        }
        ready = self._compiled[way] = (str(compiled), own)
        return ready


def _at_once(construct: Any, columns: Sequence[str]) -> ClauseElement:
    types = {name: construct.table.c[name].type for name in columns}
    if isinstance(construct, Insert):
        return construct.from_select(list(columns), select(*_recordset(types).c))
    update = construct.values(
        {name: bindparam(name, type_=type_) for name, type_ in types.items()}
    )
    source = _recordset({one.key: one.type for one in _every(update) if _is_asked(one)})
    return _replaced(update, {}, lambda one, **_: source.c[one.key] if _is_asked(one) else None)


def _is_asked(one: Any) -> bool:
    return isinstance(one, BindParameter) and one.required


def _recordset(types: Mapping[str, Any]) -> Any:
    rows = cast(bindparam("rows", type_=String), JSON)
    columns = [column(name, type_) for name, type_ in types.items()]
    made = func.json_to_recordset(rows).table_valued(*columns, name="given")
    return made.render_derived(with_types=True)


def among(
    asked: Select[Any], column_: ColumnElement[Any], name: str
) -> Mapping[str, Select[Any]]:
    """Give a query of the rows whose column is one of many, which come as one JSON list."""
    on_sqlite = func.json_each(bindparam(name, type_=String)).table_valued("value")
    given = func.json_array_elements_text(cast(bindparam(name, type_=String), JSON))
    on_postgresql = given.table_valued("value")
    return {
        "sqlite": asked.where(column_.in_(select(on_sqlite.c.value))),
        "postgresql": asked.where(
            column_.in_(select(cast(on_postgresql.c.value, column_.type)))
        ),
    }


def _hexadecimal(value: object) -> str:
    """Write bytes as PostgreSQL reads them in a text.

    Raises:
        TypeError: it is something else that JSON has no word for.
    """
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    message = f"{type(value).__name__} is no value of a column"
    raise TypeError(message)


# What one transaction writes: each statement with its parameters, or with a list of them.
Plan = list[tuple[Statement, Params | Sequence[Params]]]


class RowMissed(Exception):
    """A statement that must hit one row for each of its parameters hit fewer or more."""

    def __init__(self, statement: str) -> None:
        super().__init__(f"{statement} did not hit exactly the rows it was written for")
        self.statement = statement


def insert(table: Table, name: str) -> Statement:
    """Build an insert of all columns."""
    columns = [column.name for column in table.columns]
    return Statement(name, table.insert().inline(), columns=columns)


def upsert(table: Table, name: str) -> Statement:
    """Build an insert of all columns that overwrites the row of the same primary key."""
    columns = [column.name for column in table.columns]
    keys = [column.name for column in table.primary_key]
    others = [column for column in columns if column not in keys]
    on_sqlite = sqlite.insert(table)
    on_postgresql = postgresql.insert(table)
    return Statement(
        name,
        {
            "sqlite": on_sqlite.on_conflict_do_update(
                index_elements=keys,
                set_={column: on_sqlite.excluded[column] for column in others},
            ),
            "postgresql": on_postgresql.on_conflict_do_update(
                index_elements=keys,
                set_={column: on_postgresql.excluded[column] for column in others},
            ).inline(),
        },
        columns=columns,
    )


def insert_missing(table: Table, name: str) -> Statement:
    """Build an insert that leaves a row of the same primary key as it is."""
    columns = [column.name for column in table.columns]
    keys = [column.name for column in table.primary_key]
    return Statement(
        name,
        {
            "sqlite": sqlite.insert(table).on_conflict_do_nothing(index_elements=keys),
            "postgresql": postgresql.insert(table)
            .on_conflict_do_nothing(index_elements=keys)
            .inline(),
        },
        columns=columns,
    )
