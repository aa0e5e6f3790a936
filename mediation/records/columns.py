"""What all tables share: their metadata, and the types of keys, row numbers and moments."""

from typing import Final

from sqlalchemy import BigInteger, Integer, MetaData, Text

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)

# Keys and paths compare byte by byte. A natural collation would sort `/d/s1/` among its
# neighbours by language rules, and a range over a path would leak or lose bodies.
KEY: Final = Text().with_variant(Text(collation="C"), "postgresql")
# SQLite numbers rows by itself only in a column whose type is exactly INTEGER.
ID: Final = BigInteger().with_variant(Integer(), "sqlite")
MOMENT: Final = BigInteger()
DAY: Final = Text().with_variant(Text(collation="C"), "postgresql")
JSON: Final = Text()
