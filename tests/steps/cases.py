"""Steps about cases, in the words of the desk: who does what, when, and what follows."""

import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from pytest_bdd import given, parsers, then, when
from sqlalchemy import bindparam, select

from mediation.clock import SHANGHAI
from mediation.engine.cases import Actor
from mediation.engine.charts import BEFORE_OPENING
from mediation.engine.decisions import Move, by_person, moves
from mediation.engine.errors import EventRefused
from mediation.engine.forms import Asked
from mediation.engine.legal_time.periods import shanghai_day
from mediation.engine.outlook import deadlines, if_nobody_acts, responsible
from mediation.engine.schemas import form_schema
from mediation.errors import InputRefused, MediationError
from mediation.operations.answers.words import Words
from mediation.operations.cases.handling import do_event, open_case
from mediation.operations.cases.offering import Standing, asked_about, asked_about_move
from mediation.operations.cases.requests import Asking
from mediation.operations.cases.viewing import View, view_case
from mediation.operations.deadlines import sweep
from mediation.operations.office import Chosen, Sitting
from mediation.records.documents import case_documents, open_document
from mediation.records.events import case_log
from mediation.records.numbers import number_key
from mediation.records.statements import Statement
from mediation.records.tables import cases
from tests.offices import Desk
from tests.steps.cells import MOMENT, as_moment, value
from tests.steps.filling import Filler

OWNER = Statement(
    "case_owner", select(cases.c.owner).where(cases.c.number_key == bindparam("number_key"))
)
CLASS = "纠纷事由"
TITLES = {
    "受理登记表": "acceptance_form",
    "文书更正书": "correction",
    "权利义务告知书": "notice_of_rights",
    "调解记录": "mediation_record",
    "人民调解协议书": "agreement",
    "终止调解通知书": "termination_notice",
    "口头协议登记表": "oral_agreement_sheet",
    "人民调解申请书": "application",
    "补正材料清单": "materials_list",
    "受理通知书": "acceptance_notice",
    "不予受理通知书": "non_acceptance_notice",
    "授权委托书": "power_of_attorney",
    "送达地址确认书": "delivery_address",
    "调查记录": "investigation_record",
    "调解会通知书": "meeting_notice",
    "调解会程序表": "meeting_procedure",
    "延期调解同意书": "extension_consent",
    "履行催告书": "performance_urging",
    "回访记录": "visit_record",
    "结案报告表": "closing_report",
    "卷宗情况说明": "file_note",
    "移送函": "transfer_letter",
    "移送签收回执": "transfer_receipt",
    "指导反馈函": "answer_letter",
    "延长调解期限告知函": "court_extension_notice",
    "指导请示函": "guidance_request",
    "商请协助函": "assistance_letter",
    "移送公安机关函": "to_police_letter",
    "紧急情况报告单": "danger_report",
    "紧急情况接报回执": "danger_receipt",
    "委派调解函": "commission_letter",
    "公安移交调解函": "police_transfer",
    "移交人民调解联系函": "petition_transfer",
    "来函签收回执": "letter_receipt",
    "调解结果报告": "commission_result",
    "反馈公安机关函": "police_reply",
    "反馈信访部门函": "petition_reply",
    "退回来函说明": "return_letter",
    "不予治安处罚申请书": "no_penalty_application",
    "司法确认申请书": "confirmation_application",
    "主持调解证明": "presiding_certificate",
    "收条": "receipt",
}


def body_named(desk: Desk, name: str) -> str:
    """Find a body by its name, or by a part of it that only one has."""
    with desk.office.database.reading() as tx:
        bodies = desk.office.staff(tx).directory.bodies.values()
    found = [body.code for body in bodies if body.name == name]
    found = found or [body.code for body in bodies if name in body.name]
    assert len(found) == 1, f"{name}: {found}"
    return found[0]


def sittings(desk: Desk, name: str) -> Iterator[Sitting]:
    """Give every seat of the officer of this name."""
    with desk.office.database.reading() as tx:
        directory = desk.office.staff(tx).directory
    for officer in directory.officers.values():
        if officer.name == name:
            for seat in directory.seats_of(officer.handle, shanghai_day(desk.now)):
                yield Sitting(officer.handle, seat.body)


