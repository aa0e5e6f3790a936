"""What a file that somebody brings is, how many pages it has, and why it is not taken."""

from dataclasses import dataclass
from typing import Final

from mediation.errors import InputRefused
from mediation.language import Message
from mediation.operations.attachments.archives import sound_office
from mediation.operations.attachments.compounds import sound_compound
from mediation.operations.attachments.kinds import ACCEPTED, KINDS, PDF, SOUND, media_of
from mediation.operations.attachments.pdfs import pdf_pages
from mediation.operations.attachments.pictures import one_page
from mediation.operations.attachments.reasons import EMPTY
from mediation.operations.attachments.strangers import seems

LARGEST: Final = 10_000_000
MEGABYTE: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen of a file.

    Args:
        media: its media type; empty if it is none that is taken.
        pages: of a PDF as counted, of a picture one; nothing of what has none or cannot be
            counted without being laid out.
        against: what speaks against it.
    """

    media: str = ""
    pages: int | None = None
    against: Message | None = None


def look(content: bytes) -> Look:
    """Look at a file; at one that is too large, no further than that."""
    if not content:
        return Look(against=refusal(Message("空文件"), EMPTY))
    if len(content) > LARGEST:
        return Look(against=Message("超过 {most} 兆", {"most": LARGEST // MEGABYTE}))
    media = media_of(content)
    if media is None:
        return Look(against=refusal(seems(content), ACCEPTED))
    try:
        return Look(media, pages_of(media, content))
    except InputRefused as refused:
        return Look(media, None, refusal(KINDS[media].label, refused.faults[0].message))


def pages_of(media: str, content: bytes) -> int | None:
    """Look into a file, and count its pages where it has any.

    Raises:
        InputRefused: with what speaks against it.
    """
    kind = KINDS[media]
    if media.startswith("image/"):
        return one_page(media, content)
    if media == PDF:
        return pdf_pages(content)
    if kind.label is not SOUND:
        sound_office(content) if content.startswith(b"PK") else sound_compound(content)
    return None


def refusal(seeming: Message, why: Message) -> Message:
    """Say that a file is not taken: what it seems to be, and why."""
    return Message("看起来是“{seems}”，不能收：{why}", {"seems": seeming, "why": why})
