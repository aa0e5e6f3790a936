"""Papers bear a code they are looked up by, and a correction names the paper it corrects.

Papers issued before stay without a code: their frozen text shows none, so nobody can ask by it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("documents", sa.Column("code", KEY))
    op.add_column("documents", sa.Column("corrects", KEY))
    op.create_index("ix_documents_digest", "documents", ["digest"])
    op.create_index("uq_documents_code", "documents", ["code"], unique=True)
