"""Papers told: those of a case, and one as it was issued."""

from mediation.errors import MediationError
from mediation.language import Message
from mediation.operations.answers.words import Told, Words
from mediation.operations.cases.requests import Asking
from mediation.operations.cases.viewing import View, view_case
from mediation.operations.office import Office
from mediation.records.cases import CaseNotFound
from mediation.records.database import Tx
from mediation.records.documents import DocumentRow, case_documents, open_document


def paper_told(name: str, number: str | None, words: Words) -> Told:
    """Tell a paper by its name and number."""
    return {"name": name, "label": words.document(name), "number": number}


class DocumentNotFound(MediationError):
    """No paper of this id that the asker may know of."""

    code = "document_not_found"

    def __init__(self, document: str) -> None:
        super().__init__(Message("没有文书 {id}", {"id": document}))


def documents_told(view: View, words: Words) -> list[Told]:
    """Tell the papers of a case in the order they were issued."""
    return [issued_told(view, row, words) for row in case_documents(view.tx, view.row.id)]


def issued_told(view: View, row: DocumentRow, words: Words) -> Told:
    """Tell a paper as it was issued."""
    return {
        "id": f"{view.row.number}/{row.place.seq}.{row.place.no}",
        **paper_told(row.document.name, row.document.number, words),
        "event": row.place.seq,
        "digest": row.document.digest,
        "template": row.document.template,
    }


def document_told(office: Office, tx: Tx, document: str, asking: Asking, words: Words) -> Told:
    """Tell one paper as issued, its HTML included.

    Args:
        document: an id from `documents_told`.

    Raises:
        DocumentNotFound: there is none, or it is not the officer's to know of.
        ContentWithheld: the officer may follow the progress of its case only.
    """
    number, _, place = document.rpartition("/")
    try:
        view = view_case(office, tx, number, asking)
    except CaseNotFound:
        raise DocumentNotFound(document) from None
    issued = case_documents(tx, view.row.id)
    row = next((one for one in issued if f"{one.place.seq}.{one.place.no}" == place), None)
    if row is None:
        raise DocumentNotFound(document)
    secret = office.keys.case_key(view.row.number, view.row.wrapped_key)
    return {**issued_told(view, row, words), "html": open_document(secret, row)}
