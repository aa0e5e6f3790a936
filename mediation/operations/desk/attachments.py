"""The files of a case: which there are, and one given out, with a trace of who has looked."""

from dataclasses import dataclass
from typing import Final

from mediation.engine.legal_time.periods import shanghai_day
from mediation.errors import MediationError
from mediation.language import Message
from mediation.operations.answers.log import event_label
from mediation.operations.answers.words import Told, Words
from mediation.operations.attachments.kinds import KINDS, media_of
from mediation.operations.attachments.names import file_name
from mediation.operations.cases.attached import attached_in, listed
from mediation.operations.cases.attachments import SORTS
from mediation.operations.cases.requests import Asking
from mediation.operations.cases.viewing import View, viewer
from mediation.operations.office import Office
from mediation.records.attachments import case_attachments, open_attachment
from mediation.records.database import Tx
from mediation.records.events import case_log
from mediation.records.gateway import REVEAL, find_case
from mediation.records.reveals import Reveal, note_reveal
from mediation.records.sealing import row_of
from mediation.text import masked

DOWNLOADED: Final = Message("下载附件")


class AttachmentNotFound(MediationError):
    """The case has no file of this digest."""

    code = "attachment_not_found"

    def __init__(self) -> None:
        super().__init__(Message("本案没有这个附件"))


@dataclass(frozen=True, slots=True)
class Download:
    """A file given out.

    Args:
        name: as people call it, with the ending of what it is.
        plain: the same in letters that every browser takes, and telling nothing.
    """

    name: str
    plain: str
    media: str
    content: bytes


def sorts_told(words: Words) -> dict[str, str]:
    """Tell what a file may be to a case."""
    listed_ = words.library.lists.list[SORTS]
    return {key: str(getattr(label, words.language)) for key, label in listed_.items()}


def attachments_told(view: View, words: Words) -> list[Told]:
    """Tell the files of a case, the oldest first; what they are called only to who may know.

    Names of parties are masked in it, as they are everywhere until somebody says why he looks.
    """
    sorts = sorts_told(words)
    events = {event.seq: event for event in view.log}
    officers = view.people.directory.officers
    return [
        {
            "digest": one.digest,
            "sort": one.sort,
            "sort_label": sorts.get(one.sort, one.sort),
            "name": without_names(view, one.name) if view.may_reveal else "",
            "kind_label": words.say(KINDS[one.media].label) if one.media in KINDS else "",
            "pages": one.pages,
            "size": one.size,
            "officer_name": officers[one.officer].name,
            "added_at": one.added_at.isoformat(),
            "event_label": event_label(view.procedure, events[one.seq], words),
        }
        for one in attached_in(view)
    ]


def without_names(view: View, said: str) -> str:
    """Mask the names of the parties in something that was said."""
    parties = view.case.value("parties") or {}
    for ref, name in view.names.items():
        said = said.replace(name, masked(name, parties[ref]["sort"]))
    return said


def download(office: Office, tx: Tx, number: str, digest: str, asking: Asking) -> Download:
    """Give a file out; that somebody took it is written down first.

    A photo may show a person in full, so it takes the right to see persons in full.

    Raises:
        CaseNotFound: unknown, or not the officer's to know.
        ContentWithheld: this seat may not look at persons in full.
        AttachmentNotFound: the case has no such file.
        SealBroken: its bytes were changed.
    """
    people = office.staff(tx)
    actor = asking.sitting.actor(people, shanghai_day(asking.now))
    row = find_case(tx, viewer(people, actor), number, REVEAL)
    found = next((one for one in case_attachments(tx, row.id) if one.digest == digest), None)
    if found is None:
        raise AttachmentNotFound
    sitting, what = asking.sitting, row_of("attachments", digest)
    said = DOWNLOADED.to("zh")
    note_reveal(tx, Reveal(row.id, sitting.officer, sitting.body, what, said, asking.now))
    secret = office.keys.case_key(row.number, row.wrapped_key)
    content = open_attachment(tx, secret, found)
    # The column may have been changed by hand; the bytes are proven by their digest.
    media = media_of(content) or "application/octet-stream"
    ending = KINDS[media].ending if media in KINDS else "bin"
    plain = f"attachment-{digest[:12]}"
    told = listed(tx, row.id, secret, case_log(tx, row.id))
    name = next((one.name for one in told if one.digest == digest), "") or plain
    return Download(file_name(name, ending), f"{plain}.{ending}", media, content)
