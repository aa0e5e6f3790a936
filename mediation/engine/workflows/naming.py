"""Checks that every name a composed workflow uses stands for something that exists and fits."""

from collections.abc import Iterable, Iterator, Mapping

from mediation.engine.errors import DefinitionError, unknown
from mediation.engine.forms import PERSON_FIELDS
from mediation.engine.guards import GUARDS
from mediation.engine.legal_time.derivations import CITATIONS
from mediation.engine.workflows.definitions import (
    CASE_RELATIONS,
    MACHINE_RELATIONS,
    OPEN_ACTORS,
    Event,
    Field,
    Need,
    Period,
    Plan,
    Right,
    Test,
    Workflow,
)
from mediation.engine.workflows.parts import right
from mediation.language import Message

Places = Mapping[tuple[str, str], tuple[str, str]]

FITTING = {
    "flag": ("flag",),
    "number": ("number",),
    "money": ("money",),
    "day": ("day",),
    "moment": ("moment",),
    "choice": ("choice",),
    "choices": ("choices",),
    "text": ("text",),
    "officer": ("officers",),
    "officers": ("officers",),
    "body": ("body",),
    "case": ("case",),
    "people": ("parties",),
    "class": ("choice",),
    "party": ("text",),
    "parties": ("choices",),
}
"""Field type -> the types of fact it may set, where it asks no value by party."""

CONSTANTS: Mapping[str, type] = {
    "flag": bool,
    "number": int,
    "money": int,
    "choice": str,
    "choices": list,
    "text": str,
}
"""Type of fact -> the constants that files may set it to; other facts come from forms."""

BY_PARTY = {"day": "party_days", "choice": "party_choices", "flag": "party_choices"}


def faults(workflow: Workflow, places: Places) -> list[DefinitionError]:
    """List every name of a workflow that does not resolve or does not fit."""
    found = Names(workflow, places)
    found.plan(workflow.case, CASE_RELATIONS)
    for machine in workflow.machines.values():
        found.plan(machine, MACHINE_RELATIONS)
    for name, one in workflow.classes.items():
        where = (f"{workflow.kind}.toml", f"class.{name}")
        found.known(
            "statistic", one.statistic, workflow.words.get("statistical_classes", {}), where
        )
        found.constants(one.set, workflow.case, where)
        found.articles(one.law, where)
    for name, rule in workflow.papers.items():
        where = ("bodies.toml", f"document.{name}.requires")
        for required in rule.requires:
            found.known("requires", required, requirable(workflow, name), where)
    # The counting of periods cites these by itself, whatever the files say.
    found.articles(CITATIONS, ("law.toml", "article"))
    return found.errors


def requirable(workflow: Workflow, paper: str) -> set[str]:
    """List what a paper may be said not to lack: facts, columns of parties, its events' fields.

    A field must be in the form of every event that issues it.
    """
    plans = (workflow.case, *workflow.machines.values())
    forms = [
        {field.name for field in event.form}
        for plan in plans
        for event in plan.events
        if paper in event.issues
    ]
    return {
        *(f"facts.{name}" for name in workflow.case.facts),
        *(f"parties.{name}" for name in PERSON_FIELDS),
        *(f"form.{name}" for name in (set.intersection(*forms) if forms else ())),
    }


def citations(workflow: Workflow) -> set[str]:
    """Gather every article a workflow cites."""
    keys: set[str] = set(CITATIONS)
    for plan in (workflow.case, *workflow.machines.values()):
        keys.update(*(event.law for event in plan.events))
        keys.update(need.law for need in plan.needs.values())
        keys.update(period.law for period in plan.periods.values())
    keys.update(*(one.law for one in workflow.classes.values()))
    return keys


