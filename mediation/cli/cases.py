"""Cases: opened, carried on, listed, shown, with their log."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

import typer

from mediation.cli.doors import Answer, Commands, Door, moment, read_input, sitting
from mediation.cli.options import (
    As,
    Data,
    Input,
    Key,
    Kind,
    Number,
    OccurredAt,
    Version,
)
from mediation.cli.output import Page, local
from mediation.engine.errors import unknown
from mediation.errors import InputRefused
from mediation.language import Message
from mediation.operations.answers.cases import case_told, cases_told
from mediation.operations.answers.log import log_told
from mediation.operations.answers.moves import done_told, moves_told
from mediation.operations.answers.words import Told, Words
from mediation.operations.cases.handling import do_event, open_case
from mediation.operations.cases.requests import Asking, Done, carried_out
from mediation.operations.cases.viewing import View, view_case
from mediation.operations.office import Office
from mediation.records.database import Tx
from mediation.records.lists import CaseFilter

case_commands = Commands("case", "案件：登记、办理、查看 / cases")

NOTHING = Message("无")
NUMBER, STATE, BODY = Message("案号"), Message("环节"), Message("单位")
KIND, TIER, RESPONSIBLE = Message("类型"), Message("层级"), Message("责任人")
EVENT, DUE, DOCUMENT = Message("事项"), Message("届满"), Message("文书")


@case_commands.command("open", "登记一件纠纷 / open a case", moment=True)
def open_(door: Door, kind: Kind, source: Input, officer: As, key: Key = None) -> Answer:
    """Open a case at the officer's desk."""
    data = read_input("--input", source)
    asking = Asking(sitting(officer), door.now, key=key)
    return written(door, lambda office, tx: open_case(office, tx, kind, data, asking))


@case_commands.command("do", "办理一个事项 / do an event", moment=True)
def do(  # noqa: PLR0917 - typer passes them by name
    door: Door,
    number: Number,
    event: Annotated[
        str, typer.Argument(metavar="EVENT", help="事项，见 case moves / see `case moves`")
    ],
    officer: As,
    data: Data = None,
    version: Version = None,
    occurred_at: OccurredAt = None,
    key: Key = None,
) -> Answer:
    """Do an event of a case."""
    form: object = {} if data is None else read_input("--data", data)
    happened = None if occurred_at is None else moment("--occurred-at", occurred_at)
    asking = Asking(sitting(officer), door.now, happened, key, version)
    return written(door, lambda office, tx: do_event(office, tx, number, event, form, asking))


def written(door: Door, operation: Callable[[Office, Tx], Done]) -> Answer:
    """Carry out an operation in a transaction of its own, and witness what it wrote."""
    with door.office() as (office, words):
        done = carried_out(office, operation)
        door.witness(office)
        told = done_told(done, words)
        state = words.state(done.state)

    def shown(page: Page) -> None:
        page.facts([(NUMBER, told["number"]), (STATE, f"{state}  {done.state}")])
        for paper in told["documents"]:
            page.line(f"  {page.say(DOCUMENT)} {paper['label']} {paper['number'] or ''}")

    return Answer(told, shown)


@case_commands.command("list", "列出可以看到的案件 / list cases", moment=True)
def list_(
    door: Door,
    officer: As,
    state: Annotated[
        str | None, typer.Option("--state", help="环节 / state, placement/state")
    ] = None,
    tier: Annotated[str | None, typer.Option("--tier", help="层级 / tier")] = None,
    body: Annotated[
        str | None, typer.Option("--body", help="承办单位 / body with custody")
    ] = None,
    due_before: Annotated[
        str | None,
        typer.Option("--due-before", metavar="MOMENT", help="在此之前期满 / due by then"),
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", min=1, max=1000, help="最多几件 / at most")
    ] = 50,
) -> Answer:
    """List the cases an officer may know of, newest first.

    Raises:
        InputRefused: there is no such tier.
        BodyUnknown: there is no such body.
    """
    due = None if due_before is None else moment("--due-before", due_before)
    wanted = CaseFilter(state=state, tier=tier, body=body, due_before=due, limit=limit)
    asking = Asking(sitting(officer), door.now)
    with door.office() as (office, words), office.database.reading() as tx:
        if tier is not None and tier not in words.library.bodies.tier:
            raise InputRefused(unknown(tier, words.library.bodies.tier))
        if body is not None:
            office.staff(tx).directory.body(body)
        told = cases_told(office, tx, wanted, asking, words)

    def shown(page: Page) -> None:
        page.table(
            (NUMBER, KIND, STATE, TIER, BODY, RESPONSIBLE, DUE),
            [
                (
                    one["number"], one["kind_label"], one["state_label"], one["tier_label"],
                    one["body_name"], one["responsible_label"], one["next_due_on"],
                )
                for one in told
            ],
            Message("没有可以看到的案件"),
        )  # fmt: skip

    return Answer(told, shown)


