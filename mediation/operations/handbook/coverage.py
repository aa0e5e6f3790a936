"""What of a plan the scenarios of the handbook have executed, under a rule that cites."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from mediation.engine.workflows.definitions import Plan, State
from mediation.engine.workflows.reading import NATIONAL
from mediation.operations.answers.words import Told, Words
from mediation.operations.catalogue import Catalogue
from mediation.operations.handbook.flows import drawing, lane_title, lanes_of
from mediation.operations.handbook.procedures import branch_told, plan_of
from mediation.operations.handbook.results import Results, Transition
from mediation.operations.handbook.specification import Specification

FEW: Final = 4
"""So many scenarios are named beside a transition; the rest is counted."""
PLAYED, UNPLAYED = ("played", "✓"), ("unplayed", "○")


@dataclass(frozen=True, slots=True)
class Covered:
    """What was executed of one plan."""

    plan: Plan
    executed: Mapping[Transition, tuple[str, ...]]

    def state(self, state: State) -> bool:
        """Whether some way into a state was taken, or for the first one, out of it."""
        return any(
            (event.definition, no) in self.executed
            for event in self.plan.events
            for no, branch in enumerate(event.branches)
            if branch.to == state.name
            or (state.name == self.plan.initial and state.name in event.sources)
        )


def coverage_told(
    catalogue: Catalogue,
    kind: str,
    spec: Specification,
    found: Results | None,
    words: Words,
) -> Told:
    """Tell the coverage of a kind: of its own chart, and of its side machines."""
    workflow = catalogue.find(kind, NATIONAL).procedure.workflow
    executed = found.executed if found else {}
    plans = [plan_of(workflow, name) for name in ("", *workflow.machines)]
    return {
        "language": words.language,
        "kind": kind,
        "label": words.to(workflow.label),
        "results": found,
        "kinds": {name: words.kind(name) for name in catalogue.kinds},
        "plans": [plan_told(Covered(plan, executed), kind, spec, words) for plan in plans],
    }


def plan_told(covered: Covered, kind: str, spec: Specification, words: Words) -> Told:
    """Tell the coverage of one plan: its chart, and its transitions by lane."""
    plan = covered.plan
    transitions = list(transitions_told(covered, spec, words))
    return {
        "name": plan.name,
        "label": words.to(plan.label),
        "chart": drawing(
            plan, kind, words, lambda one: PLAYED if covered.state(one) else UNPLAYED
        ),
        "states": len(plan.states),
        "played_states": sum(map(covered.state, plan.states.values())),
        "played": sum(1 for one in transitions if one["scenarios"]),
        "transitions": transitions,
        "lanes": [
            {
                "title": lane_title(placement, plan, kind, words),
                "states": [
                    {
                        "name": state.name,
                        "label": words.to(state.label),
                        "played": covered.state(state),
                    }
                    for state in states
                ],
            }
            for placement, states in lanes_of(plan, kind, words.library).items()
        ],
    }


def transitions_told(covered: Covered, spec: Specification, words: Words) -> Iterator[Told]:
    """Tell each transition once, as defined, with the scenarios that executed it."""
    seen: set[Transition] = set()
    for event in covered.plan.events:
        for no, branch in enumerate(event.branches):
            if (event.definition, no) in seen:
                continue
            seen.add((event.definition, no))
            titles = covered.executed.get((event.definition, no), ())
            yield {
                "label": words.to(event.label),
                **branch_told(covered.plan, branch, words),
                "scenarios": [spec.places[title] for title in titles[:FEW]],
                "more": max(len(titles) - FEW, 0),
            }
