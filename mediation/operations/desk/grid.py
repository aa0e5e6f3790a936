"""The paper register entered at one sitting: each row a quarrel that was settled on its day."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from mediation import text
from mediation.engine.legal_time.periods import shanghai_day
from mediation.errors import Fault, Faults, InputRefused
from mediation.language import Label, Language, Message
from mediation.operations.cases.requests import Asking, Done
from mediation.operations.desk.quick import FOLDED, quick_form, settle_quickly
from mediation.operations.office import Office
from mediation.records.database import Tx
from mediation.text import LONGEST_LINE

Schema = Mapping[str, Any]

PEOPLE: Final = "people"
DAY, ONE, OTHER = "day", "one", "other"
COLUMNS: Final = {
    DAY: Label("日期", "Day"),
    ONE: Label("一方姓名", "One side"),
    OTHER: Label("另一方姓名", "Other side"),
}
CELLS: Final = {
    "occurred_at": DAY,
    f"{PEOPLE}.0.name": ONE,
    f"{PEOPLE}.1.name": OTHER,
}
"""Field of the quick form -> the cell it stands in."""


def grid_form(office: Office, tx: Tx, kind: str, asking: Asking, language: Language) -> Schema:
    """Give the form of one row: what the quick form needs, and of the rest what is short.

    Raises:
        InputRefused: this kind of dispute cannot be settled on the spot.
    """
    whole = quick_form(office, tx, kind, asking, language)
    name = whole["properties"][PEOPLE]["items"]["properties"]["name"]
    latest = shanghai_day(asking.now).isoformat()
    first = {
        DAY: {"type": "string", "format": "date", "formatMaximum": latest},
        ONE: name,
        OTHER: name,
    }
    titled = {key: {**part, "title": COLUMNS[key].to(language)} for key, part in first.items()}
    rest = {
        key: part
        for key, part in whole["properties"].items()
        if key != PEOPLE and FOLDED not in part and (key in whole["required"] or short(part))
    }
    required = [*titled, *(key for key in rest if key in whole["required"])]
    return {"type": "object", "properties": {**titled, **rest}, "required": required}


def short(part: Schema) -> bool:
    """Tell whether a field takes no more than a line."""
    return bool(part.get("maxLength", 0) <= LONGEST_LINE)


def enter_row(
    office: Office, tx: Tx, kind: str, row: Mapping[str, Any], asking: Asking
) -> Done:
    """Enter one row: a case opened and settled on its day.

    What a faulty row has written goes with the transaction its refusal ends.

    Raises:
        InputRefused: with every fault, by cell.
        EventRefused: if it may not be opened or not be settled so.
        KeyReused: the row was entered already, with something else in it.
    """
    faults = Faults()
    at = faults.take(DAY, beginning, row.get(DAY, ""))
    data = {key: value for key, value in row.items() if key not in COLUMNS}
    data[PEOPLE] = [{"name": row.get(ONE, "")}, {"name": row.get(OTHER, "")}]
    try:
        done = settle_quickly(office, tx, kind, data, replace(asking, occurred_at=at))
    except InputRefused as refused:
        faults.found += [
            Fault(CELLS.get(one.field, one.field), one.message) for one in refused.faults
        ]
        raise InputRefused(tuple(faults.found)) from None
    faults.refuse_any()
    return done


def beginning(typed: str) -> datetime:
    """Give the beginning of a day: a paper register knows no hours.

    Raises:
        InputRefused: it is no day, or nothing.
    """
    if not typed:
        raise InputRefused(Message("请填日期"))
    return text.moment(text.day(typed).isoformat())
