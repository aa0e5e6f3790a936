"""What will keep an event from its papers, whatever its form is filled in with."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from mediation.engine.cases import Case
from mediation.engine.decisions import Move
from mediation.engine.errors import Blocker
from mediation.engine.workflows.definitions import Event, Workflow
from mediation.language import Message
from mediation.operations.cases.correcting import PAPER, offered_papers
from mediation.operations.cases.lacking import PARTIES, lacking_before, requirements
from mediation.records.database import Tx
from mediation.rendering.context import parties_of


@dataclass(frozen=True, slots=True)
class Foresight:
    """Looks at a case for what the papers of an event would lack.

    Args:
        people: opens what is known of the parties, by ref; asked only where a paper wants it.
        on: the day of the event.
    """

    tx: Tx
    workflow: Workflow
    case: Case
    case_id: int
    people: Callable[[], Mapping[str, Mapping[str, Any]]]
    on: date

    def over(self, move: Move) -> Move:
        """Give an event with what more blocks it."""
        more = (*self.lacking(move.event), *self.uncorrectable(move.event))
        return move._replace(blockers=(*move.blockers, *more)) if more else move

    def lacking(self, event: Event) -> tuple[Blocker, ...]:
        """Give what must stand in a paper and is not known yet."""
        required = requirements(self.workflow, event.issues)
        if not required:
            return ()
        # Who the parties are is sealed: it is opened only for a paper that asks of them.
        asks = any(one.startswith(f"{PARTIES}.") for one in required)
        plain = self.case.value("parties") if asks else None
        parties = tuple(parties_of(plain, self.people(), self.on)) if plain else ()
        return lacking_before(self.workflow, event, self.case, parties)

    def uncorrectable(self, event: Event) -> Iterator[Blocker]:
        """Say that an event is about a paper where the case has none that it could be."""
        if any(field.type == PAPER for field in event.form):
            papers = offered_papers(self.tx, self.workflow, self.case_id)
            if all(one.by_consent for one in papers.values()):
                yield Blocker("no_paper", Message("本案还没有可以更正的文书"))
