"""What the papers of a workflow may speak of: facts, fields and choices, gathered once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from mediation.engine.forms import ON_BEHALF
from mediation.engine.workflows.definitions import (
    EACH,
    DisputeClass,
    Event,
    Option,
    Plan,
    Workflow,
)
from mediation.engine.workflows.definitions import Field as FormField
from mediation.language import Label
from mediation.rendering.values import Choice, Names, Read, by_party, reader

TABLES: Final = ("people", "obligations")
"""Fields that papers read elsewhere: as `parties` and as `obligations`."""


class Cited(NamedTuple):
    """An article as a paper cites it, and its rule in our words."""

    cited: str
    rule: str


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of one event.

    Args:
        event: its name.
        fields: every name, with None.
        readers: for the fields that are read into a type.
        obligations: the field that holds promises; empty if none does.
    """

    event: str
    fields: Mapping[str, None]
    readers: Mapping[str, Read]
    obligations: str

    def names(
        self,
        plain: Mapping[str, Any],
        sealed: Mapping[str, Any],
        fields: Mapping[str, None] | None = None,
    ) -> Names:
        """Give what the form was filled in with, by field.

        Args:
            fields: names that are known too, with None.
        """
        return Names({**(fields or self.fields), **plain, **sealed}, self.readers)


@dataclass(frozen=True, slots=True)
class SideWords:
    """The names of one sort of side machine and how their values are read.

    Args:
        facts: every fact, with its default.
        by_hour: the periods that are counted in hours.
    """

    kinds: Mapping[str, Choice]
    facts: Mapping[str, Any]
    fact_readers: Mapping[str, Read]
    periods: Mapping[str, Choice]
    by_hour: frozenset[str]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names of one workflow and how their values are read.

    Args:
        workflow: held, so that no other can come to have its address.
        facts: every fact, with its default.
        forms: by definition of the event, those of side machines among them.
        told: by name of an event of the case, the fields of all events of that name, with None.
        law: the articles behind each class.
        periods: the deadlines of the case by name.
        beside: of every sort of side machine.
    """

    workflow: Workflow
    kind: Choice
    classes: Mapping[str, Choice]
    law: Mapping[str, tuple[Cited, ...]]
    facts: Mapping[str, Any]
    fact_readers: Mapping[str, Read]
    forms: Mapping[str, Form]
    told: Mapping[str, Mapping[str, None]]
    periods: Mapping[str, Choice]
    beside: Mapping[str, SideWords]


_GATHERED: Final[dict[int, Vocabulary]] = {}


def vocabulary(workflow: Workflow) -> Vocabulary:
    """Give the vocabulary of a workflow, gathered once a process."""
    known = _GATHERED.get(id(workflow))
    if known is None:
        known = _GATHERED.setdefault(id(workflow), _gather(workflow))
    return known


def _gather(workflow: Workflow) -> Vocabulary:
    classes = _choices((key, one.label) for key, one in workflow.classes.items())
    engine = {
        "class": classes,
        "owner_sort": _choices(workflow.words.get("sort", {}).items()),
        "owner_tier": _choices(workflow.words.get("tier", {}).items()),
    }
    facts = workflow.case.facts
    fact_readers = {
        name: reader(fact.type, engine.get(name) or _options(fact.options))
        for name, fact in facts.items()
    }
    plans = (workflow.case, *workflow.machines.values())
    forms = {event.definition: _form(event, classes) for plan in plans for event in plan.events}
    return Vocabulary(
        workflow=workflow,
        kind=Choice(workflow.kind, workflow.label.zh),
        classes=classes,
        law={key: _cited(workflow, one) for key, one in workflow.classes.items()},
        facts={name: fact.default for name, fact in facts.items()},
        fact_readers={name: read for name, read in fact_readers.items() if read},
        forms=forms,
        told=_told(forms[event.definition] for event in workflow.case.events),
        periods=_choices((name, one.label) for name, one in workflow.case.periods.items()),
        beside={name: _side(plan) for name, plan in workflow.machines.items()},
    )


def _side(plan: Plan) -> SideWords:
    readers = {
        name: reader(one.type, _options(one.options)) for name, one in plan.facts.items()
    }
    spans = {name: one.span for name, one in plan.periods.items()}
    return SideWords(
        kinds=_choices((name, one.label) for name, one in plan.kinds.items()),
        facts={name: one.default for name, one in plan.facts.items()},
        fact_readers={name: read for name, read in readers.items() if read},
        periods=_choices((name, one.label) for name, one in plan.periods.items()),
        by_hour=frozenset(name for name, one in spans.items() if one and one.unit == "hours"),
    )


def _told(forms: Iterable[Form]) -> dict[str, dict[str, None]]:
    told: dict[str, dict[str, None]] = {}
    for form in forms:
        told.setdefault(form.event, {}).update(form.fields)
    return told


def _form(event: Event, classes: Mapping[str, Choice]) -> Form:
    fields = (*event.form, *(ON_BEHALF if event.on_behalf else ()))
    plain = [one for one in fields if one.type not in TABLES]
    readers = {one.name: _field_reader(one, classes) for one in plain}
    promises = [one.name for one in fields if one.type == "obligations"]
    return Form(
        event.name,
        {one.name: None for one in plain},
        {name: read for name, read in readers.items() if read},
        promises[0] if promises else "",
    )


def _field_reader(one: FormField, classes: Mapping[str, Choice]) -> Read | None:
    read = reader(one.type, classes if one.type == "class" else _options(one.options))
    return by_party(read) if one.by_party == EACH else read


def _cited(workflow: Workflow, one: DisputeClass) -> tuple[Cited, ...]:
    articles = (workflow.articles[key] for key in one.law)
    return tuple(Cited(article.cited(), article.rule.zh) for article in articles)


def _options(options: Iterable[Option]) -> dict[str, Choice]:
    return _choices((option.key, option.label) for option in options)


def _choices(labels: Iterable[tuple[str, Label]]) -> dict[str, Choice]:
    return {key: Choice(key, label.zh) for key, label in labels}
