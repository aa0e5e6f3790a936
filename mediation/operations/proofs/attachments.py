"""The files of a case against the log that names them."""

from collections.abc import Iterator

from mediation.language import Message
from mediation.operations.attachments.kinds import media_of
from mediation.operations.office import Office
from mediation.operations.proofs.folding import Folded
from mediation.records.attachments import Attachment, case_attachments, open_attachment
from mediation.records.database import Tx
from mediation.records.sealing import SealBroken
from mediation.records.verification import Finding


def compared(office: Office, tx: Tx, folded: Folded) -> Iterator[Finding]:
    """Name every file that was changed, swapped or removed since its event was recorded.

    Of a case whose key was destroyed on purpose only the names can be compared.
    """
    row = folded.row
    brought = {
        digest: event.row.seq
        for event in reversed(folded.events)
        for digest in event.row.body.get("attachments", ())
    }
    kept = {one.digest: one for one in case_attachments(tx, row.id)}
    for digest in sorted(brought.keys() ^ kept.keys()):
        said = Message("附件 {digest} 与办理记录不符：缺失，或者不在记录中", {"digest": digest})
        yield Finding("attachment_differs", row.number, brought.get(digest), said)
    if row.wrapped_key is None:
        return
    for digest in sorted(brought.keys() & kept.keys()):
        if not genuine(office, tx, folded, kept[digest]):
            said = Message("附件 {digest} 的内容被改动或者调换", {"digest": digest})
            yield Finding("attachment_differs", row.number, brought[digest], said)


def genuine(office: Office, tx: Tx, folded: Folded, kept: Attachment) -> bool:
    """Tell whether a file opens, and is what its row says."""
    row = folded.row
    try:
        secret = office.keys.case_key(row.number, row.wrapped_key)
        return media_of(open_attachment(tx, secret, kept)) == kept.media
    except SealBroken:
        return False
