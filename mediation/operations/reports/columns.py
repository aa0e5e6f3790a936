"""The columns of the provincial system, as a file gives them."""

import difflib
import tomllib
from pathlib import Path
from typing import Any, Final

from mediation.errors import Fault, Faults, InputRefused
from mediation.language import Message
from mediation.operations.reports.fields import FIELDS
from mediation.resources import resource_dir
from mediation.text import line

FILE: Final = "columns.toml"

Columns = list[tuple[str, str]]
"""Heading and field."""


def columns_of(home: Path) -> Columns:
    """Read the installation's own columns, or those that ship with the program.

    Raises:
        InputRefused: the file cannot be read, or names a field that nobody knows.
    """
    own = home / FILE
    file = own if own.exists() else resource_dir("templates") / "reports" / "province.toml"
    try:
        return columns_read(tomllib.loads(file.read_text("utf-8")))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
        said = Message("不能读取 {file}：应是一个 TOML 文件", {"file": file.name})
        raise InputRefused((Fault(FILE, said),)) from None


def columns_read(table: Any) -> Columns:
    """Read columns, with every fault.

    Raises:
        InputRefused: a heading or field is missing, or a name is not known.
    """
    listed = table.get("column")
    if set(table) - {"column"} or not isinstance(listed, list) or not listed:
        said = Message("每一列写成 [[column]]，下面是 heading 和 field")
        raise InputRefused((Fault(FILE, said),))
    faults = Faults()
    read = [(one, faults.take(f"column {no}", column, one)) for no, one in enumerate(listed, 1)]
    faults.refuse_any()
    return [found for _, found in read if found]


def column(one: Any) -> tuple[str, str]:
    """Read one column.

    Raises:
        InputRefused: it is not one.
    """
    if not isinstance(one, dict) or set(one) != {"heading", "field"}:
        raise InputRefused(Message("每一列写成 [[column]]，下面是 heading 和 field"))
    if one["field"] not in FIELDS:
        near = difflib.get_close_matches(str(one["field"]), FIELDS, n=1, cutoff=0)
        values = {"field": one["field"], "nearest": near[0] if near else ""}
        raise InputRefused(Message("没有字段“{field}”，最接近的是 {nearest}", values))
    return line(one["heading"]), one["field"]
