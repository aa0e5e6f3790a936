"""Composes a kind at a place from its stages: place, wire, add, set. Nothing is removed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from mediation.engine.errors import DefinitionError, DefinitionsRefused, unknown
from mediation.engine.legal_time.spans import Span
from mediation.engine.workflows import naming
from mediation.engine.workflows.definitions import (
    Article,
    Branch,
    Event,
    FactType,
    Field,
    MachineKind,
    Need,
    Option,
    Period,
    Plan,
    State,
    Workflow,
)
from mediation.engine.workflows.files import (
    ChartFile,
    EventFile,
    FactFile,
    FieldFile,
    NeedFile,
    NumberFile,
    PeriodFile,
    PlaceFile,
    SpanFile,
    StageFile,
    StateFile,
    Text,
    units,
)
from mediation.engine.workflows.parts import (
    articles,
    classes,
    effects,
    form_field,
    label,
    need,
    papers,
    period,
    rights,
    span,
    state,
    ways,
    words,
)
from mediation.engine.workflows.reading import NATIONAL, Library
from mediation.language import Message

EXIT = "exit:"
EVERY_STATE = "*"
OPEN, CLOSED = "open", "closed"
RISE, AT_TOP = "rise", "rise_at_top"


@dataclass
class Origins:
    """Where each composed thing was written, and what is wrong with it."""

    places: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    errors: list[DefinitionError] = field(default_factory=list)

    def refuse(self, file: str, where: str, problem: Message) -> None:
        """Note a fault, once."""
        error = DefinitionError(file, where, problem)
        if str(error) not in {str(known) for known in self.errors}:
            self.errors.append(error)


def compose(library: Library, kind: str, place: str) -> Workflow:
    """Compose the workflow of a kind at a place.

    Raises:
        DefinitionsRefused: if a name does not resolve or two definitions collide, with all
            such faults.
    """
    origins = Origins()
    if place not in library.places:
        origins.refuse(f"periods/{place}.toml", "", unknown(place, library.places))
        raise DefinitionsRefused(origins.errors)
    numbers = numbers_of(library, place)
    case = CaseComposer(library, kind, numbers, origins).plan()
    machines = {
        name: MachineComposer(library, name, numbers, origins).plan()
        for name in library.machines
    }
    file = library.kinds[kind]
    workflow = Workflow(
        kind=kind,
        place=place,
        label=label(file.kind.label),
        case=case,
        machines=machines,
        classes=classes(file),
        articles=articles(library),
        series={name: series.pattern for name, series in library.bodies.series.items()},
        rise=span(numbers[RISE]) if RISE in numbers else Span(5, "working_days"),
        words=words(library),
        rise_at_top=span(numbers[AT_TOP]) if AT_TOP in numbers else None,
        papers=papers(library),
    )
    if RISE not in numbers or "hours" in {one.unit for one in workflow.rises}:
        # They count from a day, and hours from a moment.
        origins.refuse(f"periods/{NATIONAL}.toml", RISE, Message("缺少上级督办的期限，以日计"))
    origins.errors += naming.faults(workflow, origins.places)
    if origins.errors:
        raise DefinitionsRefused(origins.errors)
    return replace(workflow, articles=cited(workflow))


def numbers_of(library: Library, place: str) -> dict[str, NumberFile]:
    """Lay a place's numbers over the national ones; a new unit replaces the old."""
    found = dict(library.places[NATIONAL])
    for name, number in library.places[place].items() if place != NATIONAL else ():
        base = found.get(name, NumberFile())
        keep = base.model_dump(by_alias=True)
        if units(number):
            keep = {
                key: value for key, value in keep.items() if key not in SpanFile.model_fields
            }
        found[name] = NumberFile(**{**keep, **number.model_dump(exclude_unset=True)})
    return found


