"""Numbers without gaps: one counter row per body, series and year, taken in the transaction."""

import re
import unicodedata
from collections.abc import Sequence
from string import Formatter
from typing import Final, NamedTuple

from sqlalchemy import ClauseElement, select
from sqlalchemy.dialects import postgresql, sqlite

from mediation.records.database import Tx
from mediation.records.statements import Statement
from mediation.records.tables import counters


class Series(NamedTuple):
    """What is counted: the papers of one series that one body issues in one year."""

    body: str
    series: str
    year: int


def _taking(insert: sqlite.Insert | postgresql.Insert) -> ClauseElement:
    first = insert.values(next=2)
    return first.on_conflict_do_update(
        index_elements=["body", "series", "year"], set_={"next": counters.c.next + 1}
    ).returning(counters.c.next - 1)


_TAKE: Final = Statement(
    "number_take",
    {
        "sqlite": _taking(sqlite.insert(counters)),
        "postgresql": _taking(postgresql.insert(counters)),
    },
    columns=["body", "series", "year"],
)

_WHITE_SPACE: Final = re.compile(r"\s+")
_BRACKETS: Final = str.maketrans("〔［【[〈《{〕］】]〉》}", "(((((((" + ")))))))")


_ALL: Final = Statement("counters", select(*counters.columns))


def counted(tx: Tx) -> dict[Series, int]:
    """Give every counter with the number it would give next."""
    return {Series(body, series, year): next_ for body, series, year, next_ in tx.all(_ALL, {})}


def take_number(tx: Tx, series: Series) -> int:
    """Take the next number; it is given back if the transaction is undone."""
    row = tx.sure(_TAKE, {"body": series.body, "series": series.series, "year": series.year})
    return int(row[0])


def take_numbers(tx: Tx, wanted: Sequence[Series]) -> list[int]:
    """Take several numbers, given back in the order they were asked for.

    The counters are taken in one order everywhere: two transactions that each need two of them
    would otherwise wait for each other on PostgreSQL.
    """
    taken: dict[int, int] = {}
    for position in sorted(range(len(wanted)), key=lambda place: wanted[place]):
        taken[position] = take_number(tx, wanted[position])
    return [taken[position] for position in range(len(wanted))]


def format_number(pattern: str, *, year: int, word: str, n: int) -> str:
    """Write a number by the pattern of its series: `（{year}）{word}人调字第{n}号`."""
    return pattern.format(year=year, word=word, n=n)


def number_taken(pattern: str, number: str) -> tuple[int, int] | None:
    """Read year and n out of a number as its series writes it; None if it is not of it."""
    read = {"year": r"(?P<year>\d+)", "word": ".*", "n": r"(?P<n>\d+)"}
    written = "".join(
        re.escape(literal) + (read[field] if field else "")
        for literal, field, _, _ in Formatter().parse(pattern)
    )
    found = re.fullmatch(written, number)
    return (int(found["year"]), int(found["n"])) if found else None


def number_key(number: str) -> str:
    """Give what a number is looked up by: however brackets, widths and spaces were typed."""
    plain = unicodedata.normalize("NFKC", number).translate(_BRACKETS)
    return _WHITE_SPACE.sub("", plain).casefold()
