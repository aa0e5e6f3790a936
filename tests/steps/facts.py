"""Steps about what is on record of a case: facts by their labels, and who was told."""

from typing import Any

from pytest_bdd import parsers, then
from sqlalchemy import select

from mediation.engine.definitions import FactType
from mediation.operations.cases import View
from mediation.records.tables import outbox
from tests.offices import Desk
from tests.steps.cases import body_named, nothing_was_refused, view


def said(fact: FactType, value: Any, seen: View) -> str:
    """Write a fact as the handbook does."""
    names = {option.key: option.label.zh for option in fact.options}
    match fact.type:
        case "flag":
            return "是" if value else "否"
        case "money":
            return f"{value / 100:.2f}元"
        case "day":
            year, month, day = value.split("-")
            return f"{year}年{int(month)}月{int(day)}日"
        case "choices":
            return "；".join(names.get(one) or seen.names.get(one, one) for one in value)
        case "party_choices":
            return "；".join(f"{seen.names[ref]}：{names[one]}" for ref, one in value.items())
        case "officers":
            directory = seen.people.directory
            return "；".join(directory.officers[handle].name for handle in value)
        case "choice" if fact.name == "class":
            return seen.procedure.workflow.classes[value].label.zh
    return names.get(value, str(value))


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
