"""What was submitted, compared with the digests it was frozen with."""

from collections.abc import Iterator

from mediation.language import Message
from mediation.operations.desk.statistics import written
from mediation.records.database import Tx
from mediation.records.reports import all_submissions
from mediation.records.verification import Finding


def compared(tx: Tx) -> Iterator[Finding]:
    """Name every submission that is not as it was made, and each that is missing before one."""
    wanted: dict[tuple[str, int], int] = {}
    for one, kept in all_submissions(tx):
        values = {"body": one.body, "month": written(one.month), "no": one.no}
        if one.digest != kept:
            said = Message("{body} {month} 第 {no} 次报送的数字被改动", values)
            yield Finding("submission_changed", None, None, said)
        place = (one.body, one.month)
        if one.no != wanted.get(place, 0) + 1:
            said = Message("{body} {month} 第 {no} 次报送之前的报送缺失", values)
            yield Finding("submission_missing", None, None, said)
        wanted[place] = one.no
