"""Turns single tables of the workflow files into the parts of a compiled plan."""

from collections.abc import Iterable, Mapping

from mediation.engine.legal_time.spans import Span
from mediation.engine.workflows.definitions import (
    Article,
    DisputeClass,
    Effects,
    Field,
    Need,
    Option,
    PaperRule,
    Period,
    Right,
    Start,
    State,
    Test,
)
from mediation.engine.workflows.files import (
    BranchFile,
    EffectFile,
    EventFile,
    FieldFile,
    KindFile,
    NeedFile,
    NumberFile,
    PeriodFile,
    SpanFile,
    StateFile,
    TestFile,
    Text,
    units,
)
from mediation.engine.workflows.reading import Library
from mediation.language import Label


def label(text: Text) -> Label:
    """Give a text as a label."""
    return Label(text.zh, text.en)


def right(text: str) -> Right:
    """Read `role@relation`."""
    role, _, relation = text.partition("@")
    return Right(role, relation)


def rights(texts: Iterable[str]) -> tuple[Right, ...]:
    """Read a list of `role@relation`."""
    return tuple(right(text) for text in texts)


def state(path: str, written: StateFile) -> State:
    """Give a state under its path."""
    return State(
        name=path,
        label=label(written.label),
        responsible=right(written.responsible) if written.responsible else None,
        waits=written.waits,
        closed=written.closed or written.end,
        next=tuple(written.next),
    )


def span(written: SpanFile) -> Span:
    """Give the span of a table with exactly one unit."""
    ((unit, value),) = units(written).items()
    return Span(value, unit)  # type: ignore[arg-type]


def ways(written: EventFile) -> list[tuple[Test, str]]:
    """Give the branches of an event; a single `to` is the branch that always holds."""
    if not written.branches:
        return [(Test("always"), written.to)]
    return [(test(branch), branch.to) for branch in written.branches]


def test(written: TestFile | BranchFile) -> Test:
    """Give the condition of a branch, period or need over a fact, a field or a need."""
    if written.need:
        return Test("need", written.need)
    if not (written.fact or written.field):
        return Test("always")
    how, value = way_of_testing(written)
    return Test(
        "fact" if written.fact else "field", written.fact or written.field or "", how, value
    )


def way_of_testing(written: TestFile) -> tuple[str, object]:
    """Give how a value is tested, and against what."""
    ways = {"is": written.is_, "not": written.not_, "in": written.in_, "min": written.min}
    found: list[tuple[str, object]] = [(how, v) for how, v in ways.items() if v is not None]
    found += [(how, True) for how in ("present", "absent") if getattr(written, how)]
    return found[0] if found else ("is", True)


def need(name: str, written: NeedFile) -> Need:
    """Give a need with its condition."""
    return Need(
        name=name,
        test=need_test(written),
        blocker=label(written.blocker),
        law=written.law,
        who=written.who,
        remedy=written.remedy,
        when=test(written.when) if written.when else None,
        unless=written.unless,
    )


def need_test(written: NeedFile) -> Test:
    """Give the condition of a need, over whichever subject it names."""
    if written.guard:
        keys: dict[str, object] = {"of": written.of, "is": written.is_}
        keys |= {"sides": written.sides, "in": written.in_}
        keys |= {"machine": written.machine, "kinds": written.kinds or None}
        given = {key: value for key, value in keys.items() if value is not None}
        return Test("guard", written.guard, arguments=given)
    if written.period:
        return Test("period", written.period, "is", written.is_)
    if written.machine:
        ways = {
            "none_in": written.none_in,
            "all_in": written.all_in,
            "some_in": written.some_in,
        }
        how = next((how for how, states in ways.items() if states is not None), "none_in")
        return Test("machine", written.machine, how, ways[how], {"kinds": written.kinds})
    return test(written)