class Composer:
    """Turns the tables of files into the parts of a plan."""

    def __init__(
        self,
        library: Library,
        numbers: Mapping[str, NumberFile],
        origins: Origins,
    ) -> None:
        self.library, self.numbers, self.origins = library, numbers, origins
        self.states: dict[str, State] = {}
        self.events: list[Event] = []
        self.needs: dict[str, Need] = {}
        self.periods: dict[str, Period] = {}

    def note(self, sort: str, name: str, file: str, where: str) -> None:
        """Remember where a thing was written."""
        self.origins.places.setdefault((sort, name), (file, where))

    def add_needs(self, file: str, needs: Mapping[str, NeedFile]) -> None:
        """Add needs; the same name may be written twice only with the same meaning."""
        for name, written in needs.items():
            made = need(name, written)
            if self.needs.setdefault(name, made) != made:
                self.origins.refuse(
                    file, f"need.{name}", Message("同一办理条件在别处另有不同的定义")
                )
            self.note("need", name, file, f"need.{name}")

    def add_period(
        self, file: str, name: str, written: PeriodFile, path: Mapping[str, str] | None
    ) -> None:
        """Add a period; of a stage placed twice, the states of both placements."""
        number = self.numbers.get(name)
        if not (written.until or (number and units(number))):
            where = f"periods/{NATIONAL}.toml"
            self.origins.refuse(where, name, Message("期限“{name}”没有定数", {"name": name}))
            number = NumberFile(days=1)
        made = period(name, written, number or NumberFile(), path)
        known = self.periods.get(name)
        if known:
            made = replace(
                known,
                starts=known.starts + made.starts,
                runs_in=known.runs_in + made.runs_in,
                suspended_in=known.suspended_in + made.suspended_in,
            )
        self.periods[name] = made
        self.note("period", name, file, f"period.{name}")

    def options(
        self, written: str | dict[str, Text] | None, file: str, where: str
    ) -> tuple[Option, ...]:
        """Give the options of a choice, from a named list or written in place."""
        if isinstance(written, str):
            bodies = self.library.bodies
            sorts = {key: one.label for key, one in bodies.sort.items()}
            tiers = {key: one.label for key, one in bodies.tier.items()}
            lists = {**self.library.lists.list, "sort": sorts, "tier": tiers}
            if written not in lists:
                self.origins.refuse(file, where, unknown(written, lists))
            written = lists.get(written, {})
        return tuple(Option(key, label(text)) for key, text in (written or {}).items())

    def form(self, file: str, where: str, form: Mapping[str, FieldFile]) -> tuple[Field, ...]:
        """Give the fields of a form."""
        for name, written in form.items():
            kept = bool(written.sets) + written.sealed + written.plain
            if kept != 1 and written.type not in ("people", "class", "obligations"):
                self.origins.refuse(
                    file,
                    f"{where}.form.{name}",
                    Message("每一栏须注明且只注明一种去向：sets、sealed 或 plain"),
                )
        return tuple(
            self.field(file, f"{where}.form.{name}", name, written)
            for name, written in form.items()
        )

    def field(self, file: str, where: str, name: str, written: FieldFile) -> Field:
        """Give one field of a form."""
        options = self.options(written.options, file, f"{where}.options")
        known = [option.key for option in options]
        if written.online and written.online not in known:
            self.origins.refuse(file, f"{where}.online", unknown(written.online, known))
        return form_field(name, written, options)

    def facts(self, file: str, written: Mapping[str, FactFile]) -> dict[str, FactType]:
        """Give the schema of facts."""
        return {
            name: FactType(
                name=name,
                type=fact.type,
                label=label(fact.label),
                options=self.options(fact.options, file, f"fact.{name}.options"),
                default=fact.default,
                engine=fact.engine,
            )
            for name, fact in written.items()
        }

    def event(self, name: str, written: EventFile, file: str, **placed: Any) -> Event:
        """Give an event with its sources and branches already placed."""
        where = f"event.{name}"
        return Event(
            name=name,
            label=label(written.label),
            by=rights(written.by),
            on_behalf=rights(written.on_behalf),
            on=written.on,
            on_kinds=tuple(written.on_kinds),
            kinds=tuple(written.kinds),
            needs=tuple(written.needs),
            issues=tuple(written.issues),
            numbers=written.numbers,
            set=written.set,
            stamp=tuple(written.stamp),
            stamp_latest={key: tuple(of) for key, of in written.stamp_latest.items()},
            stamp_actor=tuple(written.stamp_actor),
            count=tuple(written.count),
            clear=tuple(written.clear),
            law=tuple(written.law),
            notify=rights(written.notify),
            effects=effects(written.effects),
            form=self.form(file, where, written.form),
            shortcut=written.shortcut,
            **placed,
        )


