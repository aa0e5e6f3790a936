"""Reads the cells of a scenario's tables as the JSON schema of a form wants them."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from mediation.clock import SHANGHAI
from mediation.engine.legal_time.periods import shanghai_day
from tests.steps.filling import Filler

Schema = Mapping[str, Any]
MOMENT = r"\d{4}年\d{1,2}月\d{1,2}日(?:\d{1,2}时(?:\d{1,2}分)?)?"


def as_moment(text: str) -> datetime:
    """Read `2026年3月5日` (nine in the morning) or `2026年3月5日14时30分`."""
    year, month, day, *rest = (int(part) for part in re.findall(r"\d+", text))
    hour, minute = (*rest, 0)[:2] if rest else (9, 0)
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


def value(part: Schema, text: str, today: date) -> Any:
    """Read a cell as its schema wants it."""
    if "oneOf" in part or "enum" in part:
        return next((o["const"] for o in part.get("oneOf", ()) if o["title"] == text), text)
    return READERS.get(part["type"], line)(part, text, today)


def line(part: Schema, text: str, _: date) -> str:
    """Read a text, a day or a moment."""
    if part.get("format") == "date" and "年" in text:
        return shanghai_day(as_moment(text)).isoformat()
    if part.get("format") == "date-time" and "年" in text:
        return as_moment(text).isoformat()
    return text


def several(part: Schema, text: str, today: date) -> list[Any]:
    """Read rows, or a list of choices; a choice may have a pause mark in its own name."""
    items = part["items"]
    if "properties" in items:
        return [row(items, one, today) for one in text.split("；")]
    titles = {one["title"] for one in items.get("oneOf", ())}
    found: list[str] = []
    for one in text.split("；"):
        found += [one] if one in titles else one.split("、")
    return [value(items, one, today) for one in found]


def by_party(part: Schema, text: str, today: date) -> dict[str, Any]:
    """Read one value for each party, by name: `甲：同意；乙：不同意`."""
    refs = {of["title"]: ref for ref, of in part["properties"].items()}
    pairs = (one.split("：") for one in text.split("；"))
    return {refs[who]: value(part["properties"][refs[who]], said, today) for who, said in pairs}


def row(part: Schema, text: str, today: date) -> dict[str, Any]:
    """Read a row of a table: `甲，哪一方：申请人`, or `赔偿损失，谁履行：甲，金额（元）：800`.

    The cell without a label is the name, or what is promised; what is required and not said is
    filled by default.
    """
    columns, required = part["properties"], part["required"]
    titles = {column["title"]: name for name, column in columns.items()}
    found: dict[str, Any] = {}
    for cell in text.split("，"):
        label, _, said = cell.partition("：")
        name = titles[label] if said else required[-1]
        found[name] = value(columns[name], said or label, today)
    if "amount" in columns:
        found.setdefault("sort", "money" if "amount" in found else "act")
    missing = set(required) - set(found)
    default = Filler(today).form(part) if missing else {}
    return {**{name: default[name] for name in missing}, **found}


READERS: Mapping[str, Callable[[Schema, str, date], Any]] = {
    "boolean": lambda _, text, __: text == "是",
    "integer": lambda _, text, __: int(text),
    "array": several,
    "object": by_party,
}
