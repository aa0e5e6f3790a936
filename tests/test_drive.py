"""A program that knows nothing but the JSON takes cases of every kind to a closed state."""

from pathlib import Path

import pytest

from tests.drive import ENOUGH, KINDS, drive

CASES = 30
SEED = 200


@pytest.mark.parametrize("kind", KINDS)
def test_a_program_that_knows_only_the_json_closes_every_case(
    kind: str, empty_url: str, tmp_path: Path
) -> None:
    driver = drive(empty_url, tmp_path / "home", kind, CASES, SEED)
    print(*driver.memory.report(), sep="\n")
    assert driver.memory.outcomes.total() == CASES
    assert driver.memory.share >= ENOUGH, driver.memory.missing
