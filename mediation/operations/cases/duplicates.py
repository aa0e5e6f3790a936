"""Likely duplicates: an opening waits until they are acknowledged."""

from mediation.engine.errors import Blocker, EventRefused
from mediation.engine.forms import Filled
from mediation.engine.legal_time.periods import shanghai_day
from mediation.errors import Faults
from mediation.language import Label, Message
from mediation.operations.cases.requests import Asking
from mediation.operations.cases.viewing import viewer
from mediation.operations.office import Office, People
from mediation.records.database import Tx
from mediation.records.duplicates import likely_duplicates
from mediation.records.parties import Identity

ACKNOWLEDGED = "acknowledged_duplicates"

ACKNOWLEDGED_LABEL = Label(
    "已核对、并非同一纠纷的案件", "Like cases seen and held to be others"
)


def refuse_duplicates(
    office: Office,
    tx: Tx,
    people: People,
    kind: str,
    filled: Filled,
    seen: object,
    asking: Asking,
) -> None:
    """Refuse an opening while like cases the officer may see are not acknowledged.

    Raises:
        EventRefused: one blocker for each like case.
        InputRefused: the acknowledged numbers are no list of numbers.
    """
    faults = Faults()
    if not isinstance(seen, list) or not all(isinstance(one, str) for one in seen):
        faults.add(ACKNOWLEDGED, Message("应为案号的列表"))
    faults.refuse_any()
    actor = asking.sitting.actor(people, shanghai_day(asking.now))
    identities = [
        Identity(person.get("name"), person.get("id_number"), person.get("phone"))
        for person in filled.people.values()
    ]
    found = likely_duplicates(
        tx, viewer(people, actor), office.keys.index, identities, kind=kind
    )
    known = {str(one) for one in seen} if isinstance(seen, list) else set()
    blockers = tuple(
        Blocker(
            "likely_duplicate",
            Message(
                "可能与 {number} 是同一纠纷；确非同一纠纷的，请注明已核对", {"number": number}
            ),
            remedy=ACKNOWLEDGED,
            value=number,
        )
        for number in found
        if number not in known
    )
    if blockers:
        raise EventRefused(Label("登记", "Register"), blockers)
