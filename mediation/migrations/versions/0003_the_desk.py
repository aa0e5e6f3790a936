"""The desk: who signs in and works, what statistics count, and the indexes of lists."""

import json

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
ENDED = sa.text("ended IS NOT NULL")


def upgrade() -> None:
    _people()
    _work()
    _from_outside()
    _lists()
    _statistics()
    _counted()


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


def _lists() -> None:
    narrowing = ["kind", "state", "closed", "next_due_at"]
    widened = {
        "ix_cases_opened": ["opened_on", "id", "owner_path", *narrowing],
        "ix_cases_owner_path": ["owner_path", "opened_on", "id", *narrowing],
        "ix_cases_state": ["state", "opened_on", "id", "owner_path"],
    }
    for name, columns in widened.items():
        op.drop_index(name, "cases")
        op.create_index(name, "cases", columns)
    op.create_index("ix_cases_work", "cases", ["owner", "closed", "next_due_at", "id"])
    op.create_index("ix_cases_risen", "cases", ["responsible_body", "closed", "next_due_at"])
    op.drop_index("ix_parties_name_index", "parties")
    op.create_index("ix_parties_name_index", "parties", ["name_index", "case_id"])
    for side in ("receiver", "sender"):
        op.create_index(f"ix_machines_{side}", "machines", [side, "sort", "open", "case_id"])
    op.create_table(
        "filters",
        sa.Column("officer", KEY, sa.ForeignKey("officers.handle"), nullable=False),
        sa.Column("name", KEY, nullable=False),
        sa.Column("query", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("officer", "name"),
    )


def _statistics() -> None:
    op.create_table(
        "figures",
        sa.Column(
            "case_id",
            sa.BigInteger,
            sa.ForeignKey("cases.id"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("path", KEY, nullable=False),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("channel", KEY, nullable=False),
        sa.Column("received", sa.Integer, nullable=False),
        sa.Column("ended", sa.Integer),
        sa.Column("settled", sa.Boolean, nullable=False),
        sa.Column("late", sa.Boolean, nullable=False),
        sa.Column("performed", sa.Boolean, nullable=False),
    )
    op.create_index("ix_figures_received", "figures", ["path", "received", "kind", "channel"])
    op.create_index(
        "ix_figures_ended",
        "figures",
        ["path", "ended", "kind", "channel", "settled", "late", "performed"],
        sqlite_where=ENDED,
        postgresql_where=ENDED,
    )
    op.create_table(
        "tallies",
        sa.Column("path", KEY, nullable=False),
        sa.Column("month", sa.Integer, nullable=False),
        *(sa.Column(name, KEY, nullable=False) for name in ("kind", "channel", "child")),
        *(
            sa.Column(name, sa.Integer, nullable=False)
            for name in ("received", "ended", "settled", "on_time", "performed")
        ),
        sa.PrimaryKeyConstraint("path", "month", "kind", "channel", "child"),
    )


def _counted() -> None:
    """Count the cases that are there already, as their snapshots tell them."""
    connection = op.get_bind()
    late = {
        case_id
        for case_id, status, ledger in connection.exec_driver_sql(
            "SELECT case_id, status, ledger FROM deadlines"
            " WHERE machine = '' AND effect IN ('statutory', 'court', 'service_norm')"
        )
        if status == "fired" or json.loads(ledger).get("level")
    }
    rows = connection.exec_driver_sql(
        "SELECT id, owner_path, kind, opened_on, settled_on, snapshot FROM cases"
    )
    made = [_figures(*row, late=row[0] in late) for row in rows]
    if made:
        table = sa.table("figures", *(sa.column(name) for name in made[0]))
        op.bulk_insert(table, made)


def _figures(
    case_id: int,
    path: str,
    kind: str,
    opened: str,
    settled: str | None,
    snapshot: str,
    *,
    late: bool,
) -> dict[str, object]:
    facts = json.loads(snapshot).get("facts", {})
    known = {name: value for name, (value, _) in facts.items()}
    ended = settled or known.get("ended_on")
    return {
        "case_id": case_id,
        "path": path,
        "kind": kind,
        "channel": known.get("channel") or "",
        "received": int(opened[:4] + opened[5:7]),
        "ended": int(ended[:4] + ended[5:7]) if ended else None,
        "settled": settled is not None,
        "late": late,
        "performed": bool(known.get("performed")),
    }
