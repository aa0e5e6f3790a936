"""What stands on a paper was typed once: every thing printed names the event it came from."""

import pytest

from mediation.engine.cases import Case, Step, fold
from mediation.engine.schemas import COLUMNS
from mediation.operations.answers.lineage import lineage_told
from mediation.operations.answers.words import Words
from mediation.operations.cases.requests import Asking
from mediation.operations.cases.viewing import View, view_case
from mediation.operations.demo.scenes import play, read_scenes
from mediation.operations.office import Sitting
from mediation.records.documents import Found, issued_papers
from mediation.rendering.variables import variables
from mediation.resources import resource_dir
from tests.offices import Desk

AGREEMENT = "agreement"
CASE = "家庭分割"


def agreement_of(desk: Desk, view: View) -> Found:
    issued = issued_papers(view.tx, view.row.id)
    return next(one for one in issued if one.row.document.name == AGREEMENT)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_fact_on_the_agreement_of_a_demo_case_names_the_event_that_set_it(
    desk: Desk, language: str
) -> None:
    scenes = read_scenes(resource_dir("demo") / "scenes")
    scene = next(one for one in scenes if one.file.startswith("03"))
    words = Words(desk.office.catalogue.library, "en" if language == "en" else "zh")
    played = play(desk.office, scene, words)
    asking = Asking(Sitting(*played.readers[CASE].split("@")), played.until)
    with desk.office.database.reading() as tx:
        view = view_case(desk.office, tx, played.numbers[CASE], asking)
        paper = agreement_of(desk, view)
        told = {one["path"]: one for one in lineage_told(view, paper, words)}
        log = view.log
    case = Case()
    for row in log[: paper.row.place.seq]:
        case = fold(case, Step.from_json(row.body["step"]))
    printed = {path for path in variables(AGREEMENT) if path.startswith("facts.")}
    on_record = {path for path in printed if path.removeprefix("facts.") in case.facts}
    assert on_record
    for path in on_record:
        known = case.facts[path.removeprefix("facts.")]
        assert told[path]["seq"] == known.seq, path
        assert told[path]["event"] == log[known.seq - 1].name, path
        assert told[path]["value"], path
    assert told["form.terms"]["seq"] == paper.row.place.seq
    assert told["form.terms"]["event"] == "agree_in_writing"
    assert told["number"]["seq"] == 1
    assert told["case.class_"]["seq"] == case.facts["class"].seq
    for ref in case.value("parties"):
        assert told[f"parties.{ref}"]["event"] in {"register", "add_parties"}
        assert COLUMNS["name"].to(words.language) in told[f"parties.{ref}"]["label"]
        name = view.names[ref]
        if case.value("parties")[ref]["sort"] == "person":
            assert name not in str(told[f"parties.{ref}"])
    assert all(one["actor_name"] and one["occurred_at"] for one in told.values())
