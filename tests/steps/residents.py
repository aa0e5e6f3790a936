"""Steps about residents: applying online, and asking how far a matter has come."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from pytest_bdd import given, parsers, then, when
from sqlalchemy import select
from starlette.datastructures import FormData

from mediation.engine.legal_time.periods import shanghai_day
from mediation.errors import MediationError
from mediation.operations.answers.words import Words
from mediation.operations.cases.handling import open_case
from mediation.operations.cases.offering import opening_form
from mediation.operations.cases.requests import Asking
from mediation.operations.cases.viewing import view_case
from mediation.operations.desk.brakes import SignInHeld
from mediation.operations.desk.drafts import read_draft
from mediation.operations.residents.applications import (
    ApplicationDecided,
    ApplicationNotFound,
    Declining,
    application_told,
    decline_application,
    link_application,
    prepare_registering,
    read_application,
)
from mediation.operations.residents.applying import HandingIn, hand_in
from mediation.operations.residents.places import places
from mediation.operations.residents.progress import CodeUnknown, case_code, look_up
from mediation.records.applications import waiting_applications, waiting_count
from mediation.records.desk_tables import reveals
from mediation.web.submitted import data_of
from tests.offices import Desk
from tests.steps.cases import body_named, sittings, view
from tests.steps.cells import as_moment
from tests.steps.time import DAY

HOME, ELSEWHERE = "203.0.113.7", "198.51.100.9"
APPLIED = r"居民(?P<name>\S+?)向“(?P<body>[^”]+)”网上申请"


@dataclass
class Resident:
    """What a resident holds, and what he was told."""

    handed_in: HandingIn | None = None
    number: str = ""
    receipt: str = ""
    code: str = ""
    told: dict[str, Any] = field(default_factory=dict)
    problem: MediationError | None = None


@pytest.fixture
def resident() -> Resident:
    return Resident()


def asked(desk: Desk, resident: Resident, typed: str, address: str = HOME) -> None:
    """Ask for progress."""
    words = Words(desk.office.catalogue.library, "zh")
    resident.told, resident.problem = {}, None
    try:
        resident.told = look_up(desk.office, typed, address, desk.now, words)
    except (CodeUnknown, SignInHeld) as refused:
        resident.problem = refused


def hand(desk: Desk, resident: Resident) -> None:
    """Hand the application in."""
    assert resident.handed_in
    with desk.office.database.writing() as tx:
        resident.receipt = hand_in(desk.office, tx, resident.handed_in, desk.now)
        kept = waiting_applications(tx, resident.handed_in.typed["body"], 1)
    resident.number = str(kept[0].id)


def written(desk: Desk, name: str, other: str, body: str) -> dict[str, str]:
    """Give what a resident answers."""
    code = body_named(desk, body)
    with desk.office.database.reading() as tx:
        found = places(desk.office, tx, shanghai_day(desk.now))
    place = next(one for one in found if one.body.code == code)
    return {
        "district": place.district.code,
        "area": place.area.code,
        "body": code,
        "name": name,
        "phone": "13812345678",
        "other": other,
        "happened": "楼上漏水，天花板湿了。",
        "wanted": "修好，赔八百元。",
    }


@given(parsers.re(rf"{APPLIED}了调解，对方是(?P<other>\S+)"))
@when(parsers.re(rf"{APPLIED}调解，对方是(?P<other>\S+)"))
def a_resident_applies(
    desk: Desk, resident: Resident, name: str, body: str, other: str
) -> None:
    typed = written(desk, name, other, body)
    resident.handed_in = HandingIn(typed, "the form", agreed=True, address=HOME)
    hand(desk, resident)


@when("同一份申请又提交了一次")
def the_same_form_comes_again(desk: Desk, resident: Resident) -> None:
    first = resident.receipt
    hand(desk, resident)
    assert resident.receipt == first


@when(parsers.re(r"居民(?P<name>\S+?)不同意使用个人信息而提交网上申请"))
def a_resident_does_not_consent(desk: Desk, resident: Resident, name: str) -> None:
    typed = written(desk, name, "李秀英", "天馨社区人民调解委员会")
    resident.handed_in = HandingIn(typed, "the form", agreed=False, address=HOME)
    with pytest.raises(MediationError):
        hand(desk, resident)


def asking(desk: Desk, name: str) -> Asking:
    """Ask as an officer in the first of his seats."""
    return Asking(next(sittings(desk, name)), desk.now)


@when(parsers.re(r"(?P<name>\S+?)打开这份网上申请"))
def an_officer_reads_it(desk: Desk, resident: Resident, name: str) -> None:
    with desk.office.database.writing() as tx:
        opened = read_application(desk.office, tx, resident.number, asking(desk, name))
    assert opened["happened"]


@when(parsers.re(r"(?P<name>[^也]+?)按这份网上申请登记邻里纠纷"))
def an_officer_registers_it(desk: Desk, resident: Resident, name: str) -> None:
    office, wanted = desk.office, asking(desk, name)
    draft = f"register/neighbour/{resident.number}"
    with office.database.writing() as tx:
        prepare_registering(office, tx, resident.number, "neighbour", draft, wanted)
    with office.database.writing() as tx:
        schema = opening_form(office, tx, "neighbour", wanted, "zh")
        data = data_of(schema, FormData([*read_draft(office, tx, wanted.sitting, draft)]))
        data["class"] = schema["properties"]["class"]["oneOf"][0]["const"]
        done = open_case(office, tx, "neighbour", data, wanted)
        link_application(office, tx, resident.number, done, wanted)
    desk.number = done.number


@when(parsers.re(r"(?P<name>\S+?)也要按这份网上申请登记邻里纠纷"))
def another_registers_it(desk: Desk, resident: Resident, name: str) -> None:
    try:
        an_officer_registers_it(desk, resident, name)
    except ApplicationDecided as refused:
        resident.problem = refused


@then("这份网上申请已经有人办理")
def it_is_decided(resident: Resident) -> None:
    assert isinstance(resident.problem, ApplicationDecided)


DECLINED = r"理由是“(?P<reason>[^”]+)”，应当找“(?P<body>[^”]+)”"


@when(parsers.re(rf"(?P<name>\S+?)不登记这份网上申请，{DECLINED}"))
def an_officer_declines_it(
    desk: Desk, resident: Resident, name: str, reason: str, body: str
) -> None:
    given_ = Declining(reason, body_named(desk, body))
    with desk.office.database.writing() as tx:
        decline_application(desk.office, tx, resident.number, given_, asking(desk, name))


@then(parsers.re(rf"凭收件号查到没有登记，{DECLINED}"))
def the_receipt_tells_why(desk: Desk, resident: Resident, reason: str, body: str) -> None:
    asked(desk, resident, resident.receipt)
    told = resident.told
    assert (told["sort"], told["reason"], told["right_body"]) == ("declined", reason, body)


@then(parsers.re(r"“(?P<body>[^”]+)”有(?P<count>\d+)件网上申请待登记"))
def so_many_wait(desk: Desk, body: str, count: str) -> None:
    with desk.office.database.reading() as tx:
        assert waiting_count(tx, body_named(desk, body)) == int(count)


@then(parsers.re(r"凭收件号查到申请(?P<stands>待登记|已登记)"))
def the_receipt_tells(desk: Desk, resident: Resident, stands: str) -> None:
    asked(desk, resident, resident.receipt)
    assert resident.told["sort"] == {"待登记": "waiting", "已登记": "registered"}[stands]


@then(parsers.re(r"(?P<name>\S+?)查不到这份网上申请"))
def another_body_finds_nothing(desk: Desk, resident: Resident, name: str) -> None:
    with desk.office.database.reading() as tx, pytest.raises(ApplicationNotFound):
        application_told(desk.office, tx, resident.number, asking(desk, name))


@then(parsers.re(r"记录中写有(?P<name>\S+?)看过这份网上申请"))
def the_look_is_kept(desk: Desk, resident: Resident, name: str) -> None:
    with desk.office.database.engine.connect() as connection:
        kept = connection.execute(select(reveals.c.officer, reveals.c.what)).all()
    assert kept == [(asking(desk, name).sitting.officer, f"application/{resident.number}")]


# ── progress ─────────────────────────────────────────────────────────────────────────────────


def code(desk: Desk) -> str:
    """Give the code of the case as its owner hands it over."""
    view_ = view(desk)
    with desk.office.database.reading() as tx:
        seats = (
            one
            for officer in view_.people.directory.officers
            for one in sittings(desk, view_.people.directory.officers[officer].name)
            if one.body == view_.case.owner
        )
        asking = Asking(next(seats), desk.now)
        return case_code(view_case(desk.office, tx, desk.number, asking))


@given("当事人记下查询码")
def the_code_is_noted(desk: Desk, resident: Resident) -> None:
    resident.code = code(desk)


@when("当事人输入查询码")
def a_party_types_the_code(desk: Desk, resident: Resident) -> None:
    asked(desk, resident, code(desk))


@when("当事人输入记下的查询码")
def a_party_types_the_noted_code(desk: Desk, resident: Resident) -> None:
    assert resident.code == code(desk)
    asked(desk, resident, resident.code)


@when("当事人用小写、加空格、把零写成字母输入查询码")
def a_party_types_sloppily(desk: Desk, resident: Resident) -> None:
    asked(desk, resident, f" {code(desk).lower().replace('0', 'o').replace('-', '  ')} ")


@when("当事人输错查询码的最后一个字")
def a_party_mistypes(desk: Desk, resident: Resident) -> None:
    asked(desk, resident, mistyped(code(desk)))


def mistyped(right: str) -> str:
    """Give a code with its last sign wrong."""
    return right[:-1] + ("2" if right[-1] != "2" else "3")


@given(parsers.re(r"有人在同一个地方连着输错了(?P<times>\d+)次"))
def somebody_guesses(desk: Desk, resident: Resident, times: str) -> None:
    wrong = mistyped(code(desk))
    for _ in range(int(times)):
        asked(desk, resident, wrong)
        assert isinstance(resident.problem, CodeUnknown)


@when("有人在那个地方输入正确的查询码")
def the_right_code_is_typed_there(desk: Desk, resident: Resident) -> None:
    asked(desk, resident, code(desk))


@then("要过一会儿才能再试")
def one_has_to_wait(resident: Resident) -> None:
    assert isinstance(resident.problem, SignInHeld)


@then("在别的地方输入查询码，查得到")
def others_are_not_held(desk: Desk, resident: Resident) -> None:
    asked(desk, resident, code(desk), ELSEWHERE)
    assert resident.told


@then("什么也没有查到")
def nothing_is_found(resident: Resident) -> None:
    assert isinstance(resident.problem, CodeUnknown)


@then(parsers.re(r"查到的进度是“(?P<sentence>[^”]+)”"))
def the_progress_is(resident: Resident, sentence: str) -> None:
    assert resident.told["state"] == sentence


@then(parsers.re(rf"查到的日子是“(?P<label>[^”]+)”(?P<day>{DAY})"))
def the_day_is(resident: Resident, label: str, day: str) -> None:
    on = shanghai_day(as_moment(day)).isoformat()
    assert resident.told["due"] == {"label": label, "on": on}


@then(parsers.re(r"查到有事问“(?P<body>[^”]+)”"))
def the_body_to_ask_is(resident: Resident, body: str) -> None:
    assert resident.told["body_name"] == body


@then(parsers.re(r"查到的里面没有“(?P<first>[^”]+)”“(?P<second>[^”]+)”“(?P<third>[^”]+)”"))
def it_tells_nothing_of(resident: Resident, first: str, second: str, third: str) -> None:
    told = str(resident.told)
    assert not [word for word in (first, second, third) if word in told]
