"""The options that several commands share, each explained in both languages."""

from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")]
Lang = Annotated[
    str | None, typer.Option("--lang", metavar="zh|en", help="语言 / language of the answer")
]
Now = Annotated[
    str | None,
    typer.Option(
        "--now",
        metavar="MOMENT",
        help="演练的时刻，须设 MEDIATION_REHEARSAL=1 / the moment of a rehearsal",
    ),
]
As = Annotated[
    str,
    typer.Option(
        "--as", metavar="HANDLE@BODY", help="以谁的席位办理 / the officer, in one of his seats"
    ),
]
Number = Annotated[str, typer.Argument(metavar="NO", help="案号 / the number of the case")]
Month = Annotated[
    str, typer.Argument(metavar="MONTH", help="月份或年份 / 2026-03, or the year 2026")
]
OfBody = Annotated[str, typer.Option("--body", metavar="B", help="单位代码 / code of the body")]
Kind = Annotated[str, typer.Option("--kind", metavar="K", help="纠纷类型 / kind of dispute")]
Key = Annotated[
    str | None,
    typer.Option(
        "--key",
        metavar="K",
        help="请求编号：同一编号只办一次 / the same request twice is done once",
    ),
]
Input = Annotated[
    str,
    typer.Option("--input", metavar="FILE|-", help="登记表（JSON） / the opening form as JSON"),
]
Data = Annotated[
    str | None,
    typer.Option("--data", metavar="FILE|-", help="事项的表单（JSON） / the event's form"),
]
OccurredAt = Annotated[
    str | None,
    typer.Option(
        "--occurred-at",
        metavar="MOMENT",
        help="补录：实际发生的时刻 / when it happened, if entered afterwards",
    ),
]
Version = Annotated[
    int | None,
    typer.Option(
        "--version", metavar="N", help="案件须仍为此版本 / refuse unless still this version"
    ),
]
