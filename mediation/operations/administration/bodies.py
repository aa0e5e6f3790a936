"""Bodies: added below one's own, and ended once nothing depends on them."""

from dataclasses import replace

from mediation import text
from mediation.errors import InputRefused
from mediation.language import Message
from mediation.operations.administration.journal import (
    BODY_ADDED,
    BODY_ENDED,
    SEAT_ENDED,
    body_kept,
    seat_kept,
)
from mediation.operations.administration.managing import (
    Manager,
    OwnRights,
    StillNeeded,
    cut,
)
from mediation.operations.administration.reading import (
    SINCE,
    TODAY,
    Asked,
    Data,
    Filled,
    Schema,
)
from mediation.operations.answers.places import places_named
from mediation.operations.answers.words import Words
from mediation.operations.cases.requests import Asking
from mediation.operations.office import Office
from mediation.operations.world import name_of
from mediation.records.custody import open_cases_of
from mediation.records.database import Tx
from mediation.records.people import Body, save_people


def body_form(office: Office, tx: Tx, above: str, asking: Asking, words: Words) -> Schema:
    """Give the form that adds a body below another.

    Raises:
        NotAdministered: the officer does not manage that one.
    """
    manager = Manager.of(office, tx, asking)
    parent = manager.body(above)
    asked, shelves = Asked(words), words.library.bodies
    sorts = {one: words.named(shelves.sort, one) for one in shelves.sort}
    kinds = {name: words.kind(name) for name in words.library.kinds}
    return asked.form(
        ("name", "code", "word", "sort", "place"),
        name=asked.line(Message("单位名称")),
        code=asked.line(
            Message("代码"), Message("小写字母、数字和短横线，如 tx-hy；以后不能更改")
        ),
        word=asked.line(Message("机构代字"), Message("写进案号，如“天馨”；各单位不能相同")),
        sort=asked.one(Message("单位类别"), sorts),
        tier=asked.one(
            Message("层级"),
            {one: words.tier(one) for one in shelves.tier},
            Message("法院、派出所等不分层级的不选"),
        ),
        place=asked.preset(
            asked.one(Message("适用的期限"), places_named(words)), parent.place
        ),
        supervised_by=asked.one(
            Message("督办单位"),
            names(overseers(manager)),
            Message("期限届满无人办理时，由它督办"),
        ),
        oversees=asked.one(
            Message("督办范围"),
            {one.code: one.name for one in over(manager, parent)},
            Message("司法所等督办一个街道的，选那个街道；只管本单位的不选"),
        ),
        kinds=asked.several(
            Message("受理的纠纷类型"), kinds, Message("一个也不选，就是各类都受理")
        ),
        classes=asked.several(
            Message("只受理这些事由"), classes(words), Message("一个也不选，就是不分事由")
        ),
        takes_none=asked.flag(
            Message("只登记、不受理"), Message("如网格：登记以后都转交别的单位")
        ),
        from_on=asked.day(SINCE, TODAY),
    )  # fmt: skip


def add_body(office: Office, tx: Tx, above: str, data: Data, asking: Asking) -> Body:
    """Add a body below another.

    Raises:
        NotAdministered: the officer does not manage that one.
        InputRefused: with every fault.
    """
    manager = Manager.of(office, tx, asking)
    parent, filled = manager.body(above), Filled(data)
    library = office.catalogue.library
    code = filled.text("code", name_of)
    path = f"{parent.path}{code}/"
    scope = filled.one_or_none("oversees", [one.code for one in over(manager, parent)])
    body = Body(
        code=code,
        name=filled.text("name", text.line),
        word=filled.text("word", text.line),
        sort=filled.one("sort", library.bodies.sort),
        tier=filled.one_or_none("tier", library.bodies.tier),
        path=path,
        scope_path=manager.body(scope).path if scope else path,
        supervised_by=filled.one_or_none(
            "supervised_by", [one.code for one in overseers(manager)]
        ),
        place=filled.one("place", library.places),
        competence=competence(filled, office),
        from_on=filled.since(manager.day),
        until_on=None,
    )
    refuse_twice(manager, filled, body)
    filled.faults.refuse_any()
    save_people(tx, bodies=[body])
    manager.note(BODY_ADDED, body.code, body.path, after=body_kept(body))
    return body


