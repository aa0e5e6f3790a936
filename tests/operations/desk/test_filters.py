"""Filters kept under a name: an officer's own, and never a party's name."""

import pytest

from mediation.errors import InputRefused
from mediation.operations.desk.filters import MOST, forget, keep, kept
from mediation.operations.desk.finding import Wanted
from mediation.operations.office import Office, Sitting

WANG, ZHOU = Sitting("wangguilan", "tx"), Sitting("zhoujianguo", "lf")


def test_a_filter_is_kept_overwritten_and_forgotten(office: Office) -> None:
    with office.database.writing() as tx:
        keep(tx, WANG, " 本周到期 ", Wanted(q="王小明", due="7", open="yes", after="x"))
        assert kept(tx, WANG) == {"本周到期": "open=yes&due=7"}
        assert kept(tx, ZHOU) == {}
        keep(tx, WANG, "本周到期", Wanted(kind="property"))
        assert kept(tx, WANG) == {"本周到期": "kind=property"}
        forget(tx, ZHOU, "本周到期")
        forget(tx, WANG, "本周到期")
        assert kept(tx, WANG) == {}


@pytest.mark.parametrize(
    ("name", "wanted"), [("", Wanted(due="7")), ("字" * 21, Wanted(due="7")), ("好", Wanted())]
)
def test_a_filter_without_name_or_content_is_refused(
    office: Office, name: str, wanted: Wanted
) -> None:
    with (
        pytest.raises(InputRefused) as refused,
        office.database.writing() as tx,
    ):
        keep(tx, WANG, name, wanted)
    assert [fault.field for fault in refused.value.faults] == ["name"]


def test_there_is_an_end_to_filters(office: Office) -> None:
    with office.database.writing() as tx:
        for no in range(MOST):
            keep(tx, WANG, f"第{no}个", Wanted(due="7"))
        keep(tx, WANG, "第0个", Wanted(due="3"))
        with pytest.raises(InputRefused):
            keep(tx, WANG, "多一个", Wanted(due="7"))
