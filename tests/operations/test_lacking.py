"""What a paper would lack is told before its event; what the event brings itself is not."""

from dataclasses import replace

import pytest

from mediation.engine.cases import Case
from mediation.engine.workflows.definitions import PaperRule
from mediation.operations.cases.lacking import lacking_before
from tests.rendering.occasions import workflow


@pytest.mark.parametrize(
    ("required", "said"),
    [
        ("facts.confirmation_number", []),  # the event takes the number
        ("facts.channel", []),  # a fact that holds without being said
        ("form.property", []),  # nobody has been asked yet
        ("facts.agreed_on", ["“司法确认申请书”必须写明“达成一致日期”"]),
    ],
)
def test_only_what_cannot_come_any_more_is_lacking(required: str, said: list[str]) -> None:
    whole = workflow()
    rule = PaperRule((required,))
    whole = replace(whole, papers={"confirmation_application": rule})
    event = next(one for one in whole.case.events if one.name == "apply_for_confirmation")
    found = lacking_before(whole, event, Case(), ())
    assert [one.text.to("zh") for one in found] == said
