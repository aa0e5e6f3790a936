"""A body that moves takes along everything that carries its path, and nothing else."""

from threading import Thread
from typing import Any

import pytest

from mediation.errors import InputRefused
from mediation.operations.administration.bodies import add_body
from mediation.operations.administration.managing import NotAdministered, OwnRights
from mediation.operations.administration.moving import move_body, move_form
from mediation.operations.answers.words import Words
from mediation.operations.cases.handling import open_case
from mediation.operations.cases.requests import Asking
from mediation.operations.office import Sitting
from mediation.records.columns import metadata
from mediation.records.moving import CARRIED
from mediation.records.people import Officer, Seat, save_people
from tests.offices import Desk
from tests.operations.test_audit import findings, settled_case

ADMIN = Sitting("admin", "yunxi")
# What carries a path and stays where it is, with the reason.
STAYS = {
    "people_changes.path": "the journal tells where it happened",
    "tallies.path": "dropped, and counted anew",
}


def moved(desk: Desk, code: str, parent: str, above: str, seat: Sitting = ADMIN) -> None:
    data = {"parent": parent, "supervised_by": above}
    with desk.office.database.writing(alone=True) as tx:
        move_body(desk.office, tx, code, data, Asking(seat, desk.now))


def faults(desk: Desk, code: str, parent: str, above: str) -> dict[str, str]:
    with pytest.raises(InputRefused) as refused:
        moved(desk, code, parent, above)
    return {fault.field: fault.message.to("zh") for fault in refused.value.faults}


def paths(desk: Desk) -> dict[str, set[str]]:
    """Give what stands in every column that carries a path."""
    found = {}
    with desk.office.database.reading() as tx:
        for column in CARRIED:
            asked = f"SELECT DISTINCT {column.name} FROM {column.table.name}"
            rows = tx.connection.exec_driver_sql(asked)
            found[str(column)] = {row[0] for row in rows if row[0]}
    return found


def test_everything_that_carries_the_path_follows_and_the_log_still_proves_it(
    desk: Desk,
) -> None:
    settled_case(desk)
    before = paths(desk)
    moved(desk, "yq-pq", "sc", "sc-sfs")
    after = paths(desk)
    old, new = "/yunxi/yq/yq-pq/", "/yunxi/sc/yq-pq/"
    assert "/yunxi/yq/yq-pq/tx/" in before["cases.owner_path"] & before["figures.path"]
    for column, stood in before.items():
        follows = {f"{new}{one[len(old) :]}" if one.startswith(old) else one for one in stood}
        assert after[column] == follows, column
    assert findings(desk) == []
    with desk.office.database.reading() as tx:
        bodies = desk.office.staff(tx).directory.bodies
    # Those below it whom the same office oversaw are overseen by the new one.
    assert [bodies[one].supervised_by for one in ("yq-pq", "tx", "tx-wg1")] == [
        "sc-sfs",
        "sc-sfs",
        "tx",
    ]


def test_no_column_with_a_path_is_forgotten() -> None:
    columns = {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if column.name == "path" or column.name.endswith("_path")
    }
    assert columns == {str(column) for column in CARRIED} | STAYS.keys()


def test_a_move_back_leaves_everything_as_it_was(desk: Desk) -> None:
    settled_case(desk)
    before = paths(desk)
    moved(desk, "tx", "sc", "sc-sfs")
    moved(desk, "tx", "yq-pq", "yq-sfs")
    assert paths(desk) == before


def test_what_would_be_a_ring_or_out_of_sight_is_refused(desk: Desk) -> None:
    before = paths(desk)
    chosen = "请从列出的选项中选择"
    for parent in ("tx", "tx-wg1", "yq-pq", "nb", "nowhere"):
        assert faults(desk, "tx", parent, "sc-sfs") == {"parent": chosen}
    assert faults(desk, "tx", "sc", "tx") == {"supervised_by": "tx 的督办关系成了环"}
    assert faults(desk, "yq-sfs", "sc", "yx-sfj") == {
        "parent": "“云桥司法所”督办的范围不在新的上级单位之上"
    }
    with pytest.raises(NotAdministered):
        moved(desk, "nb-hl", "sc", "sc-sfs")
    assert paths(desk) == before


def test_who_oversaw_only_part_of_it_must_see_that_part_afterwards(desk: Desk) -> None:
    given = {"name": "新组", "code": "tx-z", "word": "新组", "sort": "mediation_room"}
    given |= {"place": "national", "supervised_by": "yq-sfs"}
    with desk.office.database.writing() as tx:
        add_body(desk.office, tx, "tx-wg1", given, Asking(ADMIN, desk.now))
    assert faults(desk, "tx-wg1", "xj", "xj") == {
        "supervised_by": "“新组”由“云桥司法所”督办，移走以后不在它的督办范围内"
    }


def test_nobody_moves_cases_into_his_own_sight_or_himself(desk: Desk) -> None:
    with desk.office.database.writing() as tx:
        since = min(one.from_on for one in desk.office.staff(tx).directory.seats)
        seat = Seat("admin", "sc-sfs", frozenset({"supervisor"}), since, None)
        save_people(tx, officers=[Officer("admin", "系统管理员")], seats=[seat])
    with pytest.raises(OwnRights):
        moved(desk, "tx", "sc", "sc-sfs")
    with pytest.raises(OwnRights):
        moved(desk, "sc-sfs", "yq", "yx-sfj")
    with pytest.raises(OwnRights):
        moved(desk, "yunxi", "sc", "sc-sfs")


def test_the_form_offers_neither_itself_nor_what_lies_below(desk: Desk) -> None:
    words = Words(desk.office.catalogue.library, "zh")
    with desk.office.database.reading() as tx:
        form = move_form(desk.office, tx, "tx", Asking(ADMIN, desk.now), words)
    offered = {one["const"] for one in form["properties"]["parent"]["oneOf"]}
    assert offered.isdisjoint({"tx", "tx-wg1", "tx-hy", "yq-pq"})
    assert {"sc", "yq", "yunxi"} <= offered
    assert form["properties"]["supervised_by"]["default"] == "yq-sfs"


def test_who_has_read_the_tree_finishes_before_a_body_moves(desk: Desk) -> None:
    """A case that is being opened while its body moves comes to stand in the new place."""
    office, told = desk.office, Asking(Sitting("wangguilan", "tx"), desk.now)
    form: dict[str, Any] = {"people": [{"name": "甲"}], "class": "noise", "sentence": "吵闹"}
    mover = Thread(target=moved, args=(desk, "tx", "sc", "sc-sfs"))
    with office.database.writing() as tx:
        office.staff(tx)
        mover.start()
        mover.join(timeout=0.5)
        assert mover.is_alive()
        open_case(office, tx, "neighbour", form, told)
    mover.join()
    assert paths(desk)["cases.owner_path"] == {"/yunxi/sc/tx/"}
    assert findings(desk) == []
