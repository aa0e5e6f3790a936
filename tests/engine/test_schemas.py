"""The schema of a form says what the form refuses: bounds of days, what must be ticked."""

from datetime import datetime

import pytest

from mediation.engine.cases import Case, Known
from mediation.engine.filling import read_form
from mediation.engine.forms import Asked
from mediation.engine.schemas import form_schema
from mediation.engine.workflows import definitions
from mediation.engine.workflows.definitions import Branch, Event, FactType, Field
from mediation.errors import InputRefused
from mediation.language import Label
from mediation.operations.answers.workflows import NobodyChosen

AGREED = Label("达成日期", "Agreed on")
DAY = Field("signed_on", Label("签章", "Signed"), "day", False, not_before="agreed_on")
AT = Field("at", Label("时间", "At"), "moment", False, not_before="agreed_on", future=True)
TOLD = Field("told", Label("已告知", "Told"), "flag", must=True)
BOUNDED = Case(facts={"agreed_on": Known("2026-03-02", 1)})


def asked(case: Case) -> Asked:
    """A form of one day, one moment and one flag, asked on 9 March."""
    branch = Branch(definitions.Test("always"), "")
    event = Event("sign", "sign", DAY.label, (), (branch,), (), form=(DAY, AT, TOLD))
    return Asked(
        event=event,
        case=case,
        owner="",
        classes={},
        choices=NobodyChosen(),
        at=datetime.fromisoformat("2026-03-09T10:00:00+08:00"),
        facts={"agreed_on": FactType("agreed_on", "day", AGREED)},
    )


def test_the_schema_carries_both_bounds_of_a_day_and_what_must_be_ticked() -> None:
    schema = form_schema(asked(BOUNDED), "zh")
    day, at = schema["properties"]["signed_on"], schema["properties"]["at"]
    assert (day["formatMinimum"], day["formatMaximum"]) == ("2026-03-02", "2026-03-09")
    assert at["formatMinimum"] == "2026-03-02T00:00:00+08:00"
    assert "formatMaximum" not in at
    assert schema["properties"]["told"]["const"] is True
    assert schema["required"] == ["told"]


def test_a_day_that_is_not_on_record_bounds_nothing() -> None:
    assert "formatMinimum" not in form_schema(asked(Case()), "zh")["properties"]["signed_on"]
    assert read_form(asked(Case()), {"signed_on": "2020-01-01", "told": True}).plain


@pytest.mark.parametrize(
    ("field", "first", "before"),
    [
        ("signed_on", "2026-03-02", "2026-03-01"),
        ("at", "2026-03-02T00:00:00+08:00", "2026-03-01T23:59:59+08:00"),
    ],
)
def test_the_form_accepts_the_first_day_and_names_it_to_who_is_earlier(
    field: str, first: str, before: str
) -> None:
    assert read_form(asked(BOUNDED), {field: first, "told": True}).plain[field]
    with pytest.raises(InputRefused) as refused:
        read_form(asked(BOUNDED), {field: before, "told": True})
    (fault,) = refused.value.faults
    assert fault.message.to("zh") == "不能早于达成日期2026年3月2日"
    assert fault.message.to("en") == "Not before “Agreed on”, 2026-03-02"


@pytest.mark.parametrize("ticked", [False, None])
def test_what_must_be_ticked_is_refused_unticked(ticked: bool | None) -> None:
    with pytest.raises(InputRefused):
        read_form(asked(BOUNDED), {"told": ticked})
