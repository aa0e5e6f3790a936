"""Clocks told: until when, by what law, how it was found, and what follows if nobody acts."""

from datetime import datetime, time

from mediation.clock import SHANGHAI
from mediation.engine.charts import Procedure
from mediation.engine.legal_time.derivations import Line, spoken
from mediation.engine.legal_time.periods import day_ended
from mediation.engine.outlook import Deadline, Duty, IfNobodyActs
from mediation.language import Message
from mediation.operations.answers.words import Told, Words
from mediation.records.deadlines import DeadlineRow
from mediation.records.people import Directory


def deadline_told(deadline: Deadline, words: Words, *, derivation: bool = False) -> Told:
    """Tell a clock of a case; the derivation of its last day if asked for."""
    clock, period = deadline.clock, deadline.period
    told: Told = {
        "period": clock.period,
        "label": words.to(period.label),
        "machine": clock.machine,
        "status": clock.status,
        "due_at": clock.due_at and clock.due_at.isoformat(),
        "due_on": clock.due_at and day_ended(clock.due_at).isoformat(),
        "provisional": deadline.provisional,
        "effect": period.effect,
        "effect_label": words.effect(period.effect),
        "law": period.law,
        "citation": words.citation(period.law),
        "until": words.say(until(clock.due_at)) if clock.due_at else "",
    }
    if derivation:
        told["derivation"] = [line_told(line, words) for line in deadline.derivation]
    return told


def incident_told(procedure: Procedure, row: DeadlineRow, words: Words) -> Told:
    """Tell a clock that is set aside: what could not be done, since when, and what follows."""
    period = procedure.chart(row.deadline.machine).plan.periods[row.deadline.period]
    values = {
        "period": period.label,
        "since": row.incident_at and until(row.incident_at),
        "reason": row.incident,
    }
    text = Message(
        "“{period}”已届满，自动办理未成功（{reason}），自{since}起搁置；其他事项照常办理。"
        "系统每小时重试，排除原因后可运行 mediation tick 立即补办",
        values,
    )
    return {
        "clock": row.deadline.no,
        "period": row.deadline.period,
        "label": words.to(period.label),
        "machine": row.deadline.machine,
        "due_at": row.deadline.due_at and row.deadline.due_at.isoformat(),
        "since": row.incident_at and row.incident_at.isoformat(),
        "attempts": row.attempts,
        "reason": row.incident,
        "text": words.say(text),
    }


def line_told(line: Line, words: Words) -> Told:
    """Tell one step of a derivation."""
    return {
        "rule": line.rule,
        "text": words.say(line.text),
        "law": line.law,
        "citation": words.citation(line.law) if line.law else "",
        "day": line.day and line.day.isoformat(),
    }


def until(at: datetime) -> Message:
    """Say when something is over: 2026年9月3日24时, or the hour."""
    if at.astimezone(SHANGHAI).time() == time():
        return Message("{day}24时", {"day": day_ended(at)})
    return spoken(at)


def nobody_told(found: IfNobodyActs | None, directory: Directory, words: Words) -> Told | None:
    """Tell what the calendar does next if nobody acts; nothing once nothing runs."""
    if found is None:
        return None
    values = {"when": until(found.at), "period": found.period, "event": found.event}
    if found.duty:
        who = {**values, "who": duty_label(found.duty, directory, words)}
        text = Message("若无人处理，{when}“{period}”期满，由{who}接手督促", who)
    else:
        text = Message("若无人处理，{when}“{period}”期满，自动办理“{event}”", values)
    return {
        "at": found.at.isoformat(),
        "period": words.to(found.period),
        "event": words.to(found.event),
        "who": f"{found.duty.role}@{found.duty.body}" if found.duty else None,
        "text": words.say(text),
    }


def duty_label(duty: Duty, directory: Directory, words: Words) -> str:
    """Name a role in a body of the directory."""
    return words.duty(directory.body(duty.body).name, duty.role)
