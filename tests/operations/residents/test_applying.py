"""Applying online: whom one may apply to, how the questions follow, how often, and kept how."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from mediation.engine.workflows.definitions import Test as Condition
from mediation.errors import InputRefused
from mediation.operations.residents.applications import waiting_told
from mediation.operations.residents.applying import HandingIn, asked, hand_in
from mediation.operations.residents.limits import (
    MOST_APPLICATIONS,
    AppliedTooOften,
    subscriber,
)
from mediation.operations.residents.places import Place, places
from mediation.records.desk_tables import applications, throttles
from mediation.records.people import Body, save_people
from tests.offices import Desk
from tests.steps.residents import asking, written

NAME, PHONE, STORY = "欧阳金丝雀", "13987654321", "金丝雀吵得睡不着"


def found(desk: Desk) -> list[Place]:
    with desk.office.database.reading() as tx:
        return places(desk.office, tx, date(2026, 3, 2))


def given(desk: Desk, key: str = "k", address: str = "203.0.113.7") -> HandingIn:
    typed = written(desk, NAME, "隔壁", "天馨社区人民调解委员会")
    typed |= {"phone": PHONE, "happened": STORY}
    return HandingIn(typed, key, agreed=True, address=address)


def send(desk: Desk, handed: HandingIn) -> str:
    with desk.office.database.writing() as tx:
        return hand_in(desk.office, tx, handed, desk.now)


def test_one_applies_to_bodies_that_mediate_and_have_somebody_to_read_it(desk: Desk) -> None:
    bodies = {one.body.code: one for one in found(desk)}
    assert {one.body.sort for one in bodies.values()} == {"committee", "mediation_room"}
    # A committee may stand under another one; people know the street.
    assert (bodies["tx"].district.code, bodies["tx"].area.code) == ("yunxi", "yq")
    empty = Body(
        code="new", name="新设调委会", word="新", sort="committee", tier="community",
        path="/yunxi/yq/new/", scope_path="/yunxi/yq/new/", supervised_by=None,
        place="national", competence=None, from_on=date(2026, 1, 1), until_on=None,
    )  # fmt: skip
    with desk.office.database.writing() as tx:
        save_people(tx, bodies=[empty])
    assert [one.body.code for one in found(desk)] == list(bodies)


def test_a_body_that_is_no_more_takes_no_applications(desk: Desk) -> None:
    with desk.office.database.writing() as tx:
        body = desk.office.staff(tx).directory.body("tx")
        until = {**{name: getattr(body, name) for name in body.__slots__}}
        save_people(tx, bodies=[Body(**{**until, "until_on": date(2026, 3, 2)})])
    assert "tx" not in {one.body.code for one in found(desk)}


def test_the_sorts_that_mediate_are_those_the_workflows_let_mediate(desk: Desk) -> None:
    sorts = desk.office.catalogue.library.bodies.sort
    plan = desk.office.catalogue.find("neighbour", "national").procedure.case.plan
    mediate = [name for name, sort in sorts.items() if sort.mediates]
    assert plan.needs["owner_mediates"].test == Condition("fact", "owner_sort", "in", mediate)


def test_the_questions_follow_one_another_and_the_first_bad_answer_is_asked(
    desk: Desk,
) -> None:
    with desk.office.database.reading() as tx:
        nothing = asked(desk.office, tx, {}, desk.now)
        all_of_it = asked(desk.office, tx, given(desk).typed, desk.now)
        moved = asked(desk.office, tx, {**given(desk).typed, "area": "sc"}, desk.now)
    assert nothing.after("") == "district"
    assert nothing.after("district") == "district"
    assert (all_of_it.open, all_of_it.before("")) == ("", "wanted")
    assert all_of_it.before("district") == "district"
    # Another street: the committee chosen before is none of its.
    assert (moved.open, moved.typed["body"]) == ("body", "")


def test_a_choice_of_one_is_not_asked(desk: Desk) -> None:
    with desk.office.database.reading() as tx:
        inside = asked(desk.office, tx, {"district": "nb"}, desk.now)
    assert inside.questions[:3] == ["district", "body", "me"]
    assert inside.answers["area"] == "nb"


def test_nothing_of_what_was_written_stands_in_the_plain(desk: Desk) -> None:
    send(desk, given(desk))
    with desk.office.database.engine.connect() as connection:
        rows = connection.execute(select(applications)).all()
        brakes = connection.execute(select(throttles)).all()
    kept = b"".join(
        bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
        for row in (*rows, *brakes)
        for value in row
    )
    assert not [one for one in (NAME, PHONE, STORY, "203.0.113.7") if one.encode() in kept]
    with desk.office.database.reading() as tx:
        told = waiting_told(desk.office, tx, asking(desk, "王桂兰"))
    assert [one["who"] for one in told] == ["欧某"]


def test_so_many_an_hour_and_no_more(desk: Desk) -> None:
    for no in range(MOST_APPLICATIONS):
        send(desk, given(desk, f"k{no}"))
    with pytest.raises(AppliedTooOften):
        send(desk, given(desk, "one more"))
    # Elsewhere, again by the same form, and an hour later it is let in.
    send(desk, given(desk, "elsewhere", "203.0.113.8"))
    send(desk, given(desk, "k0"))
    desk.now += timedelta(hours=1, minutes=1)
    send(desk, given(desk, "one more"))


def test_what_is_refused_is_not_counted(desk: Desk) -> None:
    bad = HandingIn({}, "k", agreed=False, address="203.0.113.7")
    for _ in range(MOST_APPLICATIONS + 1):
        with pytest.raises(InputRefused) as refused:
            send(desk, bad)
    assert {fault.field for fault in refused.value.faults} == {
        "district", "area", "body", "name", "phone", "other", "happened", "wanted", "agreed",
    }  # fmt: skip
    send(desk, given(desk))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("203.0.113.7", "203.0.113.8", False),
        ("testclient", "testclient", True),
    ],
)
def test_a_subscriber_cannot_be_another_by_changing_what_is_his(
    one: str, other: str, same: bool
) -> None:
    assert (subscriber(one) == subscriber(other)) is same
