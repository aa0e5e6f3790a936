"""Turns the conditions of a plan into functions of a situation, once, when it is loaded."""

from collections.abc import Callable, Mapping
from typing import Any

from mediation.engine.guards import GUARDS
from mediation.engine.situations import Condition, Situation
from mediation.engine.workflows.definitions import Need, Plan, Test


def condition(test: Test, plan: Plan) -> Condition:
    """Give the function that decides a test."""
    return CONDITIONS[test.about](test, plan)


def need_condition(need: Need, plan: Plan) -> Condition:
    """Give the function that tells whether a need is met, waived, or not asked for."""
    holds = condition(need.test, plan)
    if need.when:
        asked, met = condition(need.when, plan), holds

        def holds(situation: Situation) -> bool:
            return not asked(situation) or met(situation)

    if not need.unless:
        return holds
    return lambda situation: situation.fact(need.unless) is True or holds(situation)


def fact_condition(test: Test) -> Condition:
    """Give the function that tests one fact."""
    holds, name, value = WAYS[test.how], test.subject, test.value
    return lambda situation: holds(situation.fact(name), value)


def field_condition(test: Test) -> Condition:
    """Give the function that tests one field of the form."""
    holds, name, value = WAYS[test.how], test.subject, test.value
    return lambda situation: holds(situation.form.get(name), value)


def guard_condition(test: Test) -> Condition:
    """Give the function that asks a guard."""
    guard, arguments = GUARDS[test.subject], test.arguments
    return lambda situation: guard.holds(situation, arguments)


def machine_condition(test: Test) -> Condition:
    """Give the function that tests the side machines of one sort."""
    states = test.value if isinstance(test.value, list | tuple) else ()
    kinds = test.arguments.get("kinds") or ()
    prefix = f"{test.subject}/"

    def found(situation: Situation) -> list[bool]:
        return [
            machine.state in states
            for key, machine in situation.case.machines.items()
            if key.startswith(prefix) and (not kinds or machine.kind in kinds)  # type: ignore[operator]
        ]

    if test.how == "none_in":
        return lambda situation: not any(found(situation))
    if test.how == "some_in":
        return lambda situation: any(found(situation))
    return lambda situation: all(found(situation))


def clock_stands(situation: Situation, period: str) -> str:
    """Tell how a period stands: running, over or none; the side machine's own come first."""
    keys = (situation.machine_key, "") if situation.machine_key else ("",)
    for key in keys:
        for clock in situation.case.clocks:
            if clock.period == period and clock.machine == key:
                over = clock.due_at is not None and clock.due_at <= situation.at
                return "over" if over else "running"
    return "none"


def equal(known: Any, value: Any) -> bool:
    """Tell whether a fact is a value; True and 1 are two things."""
    return known == value and isinstance(known, bool) == isinstance(value, bool)


WAYS: Mapping[str, Callable[[Any, Any], bool]] = {
    "is": equal,
    "not": lambda known, value: known is not None and not equal(known, value),
    "in": lambda known, value: known in value,
    "min": lambda known, value: known is not None and known >= value,
    "present": lambda known, _: known not in (None, "", [], {}),
    "absent": lambda known, _: known in (None, "", [], {}),
}

CONDITIONS: Mapping[str, Callable[[Test, Plan], Condition]] = {
    "fact": lambda test, _: fact_condition(test),
    "field": lambda test, _: field_condition(test),
    "need": lambda test, plan: need_condition(plan.needs[test.subject], plan),
    "guard": lambda test, _: guard_condition(test),
    "period": lambda test, _: lambda at: clock_stands(at, test.subject) == test.value,
    "machine": lambda test, _: machine_condition(test),
    "always": lambda _, __: lambda _: True,
}
