"""Steps about papers: correcting them, and looking them up by the code they bear."""

import re
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from pytest_bdd import given, parsers, then, when

from mediation.engine.errors import EventRefused
from mediation.engine.forms import PERSON_FIELDS
from mediation.engine.legal_time.periods import shanghai_day
from mediation.engine.schemas import COLUMNS
from mediation.errors import InputRefused, MediationError
from mediation.operations.answers.documents import documents_told
from mediation.operations.answers.words import Words
from mediation.operations.cases.requests import Asking
from mediation.operations.cases.viewing import View, view_case
from mediation.operations.catalogue import Catalogue
from mediation.operations.desk.brakes import SignInHeld
from mediation.operations.residents.papers import PaperUnknown, verify_paper
from mediation.records.documents import Found, issued_papers, open_document
from tests.offices import Desk
from tests.steps.cases import attempt, carry_to, nothing_was_refused, sittings, view
from tests.steps.cells import as_moment
from tests.steps.facts import on_record
from tests.steps.residents import HOME, Resident, asked, code
from tests.steps.time import DAY

CORRECT = "更正文书"


@dataclass
class Holder:
    """What somebody who holds a paper was told, and how the papers were before."""

    told: dict[str, Any] = field(default_factory=dict)
    problem: MediationError | None = None
    digests: dict[str, str] = field(default_factory=dict)


@pytest.fixture
def holder() -> Holder:
    return Holder()


def words(desk: Desk) -> Words:
    return Words(desk.office.catalogue.library, "zh")


def papers_called(desk: Desk, label: str) -> list[Found]:
    """Give the papers of the case with this label."""
    seen = view(desk)
    named = words(desk)
    with desk.office.database.reading() as tx:
        issued = issued_papers(tx, seen.row.id)
    return [one for one in issued if named.document(one.row.document.name) == label]


def code_of(desk: Desk, label: str, no: int = -1) -> str:
    """Give the code of a paper as it is printed on it."""
    seen, paper = view(desk), papers_called(desk, label)[no]
    secret = desk.office.keys.case_key(seen.row.number, seen.row.wrapped_key)
    printed = re.search(r"查验码：([0-9A-Z-]+)", open_document(secret, paper.row))
    assert printed
    return printed[1]


# ── corrections ──────────────────────────────────────────────────────────────────────────────


@given("案件制作过协议书")
def an_agreement_was_made(desk: Desk) -> None:
    if not papers_called(desk, "人民调解协议书"):
        attempt(desk, "王桂兰", "口头协议转为书面", [], None)
        nothing_was_refused(desk)
        carry_to(desk, "履行中")


@given(parsers.re(r"(?P<name>\S+?)已更正“(?P<label>[^”]+)”"))
def an_officer_has_corrected(desk: Desk, holder: Holder, name: str, label: str) -> None:
    an_officer_corrects(desk, holder, name, label, None)
    nothing_was_refused(desk)


@when(parsers.re(r"(?P<name>\S+?)更正“(?P<label>[^”]+)”"))
def an_officer_corrects(
    desk: Desk, holder: Holder, name: str, label: str, datatable: list[list[str]] | None = None
) -> None:
    paper = papers_called(desk, label)[-1]
    holder.digests[label] = paper.row.document.digest
    rows = [["要更正的文书", paper.row.place.within], *(datatable or [])]
    attempt(desk, name, CORRECT, rows, None)


@then(parsers.re(r"表格被退回：“(?P<label>[^”]+)”必须填写"))
def the_form_is_refused(desk: Desk, label: str) -> None:
    assert isinstance(desk.problem, InputRefused)
    said = [fault.message.to("zh") for fault in desk.problem.faults]
    assert f"“{label}”必须填写" in said


@then(parsers.re(r"表格被退回：(?P<said>未经“[^”]+”，不能办理)"))
def the_form_is_refused_unticked(desk: Desk, said: str) -> None:
    assert isinstance(desk.problem, InputRefused)
    assert said in [fault.message.to("zh") for fault in desk.problem.faults]


@then(parsers.re(r"(?P<name>\S+?)的签章方式记为“(?P<manner>[^”]+)”"))
def the_manner_is_on_record(desk: Desk, name: str, manner: str) -> None:
    nothing_was_refused(desk)
    seen = view(desk)
    (ref,) = (ref for ref, one in seen.names.items() if one == name)
    options = seen.procedure.workflow.case.facts["signed_how"].options
    labels = {option.key: option.label.zh for option in options}
    assert labels[seen.case.value("signed_how")[ref]] == manner


