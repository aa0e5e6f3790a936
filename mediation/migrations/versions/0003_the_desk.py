"""The desk: accounts, sessions, changes of people, drafts, snoozes, reveals, applications."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.BigInteger()
WAITING = sa.text("case_id IS NULL AND declined IS NULL")


def upgrade() -> None:
    _people()
    _work()
    _from_outside()


def _people() -> None:
    op.create_table(
        "accounts",
        sa.Column("officer", KEY, sa.ForeignKey("officers.handle"), primary_key=True),
        sa.Column("password", sa.Text),
        sa.Column("invitation", KEY),
        sa.Column("invited_until", MOMENT),
        sa.Column("totp", sa.LargeBinary),
        sa.Column("totp_step", sa.BigInteger, nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
    )
    op.create_table(
        "sessions",
        sa.Column("token", KEY, primary_key=True),
        sa.Column("officer", KEY, sa.ForeignKey("officers.handle"), nullable=False),
        sa.Column("body", KEY, sa.ForeignKey("bodies.code"), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
    )
    op.create_index("ix_sessions_officer", "sessions", ["officer", "created_at"])
    op.create_table(
        "throttles",
        sa.Column("source", KEY, primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("held_until", MOMENT, nullable=False),
    )
    op.create_table(
        "people_changes",
        sa.Column("id", ID, sa.Identity(), primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("officer", KEY, sa.ForeignKey("officers.handle")),
        sa.Column("body", KEY, sa.ForeignKey("bodies.code")),
        sa.Column("what", KEY, nullable=False),
        sa.Column("subject", KEY, nullable=False),
        sa.Column("path", KEY, nullable=False),
        sa.Column("before", sa.Text),
        sa.Column("after", sa.Text),
    )
    op.create_index("ix_people_changes_path", "people_changes", ["path", "id"])


def _work() -> None:
    op.create_table(
        "drafts",
        sa.Column("officer", KEY, sa.ForeignKey("officers.handle"), nullable=False),
        sa.Column("name", KEY, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("officer", "name"),
    )
    op.create_table(
        "snoozes",
        sa.Column("body", KEY, sa.ForeignKey("bodies.code"), nullable=False),
        sa.Column("case_id", sa.BigInteger, sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("officer", KEY, sa.ForeignKey("officers.handle"), nullable=False),
        sa.Column("until_on", KEY, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("body", "case_id"),
    )
    op.create_table(
        "reveals",
        sa.Column("id", ID, sa.Identity(), primary_key=True),
        sa.Column("case_id", sa.BigInteger, sa.ForeignKey("cases.id")),
        sa.Column("officer", KEY, sa.ForeignKey("officers.handle"), nullable=False),
        sa.Column("body", KEY, sa.ForeignKey("bodies.code"), nullable=False),
        sa.Column("what", KEY, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )
    op.create_index("ix_reveals_case_id", "reveals", ["case_id", "id"])
    op.create_index("ix_reveals_officer", "reveals", ["officer", "at"])


def _from_outside() -> None:
    op.create_table(
        "attachments",
        sa.Column("case_id", sa.BigInteger, sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("digest", KEY, nullable=False),
        sa.Column("media", KEY, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("officer", KEY, sa.ForeignKey("officers.handle"), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "digest"),
    )
    op.create_table(
        "applications",
        sa.Column("id", ID, sa.Identity(), primary_key=True),
        sa.Column("body", KEY, sa.ForeignKey("bodies.code"), nullable=False),
        sa.Column("key", KEY, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("case_id", sa.BigInteger, sa.ForeignKey("cases.id")),
        sa.Column("declined", sa.LargeBinary),
        sa.Column("officer", KEY, sa.ForeignKey("officers.handle")),
        sa.Column("decided_at", MOMENT),
        sa.UniqueConstraint("key", name="uq_applications_key"),
    )
    op.create_index(
        "ix_applications_waiting",
        "applications",
        ["body", "id"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
