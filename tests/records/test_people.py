"""The directory answers who is where, who oversees whom, and who holds which role when."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pytest

from mediation.records.people import (
    Body,
    BodyUnknown,
    Directory,
    Officer,
    Seat,
    SeatUnknown,
    TreeBroken,
    load_directory,
    people_version,
    save_people,
)
from tests.records.world import BODIES, DAY, World, body

START = date(2020, 1, 1)


@pytest.fixture
def directory() -> Directory:
    return Directory(
        BODIES,
        [Officer("zhang", "张"), Officer("li", "李")],
        [
            Seat("zhang", "c1", frozenset({"mediator"}), START, None),
            Seat("zhang", "c1", frozenset({"chair"}), date(2026, 11, 1), None),
            Seat("zhang", "jo", frozenset({"supervisor"}), START, None),
            Seat("li", "c1", frozenset({"mediator"}), START, date(2026, 11, 2)),
        ],
    )


def codes(found: Iterable[Body]) -> list[str]:
    return [one.code for one in found]


def test_what_was_saved_is_loaded(world: World) -> None:
    special = body("x", "/d/x/", competence={"kinds": ["property"]}, until_on=date(2027, 1, 1))
    with world.database.writing() as tx:
        version = people_version(tx)
        save_people(tx, bodies=[special], officers=[Officer("zhang", "张新名")])
        assert people_version(tx) == version + 1
    with world.database.reading() as tx:
        found = load_directory(tx)
    assert found.body("x") == special
    assert found.officers["zhang"].name == "张新名"
    assert len(found.bodies) == len(BODIES) + 1
    assert found.seat("zhang", "c1", DAY).roles == {"mediator"}


def test_bodies_are_found_by_code_path_and_branch(directory: Directory) -> None:
    assert directory.body("c1").name == "单位c1"
    at_street = directory.body_at("/d/s1/")
    assert at_street is not None
    assert at_street.code == "s1"
    assert codes(directory.bodies_under("/d/s1/")) == ["s1", "c1", "g1", "c2", "jo"]
    with pytest.raises(BodyUnknown, match="nowhere"):
        directory.body("nowhere")


def test_supervision_rises_to_the_top(directory: Directory) -> None:
    assert codes(directory.ladder("g1")) == ["c1", "jo", "d"]
    assert directory.ladder("d") == ()


def test_the_nearest_body_of_a_sort_is_found_around(directory: Directory) -> None:
    assert codes(directory.nearest("g1", "office", DAY)) == ["jo"]
    assert codes(directory.nearest("c3", "court", DAY)) == ["court"]
    assert codes(directory.nearest("c1", "group", DAY)) == ["g1"]
    assert directory.nearest("c1", "castle", DAY) == []


def test_roles_are_held_from_the_first_day_until_the_last(directory: Directory) -> None:
    def holders(role: str, day: date) -> list[str]:
        return [officer.handle for officer in directory.holders("c1", role, day)]

    assert holders("mediator", date(2026, 11, 1)) == ["li", "zhang"]
    assert holders("mediator", date(2026, 11, 2)) == ["zhang"]
    assert directory.seat("zhang", "c1", date(2026, 10, 31)).roles == {"mediator"}
    assert directory.seat("zhang", "c1", DAY).roles == {"mediator", "chair"}
    assert [seat.body for seat in directory.seats_of("li", DAY)] == []
    with pytest.raises(SeatUnknown):
        directory.seat("li", "jo", DAY)


def test_competence_limits_kinds_and_classes() -> None:
    anything = body("x", "/x/")
    assert anything.competent_for("property", None)
    some = replace(anything, competence={"kinds": ["property"], "classes": ["fee_arrears"]})
    assert some.competent_for("property", "fee_arrears")
    assert not some.competent_for("property", "parking")
    assert not some.competent_for("neighbour", "fee_arrears")


def test_a_tree_that_contradicts_itself_is_refused() -> None:
    one, two = body("a", "/a/", supervised_by="b"), body("b", "/b/", supervised_by="a")
    with pytest.raises(TreeBroken, match="circle"):
        Directory([one, two], [], [])
    with pytest.raises(TreeBroken, match="does not exist"):
        Directory([one], [], [])


def test_a_body_is_not_moved_or_misplaced_by_saving(world: World) -> None:
    with world.database.writing() as tx:
        with pytest.raises(TreeBroken, match="another path"):
            save_people(tx, bodies=[body("c1", "/d/s10/c1/")])
        with pytest.raises(TreeBroken, match="begin and end"):
            save_people(tx, bodies=[body("new", "/d/s1/new")])
