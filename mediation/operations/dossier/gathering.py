"""Gathers a dossier for binding: front, papers and attachments by the catalogue, back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from mediation.engine.legal_time.periods import shanghai_day
from mediation.language import Message
from mediation.operations.answers.words import Words
from mediation.operations.cases.attached import Attached, attached_bytes
from mediation.operations.cases.requests import Asking
from mediation.operations.cases.viewing import View, view_case
from mediation.operations.desk.attachments import sorts_told
from mediation.operations.dossier.contents import Contents, contents
from mediation.operations.office import Office
from mediation.records.database import Tx
from mediation.records.documents import DocumentRow, open_document
from mediation.records.events import EventRow
from mediation.records.gateway import ContentWithheld
from mediation.records.reveals import Reveal, note_reveal
from mediation.records.values import day_or_none
from mediation.rendering.dossier import Back, Front, back, front
from mediation.rendering.values import Choice

HTML = "text/html"
BOUND = Message("装订卷宗")
DOSSIER = "dossier"
"""What somebody who took a dossier has looked at."""


class Part(NamedTuple):
    """One part of a dossier: a paper as issued, or an attachment.

    Args:
        remark: what the catalogue says beside it: a number, where an attachment came from.
        media: of its content; a paper is HTML in UTF-8.
        pages: of a PDF.
    """

    title: str
    remark: str
    media: str
    content: bytes
    pages: int | None = None


@dataclass(frozen=True, slots=True)
class Gathered:
    """A whole dossier, ready to be bound."""

    number: str
    front: str
    parts: tuple[Part, ...]
    back: str


def gather(office: Office, tx: Tx, number: str, asking: Asking, words: Words) -> Gathered:
    """Give the dossier of a case; that somebody took it is written down first.

    Args:
        tx: open for writing.

    Raises:
        CaseNotFound: unknown, or not the officer's to know.
        ContentWithheld: this seat may not look at persons in full.
        EventRefused: something is missing; with what, and who can add it.
        SealBroken: a paper or an attachment was changed.
    """
    view = view_case(office, tx, number, asking)
    if not view.may_reveal:
        raise ContentWithheld(view.row.number)
    found = contents(view)
    found.refuse_incomplete(BOUND)
    noted(view)
    return Gathered(
        number=view.row.number,
        front=front(front_of(view)),
        parts=tuple(parts(found, view, words)),
        back=back(back_of(view, found)),
    )


def noted(view: View) -> None:
    """Write down that somebody takes the dossier."""
    sitting, said = view.asking.sitting, BOUND.to("zh")
    look = Reveal(view.row.id, sitting.officer, sitting.body, DOSSIER, said, view.asking.now)
    note_reveal(view.tx, look)


def parts(found: Contents, view: View, words: Words) -> Iterator[Part]:
    """Give papers and attachments in the order of the catalogue."""
    for entry in found.entries:
        yield from (paper(one.row, view, words) for one in entry.papers)
        yield from (attached(one, view, words) for one in entry.attachments)


def paper(row: DocumentRow, view: View, words: Words) -> Part:
    """Give a paper as it was issued."""
    document = row.document
    content = open_document(view.secret, row).encode()
    return Part(words.document(document.name), document.number or "", HTML, content)


def attached(one: Attached, view: View, words: Words) -> Part:
    """Give an attachment with its bytes, called as it was called."""
    sort = sorts_told(words).get(one.sort, one.sort)
    remark = f"{one.name}　{shanghai_day(one.added_at)}".strip()
    return Part(sort, remark, one.media, attached_bytes(view, one.digest), one.pages)


def completed(view: View) -> EventRow | None:
    """Give the event that completed the file; None while it is not completed."""
    name = view.office.catalogue.library.dossier.completed_by
    return next((one for one in reversed(view.log) if one.name == name), None)


def filer(view: View) -> tuple[str | None, date | None]:
    """Give who completed the file, and on what day."""
    event = completed(view)
    if event is None:
        return None, None
    handle = event.actor.partition("@")[0]
    return view.people.names.get(handle, handle), shanghai_day(event.occurred_at)


def front_of(view: View) -> Front:
    """Give what the front says."""
    case, workflow = view.case, view.procedure.workflow
    filed_by, filed_on = filer(view)
    dispute = workflow.classes.get(case.value("class") or "")
    names = view.people.names
    mediators = [names.get(one, one) for one in case.value("mediators") or ()]
    began, ended = (case.value(one) for one in ("accepted_on", "closed_on"))
    return Front(
        body=view.people.directory.body(case.owner).name,
        number=view.row.number,
        title=title(view, dispute.label.zh if dispute else workflow.label.zh),
        kind=workflow.label.zh,
        grade=choice(view, "grade"),
        mediators="、".join(mediators) or None,
        began_on=day_or_none(began or case.value("opened_on")),
        ended_on=day_or_none(ended or case.value("settled_on")),
        outcome=choice(view, "outcome"),
        filed_by=filed_by,
        filed_on=filed_on,
        retention=choice(view, "retention"),
    )


def title(view: View, dispute: str) -> str:
    """Name the dispute by its parties."""
    sides = [
        "、".join(name for ref, name in view.names.items() if ref.startswith(prefix))
        for prefix in ("a", "b")
    ]
    return f"{'与'.join(filter(None, sides))}{dispute}"


def choice(view: View, name: str) -> Choice | None:
    """Give a fact of choice with its word; its default where nothing else is known."""
    fact = view.procedure.case.plan.facts.get(name)
    if fact is None:
        return None
    key = view.case.value(name) or fact.default
    return next((Choice(one.key, one.label.zh) for one in fact.options if one.key == key), None)


def back_of(view: View, found: Contents) -> Back:
    """Give what the back says."""
    filed_by, filed_on = filer(view)
    event = completed(view)
    return Back(
        number=view.row.number,
        papers=sum(len(entry.papers) for entry in found.entries),
        attachments=sum(len(entry.attachments) for entry in found.entries),
        filed_by=filed_by,
        filed_on=filed_on,
        digest=(event.hash if event else view.row.head).hex(),
    )
