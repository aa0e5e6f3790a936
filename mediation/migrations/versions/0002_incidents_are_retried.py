"""A deadline with an incident stays armed: the sweep tries it again, others pass over it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ARMED = sa.text("status = 'running' AND fires IS NOT NULL")
SET_ASIDE = "UPDATE deadlines SET next_try_at = incident_at WHERE incident_at IS NOT NULL"


def upgrade() -> None:
    op.drop_index("ix_deadlines_armed", "deadlines")
    op.create_index(
        "ix_deadlines_armed",
        "deadlines",
        ["due_at", "case_id", "no"],
        sqlite_where=ARMED,
        postgresql_where=ARMED,
    )
    op.execute(SET_ASIDE)
