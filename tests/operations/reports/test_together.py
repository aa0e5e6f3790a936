"""Sheets bound together: a simple case without one is none of them."""

import pytest

from mediation.errors import InputRefused
from mediation.operations.answers.words import Words
from mediation.operations.dossier.together import gather_together
from mediation.operations.office import Office
from mediation.records.registers import simple_cases
from tests.operations.reports.office import WANG, at, done, opened, reading, settled


def test_a_simple_case_closed_without_an_agreement_has_no_sheet(office: Office) -> None:
    now, words = at(2026, 3, 2), Words(office.catalogue.library, "zh")
    answered = opened(office, WANG, now)
    told = {"account": "说明情况", "grade": "simple"}
    done(office, answered, WANG, now, ("interview", told), ("answer", {"answer": "可以去法院"}))
    with office.database.writing() as tx:
        report = reading(office, tx, WANG, "2026-03", now)
        days = report.period.days
        with pytest.raises(InputRefused, match="month"):
            gather_together(report, words)
        assert simple_cases(tx, report.body.path, "simple", days, 9) == []
    number = opened(office, WANG, now, name="甲")
    settled(office, number, WANG, now)
    with office.database.writing() as tx:
        bound = gather_together(reading(office, tx, WANG, "2026-03", now), words)
    assert [part.remark for part in bound.parts] == [number]