def everybody(seen: View, day: date) -> Iterator[Sitting]:
    """Give every seat of every officer, those of the bodies that work on the case first."""
    directory, case = seen.people.directory, seen.case
    near = [case.owner, case.desk]
    for machine in reversed(list(case.machines.values())):
        near += [machine.receiver, machine.sender]
    found = [
        Sitting(handle, seat.body)
        for handle in directory.officers
        for seat in directory.seats_of(handle, day)
    ]
    rank = {body: place for place, body in reversed(list(enumerate(near)))}
    return iter(sorted(found, key=lambda one: rank.get(one.body, len(near))))


def view(desk: Desk) -> View:
    """Give the case as its owner sees it."""
    with desk.office.database.reading() as tx:
        people = desk.office.staff(tx)
        found = tx.one(OWNER, {"number_key": number_key(desk.number)})
        assert found, desk.number
        seat = next(
            Sitting(handle, seat.body)
            for handle in people.directory.officers
            for seat in people.directory.seats_of(handle, shanghai_day(desk.now))
            if seat.body == found[0]
        )
        return view_case(desk.office, tx, desk.number, Asking(seat, desk.now))


def labelled(seen: View, label: str, actor: Actor, at: datetime) -> list[Move]:
    """Give the events of this label that start from the present states."""
    found = moves(seen.procedure, seen.case, actor, seen.people.traits, at)
    return [move for move in found if label in (move.event.label.zh, move.name)]


def event_called(seen: View, label: str, actor: Actor, at: datetime) -> str:
    """Give the name of an event by its label, an open one if several machines have it."""
    found = sorted(labelled(seen, label, actor, at), key=lambda move: not move.open)
    if found:
        return found[0].name
    plans = (seen.procedure.case.plan, *(c.plan for c in seen.procedure.machines.values()))
    known = [event.name for plan in plans for event in plan.events if event.label.zh == label]
    assert known, f"no event is called {label}"
    return known[0]


def asked_for(
    desk: Desk, seen: View, event: str, sitting: Sitting, at: datetime | None = None
) -> Asked:
    """Give what the form of an event asks now."""
    key = event.rpartition(":")[0]
    chart = seen.procedure.chart(key)
    state = seen.case.machines[key].state if key else seen.case.state
    definition = chart.events[state][event.rpartition(":")[2]]
    actor = sitting.actor(seen.people, shanghai_day(desk.now))
    move = next(
        (m for m in labelled(seen, event, actor, at or desk.now)),
        Move(event, definition, key, (), on_behalf=False),
    )
    with desk.office.database.reading() as tx:
        asked = asked_about_move(
            tx,
            Standing(seen.people, seen.procedure, seen.case, seen.names, seen.row.id),
            move,
            Asking(sitting, desk.now, at),
        )
        assert isinstance(asked.choices, Chosen)
        # Read now: the form is filled in when this transaction has ended.
        issued = asked.choices.papers()
        return asked._replace(choices=replace(asked.choices, issued=lambda: issued))


def filled(asked: Asked, rows: list[list[str]], desk: Desk) -> dict[str, Any]:
    """Fill a form: the rows of a scenario by label, whatever else is required by default."""
    schema = form_schema(asked, "zh")
    values: dict[str, Any] = Filler(shanghai_day(asked.at)).form(schema)
    for one in asked.fields:
        if one.type == "flag" and not one.required:
            values.pop(one.name, None)
        if one.type == "officers":
            # Who does not say whom he names names everybody who may be.
            values[one.name] = list(asked.options(one))[: one.max]
    titles = {part["title"]: name for name, part in schema["properties"].items()}
    for label, text in rows:
        named = [title for title in titles if title == label or title.startswith(label)]
        assert named, f"{label} 不在表中：{list(titles)}"
        name = titles[label if label in titles else named[0]]
        values[name] = value(schema["properties"][name], text, shanghai_day(desk.now))
        if text == "（空）":
            values.pop(name)
    return values


