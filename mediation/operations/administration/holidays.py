"""A year's holiday notice, entered at the top of the tree for every case."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from mediation import text
from mediation.engine.errors import DefinitionError
from mediation.engine.legal_time.calendars import WorkingCalendar
from mediation.engine.legal_time.festivals import (
    FESTIVALS,
    JOINED,
    MID_AUTUMN,
    NATIONAL,
    Festival,
)
from mediation.engine.legal_time.notices import Notice, read_notice
from mediation.errors import Fault, InputRefused, MediationError
from mediation.language import Label, Message
from mediation.operations.administration.managing import Manager, NotAdministered
from mediation.operations.administration.reading import Asked, Data, Filled, Schema
from mediation.operations.answers.holidays import notice_told
from mediation.operations.answers.words import Told, Words
from mediation.operations.cases.requests import Asking
from mediation.operations.notices import (
    CALENDAR,
    NOTICE_ENTERED,
    entered,
    put_in_force,
    with_entered,
)
from mediation.operations.office import Office
from mediation.records.database import Tx
from mediation.records.people import raise_version

WORK: Final = {
    "work_1": Message("调休上班（一）"),
    "work_2": Message("调休上班（二）"),
    "work_3": Message("调休上班（三）"),
}
FORM: Final = "notice"
"""What an error of the engine names as its place; a page says the field instead."""


class NotAtTheTop(MediationError):
    """A notice holds for everybody, so nobody enters it who manages only a part."""

    code = "not_at_the_top"

    def __init__(self) -> None:
        super().__init__(Message("放假安排全国一样，由最上级单位的管理员录入"))


def holidays_told(office: Office, tx: Tx, asking: Asking, words: Words) -> Told:
    """Tell the calendar in force, the newest year first, and who entered which of its notices.

    Raises:
        NotAdministered: the seat is no administrator's.
    """
    manager = Manager.of(office, tx, asking)
    calendar, officers = office.staff(tx).calendar, manager.directory.officers
    hands = entered(tx)
    told = []
    for notice in sorted(calendar.notices, key=lambda one: -one.year):
        change = hands.get(str(notice.year))
        hand = {
            "entered_at": change and change.at.isoformat(),
            "entered_by": change and change.officer and officers[change.officer].name,
        }
        told.append(notice_told(notice, words) | hand)
    return {
        "horizon": calendar.horizon,
        "notices": told,
        "open_years": years_open(manager) if at_the_top(manager) else [],
    }


def at_the_top(manager: Manager) -> bool:
    """Tell whether no body stands above the administrator's own."""
    return manager.root.path.count("/") == len("//")


def years_open(manager: Manager) -> list[int]:
    """Give the years whose notice may be entered: this one, if it is amended, and the next."""
    return [manager.day.year, manager.day.year + 1]


def entering(office: Office, tx: Tx, year: int, asking: Asking) -> Manager:
    """Give the administrator who may enter the notice of a year.

    Raises:
        NotAdministered: the seat is no administrator's, or the year neither this nor the next.
        NotAtTheTop: a body stands above his own.
    """
    manager = Manager.of(office, tx, asking)
    if not at_the_top(manager):
        raise NotAtTheTop
    if year not in years_open(manager):
        raise NotAdministered
    return manager


def notice_form(office: Office, tx: Tx, year: int, asking: Asking, words: Words) -> Schema:
    """Give the form of a year's notice; of a known year, with what holds.

    Raises:
        NotAdministered: the seat is no administrator's, or the year neither this nor the next.
        NotAtTheTop: a body stands above his own.
    """
    entering(office, tx, year, asking)
    known = known_notice(office.staff(tx).calendar, year)
    asked, stands = Asked(words), filled_as(known) if known else {}
    fields = {
        "document": asked.line(Message("文号"), Message("如：国办发明电〔2026〕7号")),
        "published_on": asked.day(Message("公布日期")),
        **{name: festival_form(asked, name, one) for name, one in FESTIVALS.items()},
        "compared": asked.flag(
            Message("已和通知原文逐日核对"), Message("这里错一天，全部案件的期限都跟着错")
        ),
    }
    required = ("document", "published_on", *(set(FESTIVALS) - {MID_AUTUMN}), "compared")
    return asked.form(required, **{n: preset(one, stands.get(n)) for n, one in fields.items()})


def festival_form(asked: Asked, name: str, festival: Festival) -> Schema:
    """Ask for the days of one holiday."""
    days = {
        "from_on": asked.day(Message("放假第一天")),
        "to_on": asked.day(Message("放假最后一天")),
        **{field: asked.day(title) for field, title in WORK.items()},
    }
    titled = {"title": asked.words.to(festival.name)}
    if name == MID_AUTUMN:
        joined = Message("和国庆节连在一起放的，这里不填，只填国庆节")
        titled["description"] = asked.words.say(joined)
    return asked.form(("from_on", "to_on"), **days) | titled


def preset(field: Schema, stands: Any) -> Schema:
    """Give a field, or the fields of a group, with what stands there from the beginning."""
    if not isinstance(stands, Mapping):
        return Asked.preset(field, stands)
    parts = {n: Asked.preset(one, stands.get(n)) for n, one in field["properties"].items()}
    return field | {"properties": parts}


def known_notice(calendar: WorkingCalendar, year: int) -> Notice | None:
    """Give the notice that holds for a year, if one is known."""
    return next((one for one in calendar.notices if one.year == year), None)


