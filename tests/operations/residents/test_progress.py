"""What is told to parties: every state in plain words, and only what the files give them."""

import pytest

from mediation.operations.residents.progress import state_told
from tests.offices import Desk


def test_every_state_of_every_kind_is_told_in_plain_words(desk: Desk) -> None:
    library = desk.office.catalogue.library
    silent = [
        path
        for pinned in desk.office.catalogue.all()
        for path in pinned.procedure.case.plan.states
        if state_told(library, path) is None
    ]
    assert not silent


def test_every_open_state_tells_what_comes_next(desk: Desk) -> None:
    library = desk.office.catalogue.library
    silent = set()
    for pinned in desk.office.catalogue.all():
        for path, state in pinned.procedure.case.plan.states.items():
            told = state_told(library, path)
            if not state.closed and (told is None or told.next is None):
                silent.add(path)
    # The matter is settled; what is left is paper.
    assert silent == {"closing/filing"}


@pytest.mark.parametrize("period", ["danger_receipt", "no_progress", "hotline_contact"])
def test_what_bodies_owe_each_other_is_no_partys_business(desk: Desk, period: str) -> None:
    library = desk.office.catalogue.library
    charts = [*library.stages.values(), *library.machines.values()]
    written = [chart.period[period] for chart in charts if period in chart.period]
    assert written
    assert [one.told for one in written] == [None]
