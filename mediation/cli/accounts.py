"""Accounts: invited, listed, closed and opened by the operator at the machine."""

from typing import Annotated, Final

import typer

from mediation.cli.doors import Answer, Commands, Door
from mediation.cli.output import Page, local
from mediation.language import Message
from mediation.operations.administration.accounts import (
    accounts_told,
    closed_by_operator,
    invited_by_operator,
)
from mediation.operations.desk.accounts import INVITED_FOR

account_commands = Commands("account", "账户：邀请、关闭、开启 / accounts")

Handle = Annotated[str, typer.Argument(metavar="HANDLE", help="登录名 / the officer's name")]

STATES: Final = {
    "none": Message("还没有口令，请发邀请"),
    "invited": Message("已邀请，等本人设置口令"),
    "open": Message("可以登录"),
    "closed": Message("已关闭"),
}


@account_commands.command("invite", "发出邀请，本人据此设置口令 / invite", moment=True)
def invite(door: Door, handle: Handle) -> Answer:
    """Invite an officer; the address is told this once."""
    with door.office() as (office, _), office.database.writing() as tx:
        secret = invited_by_operator(office, tx, handle, door.now)
    address = f"{door.settings.url}/invitation/{secret}"
    until = (door.now + INVITED_FOR).isoformat()

    def shown(page: Page) -> None:
        page.facts([(Message("邀请地址"), address), (Message("有效至"), local(until))])
        page.line(Message("地址只能用一次，请当面交给本人"))

    return Answer({"handle": handle, "address": address, "until": until}, shown)


@account_commands.command("list", "全部账户 / all accounts", moment=True)
def list_(door: Door) -> Answer:
    """List every officer with the account he has."""
    with door.office() as (office, _), office.database.reading() as tx:
        told = list(accounts_told(office, tx, door.now))

    def shown(page: Page) -> None:
        page.table(
            (
                Message("登录名"), Message("姓名"), Message("单位"), Message("账户"),
                Message("动态码"),
            ),
            [
                (
                    one["handle"], one["name"], "、".join(one["bodies"]), STATES[one["state"]],
                    one["one_time_codes"],
                )
                for one in told
            ],
            Message("还没有工作人员：用 mediation init --world FILE 载入"),
        )  # fmt: skip

    return Answer(told, shown)


@account_commands.command("close", "关闭账户，立即退出 / close an account", moment=True)
def close(door: Door, handle: Handle) -> Answer:
    """Close an account; its sessions end at once."""
    return changed(door, handle, closed=True)


@account_commands.command("open", "重新开启账户 / open it again", moment=True)
def open_(door: Door, handle: Handle) -> Answer:
    """Open an account again."""
    return changed(door, handle, closed=False)


def changed(door: Door, handle: str, *, closed: bool) -> Answer:
    """Close an account or open it, and say so."""
    with door.office() as (office, _), office.database.writing() as tx:
        closed_by_operator(office, tx, handle, door.now, closed=closed)
    values = {"officer": handle}
    told = (
        Message("{officer} 的账户已关闭", values)
        if closed
        else Message("{officer} 的账户已开启", values)
    )
    return Answer({"handle": handle, "closed": closed}, lambda page: page.line(told))