def notice_kept(calendar: WorkingCalendar, year: int) -> dict[str, object]:
    """Give the notice of a year as the journal keeps it; empty if none is known."""
    known = known_notice(calendar, year)
    return known.as_data() if known else {}


def filled_as(notice: Notice) -> dict[str, Any]:
    """Give the form as it would be filled in to give this notice."""
    published = notice.published and notice.published.isoformat()
    filled: dict[str, Any] = {"document": notice.document, "published_on": published}
    for one in notice.holidays:
        feasts = [
            n for n, known in FESTIVALS.items() if known.name.zh in one.name.zh.split("、")
        ]
        work = dict(zip(WORK, (day.isoformat() for day in one.work), strict=False))
        days = {"from_on": one.first.isoformat(), "to_on": one.last.isoformat(), **work}
        # Of two that are joined the form asks only for the later, National Day.
        filled |= dict.fromkeys(feasts[-1:], days)
    return filled


def enter_notice(office: Office, tx: Tx, year: int, data: Data, asking: Asking) -> None:
    """Enter the notice of a year: everybody decides by it from the next transaction on.

    Open deadlines are projected anew by the next beat of the heartbeat.

    Raises:
        NotAdministered: the seat is no administrator's, or the year neither this nor the next.
        NotAtTheTop: a body stands above his own.
        InputRefused: with every fault; nothing is entered.
    """
    manager = entering(office, tx, year, asking)
    head, holidays = read_form(manager, year, data)
    # Raised first, for whoever else enters one waits here and then sees this one.
    raise_version(tx)
    before = with_entered(office.catalogue, tx)
    calendar = joined_by(before, head, holidays)
    put_in_force(tx, calendar)
    manager.note(
        NOTICE_ENTERED,
        str(year),
        manager.root.path,
        before=notice_kept(before, year) or None,
        after={**notice_kept(calendar, year), CALENDAR: calendar.version},
    )


Holidays = Mapping[str, Mapping[str, Any]]
"""What a form says of each holiday by its name, in the shape of the file."""


def read_form(manager: Manager, year: int, data: Data) -> tuple[Data, Holidays]:
    """Read the notice of a year: its head, and its holidays.

    Raises:
        InputRefused: with every fault of its fields.
    """
    filled = Filled(data)
    holidays = {
        name: filled.faults.take(name, rule, data.get(name) or {}) or {}
        for name, rule in rules(year, joined=not data.get(MID_AUTUMN))
    }
    first, published = date(year - 1, 1, 1), filled.needed_day("published_on")
    if published and not first <= published <= manager.day:
        said = Message("应在{first}到今天之间", {"first": first})
        filled.faults.add("published_on", said)
    document = filled.text("document", text.line)
    if data.get("compared") is not True:
        filled.faults.add("compared", Message("请先和通知原文核对，再选“是”"))
    filled.faults.refuse_any()
    return {"year": year, "document": document, "published": published}, holidays


Rule = Callable[[Data], Data]


def rules(year: int, *, joined: bool) -> Iterator[tuple[str, Rule]]:
    """Give how each holiday of a form is read; Mid-autumn may be joined with National Day."""
    for name, festival in FESTIVALS.items():
        if not joined or name not in {MID_AUTUMN, NATIONAL}:
            yield name, holiday_of(year, festival, festival.name)
        elif name == NATIONAL:
            yield name, holiday_of(year, festival, JOINED)


def holiday_of(year: int, festival: Festival, label: Label) -> Rule:
    """Give the rule that reads one holiday of a form, in the shape of the file."""

    def rule(data: Data) -> Data:
        filled = Filled(data)
        days = {name: filled.needed_day(name) for name in ("from_on", "to_on")}
        days |= {name: filled.day(name) for name in WORK}
        filled.faults.refuse_any()
        work = [day for name in WORK if (day := days[name])]
        told = {
            "name": label._asdict(),
            "from": days["from_on"],
            "to": days["to_on"],
            "work": work,
        }
        try:
            notice = read_notice({"year": year, "document": FORM, "holiday": [told]}, FORM)
        except DefinitionError as error:
            field = next(
                (n for n, day in days.items() if day and day == day_of(error)), "to_on"
            )
            raise InputRefused((Fault(field, error.problem),)) from error
        if not festival.falls_in(notice.holidays[0], year):
            values = {"year": year, "name": festival.name}
            said = Message("{year}年的{name}不在这几天里", values)
            raise InputRefused((Fault("from_on", said),))
        return told

    return rule


def day_of(error: DefinitionError) -> object:
    """Give the day a fault of the engine speaks of, if it speaks of one."""
    return error.problem.values.get("day")


def joined_by(before: WorkingCalendar, head: Data, holidays: Holidays) -> WorkingCalendar:
    """Give the calendar with one more notice.

    Raises:
        InputRefused: its holidays contradict each other or another year's, or nothing is new.
    """
    try:
        calendar = before.with_notice({**head, "holiday": [*holidays.values()]}, FORM)
    except DefinitionError as error:
        field = holding(holidays, day_of(error))
        raise InputRefused((Fault(field, error.problem),)) from error
    if calendar.version == before.version:
        raise InputRefused(Message("和现有的安排完全一样，没有改动"))
    return calendar


def holding(holidays: Holidays, day: Any) -> str:
    """Find the field of the last holiday that has a day off or worked; empty if none has."""
    found = [
        name
        for name, one in holidays.items()
        if one["from"] <= day <= one["to"] or day in one["work"]
    ]
    return f"{found[-1]}.from_on" if found else ""
