"""Each guard: when it holds, when it does not, and the boundary."""

from datetime import UTC, datetime
from typing import Any

import pytest

from mediation.engine.cases import Body, Case, Known, SideMachine
from mediation.engine.guards import GUARDS
from mediation.engine.situations import Situation

SIDES = {"a1": "applicant", "b1": "respondent", "b2": "respondent", "c1": "third"}


def party(ref: str, **more: Any) -> dict[str, Any]:
    return {"side": SIDES[ref], "capacity": "full", "represented": False, **more}


def situation(parties: dict[str, Any], body: Body | None = None, **facts: Any) -> Situation:
    known = {"parties": Known(parties, 1)} | {k: Known(v, 2) for k, v in facts.items()}
    machines = {
        "obligation/1": SideMachine("promise", "performed", "d", "", 1, open=False),
        "obligation/2": SideMachine("promise", "due", "d", "", 1),
    }
    case = Case(state="s", version=2, owner="d", facts=known, machines=machines)
    owner = body or Body("d", "committee", "community")
    return Situation("neighbour", case, {"d": owner}, datetime(2026, 3, 2, tzinfo=UTC))


BOTH = {ref: party(ref) for ref in ("a1", "b1")}


@pytest.mark.parametrize(
    ("guard", "given", "found", "holds"),
    [
        ("every_party", {"of": "signed"}, {"signed": {"a1": "2026-03-01"}}, False),
        ("every_party", {"of": "signed"}, {"signed": {"a1": "x", "b1": "y"}}, True),
        ("every_party", {"of": "signed"}, {}, False),
        ("every_party", {"of": "told", "is": True}, {"told": {"a1": True, "b1": False}}, False),
        ("every_party", {"of": "told", "is": True}, {"told": {"a1": True, "b1": True}}, True),
        ("every_party", {"of": "told", "sides": ["applicant"]}, {"told": {"a1": 1}}, True),
        ("no_party", {"of": "will", "is": "refuses"}, {"will": {"b1": "refuses"}}, False),
        ("no_party", {"of": "will", "is": "refuses"}, {"will": {"b1": "agrees"}}, True),
        ("no_party", {"of": "will", "is": "refuses"}, {}, True),
        ("machines_ended", {"machine": "obligation"}, {}, False),
        ("machines_ended", {"machine": "obligation", "kinds": ["other"]}, {}, True),
        ("machines_ended", {"machine": "referral"}, {}, True),
    ],
)
def test_a_relation_holds_or_not(
    guard: str, given: dict[str, Any], found: dict[str, Any], holds: bool
) -> None:
    assert GUARDS[guard].holds(situation(BOTH, **found), given) is holds


@pytest.mark.parametrize(
    ("refs", "holds"),
    [
        ((), False),
        (("a1",), False),
        (("b1", "b2"), False),
        (("a1", "c1"), False),
        (("a1", "b1"), True),
    ],
)
def test_both_sides_are_needed(refs: tuple[str, ...], holds: bool) -> None:
    parties = {ref: party(ref) for ref in refs}

    assert GUARDS["sides_present"].holds(situation(parties), {}) is holds


def test_a_third_person_need_not_sign_with_the_parties() -> None:
    parties = {**BOTH, "c1": party("c1")}
    signed = {"a1": "2026-03-01", "b1": "2026-03-01"}

    assert GUARDS["every_party"].holds(situation(parties, signed=signed), {"of": "signed"})


def test_who_lacks_capacity_needs_somebody_to_act_for_him() -> None:
    guard = GUARDS["capable_or_represented"].holds
    alone = {**BOTH, "b1": party("b1", capacity="limited")}
    with_agent = {**BOTH, "b1": party("b1", capacity="none", represented=True)}

    assert guard(situation(BOTH), {})
    assert not guard(situation(alone), {"of": "acting"})
    assert guard(situation(alone, acting={"b1": "guardian"}), {"of": "acting"})
    assert guard(situation(with_agent), {})


@pytest.mark.parametrize(
    ("kinds", "classes", "holds"),
    [
        (None, None, True),
        (("neighbour",), None, True),
        (("property",), None, False),
        (None, ("noise",), True),
        (("neighbour",), ("passage",), False),
        ((), None, False),
    ],
)
def test_a_body_takes_what_is_on_its_list(
    kinds: tuple[str, ...] | None, classes: tuple[str, ...] | None, holds: bool
) -> None:
    body = Body("d", "committee", "community", kinds, classes)
    at = situation(BOTH, body, **{"class": "noise"})

    assert GUARDS["owner_competent"].holds(at, {}) is holds
