"""The first schema: everything; the triggers are put in place behind all migrations."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.BigInteger()
DUE_CASES = sa.text("next_due_at IS NOT NULL")
UNANCHORED = sa.text("version > anchored_version")
KEYED = sa.text("key IS NOT NULL")
ARMED_HERE = sa.text("status = 'running' AND fires IS NOT NULL AND incident_at IS NULL")
UNSENT = sa.text("sent_at IS NULL")


def upgrade() -> None:
    _people()
    _cases()
    _beside_cases()
    _installation()


def _people() -> None:
    op.create_table(
        "bodies",
        sa.Column("code", KEY, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("word", sa.Text, nullable=False),
        sa.Column("sort", KEY, nullable=False),
        sa.Column("tier", KEY),
        sa.Column("path", KEY, nullable=False, unique=True),
        sa.Column("scope_path", KEY, nullable=False),
        sa.Column("supervised_by", KEY, sa.ForeignKey("bodies.code")),
        sa.Column("place", KEY, nullable=False),
        sa.Column("competence", sa.Text),
        sa.Column("from_on", KEY, nullable=False),
        sa.Column("until_on", KEY),
    )
    op.create_table(
        "officers",
        sa.Column("handle", KEY, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
    )
    op.create_table(
        "seats",
        sa.Column("officer", KEY, sa.ForeignKey("officers.handle"), nullable=False),
        sa.Column("body", KEY, sa.ForeignKey("bodies.code"), nullable=False),
        sa.Column("from_on", KEY, nullable=False),
        sa.Column("until_on", KEY),
        sa.Column("roles", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("officer", "body", "from_on"),
    )
    op.create_table(
        "counters",
        sa.Column("body", KEY, sa.ForeignKey("bodies.code"), nullable=False),
        sa.Column("series", KEY, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("next", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("body", "series", "year"),
    )


def _cases() -> None:
    op.create_table(
        "workflows",
        sa.Column("hash", KEY, primary_key=True),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("place", KEY, nullable=False),
        sa.Column("format", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "calendars",
        sa.Column("version", KEY, primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "cases",
        sa.Column("id", ID, sa.Identity(), primary_key=True),
        sa.Column("number", KEY, nullable=False, unique=True),
        sa.Column("number_key", KEY, nullable=False, unique=True),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("place", KEY, nullable=False),
        sa.Column("workflow", KEY, sa.ForeignKey("workflows.hash"), nullable=False),
        sa.Column("state", KEY, nullable=False),
        sa.Column("closed", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("owner", KEY, sa.ForeignKey("bodies.code"), nullable=False),
        sa.Column("owner_path", KEY, nullable=False),
        sa.Column("owner_tier", KEY),
        sa.Column("desk", KEY, sa.ForeignKey("bodies.code"), nullable=False),
        sa.Column("desk_path", KEY, nullable=False),
        sa.Column("class", KEY),
        sa.Column("opened_on", KEY, nullable=False),
        sa.Column("settled_on", KEY),
        sa.Column("closed_on", KEY),
        sa.Column("responsible_role", KEY),
        sa.Column("responsible_body", KEY),
        sa.Column("next_due_at", MOMENT),
        sa.Column("last_at", MOMENT),
        sa.Column("head", sa.LargeBinary, nullable=False),
        sa.Column("anchored_version", sa.Integer, nullable=False),
        sa.Column("snapshot", sa.Text, nullable=False),
        sa.Column("title", sa.LargeBinary),
        sa.Column("wrapped_key", sa.LargeBinary),
    )
    op.create_index("ix_cases_opened", "cases", ["opened_on", "id"])
    op.create_index("ix_cases_owner", "cases", ["owner", "opened_on", "id"])
    op.create_index("ix_cases_owner_path", "cases", ["owner_path", "opened_on", "id"])
    op.create_index("ix_cases_desk_path", "cases", ["desk_path", "opened_on", "id"])
    op.create_index("ix_cases_state", "cases", ["state", "opened_on", "id"])
    op.create_index("ix_cases_workflow", "cases", ["workflow", "closed"])
    op.create_index(
        "ix_cases_due",
        "cases",
        ["next_due_at", "id"],
        sqlite_where=DUE_CASES,
        postgresql_where=DUE_CASES,
    )
    op.create_index(
        "ix_cases_unanchored",
        "cases",
        ["id"],
        sqlite_where=UNANCHORED,
        postgresql_where=UNANCHORED,
    )
    op.create_table(
        "events",
        sa.Column("case_id", sa.BigInteger, sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("name", KEY, nullable=False),
        sa.Column("actor", KEY, nullable=False),
        sa.Column("key", KEY),
        sa.Column("request_digest", KEY),
        sa.Column("occurred_at", MOMENT, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("workflow", KEY, nullable=False),
        sa.Column("calendar", KEY, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary),
        sa.Column("prev_hash", sa.LargeBinary, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "seq"),
    )
    op.create_index(
        "uq_events_actor_key",
        "events",
        ["actor", "key"],
        unique=True,
        sqlite_where=KEYED,
        postgresql_where=KEYED,
    )
    op.create_table(
        "parties",
        sa.Column("case_id", sa.BigInteger, sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("ref", KEY, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("id_index", sa.LargeBinary),
        sa.Column("phone_index", sa.LargeBinary),
        sa.Column("name_index", sa.LargeBinary),
        sa.PrimaryKeyConstraint("case_id", "ref"),
    )
    op.create_index("ix_parties_id_index", "parties", ["id_index"])
    op.create_index("ix_parties_phone_index", "parties", ["phone_index"])
    op.create_index("ix_parties_name_index", "parties", ["name_index"])


def _beside_cases() -> None:
    op.create_table(
        "deadlines",
        sa.Column("case_id", sa.BigInteger, sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("no", sa.Integer, nullable=False),
        sa.Column("machine", KEY, nullable=False),
        sa.Column("period", KEY, nullable=False),
        sa.Column("effect", KEY, nullable=False),
        sa.Column("fires", KEY),
        sa.Column("due_at", MOMENT),
        sa.Column("status", KEY, nullable=False),
        sa.Column("ledger", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_try_at", MOMENT),
        sa.Column("incident", sa.Text),
        sa.Column("incident_at", MOMENT),
        sa.PrimaryKeyConstraint("case_id", "no"),
    )
    op.create_index(
        "ix_deadlines_armed",
        "deadlines",
        ["due_at", "case_id", "no"],
        sqlite_where=ARMED_HERE,
        postgresql_where=ARMED_HERE,
    )
    op.create_table(
        "machines",
        sa.Column("case_id", sa.BigInteger, sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("key", KEY, nullable=False),
        sa.Column("sort", KEY, nullable=False),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("state", KEY, nullable=False),
        sa.Column("open", sa.Boolean, nullable=False),
        sa.Column("sender", KEY),
        sa.Column("sender_path", KEY),
        sa.Column("receiver", KEY),
        sa.Column("receiver_path", KEY),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "key"),
    )
    op.create_index("ix_machines_receiver_path", "machines", ["receiver_path", "case_id"])
    op.create_index("ix_machines_sender_path", "machines", ["sender_path", "case_id"])
    op.create_table(
        "documents",
        sa.Column("case_id", sa.BigInteger, sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("no", sa.Integer, nullable=False),
        sa.Column("name", KEY, nullable=False),
        sa.Column("number", KEY),
        sa.Column("digest", KEY, nullable=False),
        sa.Column("template", KEY, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "seq", "no"),
    )
    op.create_index("ix_documents_number", "documents", ["number"])
    op.create_table(
        "outbox",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("case_id", sa.BigInteger, sa.ForeignKey("cases.id")),
        sa.Column("seq", sa.Integer),
        sa.Column("no", sa.Integer),
        sa.Column("recipient", KEY, nullable=False),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_try_at", MOMENT, nullable=False),
    )
    op.create_index(
        "ix_outbox_unsent",
        "outbox",
        ["next_try_at", "id"],
        sqlite_where=UNSENT,
        postgresql_where=UNSENT,
    )
    op.create_index("ix_outbox_case_id", "outbox", ["case_id", "seq"])


def _installation() -> None:
    op.create_table(
        "meta",
        sa.Column("key", KEY, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_table(
        "checkpoints",
        sa.Column("no", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("prev_hash", sa.LargeBinary, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
    )