@case_commands.command("show", "一件案件的现状 / how a case stands", moment=True)
def show(
    door: Door,
    number: Number,
    officer: As,
    derivation: Annotated[
        bool, typer.Option("--derivation", help="期限如何算出 / how each day was found")
    ] = False,
) -> Answer:
    """Show how a case stands, and what happens if nobody acts."""
    told = looked_up(
        door,
        officer,
        lambda office, tx, asking, words: case_told(
            office, tx, number, asking, words, derivation=derivation
        ),
    )
    return Answer(told, lambda page: case_shown(page, told))


@case_commands.command("moves", "现在可以办理的事项 / what may be done now", moment=True)
def moves(door: Door, number: Number, officer: As) -> Answer:
    """Show every event an officer might do, open or with its blockers."""
    told = looked_into(door, officer, number, moves_told)
    return Answer(told, lambda page: moves_shown(page, told))


@case_commands.command("log", "办理记录 / everything that happened", moment=True)
def log(door: Door, number: Number, officer: As) -> Answer:
    """Show the log of a case."""
    told = looked_into(door, officer, number, log_told)

    def shown(page: Page) -> None:
        page.table(
            (
                Message("序号"), Message("时间"), EVENT, Message("办后环节"), Message("办理人"),
                DOCUMENT,
            ),
            [
                (
                    one["seq"], local(one["occurred_at"]), event_name(one), one["state_label"],
                    one["actor"], "、".join(paper["label"] for paper in one["documents"]),
                )
                for one in told["events"]
            ],
            NOTHING,
        )  # fmt: skip

    return Answer(told, shown)


T = TypeVar("T")
Look = Callable[[Office, Tx, Asking, Words], Told]


def looked_up(door: Door, officer: str, look: Look) -> Told:
    """Read something of one case for an officer."""
    asking = Asking(sitting(officer), door.now)
    with door.office() as (office, words), office.database.reading() as tx:
        return look(office, tx, asking, words)


def looked_into(door: Door, officer: str, number: str, told: Callable[[View, Words], T]) -> T:
    """Read something of the content of one case for an officer."""
    asking = Asking(sitting(officer), door.now)
    with door.office() as (office, words), office.database.reading() as tx:
        return told(view_case(office, tx, number, asking), words)


def case_shown(page: Page, told: Told) -> None:
    """Write how a case stands."""
    page.facts(
        [
            (NUMBER, told["number"]),
            (KIND, told["kind_label"]),
            (Message("事由"), told.get("class_label")),
            (STATE, f"{told['state_label']}  {told['state']}"),
            (TIER, told["tier_label"]),
            (BODY, told["body_name"]),
            (RESPONSIBLE, told["responsible_label"]),
            (
                Message("当事人"),
                "、".join(f"{one['name']} {one['ref']}" for one in told.get("parties", ())),
            ),
        ]
    )
    if told["progress_only"]:
        page.line(Message("对本案只能查看办理进度"))
        return
    for machine in told["machines"]:
        page.line(
            f"  {machine['key']}  {machine['kind_label']}  {machine['state_label']}"
            f"  {machine['receiver_name']}"
        )
    page.table(
        (Message("期限"), DUE, Message("暂定"), Message("性质"), Message("依据")),
        [
            (clock_name(one), one["until"] or Message("中止"), one["provisional"],
             one["effect_label"], one["citation"])
            for one in told["deadlines"]
        ],
        Message("没有正在计算的期限"),
    )  # fmt: skip
    for one in told["deadlines"]:
        lines = one.get("derivation", ())
        if lines:
            page.line(clock_name(one))
        for line in lines:
            page.line(f"  · {line['text']}  {line['citation']}")
    for incident in told["incidents"]:
        page.line(f"✗ {incident['text']}")
    if told["if_nobody_acts"]:
        page.line(told["if_nobody_acts"]["text"])


def clock_name(told: Told) -> str:
    """Name a clock; one of a side machine with the machine's key."""
    return f"{told['label']}  {told['machine']}".rstrip()


def event_name(told: Told) -> str:
    """Name an event of a log; one of a side machine with the machine's key."""
    machine = told["event"].rpartition(":")[0]
    return f"{told['label']}  {machine}".rstrip()


def moves_shown(page: Page, told: Told) -> None:
    """Write what may be done now."""
    page.facts([(NUMBER, told["number"]), (STATE, told["state_label"])])
    page.line()
    for move in told["moves"]:
        page.line(f"{'○' if move['open'] else '×'} {move['label']}  {move['event']}")
        for blocker in move["blockers"]:
            page.line(f"    · {lifted(blocker)}")
        fields = move["form"].get("properties", {})
        needed = move["form"].get("required", ())
        named = [
            f"{one.get('title', name)} {name}{'*' if name in needed else ''}"
            for name, one in fields.items()
        ]
        if move["open"] and named:
            page.line(f"    {page.say(Message('填写'))}：{'，'.join(named)}")


def lifted(blocker: dict[str, Any]) -> str:
    """Write a blocker with its article, who can lift it, and by what."""
    parts = [blocker["text"], blocker["citation"], blocker["who_label"]]
    if blocker["remedy_label"]:
        parts.append(f"→ {blocker['remedy_label']}")
    return "　".join(part for part in parts if part)