class Names:
    """Resolves names against one workflow and gathers the faults with the place of each."""

    def __init__(self, workflow: Workflow, places: Places) -> None:
        self.workflow, self.places = workflow, places
        self.errors: list[DefinitionError] = []

    def refuse(self, where: tuple[str, str], problem: Message) -> None:
        """Note a fault once."""
        error = DefinitionError(*where, problem)
        if str(error) not in {str(known) for known in self.errors}:
            self.errors.append(error)

    def known(self, _: str, name: str, names: Iterable[str], where: tuple[str, str]) -> bool:
        """Check one name against those that exist."""
        listed = list(names)
        if name not in listed:
            self.refuse(where, unknown(name, listed))
        return name in listed

    def place(self, sort: str, name: str) -> tuple[str, str]:
        """Give the file and table where a thing was written."""
        return self.places.get((sort, name), ("", name))

    def plan(self, plan: Plan, relations: tuple[str, ...]) -> None:
        """Check one chart."""
        for path, state in plan.states.items():
            where = self.place(
                "state", path if plan is self.workflow.case else f"{plan.name}:{path}"
            )
            if state.responsible:
                self.right(state.responsible, relations, where)
            if state.waits:
                self.known("waits", state.waits, self.workflow.machines, where)
            from_here = [event.name for event in plan.events if path in event.sources]
            for name in state.next:
                self.known("next", name, from_here, where)
        for event in plan.events:
            self.event(plan, event, relations, self.place("event", event.definition))
        for need in plan.needs.values():
            self.need(plan, need, relations, self.place("need", need.name))
        for period in plan.periods.values():
            self.period(plan, period, self.place("period", period.name))

    def period(self, plan: Plan, period: Period, where: tuple[str, str]) -> None:
        """Check the names of a period."""
        for state in (*period.starts, *period.runs_in, *period.suspended_in):
            self.known("state", state, plan.states, where)
        for fact in filter(None, (period.anchor, period.until)):
            self.fact(fact, plan, where)
        spans = [one for one in (period.span, period.extension) if one]
        if len({one.unit == "hours" for one in spans}) > 1:
            self.refuse(where, Message("以小时计算的期限不能与其他单位相加"))
        if period.when:
            self.test(plan, period.when, where)
        if period.fires:
            events = (*calendar_events(plan), *calendar_events(self.workflow.case))
            self.known("fires", period.fires, events, where)
        self.articles([period.law], where)
        self.kinds(plan, period.kinds, where)

    def event(
        self, plan: Plan, event: Event, relations: tuple[str, ...], where: tuple[str, str]
    ) -> None:
        """Check the names of an event."""
        known = (*relations, *self.officers(plan))
        self.rights((*event.by, *event.on_behalf), known, where)
        self.rights((*event.notify, *event.effects.rise), relations, where)
        self.listens(event, where)
        for name in event.needs:
            self.known("need", name, plan.needs, where)
        for name in event.issues:
            self.known("document", name, self.workflow.words["document"], where)
        for branch in event.branches:
            self.test(plan, branch.test, where, event)
        self.constants(event.set, plan, where)
        self.facts((*event.stamp, *event.stamp_latest), plan, where, "day")
        for days in event.stamp_latest.values():
            self.facts(days, plan, where, "day", "party_days")
        self.facts(event.stamp_actor, plan, where, "officers")
        self.facts(event.count, plan, where, "number")
        self.facts(event.clear, plan, where)
        for series in event.numbers:
            self.known("series", series, self.workflow.series, where)
        # A number is taken for the case, whichever chart the event belongs to.
        self.facts(event.numbers.values(), self.workflow.case, where, "text")
        self.articles(event.law, where)
        self.kinds(plan, event.kinds, where)
        self.effects(plan, event, where)
        for field in event.form:
            self.field(plan, event, field, where)

    def listens(self, event: Event, where: tuple[str, str]) -> None:
        """Check the state of a side machine that an event waits for."""
        if not event.on:
            return
        machine, _, state = event.on.partition(":")
        if self.known("on", machine, self.workflow.machines, where):
            heard = self.workflow.machines[machine]
            self.known("on", state, heard.states, where)
            for kind in event.on_kinds:
                self.known("kind", kind, heard.kinds, where)

    def effects(self, plan: Plan, event: Event, where: tuple[str, str]) -> None:
        """Check the names in the effects of an event."""
        fields = {field.name for field in event.form}
        for start in event.effects.starts:
            if self.known("start", start.machine, self.workflow.machines, where):
                self.known(
                    "kind", start.kind, self.workflow.machines[start.machine].kinds, where
                )
            for body in filter(None, (start.sender, start.receiver)):
                self.known("body", body, (*fields, *CASE_RELATIONS[:2]), where)
            if start.each:
                self.known("each", start.each, fields, where)
        self.clocks(plan, event, where)
        for machine, name in event.effects.moves:
            if self.known("move", machine, self.workflow.machines, where):
                events = self.workflow.machines[machine].events
                self.known("event", name, (one.name for one in events), where)

    def clocks(self, plan: Plan, event: Event, where: tuple[str, str]) -> None:
        """Check the periods an event touches, and that one it extends has an extension."""
        for name in event.effects.clocks:
            if not self.known("period", name, plan.periods, where):
                continue
            period = plan.periods[name]
            if name in event.effects.extend and period.extension is None:
                values = {"period": period.label}
                self.refuse(where, Message("期限“{period}”没有规定可以延长多久", values))

    def field(self, plan: Plan, event: Event, field: Field, where: tuple[str, str]) -> None:
        """Check that a field sets a fact whose type fits, and offers what exists."""
        if field.by_party and field.by_party != "each":
            self.known("by_party", field.by_party, (one.name for one in event.form), where)
        for sort in field.sorts:
            self.known("sort", sort, self.workflow.words["sort"], where)
        for tier in field.tiers:
            self.known("tier", tier, self.workflow.words["tier"], where)
        for role in field.roles:
            self.known("role", role, self.workflow.words["role"], where)
        if field.type in ("choice", "choices") and not field.options:
            self.refuse(where, Message("栏目“{field}”没有可选项", {"field": field.name}))
        self.keys(plan, field, where)
        if field.sets and self.fact(field.sets, plan, where):
            fact = self.schema(plan)[field.sets]
            fitting = (
                (BY_PARTY.get(field.type),) if field.by_party else FITTING.get(field.type, ())
            )
            if fact not in fitting:
                self.refuse(
                    where,
                    Message(
                        "栏目“{field}”的类型 {type} 不能写入事实“{fact}”（{fact_type}）",
                        {
                            "field": field.name,
                            "type": field.type,
                            "fact": field.sets,
                            "fact_type": fact,
                        },
                    ),
                )

    def keys(self, plan: Plan, field: Field, where: tuple[str, str]) -> None:
        """Check the keys that only a field of some types may have."""
        self.facts(filter(None, (field.not_before,)), plan, where, "day")
        self.facts(filter(None, (field.other_than,)), plan, where, "text")
        for key, given, types in (
            ("not_before", field.not_before, ("day", "moment")),
            ("must", field.must, ("flag",)),
            ("other_than", field.other_than, ("party",)),
            ("known", field.known, ("people",)),
        ):
            if given and field.type not in types:
                values = {"field": field.name, "type": field.type, "key": key}
                self.refuse(
                    where, Message("栏目“{field}”的类型是 {type}，不能有 {key}", values)
                )

    def need(
        self, plan: Plan, need: Need, relations: tuple[str, ...], where: tuple[str, str]
    ) -> None:
        """Check the names of a need."""
        self.test(plan, need.test, where)
        self.articles([need.law], where)
        if need.who:
            self.right(right(need.who), (*relations, *self.officers(plan)), where)
        if need.remedy:
            self.known("remedy", need.remedy, every_event(self.workflow), where)
        if need.when:
            self.test(plan, need.when, where)
        if need.unless:
            self.fact(need.unless, plan, where)

    def test(
        self, plan: Plan, test: Test, where: tuple[str, str], event: Event | None = None
    ) -> None:
        """Check the subject of a condition."""
        match test.about:
            case "fact":
                self.fact(test.subject, plan, where)
            case "field":
                # What is sealed, no decision may read.
                fields = [one for one in event.form if not one.sealed] if event else ()
                self.known("field", test.subject, (field.name for field in fields), where)
            case "need":
                self.known("need", test.subject, plan.needs, where)
            case "period":
                periods = {**self.workflow.case.periods, **plan.periods}
                self.known("period", test.subject, periods, where)
            case "machine":
                self.machine(test.subject, test.value, test.arguments.get("kinds"), where)
            case "guard" if self.known("guard", test.subject, GUARDS, where):
                self.guard(plan, test, where)
            case _:
                pass

    def guard(self, plan: Plan, test: Test, where: tuple[str, str]) -> None:
        """Check what a guard reads, its argument `of` included."""
        guard = GUARDS[test.subject]
        for argument in test.arguments:
            self.known("argument", argument, guard.arguments, where)
        for argument in guard.required:
            self.known("argument", argument, test.arguments, where)
        for fact in guard.reads:
            self.fact(fact, plan, where)
        if "of" in test.arguments:
            self.fact(str(test.arguments["of"]), plan, where)
        if "machine" in test.arguments:
            states = test.arguments.get("in")
            self.machine(
                str(test.arguments["machine"]), states, test.arguments.get("kinds"), where
            )

    def machine(self, name: str, states: object, kinds: object, where: tuple[str, str]) -> None:
        """Check a side machine, its states and kinds."""
        if not self.known("machine", name, self.workflow.machines, where):
            return
        plan = self.workflow.machines[name]
        for state in states if isinstance(states, list | tuple) else ():
            self.known("state", str(state), plan.states, where)
        for kind in kinds if isinstance(kinds, list | tuple) else ():
            self.known("kind", str(kind), plan.kinds, where)

    def kinds(self, plan: Plan, kinds: Iterable[str], where: tuple[str, str]) -> None:
        """Check the kinds an event or period of a machine is limited to."""
        for kind in kinds:
            self.known("kind", kind, plan.kinds, where)

    def rights(
        self, rights: Iterable[Right], relations: Iterable[str], where: tuple[str, str]
    ) -> None:
        """Check roles and their relations."""
        for one in rights:
            self.right(one, relations, where)

    def right(self, right: Right, relations: Iterable[str], where: tuple[str, str]) -> None:
        """Check a role and its relation."""
        if not right.relation:
            self.known("by", right.role, OPEN_ACTORS, where)
            return
        self.known("role", right.role, self.workflow.words["role"], where)
        self.known("relation", right.relation, relations, where)

    def schema(self, plan: Plan) -> dict[str, str]:
        """Give the types of the facts a chart may read."""
        facts = {**self.workflow.case.facts, **plan.facts}
        return {name: fact.type for name, fact in facts.items()}

    def officers(self, plan: Plan) -> Iterator[str]:
        """List the facts that name officers: each is a relation of those it names."""
        return (name for name, type_ in self.schema(plan).items() if type_ == "officers")

    def fact(self, name: str, plan: Plan, where: tuple[str, str]) -> bool:
        """Check a fact."""
        return self.known("fact", name, self.schema(plan), where)

    def facts(
        self, names: Iterable[str], plan: Plan, where: tuple[str, str], *types: str
    ) -> None:
        """Check the facts an event reads or sets by itself, and their types if given."""
        for name in names:
            if self.fact(name, plan, where) and types:
                self.fitting(name, self.schema(plan)[name] in types, where)

    def constants(
        self, values: Mapping[str, object], plan: Plan, where: tuple[str, str]
    ) -> None:
        """Check the facts an event or class sets to a constant."""
        for name, value in values.items():
            if self.fact(name, plan, where):
                # True is an int to Python, but not to a reader.
                wanted = CONSTANTS.get(self.schema(plan)[name])
                self.fitting(name, wanted is type(value), where)

    def fitting(self, fact: str, fits: object, where: tuple[str, str]) -> None:
        """Refuse what a fact of this type cannot hold."""
        if not fits:
            self.refuse(where, Message("事实“{fact}”的类型与此不合", {"fact": fact}))

    def articles(self, keys: Iterable[str], where: tuple[str, str]) -> None:
        """Check citations."""
        for key in keys:
            self.known("law", key, self.workflow.articles, where)


def calendar_events(plan: Plan) -> Iterator[str]:
    """List the events the calendar may do."""
    return (event.name for event in plan.events if Right("calendar", "") in event.by)


def every_event(workflow: Workflow) -> Iterator[str]:
    """List the events of all charts."""
    for plan in (workflow.case, *workflow.machines.values()):
        yield from (event.name for event in plan.events)
