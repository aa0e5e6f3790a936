"""The journal of administration: what was changed, from what to what, and how it is told."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from mediation.clock import SHANGHAI
from mediation.language import Label, Message
from mediation.operations.administration.managing import ADMINISTRATOR, AUDITOR, Manager
from mediation.operations.answers.places import place_named
from mediation.operations.answers.words import Told, Words
from mediation.operations.cases.requests import Asking
from mediation.operations.notices import NOTICE_ENTERED
from mediation.operations.office import Office
from mediation.records.database import Tx
from mediation.records.people import Body, Directory, Seat
from mediation.records.people_changes import PeopleChange, changes_under

MOST: Final = 500

BODY_ADDED, BODY_ENDED = "body_added", "body_ended"
BODY_LEFT, BODY_MOVED, BODY_CHANGED = "body_left", "body_moved", "body_changed"
OFFICER_RENAMED, SEAT_CHANGED = "officer_renamed", "seat_changed"
OFFICER_ADDED, SEAT_GIVEN, SEAT_ENDED = "officer_added", "seat_given", "seat_ended"
CUTOFF_SET = "cutoff_set"
INVITED, CLOSED, OPENED = "account_invited", "account_closed", "account_opened"

WHAT: Final = {
    BODY_ADDED: Message("增加单位"),
    BODY_ENDED: Message("结束单位"),
    BODY_LEFT: Message("移走单位"),
    BODY_MOVED: Message("移入单位"),
    BODY_CHANGED: Message("更改单位"),
    OFFICER_ADDED: Message("增加工作人员"),
    OFFICER_RENAMED: Message("更改姓名"),
    SEAT_GIVEN: Message("给予席位"),
    SEAT_CHANGED: Message("更改席位"),
    SEAT_ENDED: Message("结束席位"),
    INVITED: Message("发出邀请"),
    CLOSED: Message("关闭账户"),
    OPENED: Message("开启账户"),
    NOTICE_ENTERED: Message("录入放假通知"),
    CUTOFF_SET: Message("改月报截止日"),
}
PARTS: Final = {
    "name": Message("名称"),
    "word": Message("机构代字"),
    "sort": Message("单位类别"),
    "tier": Message("层级"),
    "path": Message("在树中的位置"),
    "scope_path": Message("督办范围"),
    "supervised_by": Message("督办单位"),
    "place": Message("适用的期限"),
    "competence": Message("受理范围"),
    "roles": Message("角色"),
    "from_on": Message("起"),
    "until_on": Message("止"),
    "invited_until": Message("邀请有效至"),
    "document": Message("文号"),
    "published": Message("公布日期"),
    "holiday": Message("放假安排"),
    "cutoff": Message("月报截止日"),
    "from_month": Message("自何月起"),
}


def body_kept(body: Body) -> Mapping[str, Any]:
    """Give a body as the journal keeps it."""
    return {
        "name": body.name,
        "word": body.word,
        "sort": body.sort,
        "tier": body.tier,
        "path": body.path,
        "scope_path": body.scope_path,
        "supervised_by": body.supervised_by,
        "place": body.place,
        "competence": body.competence,
        "from_on": body.from_on.isoformat(),
        "until_on": body.until_on and body.until_on.isoformat(),
    }


def seat_kept(seat: Seat) -> Mapping[str, Any]:
    """Give a seat as the journal keeps it."""
    return {
        "body": seat.body,
        "roles": sorted(seat.roles),
        "from_on": seat.from_on.isoformat(),
        "until_on": seat.until_on and seat.until_on.isoformat(),
    }


def journal_told(office: Office, tx: Tx, asking: Asking, words: Words) -> list[Told]:
    """Tell every change in the bodies one manages or audits, the newest first.

    Raises:
        NotAdministered: the seat is neither an administrator's nor an auditor's.
    """
    manager = Manager.of(office, tx, asking, ADMINISTRATOR, AUDITOR)
    found = changes_under(tx, manager.root.path, MOST)
    return [change_told(one, manager.directory, words) for one in found]


def change_told(change: PeopleChange, directory: Directory, words: Words) -> Told:
    """Tell one change."""
    officers, bodies = directory.officers, directory.bodies
    subject = officers.get(change.subject) or bodies.get(change.subject)
    place = directory.body_at(change.path)
    return {
        "at": change.at.isoformat(),
        "officer": officers[change.officer].name if change.officer else None,
        "body_name": bodies[change.body].name if change.body else "",
        "what_label": words.say(WHAT[change.what]),
        "subject": change.subject,
        "subject_name": subject.name if subject else change.subject,
        "place_name": place.name if place else "",
        "parts": list(parts_told(change, directory, words)),
    }


def parts_told(change: PeopleChange, directory: Directory, words: Words) -> Iterator[Told]:
    """Tell each part that became another one."""
    before, after = change.before or {}, change.after or {}
    for name, label in PARTS.items():
        old, new = (
            value_told(name, one.get(name), directory, words) for one in (before, after)
        )
        # Compared as told: the scope of a body that moved is still the same body.
        if old != new:
            yield {"label": words.say(label), "before": old, "after": new}


def value_told(name: str, value: Any, directory: Directory, words: Words) -> str:
    """Tell one value of a body or seat."""
    bodies, shelves = directory.bodies, words.library.bodies
    told: Mapping[str, Callable[[Any], str]] = {
        "roles": lambda roles: "、".join(words.role(role) for role in roles),
        "path": lambda path: " / ".join(names_on(path, directory)),
        "scope_path": lambda path: names_on(path, directory)[-1],
        "supervised_by": lambda code: bodies[code].name,
        "sort": lambda sort: words.named(shelves.sort, sort),
        "tier": words.tier,
        "place": lambda place: place_named(words, place),
        "competence": lambda competence: competence_told(competence, words),
        "invited_until": local,
        "holiday": lambda listed: "；".join(holiday_told(one, words) for one in listed),
    }
    return "" if value is None else told.get(name, str)(value)


def names_on(path: str, directory: Directory) -> list[str]:
    """Name the bodies on a path, which may have been left since, from the top down."""
    return [directory.bodies[code].name for code in path.strip("/").split("/")]


def holiday_told(holiday: Mapping[str, Any], words: Words) -> str:
    """Tell one holiday of a notice as the journal keeps it: name, days off, days worked."""
    days = " — ".join(dict.fromkeys([holiday["from"], holiday["to"]]))
    told = f"{words.to(Label(**holiday['name']))} {days}"
    worked = {"days": "、".join(holiday.get("work", ()))}
    return f"{told}，{words.say(Message('{days} 上班', worked))}" if worked["days"] else told


def local(moment: str) -> str:
    """Write a moment on the clock of Shanghai, to the minute."""
    return f"{datetime.fromisoformat(moment).astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def competence_told(competence: Mapping[str, Any] | None, words: Words) -> str:
    """Tell what a body may take on."""
    if competence is None:
        return words.say(Message("各类纠纷"))
    kinds, classes = competence.get("kinds"), competence.get("classes") or []
    if kinds == []:
        return words.say(Message("只登记，不受理"))
    every = {
        name: one for kind in words.library.kinds.values() for name, one in kind.class_.items()
    }
    named = [words.kind(one) for one in kinds or []]
    return "、".join([*named, *(words.named(every, one) for one in classes)])
