"""What an administrator may change, what he may not, and what is kept of it."""

from datetime import date, timedelta
from typing import Any

import pytest

from mediation.errors import InputRefused
from mediation.operations.administration.accounts import (
    accounts_told,
    close_account,
    closed_by_operator,
    invite_officer,
    invited_by_operator,
)
from mediation.operations.administration.bodies import add_body, end_body
from mediation.operations.administration.journal import journal_told
from mediation.operations.administration.managing import (
    BeyondReach,
    NotAdministered,
    OwnRights,
    StillNeeded,
)
from mediation.operations.administration.officers import add_officer, end_seat, give_seat
from mediation.operations.administration.standing import body_told, tree_told
from mediation.operations.answers.words import Words
from mediation.operations.cases.requests import Asking
from mediation.operations.desk.accounts import InvitationRefused, OfficerUnknown
from mediation.operations.office import Sitting
from mediation.records.people import Officer, Seat, SeatUnknown, save_people
from tests.offices import Desk
from tests.steps.registrations import a_dispute_of_two_is_registered

TODAY = date(2026, 3, 2)
SINCE = {"since": "2020-01-01"}


class Administration:
    """Calls operations as an administrator, each in a transaction of its own."""

    def __init__(self, desk: Desk) -> None:
        self.office, self.now, self.seat = desk.office, desk.now, Sitting("admin", "yunxi")

    @property
    def asking(self) -> Asking:
        return Asking(self.seat, self.now)

    def do(self, operation: Any, *given: Any, **more: Any) -> Any:
        with self.office.database.writing() as tx:
            return operation(self.office, tx, *given, self.asking, **more)

    def told(self, operation: Any, *given: Any) -> Any:
        words = Words(self.office.catalogue.library, "zh")
        with self.office.database.reading() as tx:
            return operation(self.office, tx, *given, self.asking, words)

    def refused(self, operation: Any, *given: Any) -> dict[str, str]:
        with pytest.raises(InputRefused) as refusal:
            self.do(operation, *given)
        return {fault.field: fault.message.to("zh") for fault in refusal.value.faults}

    def roles(self, handle: str, body: str, day: date = TODAY) -> frozenset[str]:
        with self.office.database.reading() as tx:
            return self.office.staff(tx).directory.seat(handle, body, day).roles


@pytest.fixture
def administration(desk: Desk) -> Administration:
    return Administration(desk)


def grid(**more: Any) -> dict[str, Any]:
    data = {"name": "新网格", "code": "tx-wg9", "word": "新", "sort": "grid"}
    return {**data, "place": "national", **more}


def test_a_body_is_added_with_what_it_may_take_on(administration: Administration) -> None:
    chosen = {"supervised_by": "yq-sfs", "oversees": "yq", "tier": "street"}
    administration.do(add_body, "yq", grid(**chosen, kinds=["property"], classes=["noise"]))
    administration.do(add_body, "tx", grid(code="tx-wg8", word="八", takes_none=True))
    with administration.office.database.reading() as tx:
        bodies = administration.office.staff(tx).directory.bodies
    assert bodies["tx-wg9"].path == "/yunxi/yq/tx-wg9/"
    assert bodies["tx-wg9"].scope_path == "/yunxi/yq/"
    assert bodies["tx-wg9"].competence == {"kinds": ["property"], "classes": ["noise"]}
    assert bodies["tx-wg8"].competence == {"kinds": []}
    first, second = administration.told(journal_told)
    told = {one["label"]: one["after"] for one in second["parts"]}
    assert (told["督办范围"], told["督办单位"]) == ("云桥街道办事处", "云桥司法所")
    assert told["受理范围"] == "物业纠纷、噪声扰民"
    assert {one["label"]: one["after"] for one in first["parts"]}[
        "受理范围"
    ] == "只登记，不受理"


def test_a_body_stands_in_ones_own_part_of_the_tree(administration: Administration) -> None:
    faults = administration.refused(
        add_body, "tx", grid(supervised_by="nb-sfs", oversees="lf", kinds=["war"])
    )
    assert set(faults) == {"supervised_by", "oversees", "kinds"}
    with pytest.raises(NotAdministered):
        administration.do(add_body, "nb", grid())
    with pytest.raises(NotAdministered):
        administration.do(add_body, "nowhere", grid())


