"""Steps about monthly reports: figures, submissions, cut-off days, registers."""

import re
from typing import Any

from pytest_bdd import given, parsers, then, when

from mediation.errors import InputRefused, MediationError
from mediation.operations.answers.words import Words
from mediation.operations.cases.handling import do_event, open_case
from mediation.operations.cases.requests import Asking
from mediation.operations.desk.reveals import reveals_told
from mediation.operations.office import Sitting
from mediation.operations.reports.columns import columns_of
from mediation.operations.reports.cutting import cut_off
from mediation.operations.reports.forms import entered_fields
from mediation.operations.reports.reading import Reading
from mediation.operations.reports.register import listed, register_told
from mediation.operations.reports.submitting import enter_figures, submit_month
from mediation.operations.reports.table import report_told
from mediation.resources import resource_dir
from tests.offices import Desk
from tests.steps.cases import body_named, sittings
from tests.steps.cells import MOMENT, as_moment

ON_THE_SPOT = {"results": ["apology"], "terms": "互相谅解。", "rights_told": True}
WHO = r"(?P<name>\S+?)"
MONTH = r"(?P<year>\d{4})年(?P<month>\d+)月"


def words(desk: Desk) -> Words:
    return Words(desk.office.catalogue.library, "zh")


def seat(desk: Desk, name: str) -> Sitting:
    return next(sittings(desk, name))


def opened(desk: Desk, tx: Any, name: str, year: str, month: str) -> Reading:
    asking = Asking(seat(desk, name), desk.now)
    return Reading.of(desk.office, tx, "", f"{year}-{int(month):02}", asking)


def report(desk: Desk, name: str, year: str, month: str) -> Any:
    with desk.office.database.reading() as tx:
        return report_told(opened(desk, tx, name, year, month), words(desk))


@given(parsers.re(rf"{WHO}从{MONTH}起把(?P<body>\S+?)的月报截止日改为(?P<day>\d+)日"))
@when(parsers.re(rf"{WHO}从{MONTH}起把(?P<body>\S+?)的月报截止日改为(?P<day>\d+)日"))
def the_last_day_is_set(
    desk: Desk, name: str, year: str, month: str, body: str, day: str
) -> None:
    asking, code = Asking(seat(desk, name), desk.now), body_named(desk, body)
    desk.problem = None
    try:
        with desk.office.database.writing() as tx:
            cut_off(desk.office, tx, code, day, f"{year}-{int(month):02}", asking)
    except MediationError as refused:
        desk.problem = refused


@then(parsers.re(rf"{WHO}的{MONTH}月报：(?P<figures>.+)"))
def the_report_says(desk: Desk, name: str, year: str, month: str, figures: str) -> None:
    found = report(desk, name, year, month)
    told = {one["label"]: one["value"] for one in (*found["lines"], *found["entered"])}
    wanted = dict(re.findall(r"([^，]+?)(\d+)(?:，|$)", figures))
    assert {label: told[label] for label in wanted} == wanted


@then(parsers.re(rf"{WHO}的{MONTH}月报从(?P<first>{MOMENT})到(?P<last>{MOMENT})"))
def the_report_reaches(
    desk: Desk, name: str, year: str, month: str, first: str, last: str
) -> None:
    found = report(desk, name, year, month)
    days = [as_moment(one).date().isoformat() for one in (first, last)]
    assert [found["from_on"], found["until_on"]] == days


@given(parsers.re(rf"{WHO}报送了{MONTH}"))
@when(parsers.re(rf"{WHO}报送{MONTH}(?P<carry>，一并更正)?"))
def the_month_is_submitted(
    desk: Desk, name: str, year: str, month: str, carry: str | None = None
) -> None:
    desk.problem = None
    try:
        with desk.office.database.writing() as tx:
            submit_month(opened(desk, tx, name, year, month), carry=bool(carry))
    except MediationError as refused:
        desk.problem = refused


@given(parsers.re(rf"{WHO}填报了{MONTH}：(?P<label>\D+)(?P<value>\d+)"))
def figures_are_entered(
    desk: Desk, name: str, year: str, month: str, label: str, value: str
) -> None:
    field = next(key for key, one in entered_fields().items() if one.label.zh == label)
    with desk.office.database.writing() as tx:
        enter_figures(opened(desk, tx, name, year, month), {field: value})


