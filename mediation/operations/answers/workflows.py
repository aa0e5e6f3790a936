"""A composed workflow as a door shows it: states, events, periods, and the opening form."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mediation.engine.cases import Case
from mediation.engine.charts import Procedure
from mediation.engine.forms import Asked, IssuedPaper
from mediation.engine.legal_time.spans import Span
from mediation.engine.workflows.definitions import Branch, Event, Period, Plan, State
from mediation.operations.answers.words import Told, Words
from mediation.operations.cases.offering import opening_schema


@dataclass(frozen=True, slots=True)
class NobodyChosen:
    """Stands for the directory where no desk is asked about: nobody and no body to choose."""

    def officers(self, body: str, roles: Sequence[str]) -> Mapping[str, str]:
        """Give no officers."""
        del body, roles
        return {}

    def bodies(
        self, near: str, sorts: Sequence[str], tiers: Sequence[str]
    ) -> Mapping[str, str]:
        """Give no bodies."""
        del near, sorts, tiers
        return {}

    def cases(self, numbers: Iterable[str]) -> list[str]:
        """Give no cases."""
        del numbers
        return []

    def papers(self) -> Mapping[str, IssuedPaper]:
        """Give no papers."""
        return {}

    def attachments(self) -> list[str]:
        """Name no photos."""
        return []


def blank_form(procedure: Procedure, at: datetime, words: Words) -> Mapping[str, Any]:
    """Give the opening form as JSON Schema, with all choices that need no desk."""
    asked = Asked(
        event=procedure.opening,
        case=Case(),
        owner="",
        classes=procedure.workflow.classes,
        choices=NobodyChosen(),
        at=at,
    )
    return opening_schema(asked, words.language)


def workflow_told(procedure: Procedure, words: Words) -> Told:
    """Tell a workflow as it runs."""
    workflow = procedure.workflow
    return {
        "kind": workflow.kind,
        "place": workflow.place,
        "label": words.to(workflow.label),
        **plan_told(workflow.case, words),
        "machines": {name: plan_told(plan, words) for name, plan in workflow.machines.items()},
        "classes": [
            {"name": one.name, "label": words.to(one.label), "law": list(one.law)}
            for one in workflow.classes.values()
        ],
    }


def plan_told(plan: Plan, words: Words) -> Told:
    """Tell one chart."""
    return {
        "states": [state_told(state, words) for state in plan.states.values()],
        "events": [event_told(plan, event, words) for event in plan.events],
        "periods": [period_told(period, words) for period in plan.periods.values()],
    }


def state_told(state: State, words: Words) -> Told:
    """Tell a state."""
    return {
        "name": state.name,
        "label": words.to(state.label),
        "responsible": str(state.responsible) if state.responsible else None,
        "waits": state.waits or None,
        "closed": state.closed,
    }


def event_told(plan: Plan, event: Event, words: Words) -> Told:
    """Tell an event: where it starts and leads, who does it, on what conditions."""
    return {
        "event": event.name,
        "definition": event.definition,
        "label": words.to(event.label),
        "from": list(event.sources),
        "to": [branch_told(branch) for branch in event.branches],
        "by": [str(right) for right in event.by],
        "on_behalf": [str(right) for right in event.on_behalf],
        "on": event.on or None,
        "kinds": list(event.kinds or event.on_kinds),
        "starts": [{"machine": one.machine, "kind": one.kind} for one in event.effects.starts],
        "moves": [
            {"machine": machine, "event": moved} for machine, moved in event.effects.moves
        ],
        "needs": [
            {
                "code": name,
                "text": words.to(plan.needs[name].blocker),
                "law": plan.needs[name].law,
                "citation": words.citation(plan.needs[name].law),
            }
            for name in event.needs
        ],
        "issues": list(event.issues),
        "law": [{"key": key, "citation": words.citation(key)} for key in event.law],
        "fields": [
            {"name": one.name, "label": words.to(one.label), "type": one.type}
            for one in event.form
        ],
    }


def branch_told(branch: Branch) -> Told:
    """Tell one way an event leads; `state` is None where it stays."""
    test = branch.test
    when = None
    if test.about != "always":
        when = {"about": test.about, "name": test.subject, "how": test.how, "value": test.value}
    return {"state": branch.to or None, "when": when}


def period_told(period: Period, words: Words) -> Told:
    """Tell a period."""
    return {
        "name": period.name,
        "label": words.to(period.label),
        "effect": period.effect,
        "effect_label": words.effect(period.effect),
        "span": span_told(period.span),
        "extension": span_told(period.extension),
        "until": period.until or None,
        "starts": list(period.starts or period.runs_in),
        "runs_in": list(period.runs_in),
        "suspended_in": list(period.suspended_in),
        "fires": period.fires or None,
        "remind": period.remind,
        "law": period.law,
        "citation": words.citation(period.law),
    }


def span_told(span: Span | None) -> Told | None:
    """Tell a length of time."""
    return {span.unit: span.value} if span else None
