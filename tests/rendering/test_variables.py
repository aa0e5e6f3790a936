"""Every name a template reads is seen, wherever it stands, and proved to exist."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from jinja2 import TemplateError

from mediation.engine.proofs.documents import Papers, issued
from mediation.engine.proofs.documents import documents as proved
from mediation.engine.workflows.definitions import Workflow
from mediation.language import Message
from mediation.rendering import templates, variables
from mediation.rendering.templates import DocumentUnknown, documents
from mediation.resources import resource_dir
from tests.rendering.occasions import library, workflow

Plant = Callable[..., frozenset[str]]


def forget() -> None:
    templates.environment.cache_clear()
    templates.documents.cache_clear()
    variables._reading.cache_clear()
    variables.told_events.cache_clear()


def found_in(workflow: Workflow, only: str = "") -> list[Message]:
    """What the proof of a procedure finds wrong with its papers, or with one of them."""

    def faults(name: str, *known: Any) -> Iterable[Message]:
        return () if only and name != only else variables.faults(name, *known)

    return [one.problem for one in proved(workflow, Papers(documents(), faults))]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the templates that a test may spoil."""
    copytree(resource_dir("templates") / "documents", tmp_path / "documents")
    monkeypatch.setattr(templates, "resource_dir", lambda _: tmp_path)
    forget()
    yield tmp_path / "documents"
    monkeypatch.undo()
    forget()


@pytest.fixture
def plant(folder: Path) -> Plant:
    """Write a paper, and files it draws upon, and give the names it reads."""

    def planted(source: str, **others: str) -> frozenset[str]:
        for name, text in {"paper": source, **others}.items():
            (folder / f"{name}.html.j2").write_text(text, "utf-8")
        forget()
        return variables.variables("paper")

    return planted


@pytest.mark.parametrize(
    ("source", "read"),
    [
        ("{{ facts.x }}", {"facts.x"}),
        ("{{ facts['x'] }}", {"facts.x"}),
        ("{% if facts.x %}{{ form.y }}{% elif told.a.b %}{% else %}{{ z }}{% endif %}",
         {"facts.x", "form.y", "told.a.b", "z"}),
        ("{{ facts.x if form.y else case.z }}", {"facts.x", "form.y", "case.z"}),
        ("{{ facts.x | day }}", {"facts.x"}),
        ("{{ officers(facts.x) }}", {"officers", "facts.x"}),
        ("{{ facts.x[form.y] }}", {"facts.x[]", "form.y"}),
        ("{{ (parties | first).name }}", {"parties[].name"}),
        ("{{ 'a' ~ facts.x ~ -facts.y }}", {"facts.x", "facts.y"}),
        ("{{ facts.x is none }}", {"facts.x"}),
        ("{{ facts.x == 'a' and facts.y in (1, facts.z) }}", {"facts.x", "facts.y", "facts.z"}),
        ("{% for p in parties %}{{ p.name }}{{ loop.index }}{% endfor %}",
         {"parties", "parties[].name"}),
        ("{% for p in parties if facts.x %}{% else %}{{ facts.y }}{% endfor %}",
         {"parties", "facts.x", "facts.y"}),
        ("{% for a, b in facts.x %}{{ a }}{{ b }}{% endfor %}", {"facts.x"}),
        ("{% for p in parties %}{% endfor %}{{ p }}", {"parties", "p"}),
        ("{% set x = facts.y %}{{ x }}", {"facts.y"}),
        ("{% set p = parties | first %}{{ p.nmae }}", {"parties[]", "parties[].nmae"}),
        ("{% set x %}{{ facts.y }}{% endset %}{{ x }}", {"facts.y"}),
        ("{% set x | cn %}{{ facts.y }}{% endset %}{{ x }}", {"facts.y"}),
        ("{% with x = facts.y %}{{ x }}{% endwith %}{{ x }}", {"facts.y", "x"}),
        ("{% macro m(p, q=facts.d) %}{{ p.name }}{{ q }}{{ facts.x }}{% endmacro %}",
         {"facts.d", "facts.x"}),
        ("{% macro m(p) %}{{ p.name }}{% endmacro %}{{ m(parties | first) }}",
         {"parties[]", "parties[].name"}),
        ("{% macro m(p) %}{{ p.name }}{% endmacro %}{{ m(p=case) }}", {"case", "case.name"}),
        ("{% macro m(p) %}{{ m(p.sub) if p }}{% endmacro %}{{ m(case.a) }}", None),
        ("{% macro m(p) %}{% endmacro %}{% call(x) m(facts.a) %}{{ x }}{{ y }}{% endcall %}",
         {"facts.a", "y"}),
        ("{% macro m(p, q) %}{{ q }}{% endmacro %}{{ m(facts.a) }}", {"facts.a", "?q"}),
        ("{% set x = facts.a or facts.b %}{{ x.name }}", {"facts.a", "facts.b", "?.name"}),
        ("{% import '_other.html.j2' as o %}{{ o.m(case) }}{{ o.gone }}",
         {"case", "case.inside", "facts.there"}),
        ("{% from '_other.html.j2' import m, m as n %}{{ n(body) }}",
         {"body", "body.inside", "facts.there"}),
        ("{% include '_other.html.j2' %}", {"facts.there"}),
        ("{{ self.a() }}{% block a %}{{ super() }}{{ facts.x }}{% endblock %}", {"facts.x"}),
        ("{% for p in parties %}{% block a scoped %}{{ p.name }}{% endblock %}{% endfor %}",
         {"parties", "parties[].name"}),
        ("{% for p in parties %}{% block a %}{{ p.name }}{% endblock %}{% endfor %}",
         {"parties", "p.name"}),
        ("{% filter cn %}{{ facts.x }}{% endfilter %}", {"facts.x"}),
        ("{{ facts.x[form.a:form.b] }}", {"facts.x[]", "form.a", "form.b"}),
        ("{{ names(*facts.x, **facts.y) }}", {"names", "facts.x", "facts.y"}),
    ],
)  # fmt: skip
def test_names_are_seen_where_a_run_would_read_them(
    plant: Plant, source: str, read: set[str] | None
) -> None:
    other = "{% macro m(p) %}{{ p.inside }}{{ facts.there }}{% endmacro %}"
    found = plant(source, _other=other)
    if read is None:
        assert "case.a.sub" in found
    else:
        assert found == read


