"""The log of a case told, without what people said."""

from typing import Any

from mediation.engine.cases import moment
from mediation.engine.charts import Chart, Procedure
from mediation.operations.answers.deadlines import until
from mediation.operations.answers.documents import paper_told
from mediation.operations.answers.words import Told, Words
from mediation.operations.cases.viewing import View
from mediation.records.events import EventRow


def log_told(view: View, words: Words) -> Told:
    """Tell everything that happened to a case, without what people said."""
    return {
        "number": view.row.number,
        "version": view.row.version,
        "events": [event_told(view.procedure, event, words) for event in view.log],
    }


def event_told(procedure: Procedure, event: EventRow, words: Words) -> Told:
    """Tell one event of a log."""
    step: dict[str, Any] = event.body["step"]
    key, _, name = step["event"].rpartition(":")
    chart = procedure.chart(key)
    label = next((one.label for one in chart.plan.events if one.name == name), None)
    role, at, _ = event.actor.partition("@")
    return {
        "seq": event.seq,
        "event": event.name,
        "label": words.to(label) if label else name,
        "state": step["state"],
        "state_label": state_label(chart, step["state"], words),
        "actor": event.actor if at else words.right(role),
        "occurred_at": event.occurred_at.isoformat(),
        "recorded_at": event.recorded_at.isoformat(),
        "form": event.body["form"],
        "documents": [
            paper_told(name, number, words) for name, number, _ in event.body["documents"]
        ],
        "clocks": [clock_told(procedure, clock, words) for clock in step["clocks"]],
        "hash": event.hash.hex(),
    }


def clock_told(procedure: Procedure, clock: dict[str, Any], words: Words) -> Told:
    """Tell what an event did to a clock."""
    period = procedure.chart(clock["machine"]).plan.periods[clock["period"]]
    due_at = moment(clock["due_at"])
    return {
        "period": clock["period"],
        "label": words.to(period.label),
        "machine": clock["machine"],
        "status": clock["status"],
        "due_at": clock["due_at"],
        "until": words.say(until(due_at)) if due_at else "",
        "level": clock["level"],
    }


def state_label(chart: Chart, state: str, words: Words) -> str:
    """Name a state of a chart."""
    found = chart.plan.states.get(state)
    return words.to(found.label) if found else state
