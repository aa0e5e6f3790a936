from collections.abc import Callable
from pathlib import Path

import pytest

from mediation.records.cases import CaseRow
from mediation.records.checkpoints import checkpoint
from mediation.records.database import Database
from mediation.records.documents import Document, Heading, Place, freeze
from tests.records.world import NOON, World, build


@pytest.fixture
def world(database: Database, tmp_path: Path) -> World:
    return build(database, tmp_path)


@pytest.fixture
def anchors(tmp_path: Path) -> Path:
    return tmp_path / "elsewhere" / "anchors.jsonl"


@pytest.fixture
def witness(database: Database, anchors: Path) -> Callable[[], int]:
    return lambda: checkpoint(database, anchors, NOON)


@pytest.fixture
def a_document(world: World) -> Callable[[CaseRow], Document]:
    def made(case: CaseRow) -> Document:
        key = world.keys.case_key(case.number, case.wrapped_key)
        place = Place(case.id, case.version + 1, 1)
        return freeze(key, place, "<p>调解协议</p>", Heading("agreement", "1", "t"))

    return made
