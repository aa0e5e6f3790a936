"""Papers: that each bears the code of its place, and corrects what its event says it does."""

import re
from collections.abc import Iterator
from typing import Final

from mediation.engine.filling import Filled
from mediation.language import Message
from mediation.operations.cases.correcting import corrected_by
from mediation.operations.office import Office
from mediation.operations.proofs.folding import Folded, Taken
from mediation.operations.proofs.tables import differs
from mediation.records.database import Tx
from mediation.records.documents import DocumentRow, case_documents, code_at
from mediation.records.verification import Finding

PRINTED: Final = re.compile(r'<section class="verify" data-code="([0-9A-Z-]+)"')
"""What people typed is escaped: none of it holds a tag."""


def compared(office: Office, tx: Tx, folded: Folded) -> Iterator[Finding]:
    """Compare what stands beside the papers of a case with their places and their events."""
    events = {event.row.seq: event for event in folded.events}
    for row in case_documents(tx, folded.row.id):
        if row.document.code not in (None, code_at(office.keys.index, row.place)):
            yield differs(folded.row.number, Message("文书的查验码与其位置不符"))
        event = events.get(row.place.seq)
        if event and row.document.corrects != corrects(folded, event):
            yield differs(folded.row.number, Message("更正书所更正的文书与办理记录不符"))


def corrects(folded: Folded, event: Taken) -> str | None:
    """Give the place of the paper that an event of the log corrects, if it does."""
    filled = Filled(event.row.body["form"], {})
    return corrected_by(folded.procedure, event.step.event, event.step.definition, filled)


def misprinted(row: DocumentRow, html: str) -> bool:
    """Tell whether a paper bears another code than it is looked up by, or none."""
    found = PRINTED.search(html)
    return (found[1] if found else None) != row.document.code
