"""The variables of a paper come from the workflow, the facts, the people and the forms."""

from dataclasses import replace
from datetime import date

import pytest

from mediation.rendering.context import Context, schema
from tests.rendering.occasions import EIGHT, FULL, KNOWN, MINIMAL, OPENED, Sample, said

BY_NAME = {sample.name: sample for sample in FULL}


def context_of(name: str) -> Context:
    return BY_NAME[name].context()


def test_parties_come_in_the_order_of_their_sides_and_numbers() -> None:
    refs = [str(party.ref) for party in context_of("agreement").parties]
    assert refs == ["a1", "a2", "a3", "b1", "b2", "b3", "b10", "c1"]


def test_parties_of_one_side_are_at_hand() -> None:
    context = context_of("agreement")
    sides = (context.applicants, context.respondents, context.thirds)
    assert [len(side) for side in sides] == [3, 4, 1]


def test_sex_and_birth_day_are_read_off_the_identity_number() -> None:
    woman, man, child = context_of("agreement").applicants
    assert (woman.sex, woman.born_on) == ("female", date(1951, 3, 9))
    assert (man.sex, man.born_on) == ("male", date(1960, 2, 29))
    assert (child.sex, child.born_on) == (None, None)


def test_a_column_nobody_filled_is_none_and_one_that_does_not_exist_fails() -> None:
    party = MINIMAL[0].context().parties[0]
    assert party.occupation is None
    with pytest.raises(AttributeError):
        _ = party.salary


def test_facts_hold_their_default_until_set_and_unknown_ones_fail() -> None:
    facts = MINIMAL[0].context().facts
    assert facts.rights_told is False
    assert facts.accepted_on is None
    with pytest.raises(AttributeError):
        _ = facts.acepted_on


def test_the_class_brings_its_label_and_its_articles() -> None:
    case = context_of("agreement").case
    assert case.class_ is not None
    assert case.class_.label
    assert case.kind.label == "邻里纠纷"
    assert all(article.cited.startswith("《") and article.rule for article in case.law)


def test_the_form_is_that_of_the_event_alone() -> None:
    form = context_of("agreement").form
    assert form.terms == "修好并补偿。"
    with pytest.raises(AttributeError):
        _ = form.minutes


def test_earlier_forms_are_told_by_event_and_field() -> None:
    told = context_of("acceptance_form").told
    assert told.record_application.claim.startswith("一、停止漏水")
    assert told.register.sentence == "楼道堆放纸箱，两家吵了几句。"
    assert told.accept.summary == "漏水半年，多次争吵。"
    assert told.interview.account is None
    with pytest.raises(AttributeError):
        _ = told.registr
    with pytest.raises(AttributeError):
        _ = told.register.sentense


def test_a_form_filled_anew_counts_over_the_earlier_one() -> None:
    again = replace(FULL[0], told={**OPENED, "accept": said("accept", {}, {"summary": "旧"})})
    assert again.context().told.accept.summary == "漏水半年，多次争吵。"


def test_obligations_join_what_is_plain_with_what_is_sealed() -> None:
    first, second, third = context_of("agreement").obligations
    assert (first.no, first.obligor, first.what, first.amount) == (
        1,
        "赵德柱",
        "重做防水",
        None,
    )
    assert (second.obligor, second.amount) == ("安居物业服务有限公司", 860000)
    assert (third.obligor, third.due_on) == ("第三人", date(2026, 12, 31))


def test_officers_and_parties_are_named_together() -> None:
    context = context_of("mediation_record")
    assert context.officers(context.facts.mediators) == "陈桂兰、朱明"
    assert (
        context.names(context.facts.attended) == "欧阳𬭚、安居物业服务有限公司、阿卜杜·热合曼"
    )
    assert context.names(None) is None


def test_answers_asked_of_every_party_are_read_by_party() -> None:
    sample = Sample(
        "notice_of_rights",
        "tell_rights",
        plain={"answers": {"a1": "chooses"}, "manner": "oral"},
        facts=KNOWN,
        people=EIGHT,
    )
    form = sample.context().form
    assert form.answers["a1"].label == "选定"
    assert form.answers["b1"] is None
    assert form.manner.label == "口头"


def test_the_schema_names_every_variable_but_facts_and_fields() -> None:
    known = schema()
    assert {"case.number", "body.name", "parties[].phone", "obligations[].amount"} <= known
    assert {"parties[].represented", "case.law[].rule", "occurred_on", "officers"} <= known
    assert not {name for name in known if name.startswith(("facts.", "form.", "told."))}
