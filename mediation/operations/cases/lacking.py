"""What a paper must not lack: looked for before it is made, with the event that supplies it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from mediation.engine.cases import Case
from mediation.engine.decisions import by_person
from mediation.engine.errors import Blocker, EventRefused
from mediation.engine.forms import ONLY_OF, THIRD
from mediation.engine.proofs.values import supplied
from mediation.engine.schemas import COLUMNS
from mediation.engine.workflows.definitions import Event, PaperRule, Workflow
from mediation.language import Label, Message
from mediation.rendering.context import Context
from mediation.rendering.values import Names
from mediation.text import masked

FACTS, PARTIES = "facts", "parties"
CODE = "paper_lacks"


def refuse_lacking(
    workflow: Workflow,
    event: Event,
    papers: Iterable[str],
    state: str,
    case: Case,
    known: Context,
) -> None:
    """Refuse an event that would issue a paper without what the paper must not lack.

    Args:
        papers: those it issues.
        state: the state of the case before it.
        case: as it stands after it.
        known: what they would be made from.

    Raises:
        EventRefused: with a blocker for each thing that is missing.
    """
    wanted = Wanted(workflow, event, state, case, known.parties, known.form)
    if blockers := tuple(one for paper in papers for one in wanted.of(paper)):
        raise EventRefused(event.label, blockers)


def lacking_before(
    workflow: Workflow, event: Event, case: Case, parties: Sequence[Names]
) -> tuple[Blocker, ...]:
    """Give what the papers of an event would lack, whatever its form is filled in with."""
    wanted = Wanted(workflow, event, case.state, case, parties, None)
    return tuple(one for paper in event.issues for one in wanted.of(paper))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Looks for what the papers of one event must not lack.

    Args:
        form: the event's own, as it was filled in; None while it is not, and then what the
            event brings itself is not missed.
    """

    workflow: Workflow
    event: Event
    state: str
    case: Case
    parties: Sequence[Names]
    form: Names | None

    def of(self, paper: str) -> Iterator[Blocker]:
        """Give a blocker for each thing that a paper lacks."""
        rule = self.workflow.papers.get(paper, PaperRule())
        label = self.workflow.words["document"][paper]
        for required in rule.requires:
            where, _, name = required.partition(".")
            if where == PARTIES:
                yield from self.of_parties(label, name)
            elif where == FACTS:
                brought = self.form is None and brings(self.workflow, self.event, name)
                if empty(self.value(name)) and not brought:
                    yield self.fact(label, name)
            elif self.form is not None and empty(getattr(self.form, name)):
                yield self.field(label, name)

    def value(self, fact: str) -> Any:
        """Give what a fact prints: what was recorded, else what holds without."""
        known = self.case.value(fact)
        return self.workflow.case.facts[fact].default if known is None else known

    def of_parties(self, paper: Label, column: str) -> Iterator[Blocker]:
        """Give a blocker for each party of the two sides of whom a column is not known."""
        brought = self.form is None and any(one.type == "people" for one in self.event.form)
        for party in () if brought else self.parties:
            if party.side == THIRD:
                continue
            applies = ONLY_OF.get(column, party.sort) == party.sort
            if applies and empty(getattr(party, column)):
                values = {"paper": paper, "party": shown(party), "field": COLUMNS[column]}
                text = Message("“{paper}”必须写明{party}的“{field}”", values)
                yield self.blocker(text, completing(self.workflow))

    def fact(self, paper: Label, name: str) -> Blocker:
        """Say that a fact is missing."""
        values = {"paper": paper, "field": self.workflow.case.facts[name].label}
        text = Message("“{paper}”必须写明“{field}”", values)
        return self.blocker(text, supplying(self.workflow, name, self.state))

    def field(self, paper: Label, name: str) -> Blocker:
        """Say that a field of the event itself was left empty."""
        label = next(one.label for one in self.event.form if one.name == name)
        text = Message("“{paper}”必须写明“{field}”", {"paper": paper, "field": label})
        return self.blocker(text, self.event)

    def blocker(self, text: Message, by: Event | None) -> Blocker:
        """Give a blocker with who lifts it, and by what."""
        who = "、".join(str(one) for one in by.by) if by else ""
        return Blocker(CODE, text, who=who, remedy=by.name if by else "")


def empty(value: object) -> bool:
    """Tell whether a paper would have nothing to print; no and nought are something."""
    return value is None or (hasattr(value, "__len__") and not value)


def shown(party: Names) -> Message:
    """Name a party as lists do."""
    name = masked(str(party.name), str(party.sort))
    return Message("{side}{name}", {"side": COLUMNS[str(party.side)], "name": name})


def completing(workflow: Workflow) -> Event | None:
    """Give the event that completes what is known of a party."""
    return next(
        (one for one in workflow.case.events if any(field.known for field in one.form)), None
    )


def supplying(workflow: Workflow, fact: str, state: str) -> Event | None:
    """Give an event by which people supply a fact, from the present state if there is one."""
    found = [
        one for one in workflow.case.events if by_person(one) and brings(workflow, one, fact)
    ]
    return next((one for one in found if state in one.sources), next(iter(found), None))


def brings(workflow: Workflow, event: Event, fact: str) -> bool:
    """Tell whether an event sets a fact, by its form or by itself."""
    return any(fact == name for name, _ in supplied(workflow, event))


def requirements(workflow: Workflow, papers: Iterable[str]) -> list[str]:
    """List what some papers must not lack, as their rules write it."""
    rules = (workflow.papers.get(name, PaperRule()) for name in papers)
    return [required for rule in rules for required in rule.requires]
