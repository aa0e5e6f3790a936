"""Personal data is masked until somebody looks on purpose, with a reason that is kept."""

from mediation.engine.legal_time.periods import shanghai_day
from mediation.errors import Fault, Faults, InputRefused, MediationError
from mediation.language import Message
from mediation.operations.answers.words import Told
from mediation.operations.cases.requests import Asking
from mediation.operations.cases.viewing import viewer
from mediation.operations.office import Office
from mediation.records.database import Tx
from mediation.records.gateway import REVEAL, TRACE, find_case, see_case
from mediation.records.parties import case_parties, open_party
from mediation.records.reveals import Reveal, case_reveals, note_reveal
from mediation.text import line

SHORTEST = 2


class TraceWithheld(MediationError):
    """Who looked at a case is not this officer's to know."""

    code = "content_withheld"

    def __init__(self) -> None:
        super().__init__(Message("谁看过本案的姓名，只有承办单位主任、督办人和审计员可以查看"))


def reveal(office: Office, tx: Tx, number: str, reason: str, asking: Asking) -> list[Told]:
    """Give the parties in full; the look is written down first, in the same transaction.

    Raises:
        CaseNotFound: unknown, or not the officer's to know.
        ContentWithheld: this seat may not look at names in full.
        InputRefused: without a reason.
    """
    people = office.staff(tx)
    actor = asking.sitting.actor(people, shanghai_day(asking.now))
    row = find_case(tx, viewer(people, actor), number, REVEAL)
    faults = Faults()
    said = faults.take("reason", line, reason)
    faults.refuse_any()
    if said is None or len(said) < SHORTEST:
        raise InputRefused((Fault("reason", Message("请写明查看的理由")),))
    sitting = asking.sitting
    note_reveal(tx, Reveal(row.id, sitting.officer, sitting.body, "parties", said, asking.now))
    secret = office.keys.case_key(row.number, row.wrapped_key)
    return [
        {"ref": party.ref, **open_party(secret, row.id, party)}
        for party in case_parties(tx, row.id)
    ]


def reveals_told(office: Office, tx: Tx, number: str, asking: Asking) -> Told:
    """Tell who has looked at a case, and why.

    Raises:
        CaseNotFound: unknown, or not the officer's to know.
        TraceWithheld: this seat neither leads, supervises nor audits who has it in custody.
    """
    people = office.staff(tx)
    actor = asking.sitting.actor(people, shanghai_day(asking.now))
    sight = see_case(tx, viewer(people, actor), number)
    if TRACE not in sight.actions:
        raise TraceWithheld
    looks = [
        {
            "officer": people.directory.officers[one.officer].name,
            "body_name": people.directory.body(one.body).name,
            "what": one.what,
            "reason": one.reason,
            "at": one.at.isoformat(),
        }
        for one in case_reveals(tx, sight.case.id)
    ]
    return {"number": sight.case.number, "looks": looks}