def attempt(
    desk: Desk, name: str, label: str, rows: list[list[str]], at: datetime | None
) -> None:
    """Let an officer try an event from whichever of his seats can; keep what was refused."""
    desk.problem, desk.documents = None, []
    seen = view(desk)
    seats = sorted(sittings(desk, name), key=lambda one: not may(desk, seen, one, label, at))
    assert seats, f"no officer is called {name}"
    for sitting in seats:
        actor = sitting.actor(seen.people, shanghai_day(desk.now))
        event = event_called(seen, label, actor, at or desk.now)
        try:
            asked = asked_for(desk, seen, event, sitting, at)
        except KeyError:
            data: dict[str, Any] = {}
        else:
            data = filled(asked, rows, desk)
        asking = Asking(sitting, desk.now, at)
        try:
            with desk.office.database.writing() as tx:
                done = do_event(desk.office, tx, desk.number, event, data, asking)
        except MediationError as refused:
            unseen = refused.code in ("case_not_found", "content_withheld")
            if desk.problem is None or not unseen:
                desk.problem = refused
            if unseen or "seat" in {one.code for one in getattr(refused, "blockers", ())}:
                continue
            return
        desk.problem = None
        desk.documents = [document for document, _ in done.documents]
        return


def may(desk: Desk, seen: View, sitting: Sitting, label: str, at: datetime | None) -> bool:
    """Tell whether an event is an officer's to do from this seat, however blocked."""
    actor = sitting.actor(seen.people, shanghai_day(desk.now))
    found = labelled(seen, label, actor, at or desk.now)
    return any("seat" not in {one.code for one in move.blockers} for move in found)


# ── given ────────────────────────────────────────────────────────────────────────────────────


@given(parsers.re(rf"现在是(?P<moment>{MOMENT})"))
@when(parsers.re(rf"现在是(?P<moment>{MOMENT})"))
def it_is_now(desk: Desk, moment: str) -> None:
    desk.now = as_moment(moment)


