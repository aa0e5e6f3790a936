"""Events told: what may be done, what blocks it, what it left behind."""

from collections.abc import Iterable

from mediation.engine.errors import Blocker
from mediation.engine.outlook import suggested
from mediation.errors import Fault
from mediation.operations.answers.documents import paper_told
from mediation.operations.answers.words import Told, Words
from mediation.operations.cases.offering import Offer, offer_of, offers
from mediation.operations.cases.requests import Done
from mediation.operations.cases.viewing import View


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
        "machine": move.machine,
        "open": move.open,
        "on_behalf": move.on_behalf,
        "blockers": [blocker_told(one, words) for one in move.blockers],
        "law": [{"key": key, "citation": words.citation(key)} for key in move.event.law],
        "form": dict(offer.form),
    }


def moves_told(view: View, words: Words) -> Told:
    """Tell every event a person might do now."""
    found = offers(view, words.language)
    return {
        "number": view.row.number,
        "state": view.row.state,
        "state_label": words.to(view.procedure.case.plan.states[view.row.state].label),
        "version": view.row.version,
        "next": [
            {"event": move.name, "label": words.to(move.event.label)}
            for move in suggested(view.procedure, view.case, (one.move for one in found))
        ],
        "moves": [offer_told(one, words) for one in found],
    }


def lifting(view: View) -> dict[str, str]:
    """Give the events this officer may do now, by the bare names that blockers use."""
    # Of several of one name the case's own stands first.
    return {move.event.name: move.name for move in reversed(view.moves) if move.open}


def faults_told(faults: Iterable[Fault], words: Words) -> list[Told]:
    """Tell what is wrong with a form, by field."""
    return [{"field": one.field, "message": words.say(one.message)} for one in faults]


def move_told(view: View, event: str, words: Words) -> Told:
    """Tell one event of a case by its name, open or blocked, with its form.

    Raises:
        EventRefused: the event does not start from the present state.
    """
    return offer_told(offer_of(view, event, words.language), words)
