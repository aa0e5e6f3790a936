"""Filters an officer keeps under a name; never a party's name, which stands in no address."""

from typing import Final
from urllib.parse import urlencode

from mediation.errors import Fault, InputRefused
from mediation.language import Message
from mediation.operations.desk.finding import Wanted
from mediation.operations.office import Sitting
from mediation.records.database import Tx
from mediation.records.filters import drop_filter, filters_of, save_filter
from mediation.text import line

MOST: Final = 20
LONGEST_FILTER: Final = 20
KEPT: Final = ("state", "kind", "open", "body", "due", "first", "last")


def query_of(wanted: Wanted) -> str:
    """Write what narrows a list as it stands in an address, without what was searched for."""
    asked = {name: getattr(wanted, name) for name in KEPT}
    return urlencode({name: value for name, value in asked.items() if value})


def keep(tx: Tx, sitting: Sitting, name: str, wanted: Wanted) -> None:
    """Keep a filter under a name.

    Raises:
        InputRefused: without a name, with a long one, with nothing in it, or one too many.
    """
    try:
        kept = line(name, longest=LONGEST_FILTER)
    except InputRefused as refused:
        faults = tuple(Fault("name", fault.message) for fault in refused.faults)
        raise InputRefused(faults) from None
    query = query_of(wanted)
    if not query:
        raise InputRefused((Fault("name", Message("还没有选任何条件，没有可以保存的")),))
    known = filters_of(tx, sitting.officer)
    if len(known) >= MOST and kept not in known:
        full = Message("最多保存 {most} 个，请先删去不用的", {"most": MOST})
        raise InputRefused((Fault("name", full),))
    save_filter(tx, sitting.officer, kept, query)


def forget(tx: Tx, sitting: Sitting, name: str) -> None:
    """Forget a filter."""
    drop_filter(tx, sitting.officer, name)


def kept(tx: Tx, sitting: Sitting) -> dict[str, str]:
    """Give the filters of an officer: name -> what stands behind the question mark."""
    return filters_of(tx, sitting.officer)