@then(parsers.re(r"没有出具“(?P<label>[^”]+)”"))
def no_paper_was_issued(desk: Desk, label: str) -> None:
    assert not papers_called(desk, label)


@then(parsers.re(r"文书不能更正，因为“(?P<reason>[^”]+)”"))
def the_paper_is_not_corrected(desk: Desk, reason: str) -> None:
    assert isinstance(desk.problem, InputRefused)
    assert [fault.message.to("zh") for fault in desk.problem.faults] == [reason]


@then(parsers.re(r"“(?P<label>[^”]+)”上写有被更正文书的字号、日期和校验值"))
def the_correction_names_the_old(desk: Desk, holder: Holder, label: str) -> None:
    seen, paper = view(desk), papers_called(desk, label)[-1]
    secret = desk.office.keys.case_key(seen.row.number, seen.row.wrapped_key)
    html = open_document(secret, paper.row)
    (old,) = holder.digests.items()
    told = papers_called(desk, old[0])[-1]
    day = shanghai_day(told.occurred_at)
    for said in (
        told.row.document.number,
        f"{day.year}年{day.month}月{day.day}日",
        old[1][:16],
    ):
        assert said
        assert said in html


@then(parsers.re(r"“(?P<label>[^”]+)”注明已由“(?P<other>[^”]+)”更正"))
def it_is_marked_as_corrected(desk: Desk, label: str, other: str) -> None:
    seen = view(desk)
    with desk.office.database.reading() as tx:
        told = documents_told(_seen_in(seen, tx), words(desk))
    paper = next(one for one in told if one["label"] == label)
    (by,) = paper["corrected_by"]
    correction = next(one for one in told if one["id"] == by["id"])
    assert (correction["label"], correction["corrects"]) == (other, paper["id"])


def _seen_in(seen: View, tx: Any) -> View:
    object.__setattr__(seen, "tx", tx)
    return seen


@then(parsers.re(r"“(?P<label>[^”]+)”的校验值没有变"))
def its_text_is_the_same(desk: Desk, holder: Holder, label: str) -> None:
    assert papers_called(desk, label)[-1].row.document.digest == holder.digests[label]


# ── what a paper must not lack ───────────────────────────────────────────────────────────────


@given(parsers.re(r"规定“(?P<label>[^”]+)”必须写明当事人的“(?P<column>[^”]+)”"))
def a_paper_requires(desk: Desk, label: str, column: str) -> None:
    catalogue = desk.office.catalogue
    library = catalogue.library
    (name,) = (key for key, one in library.bodies.document.items() if one.label.zh == label)
    (key,) = (key for key in PERSON_FIELDS if COLUMNS[key].zh == column)
    rule = library.bodies.document[name]
    stricter = rule.model_copy(update={"requires": [*rule.requires, f"parties.{key}"]})
    documents = {**library.bodies.document, name: stricter}
    bodies = library.bodies.model_copy(update={"document": documents})
    desk.office.catalogue = Catalogue(replace(library, bodies=bodies), catalogue.calendar)


@then(parsers.re(r"不能出具“(?P<paper>[^”]+)”，因为没有写明(?P<who>\S+)的“(?P<column>[^”]+)”"))
def the_paper_lacks(desk: Desk, paper: str, who: str, column: str) -> None:
    assert isinstance(desk.problem, EventRefused), desk.problem
    said = [one.text.to("zh") for one in desk.problem.blockers]
    assert f"“{paper}”必须写明{who}的“{column}”" in said
    assert desk.problem.blockers[0].who


@then(parsers.re(r"案件停在“(?P<state>[^”]+)”"))
def the_case_stays(desk: Desk, state: str) -> None:
    seen = view(desk)
    assert seen.procedure.case.plan.states[seen.case.state].label.zh == state


@then(parsers.re(r"事项没有办成，没有记载“(?P<label>[^”]+)”"))
def nothing_is_on_record(desk: Desk, label: str) -> None:
    assert on_record(desk, label) is None


# ── looking papers up ────────────────────────────────────────────────────────────────────────


