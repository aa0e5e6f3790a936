"""Proves that no condition asks a choice for what it does not offer."""

from collections.abc import Iterator

from mediation.engine.errors import unknown
from mediation.engine.proofs.report import Unproved
from mediation.engine.proofs.values import OWNER, tests
from mediation.engine.workflows.definitions import Test, Workflow
from mediation.language import Message

COMPARING = ("is", "not", "in")


def choices(workflow: Workflow) -> Iterator[Unproved]:
    """Say which conditions compare a choice with a word it does not have."""
    told: set[tuple[str, str]] = set()
    for plan in (workflow.case, *workflow.machines.values()):
        facts = {**workflow.case.facts, **plan.facts}
        offered = {name: [one.key for one in fact.options] for name, fact in facts.items()}
        offered |= {fact: list(workflow.words.get(word, ())) for fact, word in OWNER}
        for test in tests(plan):
            for value in compared(test):
                known = offered.get(test.subject, ())
                if known and value not in known and (test.subject, value) not in told:
                    told.add((test.subject, value))
                    values = {"fact": facts[test.subject].label, "name": test.subject}
                    near = {"problem": unknown(value, known)}
                    yield Unproved(
                        "unknown_value",
                        Message("比对“{fact}”（{name}）的条件：{problem}", {**values, **near}),
                    )


def compared(test: Test) -> Iterator[str]:
    """List the words a condition compares a fact with."""
    if test.about == "fact" and test.how in COMPARING:
        listed = test.value if isinstance(test.value, list | tuple) else (test.value,)
        yield from map(str, listed)