def period(
    name: str, written: PeriodFile, number: NumberFile, path: Mapping[str, str] | None
) -> Period:
    """Give a period with the number, effect and source its place sets."""

    def placed(states: Iterable[str]) -> tuple[str, ...]:
        return tuple(path.get(one, one) if path else one for one in states)

    return Period(
        name=name,
        label=label(written.label),
        effect=number.effect or written.effect,
        law=number.law or written.law,
        span=span(number) if units(number) else None,
        until=written.until,
        starts=placed(written.starts),
        anchor=written.anchor,
        runs_in=placed(written.runs_in),
        suspended_in=placed(written.suspended_in),
        when=test(written.when) if written.when else None,
        fires=number.fires if number.fires is not None else written.fires,
        extension=span(number.extension) if number.extension else None,
        remind=number.remind,
        kinds=tuple(written.kinds),
    )


def form_field(name: str, written: FieldFile, options: tuple[Option, ...]) -> Field:
    """Give a field of a form."""
    return Field(
        name=name,
        label=label(written.label),
        type=written.type,
        required=written.required,
        sets=written.sets,
        by_party=written.by_party,
        sealed=written.sealed,
        options=options,
        sorts=tuple(written.bodies.sorts),
        tiers=tuple(written.bodies.tiers),
        roles=tuple(written.roles),
        sides=tuple(written.sides),
        future=written.future,
        not_before=written.not_before,
        must=written.must,
        other_than=written.other_than,
        min=written.min,
        max=written.max,
        help=label(written.help) if written.help else None,
        known=written.known,
    )


def effects(written: Iterable[EffectFile]) -> Effects:
    """Gather the effects of an event."""
    listed = list(written)
    of_old = [
        (one.move, one.event)
        for place, one in enumerate(listed)
        if one.move and any(later.start == one.move for later in listed[place:])
    ]
    return Effects(
        starts=tuple(
            Start(one.start, one.kind, one.sender, one.receiver, one.each)
            for one in listed
            if one.start
        ),
        extend=tuple(one.extend for one in listed if one.extend),
        restart=tuple(one.restart for one in listed if one.restart),
        end=tuple(one.end for one in listed if one.end),
        custody=next((one.custody for one in listed if one.custody), ""),
        reproject=any(one.reproject for one in listed),
        rise=next((rights(one.rise) for one in listed if one.rise), ()),
        moves=tuple((one.move, one.event) for one in listed if one.move),
        moves_of_old=tuple(of_old),
    )


def classes(file: KindFile) -> dict[str, DisputeClass]:
    """Give the classes of a kind."""
    return {
        name: DisputeClass(name, label(one.label), one.statistic, one.set, tuple(one.law))
        for name, one in file.class_.items()
    }


def articles(library: Library) -> dict[str, Article]:
    """Give every article that may be cited."""
    return {
        key: Article(
            statute=one.statute,
            number=one.number,
            rule=label(one.rule),
            since=one.since.isoformat(),
            until=one.until.isoformat() if one.until else "",
        )
        for key, one in library.law.article.items()
    }


def papers(library: Library) -> dict[str, PaperRule]:
    """Give the rules of those papers that have any."""
    made = {
        name: PaperRule(tuple(one.requires), one.by_consent)
        for name, one in library.bodies.document.items()
    }
    return {name: rule for name, rule in made.items() if rule != PaperRule()}


def words(library: Library) -> dict[str, dict[str, Label]]:
    """Give the names of sorts, tiers, roles and lists, for doors to print."""
    bodies = library.bodies
    found = {
        "sort": {key: label(one.label) for key, one in bodies.sort.items()},
        "tier": {key: label(one.label) for key, one in bodies.tier.items()},
        "role": {key: label(one.label) for key, one in bodies.role.items()},
        "series": {key: label(one.label) for key, one in bodies.series.items()},
        "document": {key: label(one.label) for key, one in bodies.document.items()},
    }
    for name, choices in library.lists.list.items():
        found[name] = {key: label(text) for key, text in choices.items()}
    return found
