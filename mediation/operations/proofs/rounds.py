"""What the reports count of a case, counted anew from its log."""

from collections.abc import Iterator
from itertools import zip_longest

from mediation.language import Message
from mediation.operations.cases.rounds import rounds_of
from mediation.operations.office import People
from mediation.operations.proofs.folding import Folded
from mediation.records.database import Tx
from mediation.records.rounds import Round, put_rounds, rounds_kept
from mediation.records.verification import Finding


def counted(people: People, folded: Folded) -> list[Round]:
    """Count a case's rounds as its log tells them."""
    steps = [(event.step, event.row.recorded_at) for event in folded.events]
    return rounds_of(folded.procedure, people, [*folded.before, folded.case], steps)


def recount_rounds(tx: Tx, people: People, folded: Folded) -> bool:
    """Count a case's rounds anew; tell whether they were kept otherwise."""
    made = counted(people, folded)
    if made == rounds_kept(tx, folded.row.id):
        return False
    put_rounds(tx, folded.row.id, made)
    return True


def compared(tx: Tx, people: People, folded: Folded) -> Iterator[Finding]:
    """Compare what the reports count of a case with what its log tells."""
    kept = rounds_kept(tx, folded.row.id)
    for no, (made, one) in enumerate(zip_longest(counted(people, folded), kept), start=1):
        if made != one:
            said = Message("月报表所计的第 {no} 轮办理与记录不符", {"no": no})
            yield Finding("rounds_differ", folded.row.number, None, said)
