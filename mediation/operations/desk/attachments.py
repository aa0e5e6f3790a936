"""The photos of a case: which there are, and one given out, with a trace of who has looked."""

from dataclasses import dataclass
from typing import Final

from mediation.engine.legal_time.periods import shanghai_day
from mediation.errors import MediationError
from mediation.language import Message
from mediation.operations.answers.log import event_label
from mediation.operations.answers.words import Told, Words
from mediation.operations.cases.attachments import media_of
from mediation.operations.cases.requests import Asking
from mediation.operations.cases.viewing import View, viewer
from mediation.operations.office import Office
from mediation.records.attachments import case_attachments, open_attachment
from mediation.records.database import Tx
from mediation.records.gateway import REVEAL, find_case
from mediation.records.reveals import Reveal, note_reveal
from mediation.records.sealing import row_of

ENDINGS: Final = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/heic": "heic",
}
DOWNLOADED: Final = Message("下载照片")


class AttachmentNotFound(MediationError):
    """The case has no photo of this digest."""

    code = "attachment_not_found"

    def __init__(self) -> None:
        super().__init__(Message("本案没有这张照片"))


@dataclass(frozen=True, slots=True)
class Download:
    """A photo given out.

    Args:
        name: made up here; what it was called where it was taken is never kept.
    """

    name: str
    media: str
    content: bytes


def attachments_told(view: View, words: Words) -> list[Told]:
    """Tell the photos of a case, the oldest first: when each came, by what, how large."""
    kept = case_attachments(view.tx, view.row.id)
    if not kept:
        return []
    brought = {
        digest: event
        for event in reversed(view.log)
        for digest in event.body.get("attachments", ())
    }
    return [
        {
            "digest": one.digest,
            "size": one.size,
            "added_at": one.added_at.isoformat(),
            "event_label": event_label(view.procedure, brought[one.digest], words),
        }
        for one in kept
        if one.digest in brought
    ]


def download(office: Office, tx: Tx, number: str, digest: str, asking: Asking) -> Download:
    """Give a photo out; that somebody took it is written down first.

    A photo may show a person in full, so it takes the right to see persons in full.

    Raises:
        CaseNotFound: unknown, or not the officer's to know.
        ContentWithheld: this seat may not look at persons in full.
        AttachmentNotFound: the case has no such photo.
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
    content = open_attachment(tx, office.keys.case_key(row.number, row.wrapped_key), found)
    # The column may have been changed by hand; the bytes are proven by their digest.
    media = media_of(content) or "application/octet-stream"
    return Download(f"photo-{digest[:12]}.{ENDINGS.get(media, 'bin')}", media, content)
