"""The reports: rounds of cases, figures entered, months submitted, the day a month ends on."""

import json
from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.BigInteger()


def upgrade() -> None:
    _rounds()
    _reported()
    _counted()


def _rounds() -> None:
    op.create_table(
        "rounds",
        sa.Column("case_id", sa.BigInteger, sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("since", sa.Integer, nullable=False),
        *(
            sa.Column(name, KEY, nullable=False)
            for name in ("path", "class", "channel", "basis", "letter", "grade")
        ),
        sa.Column("accepted_on", KEY),
        sa.Column("ended_on", KEY),
        sa.Column("settled", sa.Boolean, nullable=False),
        sa.Column("oral", sa.Boolean, nullable=False),
        sa.Column("sum", sa.BigInteger, nullable=False),
        sa.Column("performed", sa.Boolean, nullable=False),
        sa.Column("confirmed", sa.Boolean, nullable=False),
        sa.Column("closed_on", KEY),
        sa.Column("returned_on", KEY),
        sa.Column("returned_after", sa.Integer),
        sa.Column("unperformed_after", sa.Integer),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "since"),
    )
    for day in ("accepted_on", "ended_on", "closed_on"):
        op.create_index(f"ix_rounds_{day}", "rounds", ["path", day])


def _reported() -> None:
    body = ("body", KEY, "bodies.code")
    officer = ("officer", KEY, "officers.handle")
    op.create_table(
        "entries",
        sa.Column("id", ID, sa.Identity(), primary_key=True),
        _of(*body),
        sa.Column("month", sa.Integer, nullable=False),
        _of(*officer),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("figures", sa.Text, nullable=False),
    )
    op.create_index("ix_entries_body", "entries", ["body", "month", "id"])
    op.create_table(
        "submissions",
        _of(*body),
        sa.Column("month", sa.Integer, nullable=False),
        sa.Column("no", sa.Integer, nullable=False),
        _of(*officer),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("zero", sa.Boolean, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("digest", KEY, nullable=False),
        sa.PrimaryKeyConstraint("body", "month", "no"),
    )
    op.create_table(
        "cutoffs",
        sa.Column("id", ID, sa.Identity(), primary_key=True),
        _of(*body),
        sa.Column("from_month", sa.Integer, nullable=False),
        sa.Column("day", sa.Integer, nullable=False),
        _of(*officer),
        sa.Column("at", MOMENT, nullable=False),
    )


def _of(name: str, type_: sa.types.TypeEngine[str], key: str) -> sa.Column[str]:
    return sa.Column(name, type_, sa.ForeignKey(key), nullable=False)


def _counted() -> None:
    """Count the cases that are there already, one round each, as their snapshots tell them.

    What was settled, then taken up again, stands in the logs alone: `audit recount` does it.
    """
    connection = op.get_bind()
    classes = {
        hash_: {
            name: one["statistic"] for name, one in json.loads(body).get("classes", {}).items()
        }
        for hash_, body in connection.exec_driver_sql("SELECT hash, body FROM workflows")
    }
    rows = connection.exec_driver_sql(
        "SELECT c.id, c.owner_path, c.workflow, c.snapshot, e.recorded_at FROM cases c"
        " JOIN events e ON e.case_id = c.id AND e.seq = 1"
    )
    made = [
        _round(case_id, path, json.loads(snapshot), classes.get(workflow, {}), entered)
        for case_id, path, workflow, snapshot, entered in rows
    ]
    if made:
        table = sa.table("rounds", *(sa.column(name) for name in made[0]))
        op.bulk_insert(table, made)


def _round(
    case_id: int, path: str, snapshot: dict[str, dict[str, list[object]]], *told: object
) -> dict[str, object]:
    classes, entered = told
    facts = {name: value for name, (value, _) in snapshot.get("facts", {}).items()}
    settled, ended = facts.get("settled_on"), facts.get("ended_on")
    unperformed = facts.get("unperformed_on")
    after = _days(settled, unperformed) if settled and unperformed else None
    assert isinstance(classes, dict)  # noqa: S101 - the caller gives them
    return {
        "case_id": case_id,
        "since": 1,
        "path": path,
        "class": classes.get(facts.get("class"), ""),
        **{name: facts.get(name) or "" for name in ("channel", "basis", "grade")},
        "letter": "",
        "accepted_on": facts.get("accepted_on") or settled,
        "ended_on": settled or ended,
        "settled": settled is not None,
        "oral": bool(facts.get("oral")),
        "sum": facts.get("agreed_sum") or 0,
        "performed": bool(facts.get("performed")),
        "confirmed": bool(facts.get("confirmed")),
        "closed_on": facts.get("closed_on"),
        "returned_on": None,
        "returned_after": None,
        "unperformed_after": after,
        "entered_at": entered,
    }


def _days(first: object, last: object) -> int:
    return (date.fromisoformat(str(last)) - date.fromisoformat(str(first))).days