def test_a_body_ends_with_its_seats_once_nothing_depends_on_it(
    administration: Administration, desk: Desk
) -> None:
    with pytest.raises(StillNeeded, match="below"):
        administration.do(end_body, "tx", {})
    with pytest.raises(StillNeeded, match="oversees"):
        administration.do(end_body, "yq-sfs", {})
    a_dispute_of_two_is_registered(desk, None, "孙伟", "张建军", "李秀英", "邻里纠纷")
    with pytest.raises(StillNeeded, match="1 open"):
        administration.do(end_body, "tx-wg1", {})
    assert "until_on" in administration.refused(end_body, "lf-wg1", {"until_on": "2026-03-01"})
    administration.do(end_body, "lf-wg1", {"until_on": "2026-03-03"})
    assert administration.roles("hetao", "lf-wg1") == {"registrar"}
    with pytest.raises(SeatUnknown):
        administration.roles("hetao", "lf-wg1", TODAY + timedelta(days=1))
    assert administration.refused(end_body, "lf-wg1", {}) == {"": "这个单位已经定了结束的日子"}
    assert [one["what_label"] for one in administration.told(journal_told)] == [
        "结束席位",
        "结束单位",
    ]


def test_nobody_gives_rights_to_himself(administration: Administration) -> None:
    office = administration.office
    with office.database.writing() as tx:
        seat = Seat("admin", "lf-wg1", frozenset({"administrator"}), date(2020, 1, 1), None)
        save_people(tx, seats=[seat])
    for operation, given in (
        (give_seat, ("tx", {"handle": "admin", "roles": ["chair"]})),
        (end_seat, ("yunxi", "admin", SINCE)),
        (end_body, ("yunxi", {})),
        (end_body, ("lf-wg1", {})),
        (invite_officer, ("yunxi", "admin")),
    ):
        with pytest.raises(OwnRights):
            administration.do(operation, *given)
    for closed in (True, False):
        with pytest.raises(OwnRights):
            administration.do(close_account, "yunxi", "admin", closed=closed)
    assert administration.told(journal_told) == []


def test_managing_and_reading_cases_never_meet_in_one_seat(
    administration: Administration,
) -> None:
    def given(*roles: str, **more: str) -> dict[str, Any]:
        return {"handle": "wuxiulan", "roles": list(roles), **more}

    both = given("administrator", "auditor")
    assert "不能兼任" in administration.refused(give_seat, "ya", both)["roles"]
    # She is registrar and mediator here already.
    assert "roles" in administration.refused(give_seat, "lf", given("administrator"))
    administration.do(give_seat, "ya", given("administrator", until_on="2026-04-01"))
    assert "roles" in administration.refused(
        give_seat, "ya", given("chair", from_on="2026-03-09")
    )
    administration.do(give_seat, "ya", given("chair", from_on="2026-04-01"))


def test_seats_are_given_and_ended_by_days(administration: Administration) -> None:
    given = {"handle": "sunwei", "roles": ["mediator"], "from_on": "2026-03-10"}
    administration.do(give_seat, "tx", {**given, "until_on": "2026-05-01"})
    assert administration.roles("sunwei", "tx", date(2026, 4, 30)) == {"mediator"}
    assert "from_on" in administration.refused(give_seat, "tx", given)
    backwards = {**given, "until_on": "2026-03-10"}
    assert "until_on" in administration.refused(give_seat, "lf", backwards)
    day = {"since": "2026-03-10"}
    later = {**day, "until_on": "2026-06-01"}
    assert administration.refused(end_seat, "tx", "sunwei", later)
    administration.do(end_seat, "tx", "sunwei", day)
    with pytest.raises(SeatUnknown):
        administration.roles("sunwei", "tx", date(2026, 3, 10))
    with pytest.raises(NotAdministered):
        administration.do(end_seat, "tx", "sunwei", day)
    # What was never held may be given anew from the same day.
    administration.do(give_seat, "tx", given)
    assert administration.roles("sunwei", "tx", date(2026, 3, 10)) == {"mediator"}


def test_only_known_people_are_given_seats(administration: Administration) -> None:
    for handle in ("nobody", "beilei", None):
        given = {"handle": handle, "roles": ["mediator"]}
        assert "handle" in administration.refused(give_seat, "tx", given)


