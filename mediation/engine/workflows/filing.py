"""Checks the catalogue of a dossier: every paper has its place there, and only one."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from mediation.engine.errors import DefinitionError, unknown
from mediation.engine.workflows.files import (
    BodiesFile,
    DossierFile,
    KindFile,
    ListsFile,
    StageFile,
)
from mediation.language import Message

FILE = "dossier.toml"
EVIDENCE = "attachment_sorts"
GRADES = "grades"


def faults(
    dossier: DossierFile,
    bodies: BodiesFile,
    lists: ListsFile,
    stages: Mapping[str, StageFile],
    kinds: Mapping[str, KindFile],
) -> Iterator[DefinitionError]:
    """List every name of the catalogue that stands for nothing, and what stands nowhere."""
    needs = {name for stage in stages.values() for name in stage.need}
    sorts = lists.list.get(EVIDENCE, {})
    placed = (place for kind in kinds.values() for place in kind.place.values())
    events = {name for chart in (*stages.values(), *placed) for name in chart.event}
    yield from strangers("completed_by", [dossier.completed_by], events)
    yield from strangers("bound_together", [dossier.bound_together], lists.list.get(GRADES, {}))
    for key, item in dossier.item.items():
        yield from strangers(f"item.{key}.papers", item.papers, bodies.document)
        yield from strangers(f"item.{key}.evidence", item.evidence, sorts)
        yield from strangers(f"item.{key}.needs", item.needs, needs)
    items = dossier.item.values()
    yield from unfiled(bodies.document, (name for one in items for name in one.papers))
    yield from unfiled(sorts, (name for one in items for name in one.evidence))


def strangers(
    where: str, names: Iterable[str], known: Iterable[str]
) -> Iterator[DefinitionError]:
    """Say which names are not known, with the nearest that are."""
    listed = list(known)
    for name in names:
        if name not in listed:
            yield DefinitionError(FILE, where, unknown(name, listed))


def unfiled(every: Iterable[str], filed: Iterable[str]) -> Iterator[DefinitionError]:
    """Say what stands under no item, or under several."""
    count = Counter(filed)
    for name in every:
        if count[name] != 1:
            values = {"name": name, "count": count[name]}
            problem = Message("“{name}”应归入一个卷内项目，现归入 {count} 个", values)
            yield DefinitionError(FILE, "item", problem)
