"""Likely duplicates: an opening waits until they are acknowledged."""

from collections.abc import Callable

from mediation.engine.errors import Blocker, EventRefused
from mediation.engine.filling import Filled
from mediation.engine.legal_time.periods import shanghai_day
from mediation.errors import Faults
from mediation.language import Label, Message
from mediation.operations.cases.requests import Asking
from mediation.operations.cases.viewing import viewer, visible_to
from mediation.operations.office import Office, People
from mediation.records.database import Tx
from mediation.records.duplicates import likely_duplicates
from mediation.records.parties import Identity

ACKNOWLEDGED = "acknowledged_duplicates"

ACKNOWLEDGED_LABEL = Label(
    "已核对、并非同一纠纷的案件", "Like cases seen and held to be others"
)


def acknowledged(seen: object, visible: Callable[[str], str | None]) -> set[str]:
    """Read the numbers of the cases seen, as they are written.

    Raises:
        InputRefused: they are no list of numbers, or of cases nobody may know of.
    """
    faults, known = Faults(), set[str]()
    if not isinstance(seen, list) or not all(isinstance(one, str) for one in seen):
        faults.add(ACKNOWLEDGED, Message("应为案号的列表"))
        seen = []
    for place, number in enumerate(seen):
        if found := visible(number):
            known.add(found)
        else:
            faults.add(f"{ACKNOWLEDGED}.{place}", Message("没有这个案号的案件"))
    faults.refuse_any()
    return known


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
        InputRefused: the acknowledged numbers are no list of numbers of cases he may know of.
    """
    actor = asking.sitting.actor(people, shanghai_day(asking.now))
    known = acknowledged(seen, visible_to(tx, viewer(people, actor)))
    identities = [
        Identity(person.get("name"), person.get("id_number"), person.get("phone"))
        for person in filled.people.values()
    ]
    found = likely_duplicates(
        tx, viewer(people, actor), office.keys.index, identities, kind=kind
    )
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