def test_an_account_is_managed_only_by_who_manages_every_seat(
    administration: Administration,
) -> None:
    office = administration.office
    with office.database.writing() as tx:
        here = Seat("chenzhiyuan", "nb", frozenset({"liaison"}), date(2020, 1, 1), None)
        save_people(tx, seats=[here])
    with pytest.raises(BeyondReach):
        administration.do(invite_officer, "yq-tw", "chenzhiyuan")
    with pytest.raises(BeyondReach):
        administration.do(close_account, "yq-tw", "chenzhiyuan", closed=True)
    with pytest.raises(NotAdministered):
        administration.do(invite_officer, "tx", "zhoujianguo")
    assert administration.do(invite_officer, "lf", "zhoujianguo")


def test_a_closed_account_is_not_invited(administration: Administration) -> None:
    administration.do(close_account, "lf", "zhoujianguo", closed=True)
    with pytest.raises(InvitationRefused):
        administration.do(invite_officer, "lf", "zhoujianguo")


def test_who_left_is_told_with_the_cases_that_still_name_him(
    administration: Administration, desk: Desk
) -> None:
    office = administration.office
    a_dispute_of_two_is_registered(desk, None, "王桂兰", "张建军", "李秀英", "邻里纠纷")
    with office.database.writing() as tx:
        name_mediator(tx, "liudeshun")
    told = administration.told(body_told, "tx")
    named = {one["handle"]: one["named_in"] for one in told["officers"]}
    assert named == {"liudeshun": 1, "wangguilan": 0, "zhaomin": 0}
    administration.do(end_seat, "tx", "liudeshun", SINCE)
    told = administration.told(body_told, "tx")
    assert told["gone"] == [{"name": "刘德顺", "named_in": 1}]
    assert desk.number not in str(told)


def name_mediator(tx: Any, handle: str) -> None:
    """Write into every case that an officer handles it."""
    fact = f"json_set(snapshot, '$.facts.mediators', json('[[\"{handle}\"], 1]'))"
    if tx.dialect == "postgresql":
        named = f'[["{handle}"], 1]'
        path = "'{facts,mediators}'"
        fact = f"jsonb_set(snapshot::jsonb, {path}, '{named}'::jsonb)::text"
    tx.connection.exec_driver_sql(f"UPDATE cases SET snapshot = {fact}")


def test_seats_to_come_are_told_apart(administration: Administration) -> None:
    given = {"name": "新来", "handle": "xinlai", "roles": ["mediator"]}
    administration.do(add_officer, "ya", {**given, "from_on": "2026-03-09"})
    tree = {one["code"]: one for one in administration.told(tree_told)}
    (seat,) = [one for one in tree["ya"]["seats"] if one["name"] == "新来"]
    assert seat["begins_later"]
    assert tree["ya"]["depth"] == 2
    assert "nb" not in tree


def test_only_a_seat_of_today_manages(administration: Administration) -> None:
    for seat in (Sitting("wangguilan", "tx"), Sitting("admin", "tx"), Sitting("x", "nowhere")):
        administration.seat = seat
        with pytest.raises(NotAdministered):
            administration.told(tree_told)


def test_the_operator_works_without_a_seat_and_leaves_his_trace(
    administration: Administration,
) -> None:
    office, now = administration.office, administration.now
    with office.database.writing() as tx:
        save_people(tx, officers=[Officer("retired", "退休")])
        assert invited_by_operator(office, tx, "sunwei", now)
        closed_by_operator(office, tx, "retired", now, closed=True)
        with pytest.raises(OfficerUnknown):
            invited_by_operator(office, tx, "nobody", now)
        with pytest.raises(OfficerUnknown):
            closed_by_operator(office, tx, "nobody", now, closed=True)
        states = {one["handle"]: one["state"] for one in accounts_told(office, tx, now)}
    assert (states["sunwei"], states["retired"]) == ("invited", "closed")
    (change,) = administration.told(journal_told)
    assert (change["officer"], change["place_name"]) == (None, "天馨社区第一网格")
    assert change["parts"] == [
        {"label": "邀请有效至", "before": "", "after": "2026-03-09 09:00"}
    ]
