"""Papers between bodies: with everything missing they still print, and `machine` is proved."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mediation.engine.cases import Case, Clock, Known, SideMachine
from mediation.engine.proofs.documents import Papers, issued, machine_facts
from mediation.engine.proofs.documents import documents as proved
from mediation.engine.workflows.definitions import Event
from mediation.rendering import templates, variables
from mediation.rendering.beside import Beside
from mediation.rendering.context import Issuer, Occasion, Said, context
from mediation.rendering.documents import render
from mediation.rendering.templates import documents
from tests.rendering.occasions import EIGHT, TWO, People, Sample, workflow
from tests.rendering.test_documents import CLASSES, TAGS, Outline
from tests.rendering.test_variables import folder, forget

__all__ = ["folder"]

OUTSIDE = (
    "answer_letter", "assistance_letter", "commission_letter", "court_extension_notice",
    "transfer_receipt", "commission_result", "confirmation_application",
    "danger_receipt", "danger_report", "guidance_request", "letter_receipt",
    "no_penalty_application", "petition_reply", "petition_transfer", "police_reply",
    "police_transfer", "presiding_certificate", "receipt", "return_letter", "to_police_letter",
    "transfer_letter",
)  # fmt: skip
NEEDED: dict[str, dict[str, Any]] = {
    "commission_letter": {"way": "summary"},
    "police_transfer": {"offence": "none"},
}


def issuing(name: str) -> list[tuple[Event, str]]:
    """Give every event that issues a paper, with the sort of the machine it is about."""
    flow = workflow()
    sorts = {
        one.definition: sort for sort, plan in flow.machines.items() for one in plan.events
    }
    starts = [one.effects.starts for one in issued(flow)[name]]
    return [
        (one, sorts.get(one.definition) or (start[0].machine if start else ""))
        for one, start in zip(issued(flow)[name], starts, strict=True)
    ]


def kinds(event: Event, sort: str) -> tuple[str, ...]:
    """Give the kinds of machine an event may be about."""
    started = [one.kind for one in event.effects.starts if one.machine == sort]
    return tuple(started) or event.kinds or tuple(workflow().machines[sort].kinds)


EMPTY = [
    pytest.param(name, event, sort, kind, id=f"{name}-{event.name}-{kind}")
    for name in OUTSIDE
    for event, sort in issuing(name)
    for kind in (kinds(event, sort) if sort else ("",))
]


def rendered(name: str, event: Event, sort: str, kind: str, people: People) -> str:
    """Render a paper of which nothing is known but who the parties are."""
    sample = Sample(name, "register", people=people)
    facts = {"parties": Known(sample.parties(), 1), "class": Known("leak", 1)}
    own = {"obligor": Known("b1", 1), "sort": Known("money", 1)} if sort == "obligation" else {}
    machine = SideMachine(kind, "sent", "", "", 1, facts=own)
    clocks = tuple(
        Clock(no, period, f"{sort}/1", "2026-10-09", 1)
        for no, period in enumerate(workflow().machines[sort].periods if sort else (), start=1)
    )
    occasion = Occasion(
        workflow=workflow(),
        case=Case(facts=facts, clocks=clocks),
        number="（2026）海曙人调字第37号",
        people=people,
        said=Said(event.definition, NEEDED.get(name, {}), {}),
        told={},
        body=Issuer("海曙区芙蓉洲社区人民调解委员会", "海曙"),
        officers={},
        actor=None,
        occurred_on=date(2026, 10, 9),
        recorded_on=date(2026, 10, 9),
        beside=Beside(f"{sort}/1", machine) if sort else None,
    )
    return render(name, context(occasion)).html


@pytest.mark.parametrize("people", [TWO, EIGHT], ids=["two", "eight"])
@pytest.mark.parametrize(("name", "event", "sort", "kind"), EMPTY)
def test_a_paper_between_bodies_prints_with_blanks(
    name: str, event: Event, sort: str, kind: str, people: People
) -> None:
    outline = Outline(rendered(name, event, sort, kind, people))
    assert outline.tags <= TAGS
    assert outline.classes <= CLASSES
    text = re.sub(r"\s+", "", "".join(outline.words))
    assert not re.findall(r"None|True|False|Undefined|\{\{|[a-z]{3,}", text)
    assert str(people["b1"]["name"]) in text or name == "receipt"


def test_a_name_prints_as_it_was_written_in_every_paper_between_bodies() -> None:
    people = {"a1": {"name": "<i>甲</i>"}, "b1": {"name": "{{7*7}}"}}
    for name in OUTSIDE:
        event, sort = issuing(name)[0]
        html = rendered(name, event, sort, kinds(event, sort)[0] if sort else "", people)
        assert "<i>" not in html
        assert "49" not in html


@pytest.mark.parametrize(
    ("paper", "read", "fault"),
    [
        ("agreement", "machine.kind", "machine"),
        ("receipt", "machine.facts.paper_number", "machine.facts.paper_number"),
        ("letter_receipt", "machine.facts.obligor", "machine.facts.obligor"),
        ("no_penalty_application", "machine.receiver", "machine"),
        ("transfer_letter", "machine.clocks.until", "machine.clocks.until"),
    ],
)
def test_a_side_machine_is_read_only_where_there_is_one(
    folder: Path, paper: str, read: str, fault: str
) -> None:
    template = folder / f"{paper}.html.j2"
    template.write_text(template.read_text("utf-8") + f"{{{{ {read} }}}}", "utf-8")
    forget()
    found = proved(workflow(), Papers(templates.documents(), variables.faults))
    assert any(fault in one.problem.to("en") for one in found)


def test_what_several_machines_share_may_be_read() -> None:
    flow = workflow()
    by_name = {one.definition: one for plan in flow.machines.values() for one in plan.events}
    perform, accept = by_name["obligation/perform"], by_name["referral/accept"]
    both = machine_facts(flow, [perform, accept])
    assert both is not None
    assert "amount" not in both
    assert machine_facts(flow, [flow.case.events[0], perform]) is None


def test_every_paper_between_bodies_is_tried() -> None:
    assert set(OUTSIDE) <= set(documents())
