"""What statistics count of a case, counted anew from its log."""

from collections.abc import Iterator

from mediation.language import Message
from mediation.operations.cases.figures import figures_of, ran_out
from mediation.operations.office import Office, People
from mediation.operations.proofs.folding import Folded
from mediation.operations.proofs.rounds import recount_rounds
from mediation.records.cases import case_ids, lock_case
from mediation.records.database import Tx
from mediation.records.events import case_log
from mediation.records.statistics import Figures, figures_kept, put_figures
from mediation.records.verification import Finding

COLUMNS = {
    "path": Message("单位"),
    "kind": Message("纠纷类型"),
    "channel": Message("来源"),
    "received": Message("受理月份"),
    "ended": Message("办结月份"),
    "settled": Message("是否化解"),
    "late": Message("是否超期"),
    "performed": Message("是否履行"),
}


def counted(people: People, folded: Folded) -> Figures:
    """Count a case as its log tells it.

    It was late if a clock of its own ran out in a step that left it unended.
    """
    procedure = folded.procedure
    afterwards = (*folded.before[1:], folded.case)
    late = any(
        ran_out(procedure, event.step) and not figures_of(procedure, people, case).ended
        for case, event in zip(afterwards, folded.events, strict=True)
    )
    return figures_of(procedure, people, folded.case)._replace(late=late)


def recount(office: Office) -> int:
    """Count every case anew from its log, and put right what is kept; how many were wrong.

    What a migration counted of older cases is nearly right; what somebody changed is not. The
    log decides, and `verify` has said which they were.

    Raises:
        MediationError: a case cannot be read; those before it are put right.
    """
    wrong, after = 0, 0
    while True:
        with office.database.writing() as tx:
            ids = case_ids(tx, after)
            wrong += sum(recount_case(office, tx, case_id) for case_id in ids)
        if not ids:
            return wrong
        after = ids[-1]


def recount_case(office: Office, tx: Tx, case_id: int) -> bool:
    """Count one case anew; tell whether it was kept otherwise."""
    row = lock_case(tx, case_id)
    procedure = office.catalogue.procedure(tx, row.workflow)
    people, folded = office.staff(tx), Folded.of(row, procedure, case_log(tx, case_id))
    rounds, made = recount_rounds(tx, people, folded), counted(people, folded)
    if made == figures_kept(tx, case_id):
        return rounds
    put_figures(tx, case_id, made)
    return True


def compared(tx: Tx, people: People, folded: Folded) -> Iterator[Finding]:
    """Compare the row statistics read with what the log tells, column by column."""
    number, made = folded.row.number, counted(people, folded)
    kept = figures_kept(tx, folded.row.id)
    if kept is None:
        yield Finding("figures_differ", number, None, Message("统计表中没有本案的一行"))
        return
    for name, label in COLUMNS.items():
        if getattr(made, name) != getattr(kept, name):
            values = {"label": label, "kept": getattr(kept, name), "made": getattr(made, name)}
            said = Message("统计表“{label}”一栏为 {kept}，按记录应为 {made}", values)
            yield Finding("figures_differ", number, None, said)
