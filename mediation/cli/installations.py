"""The installation itself: made, kept going, proved; and who works in it."""

from typing import Annotated, Any

import typer

from mediation.cli.doors import DONE, REFUSED, Answer, Commands, Door, read_input
from mediation.cli.output import Page, local
from mediation.engine.legal_time.periods import shanghai_day
from mediation.language import Message
from mediation.operations.administration.loading import load_world
from mediation.operations.answers.people import officers_told
from mediation.operations.answers.refusals import findings_told
from mediation.operations.proofs.figures import recount
from mediation.operations.start import anchors_of, initialise, verified, witness_anew
from mediation.scheduler import Heartbeat, run

audit_commands = Commands("audit", "核对办理记录 / the proof of the records")
officer_commands = Commands("officer", "工作人员 / officers")


def add_installation(top: Commands) -> None:
    """Put `init`, `run` and `tick` among the commands of the top."""
    top.command("init", "建立数据目录和数据库 / make the home and the database")(init)
    top.command("run", "运行：到期、提醒、发送、见证 / keep time until stopped")(run_)
    top.command("tick", "走一轮 / do one round of it", moment=True)(tick)


def init(
    door: Door,
    world: Annotated[
        str | None,
        typer.Option(
            "--world", metavar="FILE|-", help="单位和人员（JSON） / bodies and officers"
        ),
    ] = None,
) -> Answer:
    """Make or upgrade the installation, and load bodies and officers."""
    data = None if world is None else read_input("--world", world)
    office = initialise(door.settings)
    try:
        if world is not None:
            with office.database.writing() as tx:
                load_world(office, tx, data, door.now)
        with office.database.reading() as tx:
            directory = office.staff(tx).directory
    finally:
        office.database.close()
    told = {
        "home": str(door.settings.home),
        "key_file": str(door.settings.key_file),
        "bodies": len(directory.bodies),
        "officers": len(directory.officers),
    }

    def shown(page: Page) -> None:
        page.line(Message("已就绪：{home}", {"home": told["home"]}))
        page.line(
            Message(
                "密钥文件 {path}：丢失后个人信息无法恢复，请另行备份",
                {"path": told["key_file"]},
            )
        )
        count = {"bodies": told["bodies"], "officers": told["officers"]}
        page.line(Message("单位 {bodies} 个，工作人员 {officers} 人", count))

    return Answer(told, shown)


def run_(door: Door) -> Answer:
    """Keep time until SIGTERM or SIGINT."""
    with door.office() as (office, _):
        run(Heartbeat.of(door.settings, office))
    return Answer({"stopped": True}, lambda page: page.line(Message("已停止")))


def tick(door: Door) -> Answer:
    """Do one round: what is due, the reminders, the outbox, the witnesses."""
    with door.office() as (office, _):
        done = Heartbeat.of(door.settings, office, door.now).round()
    told = {
        "at": done.at.isoformat(),
        "projected": done.projected,
        "fired": done.swept.fired,
        "failed": done.swept.failed,
        "reminded": done.reminded,
        "sent": done.sent.sent,
        "unsent": done.sent.failed,
        "checkpoints": done.checkpoints,
    }

    def shown(page: Page) -> None:
        page.facts(
            [
                (Message("时间"), local(done.at.isoformat())),
                (Message("重新推算期限的案件"), told["projected"]),
                (Message("到期办理"), told["fired"]),
                (Message("到期未能办理"), told["failed"]),
                (Message("提醒"), told["reminded"]),
                (Message("已发送"), told["sent"]),
                (Message("未能发送"), told["unsent"]),
                (Message("见证点"), told["checkpoints"]),
            ]
        )

    return Answer(told, shown)


@audit_commands.command("verify", "核对全部办理记录 / verify everything recorded")
def verify(door: Door) -> Answer:
    """Prove that nothing recorded was changed, cut off or taken away."""
    findings = verified(door.settings)
    sound = not any(finding.grave for finding in findings)
    told = {"sound": sound, "findings": findings_told(findings, door.language)}

    def shown(page: Page) -> None:
        for finding in findings:
            where = f"{finding.number}：" if finding.number else ""
            sign = "✗" if finding.grave else "·"
            page.line(f"{sign} {where}{page.say(finding.message)}")
        if sound:
            page.line(Message("全部记录核对无误"))

    return Answer(told, shown, code=DONE if sound else REFUSED)


@audit_commands.command("recount", "统计按办理记录重算 / count the figures anew from the log")
def recounted(door: Door) -> Answer:
    """Put right what statistics read, as `verify` has named it."""
    with door.office() as (office, _):
        told = {"put_right": recount(office)}
    return Answer(
        told, lambda page: page.line(Message("改正了 {put_right} 件案件的统计", told))
    )


@audit_commands.command("witness", "见证现状 / witness how things stand", moment=True)
def witness(
    door: Door,
    anew: Annotated[
        bool,
        typer.Option("--anew", help="重新建立见证文件，留下记录 / begin the file anew"),
    ] = False,
) -> Answer:
    """Witness what changed; with `--anew`, in a file begun anew."""
    told: dict[str, Any] = {"anchors": str(anchors_of(door.settings))}
    if anew:
        told |= {"anew": True, "kept": witness_anew(door.settings, door.now)}
    else:
        with door.office() as (office, _):
            door.witness(office)

    def shown(page: Page) -> None:
        page.line(Message("已见证：{path}", {"path": told["anchors"]}))
        if told.get("kept"):
            page.line(Message("原见证文件留存为 {name}", {"name": told["kept"]}))

    return Answer(told, shown)


@officer_commands.command("list", "工作人员和席位 / officers with their seats", moment=True)
def list_(door: Door) -> Answer:
    """List the officers with the roles they hold today."""
    with door.office() as (office, words), office.database.reading() as tx:
        told = officers_told(office.staff(tx).directory, shanghai_day(door.now))

    def shown(page: Page) -> None:
        page.table(
            (Message("席位"), Message("姓名"), Message("单位"), Message("角色")),
            [
                (
                    f"{one['handle']}@{one['body']}", one["name"], one["body_name"],
                    "、".join(words.role(role) for role in one["roles"]),
                )
                for one in told
            ],
            Message("还没有工作人员：用 mediation init --world FILE 载入"),
        )  # fmt: skip

    return Answer(told, shown)