def refuse_twice(manager: Manager, filled: Filled, body: Body) -> None:
    """Note a code or a word that is another body's: its cases would bear the same numbers."""
    known = manager.directory.bodies
    if body.code in known:
        filled.faults.add("code", Message("这个代码已经有单位用了"))
    if body.word in {one.word for one in known.values()}:
        filled.faults.add("word", Message("这个代字已经有单位用了"))


def competence(filled: Filled, office: Office) -> dict[str, list[str]] | None:
    """Read what a body may take on; everything if nothing was chosen."""
    library = office.catalogue.library
    known = {name for kind in library.kinds.values() for name in kind.class_}
    if filled.data.get("takes_none"):
        return {"kinds": []}
    read = {
        "kinds": filled.several("kinds", library.kinds),
        "classes": filled.several("classes", known),
    }
    return {name: found for name, found in read.items() if found} or None


def end_body(office: Office, tx: Tx, code: str, data: Data, asking: Asking) -> None:
    """End a body and its seats from a day on.

    Raises:
        NotAdministered: the officer does not manage it.
        OwnRights: it is his own body, and his seat would end with it.
        InputRefused: the day is past.
        StillNeeded: it has open cases, bodies below it, or oversees others.
    """
    manager = Manager.of(office, tx, asking)
    body, filled = manager.body(code), Filled(data)
    until = filled.not_before("until_on", manager.day, filled.day("until_on") or manager.day)
    filled.faults.refuse_any()
    if body.path == manager.root.path:
        raise OwnRights
    if body.until_on is not None:
        raise InputRefused(Message("这个单位已经定了结束的日子"))
    seats = [one for one in manager.directory.seats if one.body == code and manager.lives(one)]
    for seat in seats:
        manager.another(seat.officer)
    refuse_needed(manager, body)
    ended = replace(body, until_on=max(until, body.from_on))
    save_people(tx, bodies=[ended], seats=[cut(one, until) for one in seats])
    manager.note(BODY_ENDED, code, body.path, before=body_kept(body), after=body_kept(ended))
    for seat in seats:
        kept, after = seat_kept(seat), seat_kept(cut(seat, until))
        manager.note(SEAT_ENDED, seat.officer, body.path, before=kept, after=after)


def refuse_needed(manager: Manager, body: Body) -> None:
    """Let a body end on which nothing depends.

    Raises:
        StillNeeded: something does.
    """
    lasting = [one for one in manager.directory.bodies.values() if one.until_on is None]
    if any(one.path.startswith(body.path) and one.code != body.code for one in lasting):
        raise StillNeeded(Message("还有下级单位，请先结束下级单位"))
    if any(one.supervised_by == body.code for one in lasting):
        raise StillNeeded(Message("还有单位由它督办，不能结束"))
    if count := open_cases_of(manager.tx, body.code):
        raise StillNeeded(
            Message("还有 {count} 件在办案件，请先办结或者移送其他单位", {"count": count})
        )


def overseers(manager: Manager) -> list[Body]:
    """Give the bodies that may oversee a new one: his own and below, and who oversees his."""
    return [*manager.directory.ladder(manager.root.code), *manager.bodies]


def over(manager: Manager, parent: Body) -> list[Body]:
    """Give the bodies whose part of the tree a new one below `parent` may oversee."""
    return [one for one in manager.bodies if parent.path.startswith(one.path)]


def names(bodies: list[Body]) -> dict[str, str]:
    """Give bodies by code, with their names."""
    return {one.code: one.name for one in bodies}


def classes(words: Words) -> dict[str, str]:
    """Give what disputes may be about, by name."""
    return {
        name: words.named(kind.class_, name)
        for kind in words.library.kinds.values()
        for name in kind.class_
    }
