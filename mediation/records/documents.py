"""Papers as issued: frozen, numbered, sealed, each with the digest of its text."""

import hmac
from datetime import datetime
from hashlib import sha256
from typing import Final, NamedTuple, Self

from sqlalchemy import bindparam, select

from mediation.records.codes import paper_code
from mediation.records.database import Tx
from mediation.records.sealing import (
    Indexer,
    Key,
    SealBroken,
    open_bytes,
    row_of,
    seal_bytes,
)
from mediation.records.statements import Params, Row, Statement, insert
from mediation.records.tables import documents, events
from mediation.records.values import moment


class Document(NamedTuple):
    """A paper issued by an event.

    Args:
        no: its place among the papers of that event, from 1.
        name: the template's name.
        number: as printed; None if its series has none.
        digest: SHA-256 of the HTML, in hexadecimal.
        template: SHA-256 of the template it was made from, in hexadecimal.
        sealed: the HTML.
        code: what it bears to be looked up by; None if it was issued before papers bore one.
        corrects: the place of the paper it corrects, within the case; None for any other.
    """

    no: int
    name: str
    number: str | None
    digest: str
    template: str
    sealed: bytes
    code: str | None = None
    corrects: str | None = None


class Heading(NamedTuple):
    """What is known of a paper beside its text; see Document."""

    name: str
    number: str | None
    template: str
    code: str | None = None


class Place(NamedTuple):
    """Where a paper stands: its case, the event that issued it, its place among its papers."""

    case_id: int
    seq: int
    no: int

    @property
    def within(self) -> str:
        """The place within the case, as people and programs name it: `3.1`."""
        return f"{self.seq}.{self.no}"


class DocumentRow(NamedTuple):
    """A paper as kept."""

    place: Place
    document: Document

    @classmethod
    def of(cls, row: Row) -> Self:
        """Read a row of the table."""
        return cls(Place(*row[:3]), Document(*row[2:]))


class Found(NamedTuple):
    """A paper looked up, and the moment of the event that issued it."""

    row: DocumentRow
    occurred_at: datetime


DOCUMENT_INSERT: Final = insert(documents, "document_insert")
_OF_CASE: Final = Statement(
    "documents",
    select(*documents.columns)
    .where(documents.c.case_id == bindparam("case_id"))
    .order_by(documents.c.seq, documents.c.no),
)


_ISSUING: Final = (events.c.case_id == documents.c.case_id) & (events.c.seq == documents.c.seq)


def _issued(by: str) -> Statement:
    return Statement(
        f"documents_by_{by}",
        select(*documents.columns, events.c.occurred_at)
        .join_from(documents, events, _ISSUING)
        .where(documents.c[by] == bindparam(by))
        .order_by(documents.c.case_id, documents.c.seq, documents.c.no),
    )


_BY_CASE: Final = _issued("case_id")
_BY_CODE: Final = _issued("code")
_BY_DIGEST: Final = _issued("digest")


def freeze(key: Key, place: Place, html: str, paper: Heading) -> Document:
    """Seal the HTML of a paper for the event that issues it."""
    content = html.encode()
    sealed = seal_bytes(key, "documents", row_of(*place), content)
    digest = sha256(content).hexdigest()
    return Document(place.no, sealed=sealed, digest=digest, **paper._asdict())


def code_at(indexer: Indexer, place: Place) -> str:
    """Give the code of the paper at a place."""
    return paper_code(indexer, row_of(*place))


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
    return [DocumentRow.of(row) for row in tx.all(_OF_CASE, {"case_id": case_id})]


def issued_papers(tx: Tx, case_id: int) -> list[Found]:
    """Give the papers of a case in the order they were issued, with their moments."""
    return [_found(row) for row in tx.all(_BY_CASE, {"case_id": case_id})]


def paper_by_code(tx: Tx, code: str) -> Found | None:
    """Find the paper that bears a code."""
    return next((_found(row) for row in tx.all(_BY_CODE, {"code": code})), None)


def paper_by_digest(tx: Tx, digest: str) -> Found | None:
    """Find the paper whose text has a digest."""
    return next((_found(row) for row in tx.all(_BY_DIGEST, {"digest": digest})), None)


def _found(row: Row) -> Found:
    return Found(DocumentRow.of(row[:-1]), moment(row[-1]))


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
        "code": document.code,
        "corrects": document.corrects,
    }
