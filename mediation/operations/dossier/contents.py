"""What the dossier of a case holds, item by item, and what it lacks to be archived."""

from collections.abc import Iterator
from dataclasses import dataclass

from mediation.engine.decisions import unmet
from mediation.engine.errors import Blocker, EventRefused
from mediation.engine.workflows.files import ItemFile
from mediation.language import Label, Message
from mediation.operations.cases.attached import Attached, attached_in
from mediation.operations.cases.viewing import View
from mediation.records.documents import Found, issued_papers


@dataclass(frozen=True, slots=True)
class Entry:
    """An item of a dossier with what lies under it.

    Args:
        missing: the needs of archiving that miss something here.
    """

    key: str
    label: Label
    papers: tuple[Found, ...]
    attachments: tuple[Attached, ...]
    missing: tuple[Blocker, ...]


@dataclass(frozen=True, slots=True)
class Contents:
    """The whole dossier.

    Args:
        entries: the items that hold or lack something, in the order of the catalogue.
        blockers: everything that keeps the case from being archived, whether an item lacks it
            or not.
    """

    entries: tuple[Entry, ...]
    blockers: tuple[Blocker, ...]

    def refuse_incomplete(self, label: Label | Message) -> None:
        """Accept a dossier that lacks nothing.

        Raises:
            EventRefused: with everything it lacks, and the events that add it.
        """
        if self.blockers:
            raise EventRefused(label, self.blockers)


def contents(view: View) -> Contents:
    """Give what the dossier of a case holds and lacks, in whatever state the case is.

    Source: 人民调解法 art. 27; 司法部 forms of 2010 (the items and their order).
    """
    dossier = view.office.catalogue.library.dossier
    blockers = lacking(view, dossier.completed_by)
    documents = issued_papers(view.tx, view.row.id)
    attachments = attached_in(view)

    def entry(key: str, item: ItemFile) -> Entry:
        return Entry(
            key=key,
            label=Label(item.label.zh, item.label.en),
            papers=tuple(one for one in documents if one.row.document.name in item.papers),
            attachments=tuple(one for one in attachments if one.sort in item.evidence),
            missing=tuple(one for one in blockers if one.code in item.needs),
        )

    entries = (entry(key, item) for key, item in dossier.item.items())
    return Contents(tuple(filled(entries)), blockers)


def lacking(view: View, completed_by: str) -> tuple[Blocker, ...]:
    """Give what a case lacks for its archiving; one that is closed lacks nothing any more."""
    case, procedure = view.case, view.procedure
    if procedure.case.plan.states[case.state].closed:
        return ()
    return unmet(procedure, case, completed_by, view.people.traits, view.asking.at)


def filled(entries: Iterator[Entry]) -> Iterator[Entry]:
    """Leave out the items that neither hold nor lack anything: this case never needed them."""
    return (one for one in entries if one.papers or one.attachments or one.missing)