def test_a_name_outside_the_blocks_of_a_child_is_seen(plant: Plant) -> None:
    found = plant(
        '{% extends "_base.html.j2" %}{% set title = facts.x %}{{ facts.never_printed }}'
        "{% block paper %}{{ facts.inside }}{% endblock %}"
        "{% block unused %}{{ lost }}{% endblock %}"
    )
    assert {"facts.x", "facts.never_printed", "facts.inside", "lost"} <= found
    assert {"case.number", "occurred_on", "recorded_on"} <= found
    assert "title" not in found


def test_a_child_that_sets_no_title_is_found_out(plant: Plant) -> None:
    assert "title" in plant('{% extends "_base.html.j2" %}')


@pytest.mark.parametrize("source", ["{% include facts.x %}", "{% extends facts.x %}"])
def test_what_a_template_draws_upon_must_be_written_out(plant: Plant, source: str) -> None:
    with pytest.raises(TemplateError, match="by name"):
        plant(source)


@pytest.mark.parametrize(
    "spoiled",
    [
        "{{ facts.mediatorz }}",
        "{% if false %}{{ party.name }}{% endif %}",
        "{% macro never_called() %}{{ form.trems }}{% endmacro %}",
        "{% for party in parties %}{{ party.nmae }}{% endfor %}",
        "{% for one in obligations %}{{ one.amount.yuan }}{% endfor %}",
        "{{ told.register.sentense }}",
        "{{ told.register }}",
        "{{ case.class }}",
    ],
)
@pytest.mark.parametrize("where", ["at the end", "in the block"])
def test_an_unknown_name_in_a_paper_is_a_fault_of_the_procedure(
    folder: Path, spoiled: str, where: str
) -> None:
    file = folder / "agreement.html.j2"
    source = file.read_text("utf-8")
    block = "{% block paper %}"
    changed = (
        source + spoiled if where == "at the end" else source.replace(block, block + spoiled)
    )
    file.write_text(changed, "utf-8")
    assert len(found_in(workflow(), "agreement")) == 1


def test_a_fault_names_file_and_line_and_the_nearest_name(folder: Path) -> None:
    file = folder / "agreement.html.j2"
    file.write_text(file.read_text("utf-8") + "\n\n{{ facts.mediatorz }}", "utf-8")
    line = len(file.read_text("utf-8").splitlines())
    (fault,) = found_in(workflow(), "agreement")
    assert fault.to("zh").endswith(
        f"：文书模板 agreement.html.j2 第 {line} 行："
        "没有“facts.mediatorz”这个名称，是否应为“facts.mediators”？"
    )
    assert f"Document template agreement.html.j2, line {line}: " in fault.to("en")


def test_a_field_that_only_some_of_the_issuing_events_have_is_a_fault(folder: Path) -> None:
    file = folder / "agreement.html.j2"
    file.write_text(file.read_text("utf-8") + "{{ form.agreed_sum | money }}", "utf-8")
    (fault,) = found_in(workflow(), "agreement")
    assert "form.agreed_sum" in fault.to("zh")


@pytest.mark.parametrize(
    "spoiled",
    [
        "{% if %}",
        "{{ facts.mediators | safe }}",
        "{{ x | random }}",
        "{{ x is rare }}",
        "{% set x | safe %}{% endset %}",
        "{% include 'gone' %}",
    ],
)
def test_a_template_that_cannot_be_read_or_wants_to_do_more_is_a_fault(
    folder: Path, spoiled: str
) -> None:
    file = folder / "agreement.html.j2"
    file.write_text(file.read_text("utf-8") + spoiled, "utf-8")
    (fault,) = variables.faults("agreement", (), (), ())
    assert "agreement.html.j2" in fault.to("zh")


def test_a_paper_without_a_template_is_a_fault_with_the_nearest_name() -> None:
    plain = workflow()
    event = replace(plain.case.events[0], issues=("agrement",))
    spoiled = replace(plain, case=replace(plain.case, events=(event, *plain.case.events[1:])))
    (fault,) = found_in(spoiled)
    assert "是否应为“agreement”" in fault.to("zh")


def test_a_template_nobody_wrote_has_no_variables() -> None:
    with pytest.raises(DocumentUnknown):
        variables.variables("agrement")


def test_a_paper_says_which_earlier_forms_it_reads() -> None:
    acting = {"appoint_agent", "name_representative"}
    asked = {"register", "record_application"}
    assert variables.told_events("acceptance_form") == acting | asked
    assert variables.told_events("notice_of_rights") == frozenset()


@pytest.mark.parametrize("place", sorted(library().places))
@pytest.mark.parametrize("kind", sorted(library().kinds))
def test_the_papers_of_every_procedure_read_only_what_exists(kind: str, place: str) -> None:
    procedure = workflow(kind, place)
    assert found_in(procedure) == []
    assert set(issued(procedure)) == set(documents())
