"""The tables; moments are microseconds in UTC, days and JSON are text (see `values.py`)."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)

import mediation.records.desk_tables  # noqa: F401 - they belong to the same metadata
import mediation.records.report_tables  # noqa: F401 - they belong to the same metadata
from mediation.records.columns import DAY, ID, JSON, KEY, MOMENT, metadata

# The Alembic revision these tables stand at; a test compares it with the migrations.
REVISION: Final = "0005"

meta = Table(
    "meta",
    metadata,
    Column("key", KEY, primary_key=True),
    Column("value", Text, nullable=False),
)

bodies = Table(
    "bodies",
    metadata,
    Column("code", KEY, primary_key=True),
    Column("name", Text, nullable=False),
    Column("word", Text, nullable=False),
    Column("sort", KEY, nullable=False),
    Column("tier", KEY),
    Column("path", KEY, nullable=False, unique=True),
    Column("scope_path", KEY, nullable=False),
    Column("supervised_by", KEY, ForeignKey("bodies.code")),
    Column("place", KEY, nullable=False),
    Column("competence", JSON),
    Column("from_on", DAY, nullable=False),
    Column("until_on", DAY),
)

officers = Table(
    "officers",
    metadata,
    Column("handle", KEY, primary_key=True),
    Column("name", Text, nullable=False),
)

seats = Table(
    "seats",
    metadata,
    Column("officer", KEY, ForeignKey("officers.handle"), nullable=False),
    Column("body", KEY, ForeignKey("bodies.code"), nullable=False),
    Column("from_on", DAY, nullable=False),
    Column("until_on", DAY),
    Column("roles", JSON, nullable=False),
    PrimaryKeyConstraint("officer", "body", "from_on"),
)

workflows = Table(
    "workflows",
    metadata,
    Column("hash", KEY, primary_key=True),
    Column("kind", KEY, nullable=False),
    Column("place", KEY, nullable=False),
    Column("format", Integer, nullable=False),
    Column("body", JSON, nullable=False),
)

calendars = Table(
    "calendars",
    metadata,
    Column("version", KEY, primary_key=True),
    Column("body", JSON, nullable=False),
)

cases = Table(
    "cases",
    metadata,
    Column("id", ID, Identity(), primary_key=True),
    Column("number", KEY, nullable=False, unique=True),
    Column("number_key", KEY, nullable=False, unique=True),
    Column("kind", KEY, nullable=False),
    Column("place", KEY, nullable=False),
    Column("workflow", KEY, ForeignKey("workflows.hash"), nullable=False),
    Column("state", KEY, nullable=False),
    Column("closed", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("owner", KEY, ForeignKey("bodies.code"), nullable=False),
    Column("owner_path", KEY, nullable=False),
    Column("owner_tier", KEY),
    Column("desk", KEY, ForeignKey("bodies.code"), nullable=False),
    Column("desk_path", KEY, nullable=False),
    Column("class", KEY),
    Column("opened_on", DAY, nullable=False),
    Column("settled_on", DAY),
    Column("closed_on", DAY),
    Column("responsible_role", KEY),
    Column("responsible_body", KEY),
    Column("next_due_at", MOMENT),
    Column("last_at", MOMENT),
    Column("head", LargeBinary, nullable=False),
    Column("anchored_version", Integer, nullable=False),
    Column("snapshot", JSON, nullable=False),
    Column("title", LargeBinary),
    Column("wrapped_key", LargeBinary),
)
# A list walks one of the first three; what it is narrowed by stands behind the order, so that
# a case is read only when it is shown (docs/performance.md).
_NARROWING: Final = (cases.c.kind, cases.c.state, cases.c.closed, cases.c.next_due_at)
Index("ix_cases_opened", cases.c.opened_on, cases.c.id, cases.c.owner_path, *_NARROWING)
Index("ix_cases_owner_path", cases.c.owner_path, cases.c.opened_on, cases.c.id, *_NARROWING)
Index("ix_cases_state", cases.c.state, cases.c.opened_on, cases.c.id, cases.c.owner_path)
Index("ix_cases_owner", cases.c.owner, cases.c.opened_on, cases.c.id)
Index("ix_cases_desk_path", cases.c.desk_path, cases.c.opened_on, cases.c.id)
Index("ix_cases_work", cases.c.owner, cases.c.closed, cases.c.next_due_at, cases.c.id)
Index("ix_cases_risen", cases.c.responsible_body, cases.c.closed, cases.c.next_due_at)
Index("ix_cases_workflow", cases.c.workflow, cases.c.closed)
DUE_CASES: Final = text("next_due_at IS NOT NULL")
Index(
    "ix_cases_due",
    cases.c.next_due_at,
    cases.c.id,
    sqlite_where=DUE_CASES,
    postgresql_where=DUE_CASES,
)
UNANCHORED: Final = text("version > anchored_version")
Index("ix_cases_unanchored", cases.c.id, sqlite_where=UNANCHORED, postgresql_where=UNANCHORED)

events = Table(
    "events",
    metadata,
    Column("case_id", BigInteger, ForeignKey("cases.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("name", KEY, nullable=False),
    Column("actor", KEY, nullable=False),
    Column("key", KEY),
    Column("request_digest", KEY),
    Column("occurred_at", MOMENT, nullable=False),
    Column("recorded_at", MOMENT, nullable=False),
    Column("workflow", KEY, nullable=False),
    Column("calendar", KEY, nullable=False),
    Column("body", JSON, nullable=False),
    Column("sealed", LargeBinary),
    Column("prev_hash", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    PrimaryKeyConstraint("case_id", "seq"),
)
KEYED: Final = text("key IS NOT NULL")
Index(
    "uq_events_actor_key",
    events.c.actor,
    events.c.key,
    unique=True,
    sqlite_where=KEYED,
    postgresql_where=KEYED,
)

parties = Table(
    "parties",
    metadata,
    Column("case_id", BigInteger, ForeignKey("cases.id"), nullable=False),
    Column("ref", KEY, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("id_index", LargeBinary),
    Column("phone_index", LargeBinary),
    Column("name_index", LargeBinary),
    PrimaryKeyConstraint("case_id", "ref"),
)
Index("ix_parties_id_index", parties.c.id_index)
Index("ix_parties_phone_index", parties.c.phone_index)
Index("ix_parties_name_index", parties.c.name_index, parties.c.case_id)

deadlines = Table(
    "deadlines",
    metadata,
    Column("case_id", BigInteger, ForeignKey("cases.id"), nullable=False),
    Column("no", Integer, nullable=False),
    Column("machine", KEY, nullable=False),
    Column("period", KEY, nullable=False),
    Column("effect", KEY, nullable=False),
    Column("fires", KEY),
    Column("due_at", MOMENT),
    Column("status", KEY, nullable=False),
    Column("ledger", JSON, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_try_at", MOMENT),
    Column("incident", Text),
    Column("incident_at", MOMENT),
    PrimaryKeyConstraint("case_id", "no"),
)
# Written out, not bound: a planner uses a partial index only for a condition it can read.
ARMED: Final = text("deadlines.status = 'running' AND deadlines.fires IS NOT NULL")
_ARMED_HERE: Final = text("status = 'running' AND fires IS NOT NULL")
Index(
    "ix_deadlines_armed",
    deadlines.c.due_at,
    deadlines.c.case_id,
    deadlines.c.no,
    sqlite_where=_ARMED_HERE,
    postgresql_where=_ARMED_HERE,
)

machines = Table(
    "machines",
    metadata,
    Column("case_id", BigInteger, ForeignKey("cases.id"), nullable=False),
    Column("key", KEY, nullable=False),
    Column("sort", KEY, nullable=False),
    Column("kind", KEY, nullable=False),
    Column("state", KEY, nullable=False),
    Column("open", Boolean, nullable=False),
    Column("sender", KEY),
    Column("sender_path", KEY),
    Column("receiver", KEY),
    Column("receiver_path", KEY),
    Column("body", JSON, nullable=False),
    PrimaryKeyConstraint("case_id", "key"),
)
Index("ix_machines_receiver_path", machines.c.receiver_path, machines.c.case_id)
Index("ix_machines_sender_path", machines.c.sender_path, machines.c.case_id)
Index(
    "ix_machines_receiver",
    machines.c.receiver,
    machines.c.sort,
    machines.c.open,
    machines.c.case_id,
)
Index(
    "ix_machines_sender",
    machines.c.sender,
    machines.c.sort,
    machines.c.open,
    machines.c.case_id,
)

documents = Table(
    "documents",
    metadata,
    Column("case_id", BigInteger, ForeignKey("cases.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("no", Integer, nullable=False),
    Column("name", KEY, nullable=False),
    Column("number", KEY),
    Column("digest", KEY, nullable=False),
    Column("template", KEY, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    # What the paper bears to be looked up by, and the place of the paper it corrects; papers
    # from before the fourth revision bear none.
    Column("code", KEY),
    Column("corrects", KEY),
    PrimaryKeyConstraint("case_id", "seq", "no"),
)
Index("ix_documents_number", documents.c.number)
Index("ix_documents_digest", documents.c.digest)
Index("uq_documents_code", documents.c.code, unique=True)

counters = Table(
    "counters",
    metadata,
    Column("body", KEY, ForeignKey("bodies.code"), nullable=False),
    Column("series", KEY, nullable=False),
    Column("year", Integer, nullable=False),
    Column("next", Integer, nullable=False),
    PrimaryKeyConstraint("body", "series", "year"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", KEY, primary_key=True),
    Column("case_id", BigInteger, ForeignKey("cases.id")),
    Column("seq", Integer),
    Column("no", Integer),
    Column("recipient", KEY, nullable=False),
    Column("kind", KEY, nullable=False),
    Column("body", JSON, nullable=False),
    Column("created_at", MOMENT, nullable=False),
    Column("sent_at", MOMENT),
    Column("attempts", Integer, nullable=False),
    Column("next_try_at", MOMENT, nullable=False),
)
UNSENT: Final = text("sent_at IS NULL")
Index(
    "ix_outbox_unsent",
    outbox.c.next_try_at,
    outbox.c.id,
    sqlite_where=UNSENT,
    postgresql_where=UNSENT,
)
Index("ix_outbox_case_id", outbox.c.case_id, outbox.c.seq)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("no", Integer, primary_key=True, autoincrement=False),
    Column("body", JSON, nullable=False),
    Column("prev_hash", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)