class CaseComposer(Composer):
    """Composes the chart of the case itself."""

    def __init__(
        self, library: Library, kind: str, numbers: Mapping[str, NumberFile], origins: Origins
    ) -> None:
        super().__init__(library, numbers, origins)
        self.kind, self.file = kind, library.kinds[kind]
        self.initial = ""

    def plan(self) -> Plan:
        """Give the composed chart."""
        placed = [
            (name, place, stage)
            for name, place in self.file.place.items()
            if (stage := self.stage(name, place))
        ]
        for name, place, stage in placed:
            self.add_states(name, f"stages/{place.stage}.toml", stage.state)
            self.add_states(name, self.own, place.state)
        for name, place, stage in placed:
            self.add_events(name, place, f"stages/{place.stage}.toml", stage, place.stage)
            self.add_events(name, place, self.own, place, f"{self.kind}:{name}")
            for chart, file in ((stage, f"stages/{place.stage}.toml"), (place, self.own)):
                self.add_needs(file, chart.need)
                for period_name, written in chart.period.items():
                    paths = {state: f"{name}/{state}" for state in (*stage.state, *place.state)}
                    self.add_period(file, period_name, written, paths)
        self.add_needs(self.own, self.file.need)
        for period_name, written in self.file.period.items():
            self.add_period(self.own, period_name, written, None)
        self.apply_additions()
        self.apply_settings()
        return Plan(
            name=self.kind,
            label=label(self.file.kind.label),
            initial=self.initial,
            states=self.states,
            events=tuple(self.events),
            needs=self.needs,
            periods=self.periods,
            facts=self.facts("facts.toml", self.library.facts.fact),
        )

    @property
    def own(self) -> str:
        """Name the kind's own file."""
        return f"{self.kind}.toml"

    def stage(self, name: str, place: PlaceFile) -> StageFile | None:
        """Find the stage of a placement and check its wiring."""
        stage = self.library.stages.get(place.stage)
        where = f"place.{name}"
        if place.tier and place.tier not in self.library.bodies.tier:
            problem = unknown(place.tier, self.library.bodies.tier)
            self.origins.refuse(self.own, f"{where}.tier", problem)
        if stage is None:
            self.origins.refuse(
                self.own, f"{where}.stage", unknown(place.stage, self.library.stages)
            )
            return None
        for stranger in sorted(set(stage.told) - set(stage.state)):
            file = f"stages/{place.stage}.toml"
            self.origins.refuse(file, f"told.{stranger}", unknown(stranger, stage.state))
        for missing in sorted(set(stage.stage.exits) - set(place.exits)):
            self.origins.refuse(
                self.own, f"{where}.exits", Message("出口“{exit}”没有接通", {"exit": missing})
            )
        for extra in sorted(set(place.exits) - set(stage.stage.exits)):
            self.origins.refuse(self.own, f"{where}.exits", unknown(extra, stage.stage.exits))
        return stage

    def add_states(self, placement: str, file: str, states: Mapping[str, StateFile]) -> None:
        """Add the states of a placement under their paths."""
        for name, written in states.items():
            path = f"{placement}/{name}"
            self.states[path] = state(path, written)
            self.note("state", path, file, f"state.{name}")

    def add_events(
        self,
        placement: str,
        place: PlaceFile,
        file: str,
        chart: ChartFile,
        family: str,
    ) -> None:
        """Add the events of a placement, sources and targets named by path."""
        for name, written in chart.event.items():
            where = f"event.{name}"
            exits = {f"{EXIT}{key}": path for key, path in place.exits.items()}
            made = self.event(
                name,
                written,
                file,
                definition=f"{family}/{name}",
                sources=self.sources(placement, written.from_, file, where),
                branches=tuple(
                    Branch(test, self.target(placement, to, exits, file, where))
                    for test, to in ways(written)
                ),
            )
            self.events.append(made)
            self.note("event", made.definition, file, where)
            if written.opens:
                if self.initial:
                    self.origins.refuse(file, where, Message("开启案件的事项只能有一项"))
                self.initial = made.branches[-1].to

    def sources(
        self, placement: str, names: Iterable[str], file: str, where: str
    ) -> tuple[str, ...]:
        """Give the states an event starts from, by path."""
        found: list[str] = []
        for name in names:
            if name in (OPEN, CLOSED):
                found += [p for p, s in self.states.items() if s.closed == (name == CLOSED)]
            elif name == EVERY_STATE:
                inside = f"{placement}/"
                found += [
                    p for p, s in self.states.items() if p.startswith(inside) and not s.closed
                ]
            else:
                found.append(self.path(placement, name, file, f"{where}.from"))
        return tuple(dict.fromkeys(found))

    def target(
        self, placement: str, name: str, exits: Mapping[str, str], file: str, where: str
    ) -> str:
        """Give the state an event leads to, by path; nothing if it stays."""
        if not name:
            return ""
        if name.startswith(EXIT):
            if name not in exits:
                self.origins.refuse(file, f"{where}.to", unknown(name, exits))
            return self.wired(placement, name.removeprefix(EXIT), exits.get(name, ""))
        return self.path(placement, name, file, f"{where}.to")

    def wired(self, placement: str, name: str, path: str) -> str:
        """Give the state an exit is wired to; the fault is the wiring's, not the event's."""
        if path and path not in self.states:
            where = f"place.{placement}.exits.{name}"
            self.origins.refuse(self.own, where, unknown(path, self.states))
            return ""
        return path

    def path(self, placement: str, name: str, file: str, where: str) -> str:
        """Give the path of a state named from inside a placement."""
        path = name if "/" in name else f"{placement}/{name}"
        if path not in self.states:
            inside = [p.removeprefix(f"{placement}/") for p in self.states]
            self.origins.refuse(file, where, unknown(name, inside))
        return path

    def apply_additions(self) -> None:
        """Add the kind's needs and documents to the events it names."""
        for name, added in self.file.add.items():
            if name not in {event.name for event in self.events}:
                known = (event.name for event in self.events)
                self.origins.refuse(self.own, f"add.{name}", unknown(name, known))
            self.events = [
                replace(
                    event,
                    needs=event.needs + tuple(added.needs),
                    issues=event.issues + tuple(added.issues),
                )
                if event.name == name
                else event
                for event in self.events
            ]

    def apply_settings(self) -> None:
        """Set keys of periods and labels of states, as the kind says."""
        for name, keys in self.file.set.period.items():
            if name not in self.periods:
                self.origins.refuse(self.own, f"set.period.{name}", unknown(name, self.periods))
                continue
            written = keys.model_dump(exclude_unset=True)
            self.periods[name] = replace(self.periods[name], **written)
        for path, text in self.file.set.label.items():
            if path not in self.states:
                self.origins.refuse(self.own, f"set.label.{path}", unknown(path, self.states))
                continue
            self.states[path] = replace(self.states[path], label=label(text))


