"""Papers told: those of a case, and one as it was issued."""

from collections.abc import Iterable

from mediation.engine.legal_time.periods import shanghai_day
from mediation.errors import MediationError
from mediation.language import Message
from mediation.operations.answers.words import Told, Words
from mediation.operations.cases.requests import Asking
from mediation.operations.cases.viewing import View, view_case
from mediation.operations.office import Office
from mediation.records.cases import CaseNotFound
from mediation.records.database import Tx
from mediation.records.documents import Found, issued_papers, open_document


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
    issued = issued_papers(view.tx, view.row.id)
    return [issued_told(view.row.number, one, issued, words) for one in issued]


def issued_told(number: str, one: Found, issued: Iterable[Found], words: Words) -> Told:
    """Tell a paper as it was issued, and which others say that it is wrong.

    Args:
        issued: all papers of its case.
    """
    paper, place = one.row.document, one.row.place
    return {
        "id": f"{number}/{place.within}",
        **paper_told(paper.name, paper.number, words),
        "event": place.seq,
        "issued_on": shanghai_day(one.occurred_at).isoformat(),
        "digest": paper.digest,
        "template": paper.template,
        "code": paper.code,
        "corrects": f"{number}/{paper.corrects}" if paper.corrects else None,
        "corrected_by": [
            {"id": f"{number}/{other.row.place.within}", "number": other.row.document.number}
            for other in corrections(one, issued)
        ],
    }


def corrections(one: Found, issued: Iterable[Found]) -> list[Found]:
    """Give the papers that correct one."""
    place = one.row.place.within
    return [other for other in issued if other.row.document.corrects == place]


def document_told(office: Office, tx: Tx, document: str, asking: Asking, words: Words) -> Told:
    """Tell one paper as issued, its HTML included.

    Args:
        document: an id from `documents_told`.

    Raises:
        DocumentNotFound: there is none, or it is not the officer's to know of.
        ContentWithheld: the officer may follow the progress of its case only.
    """
    view, found, issued = found_document(office, tx, document, asking)
    return opened_told(view, found, issued, words)


def found_document(
    office: Office, tx: Tx, document: str, asking: Asking
) -> tuple[View, Found, list[Found]]:
    """Give a paper with its case as the officer sees it, and all papers of that case.

    Raises:
        DocumentNotFound: there is none, or it is not the officer's to know of.
        ContentWithheld: the officer may follow the progress of its case only.
    """
    number, _, place = document.rpartition("/")
    try:
        view = view_case(office, tx, number, asking)
    except CaseNotFound:
        raise DocumentNotFound(document) from None
    issued = issued_papers(tx, view.row.id)
    found = next((one for one in issued if one.row.place.within == place), None)
    if found is None:
        raise DocumentNotFound(document)
    return view, found, issued


def opened_told(view: View, found: Found, issued: Iterable[Found], words: Words) -> Told:
    """Tell a paper with its HTML."""
    secret = view.office.keys.case_key(view.row.number, view.row.wrapped_key)
    told = issued_told(view.row.number, found, issued, words)
    return {**told, "html": open_document(secret, found.row)}
