"""The tables of the desk: who signs in, what he has begun, put off, attached and looked at.

Figures and tallies are what statistics count; both follow from the cases and can be made anew.

Nothing here is the record of a case; the log is. What somebody looked at on purpose, and who
gave rights to whom, is kept as strictly as the log itself.
"""

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
    UniqueConstraint,
    text,
)

from mediation.records.columns import DAY, ID, KEY, MOMENT, metadata

accounts = Table(
    "accounts",
    metadata,
    Column("officer", KEY, ForeignKey("officers.handle"), primary_key=True),
    Column("password", Text),
    Column("invitation", KEY),
    Column("invited_until", MOMENT),
    Column("totp", LargeBinary),
    Column("totp_step", BigInteger, nullable=False),
    Column("disabled", Boolean, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token", KEY, primary_key=True),
    Column("officer", KEY, ForeignKey("officers.handle"), nullable=False),
    Column("body", KEY, ForeignKey("bodies.code"), nullable=False),
    Column("created_at", MOMENT, nullable=False),
    Column("seen_at", MOMENT, nullable=False),
)
Index("ix_sessions_officer", sessions.c.officer, sessions.c.created_at)

throttles = Table(
    "throttles",
    metadata,
    Column("source", KEY, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("held_until", MOMENT, nullable=False),
)

people_changes = Table(
    "people_changes",
    metadata,
    Column("id", ID, Identity(), primary_key=True),
    Column("at", MOMENT, nullable=False),
    Column("officer", KEY, ForeignKey("officers.handle")),
    Column("body", KEY, ForeignKey("bodies.code")),
    Column("what", KEY, nullable=False),
    Column("subject", KEY, nullable=False),
    Column("path", KEY, nullable=False),
    Column("before", Text),
    Column("after", Text),
)
Index("ix_people_changes_path", people_changes.c.path, people_changes.c.id)

drafts = Table(
    "drafts",
    metadata,
    Column("officer", KEY, ForeignKey("officers.handle"), nullable=False),
    Column("name", KEY, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("saved_at", MOMENT, nullable=False),
    PrimaryKeyConstraint("officer", "name"),
)

snoozes = Table(
    "snoozes",
    metadata,
    Column("body", KEY, ForeignKey("bodies.code"), nullable=False),
    Column("case_id", BigInteger, ForeignKey("cases.id"), nullable=False),
    Column("officer", KEY, ForeignKey("officers.handle"), nullable=False),
    Column("until_on", DAY, nullable=False),
    Column("reason", Text, nullable=False),
    PrimaryKeyConstraint("body", "case_id"),
)

reveals = Table(
    "reveals",
    metadata,
    Column("id", ID, Identity(), primary_key=True),
    Column("case_id", BigInteger, ForeignKey("cases.id")),
    Column("officer", KEY, ForeignKey("officers.handle"), nullable=False),
    Column("body", KEY, ForeignKey("bodies.code"), nullable=False),
    Column("what", KEY, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", MOMENT, nullable=False),
)
Index("ix_reveals_case_id", reveals.c.case_id, reveals.c.id)
Index("ix_reveals_officer", reveals.c.officer, reveals.c.at)

attachments = Table(
    "attachments",
    metadata,
    Column("case_id", BigInteger, ForeignKey("cases.id"), nullable=False),
    Column("digest", KEY, nullable=False),
    Column("media", KEY, nullable=False),
    Column("size", Integer, nullable=False),
    Column("officer", KEY, ForeignKey("officers.handle"), nullable=False),
    Column("added_at", MOMENT, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    PrimaryKeyConstraint("case_id", "digest"),
)

applications = Table(
    "applications",
    metadata,
    Column("id", ID, Identity(), primary_key=True),
    Column("body", KEY, ForeignKey("bodies.code"), nullable=False),
    Column("key", KEY, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("received_at", MOMENT, nullable=False),
    Column("case_id", BigInteger, ForeignKey("cases.id")),
    Column("declined", LargeBinary),
    Column("officer", KEY, ForeignKey("officers.handle")),
    Column("decided_at", MOMENT),
    UniqueConstraint("key"),
)
WAITING: Final = text("case_id IS NULL AND declined IS NULL")
Index(
    "ix_applications_waiting",
    applications.c.body,
    applications.c.id,
    sqlite_where=WAITING,
    postgresql_where=WAITING,
)

filters = Table(
    "filters",
    metadata,
    Column("officer", KEY, ForeignKey("officers.handle"), nullable=False),
    Column("name", KEY, nullable=False),
    Column("query", Text, nullable=False),
    PrimaryKeyConstraint("officer", "name"),
)

# One row a case. Months are whole numbers (202603): they group and compare alike everywhere.
figures = Table(
    "figures",
    metadata,
    Column(
        "case_id", BigInteger, ForeignKey("cases.id"), primary_key=True, autoincrement=False
    ),
    Column("path", KEY, nullable=False),
    Column("kind", KEY, nullable=False),
    Column("channel", KEY, nullable=False),
    Column("received", Integer, nullable=False),
    Column("ended", Integer),
    Column("settled", Boolean, nullable=False),
    Column("late", Boolean, nullable=False),
    Column("performed", Boolean, nullable=False),
)
# Both carry everything that is counted, so that counting never reads a row.
Index(
    "ix_figures_received",
    figures.c.path,
    figures.c.received,
    figures.c.kind,
    figures.c.channel,
)
ENDED: Final = text("ended IS NOT NULL")
Index(
    "ix_figures_ended",
    figures.c.path,
    figures.c.ended,
    figures.c.kind,
    figures.c.channel,
    figures.c.settled,
    figures.c.late,
    figures.c.performed,
    sqlite_where=ENDED,
    postgresql_where=ENDED,
)

# The figures of a wide scope, counted by the heartbeat: a page cannot count half a million.
tallies = Table(
    "tallies",
    metadata,
    Column("path", KEY, nullable=False),
    Column("month", Integer, nullable=False),
    Column("kind", KEY, nullable=False),
    Column("channel", KEY, nullable=False),
    Column("child", KEY, nullable=False),
    Column("received", Integer, nullable=False),
    Column("ended", Integer, nullable=False),
    Column("settled", Integer, nullable=False),
    Column("on_time", Integer, nullable=False),
    Column("performed", Integer, nullable=False),
    PrimaryKeyConstraint("path", "month", "kind", "channel", "child"),
)
