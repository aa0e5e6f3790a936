"""Occasions of papers: a quick case with two names, and one with eight parties."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from mediation.engine.cases import Case, Known
from mediation.engine.workflows.composing import compose
from mediation.engine.workflows.definitions import Workflow
from mediation.engine.workflows.reading import Library, read_library
from mediation.rendering.context import (
    UNVERIFIED,
    Context,
    Corrected,
    Issuer,
    Occasion,
    Said,
    Verify,
    context,
)
from mediation.rendering.documents import Paper, render
from mediation.resources import resource_dir

People = Mapping[str, Mapping[str, Any]]

SIDES = {"a": "applicant", "b": "respondent", "c": "third"}
TWO: People = {"a1": {"name": "张三"}, "b1": {"name": "李四"}}
EIGHT: People = {
    "a1": {
        "name": "欧阳𬭚",
        "phone": "13800001234",
        "id_number": "330203195103090028",
        "ethnicity": "汉族",
        "occupation": "退休",
        "address": "海曙区解放南路208弄16号302室",
    },
    "a2": {"name": "李㛃", "sex": "male", "born_on": "1960-02-29"},
    "a3": {"name": "王小明", "agent": "王建国", "agent_relation": "父亲"},
    "b1": {
        "name": "安居物业服务有限公司",
        "legal_representative": "周海涛",
        "credit_code": "91330203MA2AKF8X3R",
        "agent": "孙立",
        "agent_relation": "职员",
    },
    "b2": {"name": "赵德柱"},
    "b3": {"name": "钱桂芳"},
    "b10": {"name": "阿卜杜·热合曼"},
    "c1": {"name": "芙蓉洲业主委员会"},
}
ORGANISATIONS = ("b1", "c1")
MINORS = ("a3",)


@cache
def library() -> Library:
    return read_library(resource_dir("workflows"))


@cache
def workflow(kind: str = "neighbour", place: str = "national") -> Workflow:
    return compose(library(), kind, place)


@dataclass(frozen=True)
class Sample:
    """A paper to be rendered, changed by what a test is about."""

    name: str
    event: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    plain: Mapping[str, Any] = field(default_factory=dict)
    sealed: Mapping[str, Any] = field(default_factory=dict)
    told: Mapping[str, Said] = field(default_factory=dict)
    people: People = field(default_factory=lambda: TWO)
    kind: str = "neighbour"
    number: str | None = None
    recorded_on: date = date(2026, 10, 9)
    actor: str | None = "陈桂兰"
    corrects: Corrected | None = None
    verify: Verify = UNVERIFIED

    def occasion(self) -> Occasion:
        known = {"class": next(iter(workflow(self.kind).classes)), "parties": self.parties()}
        facts = {name: Known(value, 1) for name, value in {**known, **self.facts}.items()}
        return Occasion(
            workflow=workflow(self.kind),
            case=Case(facts=facts),
            number="（2026）海曙人调字第37号",
            people=self.people,
            said=said(self.event, self.plain, self.sealed, self.kind),
            told=self.told,
            body=Issuer("海曙区芙蓉洲社区人民调解委员会", "海曙"),
            officers={"chen": "陈桂兰", "zhu": "朱明"},
            actor=self.actor,
            occurred_on=date(2026, 10, 9),
            recorded_on=self.recorded_on,
            corrects=self.corrects,
        )

    def parties(self) -> dict[str, dict[str, Any]]:
        return {
            ref: {
                "side": SIDES[ref[0]],
                "sort": "organisation" if ref in ORGANISATIONS else "person",
                "capacity": "none" if ref in MINORS else "full",
                "represented": "agent" in person,
            }
            for ref, person in self.people.items()
        }

    def context(self) -> Context:
        return context(self.occasion(), self.number, self.verify)

    def paper(self) -> Paper:
        return render(self.name, self.context())


def said(
    event: str,
    plain: Mapping[str, Any] | None = None,
    sealed: Mapping[str, Any] | None = None,
    kind: str = "neighbour",
) -> Said:
    events = workflow(kind).case.events
    definition = next(one.definition for one in events if one.name == event)
    return Said(definition, plain or {}, sealed or {})


OPENED = {"register": said("register", {}, {"sentence": "楼道堆放纸箱，两家吵了几句。"})}
OBLIGATIONS: list[dict[str, Any]] = [
    {"obligor": "b2", "sort": "act", "due_on": "2026-10-31"},
    {"obligor": "b1", "sort": "money", "amount": 860000, "due_on": "2026-11-15"},
    {"obligor": "third", "sort": "money", "amount": 1050005, "due_on": "2026-12-31"},
]
KNOWN: dict[str, Any] = {
    "applied_on": "2026-09-07",
    "accepted_on": "2026-09-08",
    "application_manner": "oral",
    "channel": "hotline",
    "sender_number": "12345-0907",
    "basis": "application",
    "sum_in_dispute": 1250005,
    "mediators": ["chen", "zhu"],
    "rights_told": True,
    "rights_told_on": "2026-09-09",
    "rights_manner": "written",
    "mediator_answers": dict.fromkeys(EIGHT, "no_objection"),
    "represented_by": {"a3": "guardian", "b1": "agent", "b3": "elected"},
}

MINIMAL = [
    Sample("acceptance_form", "accept", told=OPENED),
    Sample("notice_of_rights", "tell_rights"),
    Sample("mediation_record", "hold_meeting", sealed={"place": "楼道", "minutes": "谈妥。"}),
    Sample(
        "agreement",
        "agree_in_writing",
        plain={"scope": "whole", "obligations": []},
        sealed={"facts_found": "争吵。", "terms": "和好。", "obligations": []},
    ),
    Sample("termination_notice", "end_for_time", actor=None),
    Sample(
        "oral_agreement_sheet",
        "settle_at_once",
        facts={"performed": True, "effective_on": "2026-10-09", "results": ["apology"]},
        plain={"results": ["apology"]},
        told=OPENED,
    ),
    Sample(
        "correction",
        "correct_paper",
        sealed={"wrong": "吊顶", "right": "墙面", "reason": "听错了。"},
        corrects=Corrected(
            "人民调解受理登记表", None, date(2026, 9, 8), "0123456789abcdef"[:2]
        ),
    ),
]
FULL = [
    Sample(
        "acceptance_form",
        "accept",
        facts=KNOWN,
        plain={"basis": "application"},
        sealed={"summary": "漏水半年，多次争吵。"},
        told={
            **OPENED,
            "record_application": said(
                "record_application", {}, {"claim": "一、停止漏水；\n二、赔偿。"}
            ),
        },
        people=EIGHT,
        number="（2026）海曙人调受字第35号",
    ),
    Sample("notice_of_rights", "tell_rights", facts=KNOWN, people=EIGHT),
    Sample(
        "mediation_record",
        "hold_meeting",
        facts=KNOWN | {"attended": ["a1", "b1", "b10"]},
        sealed={"place": "调解室", "others": "沈芳", "minutes": "甲说。\n乙说。"},
        people=EIGHT,
        recorded_on=date(2026, 10, 12),
    ),
    Sample(
        "agreement",
        "agree_in_writing",
        facts=KNOWN | {"scope": "part", "confirms_title": True},
        plain={"scope": "part", "obligations": OBLIGATIONS},
        sealed={
            "facts_found": "防水老化。\n各方无异议。",
            "terms": "修好并补偿。",
            "obligations": ["重做防水", "转账支付", "理赔款到账后转付"],
        },
        people=EIGHT,
    ),
    Sample(
        "termination_notice",
        "end_mediation",
        facts=KNOWN
        | {
            "ground": "not_achieved",
            "ended_on": "2026-10-09",
            "routes_told": ["court", "legal_aid"],
            "effective_on": "2026-09-20",
            "court_case_number": "（2026）浙0203民初1号",
            "title_in_question": True,
            "administrative_act": True,
        },
        people=EIGHT,
        number="（2026）海曙人调终字第3号",
    ),
    Sample(
        "oral_agreement_sheet",
        "agree_at_once",
        facts=KNOWN | {"effective_on": "2026-10-09", "agreed_sum": 20000},
        plain={"results": ["payment", "understanding"], "obligations": OBLIGATIONS},
        sealed={"terms": "赔偿花盆。", "obligations": ["修", "付", "转"]},
        told=OPENED,
        people=EIGHT,
        number="（2026）海曙人调口字第126号",
    ),
    Sample(
        "correction",
        "correct_paper",
        facts=KNOWN,
        sealed={
            "wrong": "楼上302室\n三千元",
            "right": "楼上303室\n三千元",
            "reason": "听错了。",
        },
        people=EIGHT,
        number="（2026）海曙人调更字第2号",
        corrects=Corrected(
            "人民调解受理登记表", "（2026）海曙人调受字第35号", date(2026, 9, 8), "01234567"
        ),
    ),
]
