"""The procedures told for people: charts, states, events, periods, differences and proofs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from mediation.engine.workflows.definitions import (
    Branch,
    Event,
    Need,
    Period,
    Plan,
    State,
    Workflow,
)
from mediation.engine.workflows.reading import NATIONAL
from mediation.language import Message
from mediation.operations.answers.proofs import proof_of, report_told
from mediation.operations.answers.words import ACTORS, Told, Words
from mediation.operations.catalogue import Catalogue
from mediation.operations.handbook.effects import effects_told
from mediation.operations.handbook.flows import drawing, lane_title, lanes_of, placement_of

CLOSED, OPEN = ("closed", "■"), ("", "")


@dataclass(frozen=True)
class Chosen:
    """A plan of a workflow, beside the same one as it is in the whole country."""

    workflow: Workflow
    plan: Plan
    national: Plan
    words: Words

    @cached_property
    def order(self) -> dict[str, int]:
        """The states in the order in which they are drawn."""
        lanes = lanes_of(self.plan, self.workflow.kind, self.words.library)
        drawn = (state.name for states in lanes.values() for state in states)
        return {name: place for place, name in enumerate(drawn)}

    @property
    def periods(self) -> list[Period]:
        """The periods as a case comes to them, those last that start on a day of their own."""
        return sorted(
            self.plan.periods.values(),
            key=lambda one: min(
                (self.order[state] for state in one.starts or one.runs_in),
                default=len(self.order),
            ),
        )

    def labels(self, states: Iterable[str]) -> list[str]:
        """Name states in that order, those of the same name once."""
        found = (
            self.plan.states[name].label for name in sorted(states, key=self.order.__getitem__)
        )
        return list(dict.fromkeys(map(self.words.to, found)))

    def differs(self, part: Event | Period) -> bool:
        """Whether an event or a period is not what it is in the whole country."""
        if isinstance(part, Period):
            return self.national.periods.get(part.name) != part
        return part not in self.national.events


def plan_of(workflow: Workflow, machine: str) -> Plan:
    """Give the chart of a case, or of a side machine by its name."""
    return workflow.machines[machine] if machine else workflow.case


def places_of(catalogue: Catalogue) -> list[str]:
    """List the places, the whole country first."""
    return [NATIONAL, *(one for one in catalogue.places if one != NATIONAL)]


def procedures_told(catalogue: Catalogue, words: Words) -> Told:
    """Tell which procedures there are: kinds, and places with how many periods of their own."""
    return {
        "language": words.language,
        "kinds": {kind: words.kind(kind) for kind in catalogue.kinds},
        "places": [
            {
                "name": place,
                "label": place_label(catalogue, place, words),
                "own": 0 if place == NATIONAL else len(catalogue.library.places[place]),
            }
            for place in places_of(catalogue)
        ],
    }


def place_label(catalogue: Catalogue, place: str, words: Words) -> str:
    """Name a place by the local rules its periods rest on."""
    if place == NATIONAL:
        return words.say(Message("全国"))
    laws = {number.law for number in catalogue.library.places[place].values() if number.law}
    statutes = sorted({catalogue.library.law.article[key].statute for key in laws})
    return "、".join(f"《{statute}》" for statute in statutes) or place


def procedure_told(
    catalogue: Catalogue, kind: str, place: str, machine: str, day: date, words: Words
) -> Told:
    """Tell one chart of a kind at a place, with the proof of the whole.

    Args:
        machine: a side machine, or nothing for the case itself.
    """
    pinned = catalogue.find(kind, place)
    workflow = pinned.procedure.workflow
    national = catalogue.find(kind, NATIONAL).procedure.workflow
    plan = plan_of(workflow, machine)
    chosen = Chosen(workflow, plan, plan_of(national, machine), words)
    return {
        "language": words.language,
        "kind": kind,
        "place": place,
        "place_label": place_label(catalogue, place, words),
        "machine": machine,
        "label": words.to(workflow.label),
        "title": words.to(plan.label) if machine else words.to(workflow.label),
        "machines": {name: words.to(one.label) for name, one in workflow.machines.items()},
        "chart": drawing(plan, kind, words, lambda one: CLOSED if one.closed else OPEN),
        "lanes": list(lanes_told(chosen)),
        "anywhere": [event_told(chosen, one) for one in plan.events if is_anywhere(one)],
        "periods": [period_told(chosen, one) for one in chosen.periods],
        "proof": report_told(proof_of(catalogue, pinned, day), words),
    }


def is_anywhere(event: Event) -> bool:
    """Tell whether an event starts in several lanes."""
    return len({placement_of(source) for source in event.sources}) > 1


def lanes_told(chosen: Chosen) -> Iterator[Told]:
    """Tell each lane: its states, and the events that start in it or open it."""
    plan, words, kind = chosen.plan, chosen.words, chosen.workflow.kind
    for placement, states in lanes_of(plan, kind, words.library).items():
        names = {state.name for state in states}
        yield {
            "name": placement,
            "title": lane_title(placement, plan, kind, words),
            "states": [state_told(chosen, state) for state in states],
            "events": [
                event_told(chosen, event)
                for event in plan.events
                if not is_anywhere(event)
                and (
                    names & set(event.sources) or (not event.sources and plan.initial in names)
                )
            ],
        }


def state_told(chosen: Chosen, state: State) -> Told:
    """Tell a state: who is responsible, what it waits for, which clocks run."""
    words, plan = chosen.words, chosen.plan
    waits = chosen.workflow.machines.get(state.waits)
    return {
        "name": state.name,
        "label": words.to(state.label),
        "who": words.who(str(state.responsible)) if state.responsible else "",
        "waits": words.to(waits.label) if waits else "",
        "closed": state.closed,
        "clocks": [
            {"label": words.to(one.label), "length": length(chosen, one)}
            for one in plan.periods.values()
            if state.name in one.runs_in
        ],
    }


def event_told(chosen: Chosen, event: Event) -> Told:
    """Tell an event: where, to where, by whom, on what conditions, with what effects."""
    words, plan = chosen.words, chosen.plan
    return {
        "label": words.to(event.label),
        "from": chosen.labels(event.sources),
        "to": [branch_told(plan, one, words) for one in event.branches if one.to],
        "who": who_told(event, words),
        "on_behalf": "、".join(words.who(str(right)) for right in event.on_behalf),
        "needs": [need_told(plan.needs[name], words) for name in event.needs],
        "documents": [words.document(name) for name in event.issues],
        "effects": list(effects_told(event, plan, chosen.workflow, words)),
        "law": laws_told(event.law, words),
        "differs": chosen.differs(event),
    }


def who_told(event: Event, words: Words) -> str:
    """Say who does an event: officers, the calendar, a side machine."""
    if event.by:
        return "、".join(words.who(str(right)) for right in event.by)
    return words.say(ACTORS["machine"]) if event.on else ""


def need_told(need: Need, words: Words) -> Told:
    """Tell a condition as its blocker says it, with article, who lifts it, and how."""
    return {
        "text": words.to(need.blocker),
        "law": laws_told((need.law,), words),
        "who": words.who(need.who),
        "remedy": words.remedy(need.remedy),
    }


def branch_told(plan: Plan, branch: Branch, words: Words) -> Told:
    """Tell where a branch leads, and when it is taken if there are others."""
    return {
        "to": words.to(plan.states[branch.to].label) if branch.to else "",
        "when": when_told(plan, branch.test, words),
    }


def when_told(plan: Plan, test: Any, words: Words) -> str:
    """Say when a branch is taken; nothing for the last, which takes the rest."""
    if test.about == "need":
        said = {"blocker": plan.needs[test.subject].blocker}
        return words.say(Message("没有“{blocker}”的情形时", said))
    fact = plan.facts.get(test.subject)
    if test.about != "fact" or fact is None:
        return ""
    value = next((one.label for one in fact.options if one.key == test.value), test.value)
    return words.say(Message("{fact}为“{value}”时", {"fact": fact.label, "value": value}))


def period_told(chosen: Chosen, period: Period) -> Told:
    """Tell a period: how long, from when, what stops it, what its end does, and why."""
    words, plan = chosen.words, chosen.plan
    fires = next((one for one in plan.events if one.name == period.fires), None)
    before = chosen.national.periods.get(period.name)
    differs = chosen.differs(period)
    return {
        "name": period.name,
        "label": words.to(period.label),
        "length": length(chosen, period),
        "effect": words.effect(period.effect),
        "starts": starts(chosen, period),
        "suspended": chosen.labels(period.suspended_in),
        "fires": words.to(fires.label) if fires else "",
        "extension": words.say(period.extension.label) if period.extension else "",
        "remind": period.remind,
        "law": laws_told((period.law,), words),
        "differs": differs,
        "national": length(chosen, before) if differs and before else "",
        "national_effect": words.effect(before.effect) if differs and before else "",
    }


def starts(chosen: Chosen, period: Period) -> list[str]:
    """Say from when a period runs: states entered, or the day a fact gives."""
    anchor = chosen.plan.facts.get(period.anchor) or chosen.workflow.case.facts.get(
        period.anchor
    )
    if anchor:
        return [chosen.words.to(anchor.label)]
    return chosen.labels(period.starts or period.runs_in)


def length(chosen: Chosen, period: Period) -> str:
    """Say how long a period is: so much time, or until a day that a fact gives."""
    if period.span:
        return chosen.words.say(period.span.label)
    until = chosen.plan.facts[period.until].label
    return chosen.words.say(Message("至{day}", {"day": until}))


def laws_told(keys: Iterable[str], words: Words) -> list[Told]:
    """Tell articles: the citation, and the rule in our own words."""
    known = words.library.law.article
    return [
        {
            "key": key,
            "citation": words.citation(key),
            "rule": getattr(known[key].rule, words.language),
        }
        for key in keys
        if key in known
    ]