def looked_up(desk: Desk, holder: Holder, typed: str) -> None:
    """Look a paper up."""
    holder.told, holder.problem = {}, None
    try:
        holder.told = verify_paper(desk.office, typed, HOME, desk.now, words(desk))
    except (PaperUnknown, SignInHeld) as refused:
        holder.problem = refused


@when(parsers.re(r"有人查验“(?P<label>[^”]+)”上的查验码"))
def somebody_looks_it_up(desk: Desk, holder: Holder, label: str) -> None:
    looked_up(desk, holder, code_of(desk, label))


@when(parsers.re(r"有人查验第一份“(?P<label>[^”]+)”上的查验码"))
def somebody_looks_the_first_up(desk: Desk, holder: Holder, label: str) -> None:
    looked_up(desk, holder, code_of(desk, label, 0))


@when(parsers.re(r"有人用小写、不打横线查验“(?P<label>[^”]+)”上的查验码"))
def somebody_types_sloppily(desk: Desk, holder: Holder, label: str) -> None:
    looked_up(desk, holder, f" {code_of(desk, label).lower().replace('-', ' ')}")


def mistyped(right: str) -> str:
    """Give a code with its last sign wrong."""
    return right[:-1] + ("2" if right[-1] != "2" else "3")


@when(parsers.re(r"有人把“(?P<label>[^”]+)”上的查验码打错一个字"))
def somebody_mistypes(desk: Desk, holder: Holder, label: str) -> None:
    looked_up(desk, holder, mistyped(code_of(desk, label)))


@given(parsers.re(r"有人在同一个地方连着打错了(?P<times>\d+)次查验码"))
def somebody_guesses_codes(desk: Desk, holder: Holder, times: str) -> None:
    for _ in range(int(times)):
        looked_up(desk, holder, "0000-0000-0000")
        assert isinstance(holder.problem, PaperUnknown)


@then(parsers.re(rf"查验结果是“(?P<label>[^”]+)”，(?P<day>{DAY})出具"))
def it_was_issued(desk: Desk, holder: Holder, label: str, day: str) -> None:
    paper = papers_called(desk, label)[-1].row.document
    assert (holder.told["label"], holder.told["number"]) == (label, paper.number)
    assert holder.told["issued_on"] == shanghai_day(as_moment(day)).isoformat()
    assert holder.told["digest"] == paper.digest
    assert not holder.told["corrected_by"]


@then(parsers.re(r"查验结果中没有“(?P<one>[^”]+)”“(?P<two>[^”]+)”“(?P<three>[^”]+)”"))
def nothing_personal_is_told(holder: Holder, one: str, two: str, three: str) -> None:
    assert not [word for word in (one, two, three) if word in str(holder.told)]


@then("查不到这份文书")
def no_paper_is_found(holder: Holder) -> None:
    assert isinstance(holder.problem, PaperUnknown)


@then(parsers.re(r"查验结果注明已由“(?P<number>[^”]+)”更正"))
def it_tells_of_the_correction(holder: Holder, number: str) -> None:
    assert [one["number"] for one in holder.told["corrected_by"]] == [number]


@then("查验结果注明后来另行制作了一份")
def it_tells_of_a_later_one(holder: Holder) -> None:
    (later,) = holder.told["replaced_by"]
    assert later["label"] == holder.told["label"]
    assert later["code"] != holder.told["code"]


@then("要过一会儿才能再查文书")
def one_has_to_wait_for_papers(holder: Holder) -> None:
    assert isinstance(holder.problem, SignInHeld)


@then("当事人在那个地方还能查进度")
def progress_is_not_held(desk: Desk, resident: Resident) -> None:
    asked(desk, resident, code(desk))
    assert resident.told


@then(parsers.re(r"还没有填表，(?P<name>\S+?)就看到不能办理“(?P<label>[^”]+)”：(?P<reason>.+)"))
def an_event_is_listed_as_blocked(desk: Desk, name: str, label: str, reason: str) -> None:
    asking = Asking(next(sittings(desk, name)), desk.now)
    with desk.office.database.reading() as tx:
        found = view_case(desk.office, tx, desk.number, asking).moves
    listed = [move for move in found if move.event.label.zh == label]
    assert listed
    told = [one.text.to("zh") for move in listed for one in move.blockers]
    assert reason in told
