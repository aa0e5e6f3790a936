"""Papers as issued: frozen, numbered, sealed, each with the digest of its text."""

import hmac
from hashlib import sha256
from typing import Final, NamedTuple

from sqlalchemy import bindparam, select

from mediation.records.database import Tx
from mediation.records.sealing import Key, SealBroken, open_bytes, row_of, seal_bytes
from mediation.records.statements import Params, Statement, insert
from mediation.records.tables import documents


class Document(NamedTuple):
    """A paper issued by an event.

    Args:
        no: its place among the papers of that event, from 1.
        name: the template's name.
        number: as printed; None if its series has none.
        digest: SHA-256 of the HTML, in hexadecimal.
        template: SHA-256 of the template it was made from, in hexadecimal.
        sealed: the HTML.
    """

    no: int
    name: str
    number: str | None
    digest: str
    template: str
    sealed: bytes


class Place(NamedTuple):
    """Where a paper stands: its case, the event that issued it, its place among its papers."""

    case_id: int
    seq: int
    no: int


class DocumentRow(NamedTuple):
    """A paper as kept."""

    place: Place
    document: Document


DOCUMENT_INSERT: Final = insert(documents, "document_insert")
_OF_CASE: Final = Statement(
    "documents",
    select(*documents.columns)
    .where(documents.c.case_id == bindparam("case_id"))
    .order_by(documents.c.seq, documents.c.no),
)


def freeze(
    key: Key, place: Place, html: str, *, name: str, number: str | None, template: str
) -> Document:
    """Seal the HTML of a paper for the event that issues it."""
    content = html.encode()
    sealed = seal_bytes(key, "documents", row_of(*place), content)
    return Document(place.no, name, number, sha256(content).hexdigest(), template, sealed)


def open_document(key: Key, row: DocumentRow) -> str:
    """Give the HTML as issued.

    Raises:
        SealBroken: the row was changed or moved, or its text is not the one it was issued with.
    """
    place = row_of(*row.place)
    content = open_bytes(key, "documents", place, row.document.sealed)
    if not hmac.compare_digest(sha256(content).hexdigest(), row.document.digest):
        raise SealBroken("documents", place)
    return content.decode()


def case_documents(tx: Tx, case_id: int) -> list[DocumentRow]:
    """Give the papers of a case in the order they were issued, sealed."""
    return [
        DocumentRow(Place(*row[:3]), Document(*row[2:]))
        for row in tx.all(_OF_CASE, {"case_id": case_id})
    ]


def document_row(case_id: int, seq: int, document: Document) -> Params:
    """Write a document's columns."""
    return {
        "case_id": case_id,
        "seq": seq,
        "no": document.no,
        "name": document.name,
        "number": document.number,
        "digest": document.digest,
        "template": document.template,
        "sealed": document.sealed,
    }