class MachineComposer(Composer):
    """Composes the chart of a side machine."""

    def __init__(
        self, library: Library, name: str, numbers: Mapping[str, NumberFile], origins: Origins
    ) -> None:
        super().__init__(library, numbers, origins)
        self.name, self.file = name, library.machines[name]

    def plan(self) -> Plan:
        """Give the composed chart; its first state is where it starts."""
        file = f"{self.name}.toml"
        for name, written in self.file.state.items():
            self.states[name] = state(name, written)
            self.note("state", f"{self.name}:{name}", file, f"state.{name}")
        for name, event in self.file.event.items():
            self.add_event(file, name, event)
        self.add_needs(file, self.file.need)
        paths = {name: name for name in self.file.state}
        for name, written_period in self.file.period.items():
            self.add_period(file, name, written_period, paths)
        return Plan(
            name=self.name,
            label=label(self.file.machine.label),
            initial=next(iter(self.states), ""),
            states=self.states,
            events=tuple(self.events),
            needs=self.needs,
            periods=self.periods,
            facts=self.facts(file, self.file.fact),
            kinds={
                name: MachineKind(name, label(kind.label), kind.clock)
                for name, kind in self.file.kind.items()
            },
        )

    def add_event(self, file: str, name: str, written: EventFile) -> None:
        """Add an event of the machine."""
        where = f"event.{name}"
        open_states = [path for path, found in self.states.items() if not found.closed]
        sources: list[str] = []
        for source in written.from_:
            sources += open_states if source in (EVERY_STATE, OPEN) else [source]
        targets = [(test, to) for test, to in ways(written)]
        for named in (*sources, *(to for _, to in targets if to)):
            if named not in self.states:
                self.origins.refuse(file, where, unknown(named, self.states))
        made = self.event(
            name,
            written,
            file,
            definition=f"{self.name}/{name}",
            sources=tuple(sources),
            branches=tuple(Branch(test, to) for test, to in targets),
        )
        self.events.append(made)
        self.note("event", made.definition, file, where)


def cited(workflow: Workflow) -> dict[str, Article]:
    """Keep the articles this workflow cites."""
    keys = naming.citations(workflow)
    return {key: one for key, one in workflow.articles.items() if key in keys}
