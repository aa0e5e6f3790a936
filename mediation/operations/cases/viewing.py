"""Who looks at a case, and what he sees of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from mediation.engine.cases import Actor, Case
from mediation.engine.charts import Procedure
from mediation.engine.legal_time.periods import shanghai_day
from mediation.errors import MediationError
from mediation.operations.cases.requests import (
    Asking,
)
from mediation.operations.office import Office, People
from mediation.records.cases import (
    CaseRow,
)
from mediation.records.database import Tx
from mediation.records.gateway import Viewer, find_case, seated, see_case
from mediation.records.parties import case_parties, open_party


@dataclass(frozen=True, slots=True)
class View:
    """A case as an officer may see it now, with what he may do.

    Args:
        names: the parties' names by ref.
    """

    row: CaseRow
    case: Case
    procedure: Procedure
    people: People
    actor: Actor
    names: Mapping[str, str] = field(default_factory=dict)


def view_case(office: Office, tx: Tx, number: str, asking: Asking) -> View:
    """Give a case to an officer who may see its content.

    Raises:
        CaseNotFound: unknown, or not the officer's to know.
    """
    people = office.staff(tx)
    actor = asking.sitting.actor(people, shanghai_day(asking.now))
    row = find_case(tx, viewer(people, actor), number)
    procedure = office.catalogue.procedure(tx, row.workflow)
    secret = office.keys.case_key(row.number, row.wrapped_key)
    names = {
        party.ref: str(open_party(secret, row.id, party).get("name", party.ref))
        for party in case_parties(tx, row.id)
    }
    return View(row, Case.from_json(row.snapshot), procedure, people, actor, names)


def viewer(people: People, actor: Actor) -> Viewer:
    """Give who looks, for the gateway."""
    return seated(people.directory, actor.officer, actor.body, actor.roles)


def visible_to(tx: Tx, who: Viewer) -> Callable[[str], str | None]:
    """Give a function that tells how a case number is written, if the viewer may know of it."""

    def visible(number: str) -> str | None:
        try:
            return see_case(tx, who, number).case.number
        except MediationError:
            return None

    return visible
