"""The same event by the ORM: mapped classes and a session, as it would be written first.

Everything above the records runs as it is: people, visibility, decision, papers, sealing, JSON,
hashes. What the records do in statements, a session does here with entities: it loads the case
with its side machines by a relationship, changes attributes, adds what is new, merges what may
be there already, and writes all of it when it commits.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Table, select
from sqlalchemy.orm import Session, registry, relationship

from mediation.records import events as log
from mediation.records.cases import CASE_COLUMNS
from mediation.records.columns import metadata
from mediation.records.database import Tx, write
from mediation.records.gateway import RELATIONS
from mediation.records.statements import Params, Plan, Row, RowMissed, Statement

Entity = Any

mapper = registry()


def mapped(name: str, **properties: Any) -> Entity:
    """Map a class to a table."""
    made = type(name.title(), (), {})
    mapper.map_imperatively(made, metadata.tables[name], properties=properties)
    return made


Meta, Counter, Party, Event = map(mapped, ("meta", "counters", "parties", "events"))
Deadline, Document, Message = map(mapped, ("deadlines", "documents", "outbox"))
Machine, Round = map(mapped, ("machines", "rounds"))
Case = mapped("cases", machines=relationship(Machine, viewonly=True))


def row_of(entity: Entity, table: Table) -> Row:
    """Give the columns of an entity as a statement would."""
    return tuple(getattr(entity, column.name) for column in table.columns)


def people_version(session: Session, _: Params) -> list[Row]:
    """Ask for the version of the directory."""
    return [(session.get_one(Meta, "people").value,)]


def case_find_lock(session: Session, params: Params) -> list[Row]:
    """Load and lock a case, and tell in which relations the asker stands to it."""
    found = select(Case).where(Case.number_key == params["number_key"]).with_for_update()
    case = session.scalars(found).one()
    own, scope = params["own_from"], params["scope_from"]
    ways = {
        "owner": case.owner_path.startswith(own),
        "above": case.owner_path.startswith(scope),
        "desk": case.desk_path == own,
        "receiver": any(one.open and one.receiver_path == own for one in case.machines),
        "sender": any(one.open and one.sender_path == own for one in case.machines),
        "former": any(
            not one.open and own in (one.receiver_path, one.sender_path)
            for one in case.machines
        ),
    }
    columns = (getattr(case, column.name) for column in CASE_COLUMNS)
    return [(*columns, *(ways[relation] for relation in RELATIONS))]


def number_take(session: Session, params: Params) -> list[Row]:
    """Take a number from its counter."""
    key = (params["body"], params["series"], params["year"])
    counter = session.get(Counter, key, with_for_update=True)
    if counter is None:
        counter = made(Counter, {**params, "next": 1})
        session.add(counter)
    counter.next += 1
    return [(counter.next - 1,)]


def parties(session: Session, params: Params) -> list[Row]:
    """Load the parties of a case."""
    found = select(Party).where(Party.case_id == params["case_id"]).order_by(Party.ref)
    return [row_of(one, metadata.tables["parties"]) for one in session.scalars(found)]


def log_named(session: Session, params: Params) -> list[Row]:
    """Load the events of a case that bear one of several names."""
    named = Event.case_id == params["case_id"], Event.name.in_(orjson.loads(params["names"]))
    found = session.scalars(select(Event).where(*named).order_by(Event.seq))
    return [(one.seq, one.name, one.body, one.sealed) for one in found]


READS: Mapping[str, Callable[[Session, Params], list[Row]]] = {
    "people_version": people_version,
    "case_find_lock": case_find_lock,
    "number_take": number_take,
    "parties": parties,
    "log_named": log_named,
}


def made(entity: Entity, row: Params) -> Entity:
    """Make an entity of its columns."""
    one = entity()
    for name, value in row.items():
        setattr(one, name, value)
    return one


def case_update(session: Session, row: Params) -> None:
    """Change a case that is as it was read.

    Raises:
        RowMissed: it is not.
    """
    case = session.get_one(Case, row["at_id"])
    if case.version != row["at_version"]:
        raise RowMissed("case_update")
    for name, value in row.items():
        if name in metadata.tables["cases"].columns:
            setattr(case, name, value)


def round_update(session: Session, row: Params) -> None:
    """Change the round under way of a case."""
    under_way = (Round.case_id == row["at_case"], Round.returned_on.is_(None))
    one = session.scalars(select(Round).where(*under_way)).one()
    for name, value in row.items():
        if name.startswith("new_"):
            setattr(one, name.removeprefix("new_"), value)


ADDED = {"event_insert": Event, "document_insert": Document, "message_insert": Message}
MERGED = {"party_upsert": Party, "deadline_upsert": Deadline, "machine_upsert": Machine}


@dataclass(frozen=True, slots=True)
class SessionTx:
    """A transaction as operations know it, with a session under it."""

    session: Session
    dialect: str
    known: None = None

    def one(self, statement: Statement, params: Params) -> Row | None:
        """Give the first row, or None."""
        rows = self.all(statement, params)
        return rows[0] if rows else None

    def sure(self, statement: Statement, params: Params) -> Row:
        """Give the one row."""
        return self.all(statement, params)[0]

    def all(self, statement: Statement, params: Params) -> list[Row]:
        """Give all rows."""
        return READS[statement.name](self.session, params)

    def save(self, name: str, rows: Sequence[Params]) -> None:
        """Do with entities what a statement does with rows."""
        for row in rows:
            if name in ADDED:
                self.session.add(made(ADDED[name], row))
            elif name in MERGED:
                self.session.merge(made(MERGED[name], row))
            elif name == "round_update":
                round_update(self.session, row)
            else:
                case_update(self.session, row)


def saved(tx: Tx | SessionTx, plan: Plan) -> None:
    """Write a plan, by the session if there is one."""
    if isinstance(tx, Tx):
        write(tx, plan)
        return
    for statement, params in plan:
        tx.save(statement.name, [params] if isinstance(params, Mapping) else params)


@contextmanager
def sessions() -> Iterator[None]:
    """Let operations that are given a session write by it."""
    log.write = saved  # type: ignore[attr-defined]
    try:
        yield
    finally:
        log.write = write  # type: ignore[attr-defined]
