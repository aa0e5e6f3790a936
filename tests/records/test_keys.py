"""A key file missing, open to others, damaged or another's is refused before any writing."""

import json
import os
from pathlib import Path

import pytest

from mediation.records.database import Database
from mediation.records.keys import KeyFileRefused, open_keys
from mediation.records.sealing import KeyDestroyed, SealBroken
from tests.records.world import World


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "mediation.key"


def test_the_first_run_makes_a_file_for_its_owner_only(database: Database, path: Path) -> None:
    before = os.umask(0)
    try:
        made = open_keys(path, database)
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in path.parent.iterdir()] == [path.name]
    assert open_keys(path, database).check == made.check


def test_the_wrong_file_is_refused(database: Database, path: Path, empty_url: str) -> None:
    open_keys(path, database)
    other = path.with_name("other.key")
    secret = json.loads(path.read_text())
    # Every part matters: the wrapping key, and the key of the indexes.
    for part, value in (("index", secret["wrapping"][0]), ("wrapping", [secret["index"]])):
        other.write_text(json.dumps({**secret, part: value}))
        other.chmod(0o600)
        with pytest.raises(KeyFileRefused, match="not this database's"):
            open_keys(other, database)


def test_a_missing_file_is_not_made_anew_for_a_database_that_was_sealed(
    database: Database, path: Path
) -> None:
    open_keys(path, database)
    path.unlink()
    with pytest.raises(KeyFileRefused, match="backup"):
        open_keys(path, database)
    assert not path.exists()


def test_a_lost_check_value_does_not_let_another_file_in(world: World, path: Path) -> None:
    world.open_case()
    with world.database.writing() as tx:
        tx.connection.exec_driver_sql("DELETE FROM meta WHERE key = 'key_check'")
    with pytest.raises(KeyFileRefused):
        open_keys(path, world.database)
    assert not path.exists()


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_file_others_can_read_is_refused(database: Database, path: Path, mode: int) -> None:
    open_keys(path, database)
    path.chmod(mode)
    with pytest.raises(KeyFileRefused, match="chmod 600"):
        open_keys(path, database)


@pytest.mark.parametrize(
    "content",
    ["", "{}", "[]", "null", '{"format":2}', '{"format":1,"wrapping":[],"index":"AA=="}'],
)
def test_a_damaged_file_is_refused(database: Database, path: Path, content: str) -> None:
    open_keys(path, database)
    path.write_text(content)
    with pytest.raises(KeyFileRefused, match="damaged"):
        open_keys(path, database)


def test_a_case_key_opens_for_its_own_case_only(world: World) -> None:
    one, two = world.open_case(), world.open_case()
    assert len(world.keys.case_key(one.number, one.wrapped_key).secret) == 32
    with pytest.raises(SealBroken):
        world.keys.case_key(one.number, two.wrapped_key)
    with pytest.raises(KeyDestroyed, match=one.number):
        world.keys.case_key(one.number, None)


def test_a_newer_wrapping_key_leaves_older_cases_readable(
    world: World, path: Path, tmp_path: Path
) -> None:
    case = world.open_case()
    old = json.loads((tmp_path / "mediation.key").read_text())
    path.parent.mkdir()
    path.write_text(json.dumps({**old, "wrapping": [old["index"], *old["wrapping"]]}))
    path.chmod(0o600)
    keys = open_keys(path, world.database)
    kept = world.keys.case_key(case.number, case.wrapped_key)
    assert keys.case_key(case.number, case.wrapped_key).secret == kept.secret
    _, wrapped = keys.new_case_key("n")
    with pytest.raises(SealBroken):
        world.keys.case_key("n", wrapped)


def test_keys_do_not_print_themselves(world: World) -> None:
    assert world.keys.index.secret.hex() not in repr(world.keys)
    assert repr(world.keys.wrapping[0].secret) not in repr(world.keys)
