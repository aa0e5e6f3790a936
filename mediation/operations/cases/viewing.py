"""Who looks at a case, and what he sees of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from mediation.engine.cases import Actor, Case
from mediation.engine.charts import Procedure
from mediation.engine.decisions import Move, moves
from mediation.engine.legal_time.periods import shanghai_day
from mediation.errors import MediationError
from mediation.operations.cases.foreseeing import Foresight
from mediation.operations.cases.papers import kept_people
from mediation.operations.cases.requests import (
    Asking,
)
from mediation.operations.office import Office, People
from mediation.records.cases import (
    CaseRow,
)
from mediation.records.database import Tx
from mediation.records.events import EventRow, case_log
from mediation.records.gateway import (
    READ,
    REVEAL,
    TRACE,
    ContentWithheld,
    Viewer,
    seated,
    see_case,
)
from mediation.records.sealing import Key


@dataclass(frozen=True)
class View:
    """A case as an officer may see it now; good as long as the transaction it was read in.

    Args:
        parties: what is known of the parties, opened, by ref.
        actions: what he may do with its content: see it, reveal persons, trace who has looked.
        secret: the key of the case.
    """

    office: Office
    tx: Tx
    asking: Asking
    people: People
    actor: Actor
    row: CaseRow
    case: Case
    procedure: Procedure
    parties: Mapping[str, Mapping[str, Any]] = field(repr=False)
    actions: frozenset[str]
    secret: Key = field(repr=False)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The parties' names by ref."""
        return {ref: str(known.get("name", ref)) for ref, known in self.parties.items()}

    @property
    def may_reveal(self) -> bool:
        """Whether he may look at names in full."""
        return REVEAL in self.actions

    @property
    def may_trace(self) -> bool:
        """Whether he may see who has looked at names in full."""
        return TRACE in self.actions

    @cached_property
    def log(self) -> list[EventRow]:
        """Everything that happened."""
        return case_log(self.tx, self.row.id)

    @cached_property
    def moves(self) -> list[Move]:
        """Every event he might do now, open or blocked."""
        traits = self.people.traits
        found = moves(self.procedure, self.case, self.actor, traits, self.asking.at)
        return [self.foresight.over(move) for move in found]

    @property
    def foresight(self) -> Foresight:
        """What tells of an event what its papers would lack."""
        on = shanghai_day(self.asking.at)
        workflow = self.procedure.workflow
        return Foresight(self.tx, workflow, self.case, self.row.id, lambda: self.parties, on)


def view_case(office: Office, tx: Tx, number: str, asking: Asking) -> View:
    """Give a case to an officer who may see its content.

    Raises:
        CaseNotFound: unknown, or not the officer's to know.
        ContentWithheld: the officer may follow its progress only.
    """
    people = office.staff(tx)
    actor = asking.sitting.actor(people, shanghai_day(asking.now))
    sight = see_case(tx, viewer(people, actor), number)
    if READ not in sight.actions:
        raise ContentWithheld(sight.case.number)
    row = sight.case
    secret = office.keys.case_key(row.number, row.wrapped_key)
    return View(
        office=office,
        tx=tx,
        asking=asking,
        people=people,
        actor=actor,
        row=row,
        case=Case.from_json(row.snapshot),
        procedure=office.catalogue.procedure(tx, row.workflow),
        parties=kept_people(tx, secret, row.id),
        actions=sight.actions,
        secret=secret,
    )


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
