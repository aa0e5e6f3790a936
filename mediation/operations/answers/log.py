"""The log of a case told, without what people said."""

from collections.abc import Mapping
from typing import Any

from mediation.engine.cases import moment
from mediation.engine.charts import Chart, Procedure
from mediation.operations.answers.deadlines import until
from mediation.operations.answers.documents import paper_told
from mediation.operations.answers.words import Told, Words
from mediation.operations.cases.viewing import View
from mediation.records.events import EventRow
from mediation.records.people import Officer


def log_told(view: View, words: Words) -> Told:
    """Tell everything that happened to a case, without what people said."""
    officers = view.people.directory.officers
    return {
        "number": view.row.number,
        "version": view.row.version,
        "events": [event_told(view.procedure, one, officers, words) for one in view.log],
    }


def event_told(
    procedure: Procedure, event: EventRow, officers: Mapping[str, Officer], words: Words
) -> Told:
    """Tell one event of a log."""
    step: dict[str, Any] = event.body["step"]
    chart = procedure.chart(step["event"].rpartition(":")[0])
    who, at, _ = event.actor.partition("@")
    return {
        "seq": event.seq,
        "event": event.name,
        "label": event_label(procedure, event, words),
        "state": step["state"],
        "state_label": state_label(chart, step["state"], words),
        "actor": event.actor if at else words.right(who),
        "actor_name": officers[who].name if at else words.right(who),
        "occurred_at": event.occurred_at.isoformat(),
        "recorded_at": event.recorded_at.isoformat(),
        "form": event.body["form"],
        "documents": [
            paper_told(name, number, words) for name, number, _ in event.body["documents"]
        ],
        "clocks": [clock_told(procedure, clock, words) for clock in step["clocks"]],
        "hash": event.hash.hex(),
    }


def event_label(procedure: Procedure, event: EventRow, words: Words) -> str:
    """Name an event of a log."""
    key, _, name = event.body["step"]["event"].rpartition(":")
    events = procedure.chart(key).plan.events
    label = next((one.label for one in events if one.name == name), None)
    return words.to(label) if label else name


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