def registered(
    desk: Desk,
    name: str,
    kind: str,
    rows: list[list[str]],
    more: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> None:
    """Open a case of a kind, by its label, at the first seat of an officer."""
    kinds = {
        desk.office.catalogue.library.kinds[key].kind.label.zh: key
        for key in desk.office.catalogue.kinds
    }
    with desk.office.database.reading() as tx:
        people = desk.office.staff(tx)
        sitting = max(
            sittings(desk, name),
            key=lambda one: "registrar" in one.actor(people, shanghai_day(desk.now)).roles,
        )
        place = people.directory.body(sitting.body).place
        procedure = desk.office.catalogue.find(kinds[kind], place).procedure
        asking = Asking(sitting, desk.now, at)
        from mediation.engine.cases import Case  # noqa: PLC0415

        standing = Standing(people, procedure, Case())
        asked = asked_about(tx, standing, procedure.opening, asking)
    if CLASS not in {row[0] for row in rows}:
        # It may be left out, but most people say at once what they quarrel about.
        rows = [*rows, [CLASS, next(iter(procedure.workflow.classes.values())).label.zh]]
    data = {**filled(asked, rows, desk), **(more or {})}
    desk.problem = None
    try:
        with desk.office.database.writing() as tx:
            desk.number = open_case(desk.office, tx, kinds[kind], data, asking).number
    except MediationError as refused:
        desk.problem = refused


@given(parsers.re(r"(?P<name>\S+?)登记了一起(?P<kind>\S+)"))
@when(parsers.re(r"(?P<name>\S+?)登记一起(?P<kind>\S+)"))
def a_case_is_registered(
    desk: Desk, name: str, kind: str, datatable: list[list[str]] | None = None
) -> None:
    registered(desk, name, kind, datatable or [])


@given(parsers.re(r"案件已办到“(?P<state>[^”]+)”"))
def the_case_stands_at(desk: Desk, state: str) -> None:
    """Carry the case on by the shortest way, lifting every blocker by its own remedy."""
    carry_to(desk, state)


def carry_to(desk: Desk, wanted: str) -> None:
    """Do events along the shortest path until the case stands in a state of this label."""
    for _ in range(40):
        seen = view(desk)
        plan = seen.procedure.case.plan
        if wanted in (plan.states[seen.case.state].label.zh, seen.case.state):
            return
        step = first_step(seen, wanted)
        assert step, f"no way from {seen.case.state} to {wanted}"
        do_somehow(desk, step, depth=0)
    raise AssertionError(f"{wanted} was not reached")


def first_step(seen: View, wanted: str) -> str:
    """Give the first event of the shortest path of people, stage by stage if there is one."""
    return walked(seen, wanted, {0, 1}) or walked(seen, wanted, set(range(-3, 4)))


def walked(seen: View, wanted: str, leaps: set[int]) -> str:
    """Give the first event of the shortest path that goes on by so many stages at a time."""
    plan = seen.procedure.case.plan
    queue = deque([(seen.case.state, "")])
    visited = {seen.case.state}
    while queue:
        state, first = queue.popleft()
        if wanted in (plan.states[state].label.zh, state):
            return first
        for event in plan.events:
            if state not in event.sources or not by_person(event):
                continue
            for branch in event.branches:
                if not branch.to or branch.to in visited or state == BEFORE_OPENING:
                    continue
                if stage(branch.to) - stage(state) in leaps:
                    visited.add(branch.to)
                    queue.append((branch.to, first or event.name))
    return ""


def stage(state: str) -> int:
    """Number the stage of a state: intake, mediation at any tier, agreement, closing."""
    return {"intake": 0, "agreement": 2, "closing": 3}.get(state.partition("/")[0], 1)


def do_somehow(desk: Desk, event: str, depth: int) -> None:
    """Do an event as whoever may, after whatever lifts its blockers."""
    assert depth < 6, f"{event} is blocked too deep"
    for _ in range(8):
        seen = view(desk)
        sitting, move = somebody(seen, event, desk.now)
        if not move.blockers:
            data = filled(asked_for(desk, seen, move.name, sitting), [], desk)
            with desk.office.database.writing() as tx:
                do_event(
                    desk.office, tx, desk.number, move.name, data, Asking(sitting, desk.now)
                )
            return
        remedies = [blocker.remedy for blocker in move.blockers]
        assert all(remedies), f"{event}: {[b.text.to('zh') for b in move.blockers]}"
        do_somehow(desk, remedies[0], depth + 1)
    raise AssertionError(f"{event} stays blocked")


def somebody(seen: View, event: str, at: datetime) -> tuple[Sitting, Move]:
    """Find who may do an event, whatever else stands in its way."""
    for sitting in everybody(seen, shanghai_day(at)):
        actor = sitting.actor(seen.people, shanghai_day(at))
        for move in moves(seen.procedure, seen.case, actor, seen.people.traits, at):
            mine = "seat" not in {blocker.code for blocker in move.blockers}
            if event in (move.event.name, move.name) and mine:
                return sitting, move
    raise AssertionError(f"nobody may do {event} in {seen.case.state}")


# ── when ─────────────────────────────────────────────────────────────────────────────────────


@given(parsers.re(r"(?P<name>\S+?)已?办理(?:了)?“(?P<label>[^”]+)”"))
def an_officer_has_done(
    desk: Desk, name: str, label: str, datatable: list[list[str]] | None = None
) -> None:
    attempt(desk, name, label, datatable or [], None)
    nothing_was_refused(desk)


@when(parsers.re(r"(?P<name>\S+?)办理“(?P<label>[^”]+)”"))
def an_officer_does(
    desk: Desk, name: str, label: str, datatable: list[list[str]] | None = None
) -> None:
    attempt(desk, name, label, datatable or [], None)


@when(parsers.re(rf"(?P<name>\S+?)补录(?P<moment>{MOMENT})的“(?P<label>[^”]+)”"))
def an_officer_enters_afterwards(
    desk: Desk, name: str, moment: str, label: str, datatable: list[list[str]] | None = None
) -> None:
    attempt(desk, name, label, datatable or [], as_moment(moment))


@given(parsers.re(rf"时间到了(?P<moment>{MOMENT})"))
@when(parsers.re(rf"时间到了(?P<moment>{MOMENT})"))
def time_has_come(desk: Desk, moment: str) -> None:
    desk.now = as_moment(moment)
    sweep(desk.office, desk.now)


# ── then ─────────────────────────────────────────────────────────────────────────────────────


def nothing_was_refused(desk: Desk) -> None:
    """Fail with every reason if the last command was refused."""
    faults = getattr(desk.problem, "faults", ())
    assert not faults, [(fault.field, fault.message.to("zh")) for fault in faults]
    assert desk.problem is None, desk.problem.message.to("zh")


@then(parsers.re(r"案件处于“(?P<state>[^”]+)”"))
def the_case_is_in(desk: Desk, state: str) -> None:
    nothing_was_refused(desk)
    seen = view(desk)
    assert seen.procedure.case.plan.states[seen.case.state].label.zh == state


@then(parsers.re(r"案件由“(?P<body>[^”]+)”承办"))
def the_case_is_owned_by(desk: Desk, body: str) -> None:
    assert view(desk).case.owner == body_named(desk, body)


@then(parsers.re(r"不能办理，因为“(?P<reason>[^”]+)”"))
def it_is_refused_because(desk: Desk, reason: str) -> None:
    assert isinstance(desk.problem, EventRefused), desk.problem
    assert reason in [blocker.text.to("zh") for blocker in desk.problem.blockers]


@then(parsers.re(r"不能办理，应由(?P<who>\S+)办理"))
def it_is_not_for_him(desk: Desk, who: str) -> None:
    assert isinstance(desk.problem, EventRefused), desk.problem
    seat = next(b for b in desk.problem.blockers if b.code == "seat")
    words = Words(desk.office.catalogue.library, "zh")
    roles = [words.role(right.partition("@")[0]) for right in seat.who.split("、")]
    assert who in [*roles, *words.who(seat.who).split("、")]


@then("现在不能办理此事项")
def it_is_refused(desk: Desk) -> None:
    assert isinstance(desk.problem, EventRefused), desk.problem


@then(parsers.re(r"依据是(?P<cited>《[^》]+》\S+)"))
def the_reason_cites(desk: Desk, cited: str) -> None:
    articles = view(desk).procedure.workflow.articles
    laws = [articles[b.law].cited() for b in desk.problem.blockers if b.law]
    assert cited in laws


@then(parsers.re(r"应先办理“(?P<label>[^”]+)”"))
def the_remedy_is(desk: Desk, label: str) -> None:
    seen = view(desk)
    plans = (seen.procedure.case.plan, *(c.plan for c in seen.procedure.machines.values()))
    labels = {event.name: event.label.zh for plan in plans for event in plan.events}
    assert label in [labels.get(blocker.remedy) for blocker in desk.problem.blockers]


@then(parsers.re(r"所填“(?P<label>[^”]+)”有误：(?P<fault>.+)"))
def the_form_has_a_fault(desk: Desk, label: str, fault: str) -> None:
    assert isinstance(desk.problem, InputRefused), desk.problem
    told = [f"{one.field} {one.message.to('zh')}" for one in desk.problem.faults]
    assert any(fault in one for one in told), told


@then(parsers.re(rf"期限“(?P<label>[^”]+)”于(?P<moment>{MOMENT})届满"))
def a_period_runs_until(desk: Desk, label: str, moment: str) -> None:
    nothing_was_refused(desk)
    found = {
        one.period.label.zh: one.clock.due_at
        for one in deadlines(seen_procedure(desk), view(desk).case, view(desk).people.calendar)
    }
    assert label in found, list(found)
    due_at = found[label]
    assert due_at is not None
    whole_day = not re.search("时", moment)
    if whole_day:
        last = due_at.astimezone(SHANGHAI)
        assert (last.hour, last.minute) == (0, 0), last
        from mediation.engine.legal_time.spans import day_ended  # noqa: PLC0415

        assert day_ended(due_at) == shanghai_day(as_moment(moment)), due_at
    else:
        assert due_at == as_moment(moment)


def seen_procedure(desk: Desk) -> Any:
    """Give the procedure of the case."""
    return view(desk).procedure


@then(parsers.re(r"期限“(?P<label>[^”]+)”(?P<status>中止|不再计算|仍在计算)"))
def a_period_stands(desk: Desk, label: str, status: str) -> None:
    nothing_was_refused(desk)
    seen = view(desk)
    found = {
        seen.procedure.chart(clock.machine).plan.periods[clock.period].label.zh: clock.status
        for clock in seen.case.clocks
    }
    wanted = {"中止": "suspended", "不再计算": None, "仍在计算": "running"}
    assert found.get(label) == wanted[status], found


@then(parsers.re(r"责任人是“(?P<body>[^”]+)”的(?P<role>\S+)"))
def the_duty_lies_with(desk: Desk, body: str, role: str) -> None:
    seen = view(desk)
    duty = responsible(seen.procedure, seen.case, seen.people.traits)
    assert duty is not None
    assert seen.people.directory.body(duty.body).name == body
    assert seen.procedure.workflow.words["role"][duty.role].zh == role


@then(parsers.re(rf"若无人办理，(?P<moment>{MOMENT})24时“(?P<event>[^”]+)”"))
def if_nobody_acts_then(desk: Desk, moment: str, event: str) -> None:
    from mediation.engine.legal_time.spans import day_ended  # noqa: PLC0415

    seen = view(desk)
    outlook = if_nobody_acts(seen.procedure, seen.case, seen.people.traits)
    assert outlook is not None
    assert day_ended(outlook.at) == shanghai_day(as_moment(moment))
    assert outlook.event.zh == event


@then(parsers.re(r"出具“(?P<title>[^”]+)”"))
def a_paper_is_issued(desk: Desk, title: str) -> None:
    nothing_was_refused(desk)
    assert TITLES[title] in desk.documents


@then(parsers.re(r"“(?P<title>[^”]+)”上写有“(?P<text>[^”]+)”"))
def the_paper_says(desk: Desk, title: str, text: str) -> None:
    html = papers(desk)[TITLES[title]]
    plain = re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", html))
    assert text in plain


@then(parsers.re(r"“(?P<title>[^”]+)”上没有“(?P<text>[^”]+)”"))
def the_paper_does_not_say(desk: Desk, title: str, text: str) -> None:
    plain = re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", papers(desk)[TITLES[title]]))
    assert text not in plain


def papers(desk: Desk) -> dict[str, str]:
    """Open the papers of the case, the last of each name."""
    seen = view(desk)
    key = desk.office.keys.case_key(seen.row.number, seen.row.wrapped_key)
    with desk.office.database.reading() as tx:
        rows = case_documents(tx, seen.row.id)
    return {one.document.name: open_document(key, one) for one in rows}


@then(parsers.re(r"记录中有“(?P<label>[^”]+)”"))
def the_log_has(desk: Desk, label: str) -> None:
    nothing_was_refused(desk)
    assert label in events_logged(desk)


@then(parsers.re(r"记录中没有“(?P<label>[^”]+)”"))
def the_log_has_not(desk: Desk, label: str) -> None:
    assert label not in events_logged(desk)


def events_logged(desk: Desk) -> list[str]:
    """Give the labels of the events of the case, in order."""
    seen = view(desk)
    plans = (seen.procedure.case.plan, *(c.plan for c in seen.procedure.machines.values()))
    labels = {event.definition: event.label.zh for plan in plans for event in plan.events}
    with desk.office.database.reading() as tx:
        log = case_log(tx, seen.row.id)
    return [labels[row.body["step"]["definition"]] for row in log]


@then(parsers.re(r"“(?P<machine>[^”]+)”处于“(?P<state>[^”]+)”"))
def a_side_machine_is_in(desk: Desk, machine: str, state: str) -> None:
    nothing_was_refused(desk)
    seen = view(desk)
    found = {}
    for key, one in seen.case.machines.items():
        plan = seen.procedure.chart(key).plan
        found[plan.kinds[one.kind].label.zh] = plan.states[one.state].label.zh
        found[plan.label.zh] = plan.states[one.state].label.zh
    assert found.get(machine) == state, found