@given(parsers.re(rf"{WHO}补录了(?P<day>{MOMENT})调结的(?P<one>\S+?)与(?P<other>\S+?)的纠纷"))
@when(parsers.re(rf"{WHO}补录(?P<day>{MOMENT})调结的(?P<one>\S+?)与(?P<other>\S+?)的纠纷"))
def a_settled_case_is_entered_afterwards(
    desk: Desk, name: str, day: str, one: str, other: str
) -> None:
    asking = Asking(seat(desk, name), desk.now, as_moment(day))
    people = [{"name": one}, {"name": other}]
    form = {"people": people, "class": "contract", "sentence": "货款"}
    with desk.office.database.writing() as tx:
        desk.number = open_case(desk.office, tx, "general", form, asking).number
        do_event(desk.office, tx, desk.number, "settle_at_once", ON_THE_SPOT, asking)


@then(parsers.re(r"报表被拒绝：“(?P<sentence>[^”]+)”"))
def the_report_is_refused(desk: Desk, sentence: str) -> None:
    assert desk.problem is not None
    faults = desk.problem.faults if isinstance(desk.problem, InputRefused) else ()
    said = [desk.problem.message.to("zh"), *(fault.message.to("zh") for fault in faults)]
    assert any(sentence in one for one in said), said


@then(parsers.re(rf"{WHO}的{MONTH}已报送"))
def the_month_stands_submitted(desk: Desk, name: str, year: str, month: str) -> None:
    assert desk.problem is None
    assert report(desk, name, year, month)["submission"]["no"] == 1


@then(parsers.re(rf"{WHO}的{MONTH}报送以后，(?P<change>\S+由\d+变为\d+，\S+)本案"))
def the_difference_is_named(desk: Desk, name: str, year: str, month: str, change: str) -> None:
    told = re.fullmatch(r"(\S+)由(\d+)变为(\d+)，(补录|更正)", change)
    assert told, change
    found = report(desk, name, year, month)["submission"]["differences"]
    one = next(one for one in found if one["label"] == told[1])
    assert (one["submitted"], one["present"]) == (told[2], told[3])
    assert one["more"] == [{"number": desk.number, "late": told[4] == "补录"}]


@then(parsers.re(rf"{WHO}的{MONTH}报送以后没有变化"))
def there_is_no_difference(desk: Desk, name: str, year: str, month: str) -> None:
    assert report(desk, name, year, month)["submission"]["differences"] == []


@then(parsers.re(rf"{WHO}看到(?P<body>\S+?){MONTH}：(?P<what>未报送|零报告|已报送)"))
def a_body_below_has_submitted(
    desk: Desk, name: str, body: str, year: str, month: str, what: str
) -> None:
    code = body_named(desk, f"{body}人民调解委员会")
    found = report(desk, name, year, month)["below"]
    one = next(one for one in found if one["code"] == code)
    said = "未报送" if not one["submitted"] else "零报告" if one["zero"] else "已报送"
    assert said == what


@then(parsers.re(rf"{WHO}的{MONTH}登记簿：(?P<cells>.+)"))
def the_register_says(desk: Desk, name: str, year: str, month: str, cells: str) -> None:
    with desk.office.database.reading() as tx:
        found = register_told(opened(desk, tx, name, year, month), words(desk), "")
    (row,) = found["rows"]
    told = [f"{label}{cell}" for label, cell in zip(found["columns"], row, strict=True)]
    assert set(cells.split("，")) <= set(told)


@when(
    parsers.re(rf"{WHO}以“(?P<reason>[^”]*)”下载{MONTH}的省级格式"), target_fixture="downloaded"
)
def the_provincial_table_is_taken(
    desk: Desk, name: str, reason: str, year: str, month: str
) -> list[list[str]]:
    columns = columns_of(resource_dir("templates"))
    with desk.office.database.writing() as tx:
        return listed(opened(desk, tx, name, year, month), columns, words(desk), reason)


@then(parsers.re(r"表里(?P<how>有|没有)“(?P<text>[^”]+)”"))
def the_table_holds(downloaded: list[list[str]], how: str, text: str) -> None:
    assert any(text in row for row in downloaded) == (how == "有")


@then(parsers.re(r"本案查看记录里有“(?P<reason>[^”]+)”"))
def the_look_is_traced(desk: Desk, reason: str) -> None:
    asking = Asking(Sitting("wangguilan", "tx"), desk.now)
    with desk.office.database.reading() as tx:
        found = reveals_told(desk.office, tx, desk.number, asking)
    assert reason in [one["reason"] for one in found["looks"]]
