"""The tables of the reports: what each round of a case counts as, and what was reported of it.

Rounds follow from the log and can be made anew. What a body has entered and submitted is kept
as strictly as the log itself: a figure once reported stays as it was, a correction is beside.
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
    PrimaryKeyConstraint,
    Table,
)

from mediation.records.columns import DAY, ID, JSON, KEY, MOMENT, metadata

# A case is counted once for each time it was worked on: a settlement in March stays one of
# March, though the case be taken up again in May. Days are kept, so that a month may end on
# any day.
rounds = Table(
    "rounds",
    metadata,
    Column("case_id", BigInteger, ForeignKey("cases.id"), nullable=False),
    Column("since", Integer, nullable=False),
    Column("path", KEY, nullable=False),
    Column("class", KEY, nullable=False),
    Column("channel", KEY, nullable=False),
    Column("basis", KEY, nullable=False),
    Column("letter", KEY, nullable=False),
    Column("grade", KEY, nullable=False),
    Column("accepted_on", DAY),
    Column("ended_on", DAY),
    Column("settled", Boolean, nullable=False),
    Column("oral", Boolean, nullable=False),
    Column("sum", BigInteger, nullable=False),
    Column("performed", Boolean, nullable=False),
    Column("confirmed", Boolean, nullable=False),
    Column("closed_on", DAY),
    Column("returned_on", DAY),
    Column("returned_after", Integer),
    Column("unperformed_after", Integer),
    Column("entered_at", MOMENT, nullable=False),
    PrimaryKeyConstraint("case_id", "since"),
)
DATED: Final = ("accepted_on", "ended_on", "closed_on")
for _day in DATED:
    Index(f"ix_rounds_{_day}", rounds.c.path, rounds.c[_day])

entries = Table(
    "entries",
    metadata,
    Column("id", ID, Identity(), primary_key=True),
    Column("body", KEY, ForeignKey("bodies.code"), nullable=False),
    Column("month", Integer, nullable=False),
    Column("officer", KEY, ForeignKey("officers.handle"), nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("figures", JSON, nullable=False),
)
Index("ix_entries_body", entries.c.body, entries.c.month, entries.c.id)

submissions = Table(
    "submissions",
    metadata,
    Column("body", KEY, ForeignKey("bodies.code"), nullable=False),
    Column("month", Integer, nullable=False),
    Column("no", Integer, nullable=False),
    Column("officer", KEY, ForeignKey("officers.handle"), nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("zero", Boolean, nullable=False),
    Column("content", JSON, nullable=False),
    Column("digest", KEY, nullable=False),
    PrimaryKeyConstraint("body", "month", "no"),
)

cutoffs = Table(
    "cutoffs",
    metadata,
    Column("id", ID, Identity(), primary_key=True),
    Column("body", KEY, ForeignKey("bodies.code"), nullable=False),
    Column("from_month", Integer, nullable=False),
    Column("day", Integer, nullable=False),
    Column("officer", KEY, ForeignKey("officers.handle"), nullable=False),
    Column("at", MOMENT, nullable=False),
)
