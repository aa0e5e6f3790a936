"""Relations between facts that no single row can state; each declares the facts it reads."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mediation.engine.cases import SideMachine
from mediation.engine.situations import Situation

Arguments = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Guard:
    """A relation by name: how it is decided, what it reads, may be given, and must be given."""

    holds: Callable[[Situation, Arguments], bool]
    reads: tuple[str, ...]
    arguments: tuple[str, ...] = ()
    required: tuple[str, ...] = ()


def every_party(situation: Situation, given: Arguments) -> bool:
    """Tell whether every party (of the sides given) has an entry, equal to `is` if given.

    Source: 人民调解法 art. 17, 29: what needs all parties needs each of them.
    """
    entries = entries_of(situation, given)
    wanted = given.get("is")
    return all(
        ref in entries and (wanted is None or entries[ref] == wanted)
        for ref in refs(situation, given)
    )


def no_party(situation: Situation, given: Arguments) -> bool:
    """Tell whether no party has the entry `is`.

    Source: 人民调解法 art. 17: one party's clear refusal bars mediation.
    """
    said = given["is"]
    named = {ref for ref, entry in entries_of(situation, given).items() if entry == said}
    return not named or named.isdisjoint(refs(situation, given))


def sides_present(situation: Situation, _: Arguments) -> bool:
    """Tell whether both an applicant and a respondent are named.

    Source: 人民调解工作若干规定 art. 24: there must be a clear other side.
    """
    sides = {party["side"] for party in situation.parties.values()}
    return {"applicant", "respondent"} <= sides


def capable_or_represented(situation: Situation, given: Arguments) -> bool:
    """Tell whether every party without full capacity has somebody acting for him.

    Source: Civil Code art. 19-23.
    """
    entries = entries_of(situation, given) if "of" in given else {}
    return all(
        party["capacity"] == "full" or party["represented"] or ref in entries
        for ref, party in situation.parties.items()
    )


def owner_competent(situation: Situation, _: Arguments) -> bool:
    """Tell whether the body with custody may take disputes of this kind and class.

    Source: 人民调解工作若干规定 art. 21; the competence of each body is its own list.
    """
    return situation.owner.competent(situation.kind, situation.fact("class"))


def machines_ended(situation: Situation, given: Arguments) -> bool:
    """Tell whether every side machine of a sort has ended."""
    return all(not machine.open for machine in machines(situation, given))


def at_least_one_machine(situation: Situation, given: Arguments) -> bool:
    """Tell whether there is a side machine of a sort, in one of the states `in` if given."""
    states = given.get("in")
    return any(
        not isinstance(states, list | tuple) or machine.state in states
        for machine in machines(situation, given)
    )


def refs(situation: Situation, given: Arguments) -> list[str]:
    """Give the refs of the parties, of the sides asked for; third parties only if asked."""
    sides = given.get("sides")
    wanted = sides if isinstance(sides, list | tuple) else ("applicant", "respondent")
    return [ref for ref, party in situation.parties.items() if party["side"] in wanted]


def entries_of(situation: Situation, given: Arguments) -> Mapping[str, object]:
    """Give the entries by party of the fact `of`."""
    entries = situation.fact(str(given["of"]))
    return entries if isinstance(entries, Mapping) else {}


def machines(situation: Situation, given: Arguments) -> list[SideMachine]:
    """Give the side machines of a sort and of the kinds asked for."""
    kinds = given.get("kinds")
    return [
        machine
        for key, machine in situation.case.machines.items()
        if key.partition("/")[0] == given["machine"]
        and (not isinstance(kinds, list | tuple) or machine.kind in kinds)
    ]


GUARDS: dict[str, Guard] = {
    "every_party": Guard(every_party, ("parties",), ("of", "is", "sides"), ("of",)),
    "no_party": Guard(no_party, ("parties",), ("of", "is", "sides"), ("of", "is")),
    "sides_present": Guard(sides_present, ("parties",)),
    "capable_or_represented": Guard(capable_or_represented, ("parties",), ("of",)),
    "owner_competent": Guard(owner_competent, ("class",)),
    "machines_ended": Guard(machines_ended, (), ("machine", "kinds"), ("machine",)),
    "at_least_one_machine": Guard(
        at_least_one_machine, (), ("machine", "kinds", "in"), ("machine",)
    ),
}
