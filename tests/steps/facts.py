"""Steps about what is on record of a case: facts by their labels, and who was told."""

from collections.abc import Callable, Mapping
from typing import Any

from pytest_bdd import parsers, then
from sqlalchemy import select

from mediation.engine.workflows.definitions import FactType
from mediation.operations.cases.viewing import View
from mediation.records.tables import outbox
from tests.offices import Desk
from tests.steps.cases import body_named, nothing_was_refused, view

Names = Mapping[str, str]


def said(fact: FactType, value: Any, seen: View) -> str:
    """Write a fact as the handbook does."""
    names = {option.key: option.label.zh for option in fact.options} | dict(seen.names)
    names |= {key: one.label.zh for key, one in seen.procedure.workflow.classes.items()}
    if fact.type == "officers":
        names = {key: one.name for key, one in seen.people.directory.officers.items()}
    return SAYINGS.get(fact.type, one_of)(value, names)


def one_of(value: Any, names: Names) -> str:
    """Write a choice, or what has no name of its own."""
    return names.get(value, str(value))


def day(value: Any, _: Names) -> str:
    """Write a day."""
    year, month, number = value.split("-")
    return f"{year}年{int(month)}月{int(number)}日"


SAYINGS: Mapping[str, Callable[[Any, Names], str]] = {
    "flag": lambda value, _: "是" if value else "否",
    "money": lambda value, _: f"{value / 100:.2f}元",
    "day": day,
    "choices": lambda value, names: "；".join(one_of(one, names) for one in value),
    "officers": lambda value, names: "；".join(one_of(one, names) for one in value),
    "party_choices": lambda value, names: "；".join(
        f"{names[ref]}：{one_of(one, names)}" for ref, one in value.items()
    ),
}


def on_record(desk: Desk, label: str) -> str | None:
    """Give a fact of the case by its label; None if nothing is on record."""
    seen = view(desk)
    fact = next(f for f in seen.procedure.case.plan.facts.values() if f.label.zh == label)
    value = seen.case.value(fact.name)
    if value is None:
        value = fact.default
    return None if value is None else said(fact, value, seen)


@then(parsers.re(r"“(?P<label>[^”]+)”记为“(?P<text>[^”]+)”"))
def it_is_on_record(desk: Desk, label: str, text: str) -> None:
    nothing_was_refused(desk)
    assert on_record(desk, label) == text


@then(parsers.re(r"没有记载“(?P<label>[^”]+)”"))
def it_is_not_on_record(desk: Desk, label: str) -> None:
    nothing_was_refused(desk)
    assert on_record(desk, label) is None


@then(parsers.re(r"“(?P<body>[^”]+)”的(?P<role>\S+)收到了通知"))
def somebody_was_told(desk: Desk, body: str, role: str) -> None:
    nothing_was_refused(desk)
    seen = view(desk)
    roles = {label.zh: key for key, label in seen.procedure.workflow.words["role"].items()}
    with desk.office.database.engine.connect() as connection:
        told = select(outbox.c.recipient).where(outbox.c.case_id == seen.row.id)
        recipients = set(connection.execute(told).scalars())
    assert f"{roles[role]}@{body_named(desk, body)}" in recipients, recipients
