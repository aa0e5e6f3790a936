"""The people of a case, sealed, with blind indexes to find the same person again."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, select

from mediation.records.database import Tx
from mediation.records.sealing import Indexer, Key, open_sealed, row_of, seal
from mediation.records.statements import Params, Statement, upsert
from mediation.records.tables import parties


class Party(NamedTuple):
    """A party as kept: nothing of a person but ciphertext and blind indexes.

    Args:
        ref: `a1`, `b2`: how the case's facts and papers speak of this party.
    """

    ref: str
    sealed: bytes
    id_index: bytes | None = None
    phone_index: bytes | None = None
    name_index: bytes | None = None


class Identity(NamedTuple):
    """What tells a person from another; whatever is not known is None."""

    name: str | None = None
    id_number: str | None = None
    phone: str | None = None


PARTY_UPSERT: Final = upsert(parties, "party_upsert")
_OF_CASE: Final = Statement(
    "parties",
    select(*parties.columns)
    .where(parties.c.case_id == bindparam("case_id"))
    .order_by(parties.c.ref),
)


def seal_party(
    key: Key, index: Indexer, case_id: int, ref: str, person: Mapping[str, Any], who: Identity
) -> Party:
    """Seal what is known of a person, and index what the person is recognised by."""
    sealed = seal(key, "parties", row_of(case_id, ref), person)
    return Party(ref, sealed, *indexes(index, who))


def indexes(index: Indexer, who: Identity) -> tuple[bytes | None, bytes | None, bytes | None]:
    """Give what a person is found by: identity number, phone, name."""
    return (
        index.of_id(who.id_number) if who.id_number else None,
        index.of_phone(who.phone) if who.phone else None,
        index.of_name(who.name) if who.name else None,
    )


def open_party(key: Key, case_id: int, party: Party) -> Mapping[str, Any]:
    """Open what is known of a person.

    Raises:
        SealBroken: the row was changed or moved, or the key is another's.
    """
    person: Mapping[str, Any] = open_sealed(
        key, "parties", row_of(case_id, party.ref), party.sealed
    )
    return person


def case_parties(tx: Tx, case_id: int) -> list[Party]:
    """Give the parties of a case, by ref, sealed."""
    return [Party(*row[1:]) for row in tx.all(_OF_CASE, {"case_id": case_id})]


def party_row(case_id: int, party: Party) -> Params:
    """Write a party's columns."""
    return {
        "case_id": case_id,
        "ref": party.ref,
        "sealed": party.sealed,
        "id_index": party.id_index,
        "phone_index": party.phone_index,
        "name_index": party.name_index,
    }
