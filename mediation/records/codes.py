"""Codes that people write down and read out: a row's number, and proof that we gave the code.

A code needs no table. Its last eight signs are 40 bits that nobody can compute without the key
of the blind indexes; the signs before them are the number of the row. It is read as sloppily as
it is typed: O for 0, I or L for 1, small letters, spaces and strokes anywhere.

The code printed on a paper is all proof and is kept with the paper: it tells no number.
"""

import hmac
import unicodedata
from typing import Final

from mediation.records.sealing import Indexer

# Crockford's: no I, L, O or U, which are mistaken for other signs or make words.
ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BITS: Final = 5
PROOF: Final = 8
SHORTEST: Final = 4
LONGEST: Final = 12
GROUP: Final = 4
OF_PAPER: Final = 12
"""Signs of a paper's code: 60 bits."""
MISTAKEN: Final = str.maketrans("OIL", "011")


def code_of(indexer: Indexer, table: str, row: int) -> str:
    """Give the code of a row: XXXX-XXXX-XXXX, longer from the millionth row on."""
    return grouped(written(row, SHORTEST) + proof(indexer, table, row))


def grouped(signs: str) -> str:
    """Write signs in groups, from behind, so that a proof stands in groups of its own."""
    groups = [signs[max(end - GROUP, 0) : end] for end in range(len(signs), 0, -GROUP)]
    return "-".join(reversed(groups))


def row_of_code(indexer: Indexer, table: str, typed: str) -> int | None:
    """Give the row that a typed code is for; None if it is no code of this table."""
    signs = signs_of(typed)
    front, end = signs[:-PROOF], signs[-PROOF:]
    if not SHORTEST <= len(front) <= LONGEST:
        return None
    row = read(front)
    good = hmac.compare_digest(proof(indexer, table, row), end)
    return row if good and written(row, SHORTEST) == front else None


def paper_code(indexer: Indexer, place: str) -> str:
    """Give the code that a paper bears: XXXX-XXXX-XXXX.

    Args:
        place: the key of its row.
    """
    whole = int.from_bytes(indexer.of_paper(place)[:8])
    return grouped(written(whole >> 64 - OF_PAPER * BITS, OF_PAPER))


def paper_code_typed(typed: str) -> str | None:
    """Give a typed code as papers bear it; None if no paper can bear it."""
    signs = signs_of(typed)
    return grouped(signs) if len(signs) == OF_PAPER else None


def signs_of(typed: str) -> str:
    """Give the signs of what was typed, and nothing that stands between them."""
    return "".join(sign for sign in folded(typed) if sign in ALPHABET)


def folded(typed: str) -> str:
    """Give what was typed with the signs that are mistaken for each other made one."""
    short = typed[: 4 * (LONGEST + PROOF)]
    return unicodedata.normalize("NFKC", short).upper().translate(MISTAKEN)


def proof(indexer: Indexer, table: str, row: int) -> str:
    """Give the signs that only the holder of the key can compute."""
    whole = int.from_bytes(indexer.of_row(table, row)[: PROOF * BITS // 8])
    return written(whole, PROOF)


def written(number: int, length: int) -> str:
    """Write a number in at least so many signs."""
    signs = ""
    while number or len(signs) < length:
        number, rest = divmod(number, len(ALPHABET))
        signs = ALPHABET[rest] + signs
    return signs


def read(signs: str) -> int:
    """Read a number."""
    number = 0
    for sign in signs:
        number = number * len(ALPHABET) + ALPHABET.index(sign)
    return number
