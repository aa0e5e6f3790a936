"""Requests at a door: what is refused, what is told twice, what many deadlines do at once."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from jinja2 import UndefinedError

from mediation.engine.decisions import fire
from mediation.engine.errors import EventRefused
from mediation.errors import InputRefused
from mediation.language import Message
from mediation.operations.audit import verify
from mediation.operations.cases.expiries import MOST_FIRED
from mediation.operations.cases.handling import do_event, open_case
from mediation.operations.cases.offering import offers
from mediation.operations.cases.requests import Asking, Done, KeyReused, carried_out
from mediation.operations.cases.viewing import view_case, viewer
from mediation.operations.catalogue import CalendarMissing, Catalogue
from mediation.operations.deadlines import Swept, sweep
from mediation.operations.office import Office, Sitting
from mediation.records.database import Tx
from mediation.records.deadlines import case_deadlines
from mediation.records.failures import KeyTaken
from mediation.records.gateway import find_case
from mediation.records.people import Body, save_people
from tests.offices import Desk

WANG = Sitting("wangguilan", "tx")
OPENING: dict[str, Any] = {
    "class": "neighbour",
    "sentence": "为楼道堆物争吵",
    "people": [{"name": "甲某"}, {"name": "乙某"}],
}


def opened(desk: Desk, **other: Any) -> Done:
    with desk.office.database.writing() as tx:
        done = open_case(
            desk.office, tx, "general", {**OPENING, **other}, Asking(WANG, desk.now)
        )
    desk.number = done.number
    return done


def did(desk: Desk, event: str, asking: Asking | None = None, **form: Any) -> Done:
    with desk.office.database.writing() as tx:
        return do_event(
            desk.office, tx, desk.number, event, form, asking or Asking(WANG, desk.now)
        )


@pytest.mark.parametrize("name", ["", None, " "])
def test_a_party_without_a_name_is_refused(desk: Desk, name: object) -> None:
    with pytest.raises(InputRefused) as refused:
        opened(desk, people=[{"name": name, "phone": "13812345678"}])
    assert [fault.field for fault in refused.value.faults] == ["people.0.name"]


def test_a_question_left_empty_for_one_party_is_told_as_missing(desk: Desk) -> None:
    opened(desk)
    did(desk, "interview")
    did(desk, "accept", basis="application")
    did(desk, "name_mediators", mediators=["wangguilan"], manner="appointed")
    with pytest.raises(InputRefused) as refused:
        did(desk, "tell_rights", manner="oral", answers={"a1": "", "b1": ""})
    told = [fault.message.to("zh") for fault in refused.value.faults]
    assert [one for one in told if "必须填写" in one] == ["“各方对调解员的意见”必须填写"] * 2


def test_more_promises_than_anybody_counts_fall_late_on_one_day(desk: Desk) -> None:
    opened(desk)
    due_on = (desk.now + timedelta(days=7)).date().isoformat()
    promise = {"obligor": "b1", "sort": "act", "due_on": due_on, "what": "清理堆物"}
    did(
        desk,
        "agree_at_once",
        results=["stop"],
        terms="分段清理",
        obligations=[promise] * (MOST_FIRED + 20),
        rights_told=True,
    )
    swept = sweep(desk.office, desk.now + timedelta(days=9))
    # Each is late, and the first of them moves the case.
    assert swept == Swept(fired=MOST_FIRED + 21, failed=0)


def test_the_same_key_with_another_day_is_another_request(desk: Desk) -> None:
    opened(desk)
    form = {"sort": "call", "note": "已去电"}
    late = desk.now + timedelta(hours=3)
    asking = Asking(WANG, late, occurred_at=desk.now + timedelta(hours=1), key="k")
    assert did(desk, "note", asking, **form) == did(desk, "note", asking, **form)
    asking = Asking(WANG, late, occurred_at=desk.now + timedelta(hours=2), key="k")
    with pytest.raises(KeyReused):
        did(desk, "note", asking, **form)


def test_a_request_that_another_process_did_meanwhile_is_told_its_result(desk: Desk) -> None:
    opened(desk)
    asking = Asking(WANG, desk.now, key="k")
    overtaken = [True]

    def note(office: Office, tx: Tx) -> Done:
        done = do_event(
            office, tx, desk.number, "note", {"sort": "call", "note": "已去电"}, asking
        )
        if overtaken and overtaken.pop():
            raise KeyTaken
        return done

    done = carried_out(desk.office, note)
    assert (done.version, carried_out(desk.office, note)) == (2, done)


def test_the_same_request_is_the_same_however_its_number_is_typed(desk: Desk) -> None:
    opened(desk)
    asking = Asking(WANG, desk.now, key="k")
    first = did(desk, "note", asking, sort="call", note="已去电")
    desk.number = desk.number.replace("（", "(").replace("）", ")")
    assert did(desk, "note", asking, sort="call", note="已去电") == first


def test_an_event_of_a_side_machine_that_has_ended_is_named_as_one_that_exists(
    desk: Desk,
) -> None:
    opened(desk)
    did(desk, "route", receiver="lf")
    did(desk, "referral/1:recall")
    with pytest.raises(EventRefused) as refused:
        did(desk, "referral/1:recall")
    (blocker,) = refused.value.blockers
    assert blocker.code == "not_from_here"
    with pytest.raises(EventRefused) as refused:
        did(desk, "referral/9:recall")
    (blocker,) = refused.value.blockers
    assert blocker.code == "unknown_event"


def test_a_paper_that_cannot_be_made_holds_up_its_own_case_alone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(desk)
    poisoned = desk.number
    opened(desk, people=[{"name": "丙某"}])

    def poison(procedure: Any, case: Any, *other: Any) -> Any:
        if len(case.value("parties")) == 2:
            raise UndefinedError("a paper")
        return fire(procedure, case, *other)

    monkeypatch.setattr("mediation.operations.cases.expiries.fire", poison)
    assert sweep(desk.office, desk.now + timedelta(days=3)) == Swept(fired=1, failed=1)
    with desk.office.database.reading() as tx:
        people = desk.office.staff(tx)
        who = viewer(people, WANG.actor(people, desk.now.date()))
        row = find_case(tx, who, poisoned)
        (clock,) = case_deadlines(tx, row.id)
    assert clock.attempts == 1


def test_a_repeated_request_is_told_of_its_own_papers_alone(desk: Desk) -> None:
    # In Ningbo the calendar ends the mediation; its notice is no paper of who comes next.
    bei = Sitting("beilei", "nb-hl")

    def does(event: str, **form: Any) -> Done:
        return did(desk, event, Asking(bei, desk.now, key=event), **form)

    with desk.office.database.writing() as tx:
        asking = Asking(bei, desk.now)
        desk.number = open_case(desk.office, tx, "general", OPENING, asking).number
    does("interview")
    does("accept", basis="application")
    does("name_mediators", mediators=["beilei"], manner="appointed")
    answers = {"a1": "no_objection", "b1": "no_objection"}
    assert len(does("tell_rights", manner="oral", answers=answers).documents) == 1
    does("settle_mediators")
    desk.now += timedelta(days=40)
    first = does("tell_outcome", manner="oral")
    assert [name for name, _ in first.documents] == ["closing_report"]
    assert does("tell_outcome", manner="oral") == first


def test_a_body_far_away_may_be_chosen_though_only_the_nearest_are_listed(desk: Desk) -> None:
    with desk.office.database.writing() as tx:
        near = desk.office.staff(tx).directory.body("lf")
        many = [near_one(near, no) for no in range(60)]
        save_people(tx, bodies=many, officers=[], seats=[])
    opened(desk)
    asking = Asking(WANG, desk.now)
    with desk.office.database.reading() as tx:
        view = view_case(desk.office, tx, desk.number, asking)
        offered = offers(view, "zh")
    (route,) = (one.form for one in offered if one.move.name == "route")
    listed = [
        one["const"] for one in route["properties"]["receiver"]["anyOf"] if "const" in one
    ]
    assert len(listed) == 50
    assert "xx" not in listed
    with pytest.raises(InputRefused):
        did(desk, "route", receiver="nowhere")
    assert did(desk, "route", receiver="xx").state == "intake/routed"


def test_a_calendar_nobody_has_kept_is_a_finding_and_not_the_end_of_the_proof(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(desk)

    def gone(*_: Any) -> Any:
        raise CalendarMissing(Message("日历版本 {hash} 不在库中", {"hash": "x"}))

    monkeypatch.setattr(Catalogue, "calendar_of", gone)
    with desk.office.database.reading() as tx:
        found = list(verify(desk.office, tx))
    assert [(one.code, one.number, one.seq) for one in found] == [
        ("decision_differs", desk.number, 1)
    ]


def near_one(like: Body, no: int) -> Body:
    code = f"n{no}"
    path = like.path.replace("/lf/", f"/{code}/")
    return replace(like, code=code, name=f"第{no}调委会", path=path, scope_path=path)
