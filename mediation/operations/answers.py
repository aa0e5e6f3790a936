"""What every door answers: plain JSON in one language, the same at all of them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any, Final

from mediation.clock import SHANGHAI
from mediation.engine.errors import Blocker, DefinitionsRefused, EventRefused
from mediation.engine.legal_time.derivations import Line, spoken
from mediation.engine.legal_time.periods import day_ended
from mediation.engine.outlook import Deadline, Duty, IfNobodyActs
from mediation.engine.workflows.definitions import Effect
from mediation.engine.workflows.reading import Library
from mediation.errors import InputRefused, MediationError
from mediation.language import Label, Language, Message
from mediation.operations.cases import ACKNOWLEDGED, ACKNOWLEDGED_LABEL, Done, Offer
from mediation.records.people import Directory
from mediation.records.verification import Finding

Told = dict[str, Any]

EFFECTS: Final[dict[Effect, Message]] = {
    "statutory": Message("法定期限"),
    "court": Message("法院期限"),
    "service_norm": Message("办理时限"),
    "right": Message("当事人的期限，供参考"),
    "target": Message("目标时限"),
}
RELATIONS: Final = {
    "owner": Message("承办单位"),
    "desk": Message("登记单位"),
    "above": Message("督办单位"),
    "sender": Message("送出单位"),
    "receiver": Message("接收单位"),
}
ACTORS: Final = {
    "calendar": Message("期限届满"),
    "machine": Message("并行事项"),
    "case": Message("本案事项"),
}


class Words:
    """Names of things in one language, as the present files of `workflows/` give them."""

    def __init__(self, library: Library, language: Language) -> None:
        self.library, self.language = library, language

    def to(self, label: Label) -> str:
        """Give a label."""
        return label.to(self.language)

    def say(self, message: Message) -> str:
        """Give a sentence of the program."""
        return message.to(self.language)

    def citation(self, key: str) -> str:
        """Give a citation as papers print it; the key itself if no such article is known."""
        article = self.library.law.article.get(key)
        return f"《{article.statute}》{article.number}" if article else key

    def effect(self, effect: Effect) -> str:
        """Name what stands behind a period."""
        return self.say(EFFECTS[effect])

    def role(self, role: str) -> str:
        """Name a role."""
        return self.named(self.library.bodies.role, role)

    def document(self, name: str) -> str:
        """Name a paper."""
        return self.named(self.library.bodies.document, name)

    def tier(self, tier: str | None) -> str:
        """Name a tier; nothing for the doors beside the tiers."""
        return self.named(self.library.bodies.tier, tier) if tier else ""

    def state(self, name: str) -> str:
        """Name a state of a case by `placement/state`; the name itself if no kind has it."""
        placement, _, bare = name.rpartition("/")
        library = self.library
        places = [
            kind.place[placement] for kind in library.kinds.values() if placement in kind.place
        ]
        charts: list[Any] = [*places, *(library.stages.get(place.stage) for place in places)]
        found = (chart.state[bare] for chart in charts if chart and bare in chart.state)
        return next((str(getattr(one.label, self.language)) for one in found), name)

    def kind(self, kind: str) -> str:
        """Name a kind of dispute."""
        found = self.library.kinds.get(kind)
        return getattr(found.kind.label, self.language) if found else kind

    def named(self, shelf: Mapping[str, Any], key: str) -> str:
        """Name a thing of a shelf; its key if it is not there any more."""
        return str(getattr(shelf[key].label, self.language)) if key in shelf else key

    def who(self, rights: str) -> str:
        """Name who is meant by `role@relation`, or by several of them."""
        return "、".join(self.right(one) for one in rights.split("、")) if rights else ""

    def right(self, right: str) -> str:
        """Name one role in a relation."""
        role, _, relation = right.partition("@")
        if not relation:
            return self.say(ACTORS[role]) if role in ACTORS else self.role(role)
        body = self.say(RELATIONS[relation]) if relation in RELATIONS else relation
        return self.duty(body, role)

    def duty(self, body: str, role: str) -> str:
        """Name a role in a body."""
        return self.say(Message("{body}{role}", {"body": body, "role": self.role(role)}))

    def remedy(self, name: str) -> str:
        """Name what lifts a blocker: an event, or what the opening form must say."""
        if name == ACKNOWLEDGED:
            return self.to(ACKNOWLEDGED_LABEL)
        return self.event(name) if name else ""

    def event(self, name: str) -> str:
        """Name an event wherever it is written; its own name if nowhere."""
        bare = name.rpartition(":")[2]
        library = self.library
        charts: list[Any] = [*library.stages.values(), *library.machines.values()]
        charts += [place for kind in library.kinds.values() for place in kind.place.values()]
        found = (chart.event[bare] for chart in charts if bare in chart.event)
        return next((str(getattr(one.label, self.language)) for one in found), name)


def paper_told(name: str, number: str | None, words: Words) -> Told:
    """Tell a paper by its name and number."""
    return {"name": name, "label": words.document(name), "number": number}


def done_told(done: Done, words: Words) -> Told:
    """Tell what an event left behind."""
    return {
        "number": done.number,
        "state": done.state,
        "version": done.version,
        "documents": [paper_told(name, number, words) for name, number in done.documents],
    }


def blocker_told(blocker: Blocker, words: Words) -> Told:
    """Tell why an event cannot happen now, who can lift it, and by what."""
    return {
        "code": blocker.code,
        "text": blocker.text.to(words.language),
        "law": blocker.law,
        "citation": words.citation(blocker.law) if blocker.law else "",
        "who": blocker.who,
        "who_label": words.who(blocker.who),
        "remedy": blocker.remedy,
        "remedy_label": words.remedy(blocker.remedy),
        "value": blocker.value,
    }


def offer_told(offer: Offer, words: Words) -> Told:
    """Tell an event a person might do now, with its blockers and its form."""
    move = offer.move
    return {
        "event": move.name,
        "label": words.to(move.event.label),
        "open": move.open,
        "on_behalf": move.on_behalf,
        "blockers": [blocker_told(one, words) for one in move.blockers],
        "law": [{"key": key, "citation": words.citation(key)} for key in move.event.law],
        "form": dict(offer.form),
    }


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


def error_told(error: MediationError, words: Words | None, language: Language) -> Told:
    """Tell a refusal: its code and sentence, with blockers, faults or the present version."""
    told: Told = {"code": error.code, "message": error.message.to(language), "blockers": []}
    if isinstance(error, EventRefused) and words:
        told["blockers"] = [blocker_told(one, words) for one in error.blockers]
    if isinstance(error, InputRefused):
        told["faults"] = [
            {"field": fault.field, "message": fault.message.to(language)}
            for fault in error.faults
        ]
    if isinstance(error, DefinitionsRefused):
        told["errors"] = [
            {"file": one.file, "where": one.where, "problem": one.problem.to(language)}
            for one in error.errors
        ]
    version = getattr(error, "version", None)
    if version is not None:
        told["version"] = version
    return {"error": told}


def officers_told(directory: Directory, day: date) -> list[Told]:
    """Tell every seat held on a day: who sits where, in which roles."""
    return [
        {
            "handle": seat.officer,
            "name": directory.officers[seat.officer].name,
            "body": seat.body,
            "body_name": directory.body(seat.body).name,
            "roles": sorted(seat.roles),
        }
        for seat in sorted(directory.seats, key=lambda one: (one.officer, one.body))
        if seat.held_on(day)
    ]


def findings_told(findings: Iterable[Finding], language: Language) -> list[Told]:
    """Tell what is not as it was recorded."""
    return [
        {
            "code": one.code,
            "number": one.number,
            "seq": one.seq,
            "message": one.message.to(language),
        }
        for one in findings
    ]
