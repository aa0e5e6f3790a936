"""Occasions of papers: a quick case with two names, and one with eight parties."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from mediation.engine.cases import Case, Clock, Known, SideMachine
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
    owed: tuple[Mapping[str, Any], ...] = ()
    clocks: tuple[Clock, ...] = ()

    def occasion(self) -> Occasion:
        known = {"class": next(iter(workflow(self.kind).classes)), "parties": self.parties()}
        facts = {name: Known(value, 1) for name, value in {**known, **self.facts}.items()}
        return Occasion(
            workflow=workflow(self.kind),
            case=Case(facts=facts, machines=self.machines(), clocks=self.clocks),
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
            promised={key: f"第{no}件事" for no, key in enumerate(self.machines(), 1)},
            unextended={"settle": date(2026, 10, 8)},
        )

    def machines(self) -> dict[str, SideMachine]:
        return {
            f"obligation/{no}": SideMachine(
                "promise",
                "due",
                "",
                "",
                1,
                facts={key: Known(value, 1) for key, value in promise.items()},
            )
            for no, promise in enumerate(self.owed, 1)
        }

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
WEEK = Clock(
    no=1,
    period="settle",
    machine="",
    anchor="2026-10-09",
    armed_by=1,
    due_at=datetime(2026, 10, 16, 16, tzinfo=UTC),
)
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
    Sample(
        "application",
        "record_application",
        plain={"manner": "oral"},
        sealed={"claim": "道歉。"},
        told=OPENED,
    ),
    Sample(
        "materials_list", "request_materials", plain={"party": "a1", "materials": ["losses"]}
    ),
    Sample("acceptance_notice", "accept"),
    Sample(
        "non_acceptance_notice",
        "decline",
        facts={"refusal_reasons": ["outside_scope"], "routes_told": ["court"]},
    ),
    Sample(
        "power_of_attorney",
        "appoint_agent",
        plain={"party": "a1", "authority": "ordinary_agent"},
        sealed={"agent": "张丽"},
    ),
    Sample("delivery_address", "confirm_delivery_address", plain={"party": "a1"}),
    Sample(
        "investigation_record",
        "investigate",
        plain={"way": "visit", "party": "a1"},
        sealed={"findings": "属实。"},
    ),
    Sample("meeting_notice", "put_off_meeting"),
    Sample("meeting_procedure", "set_meeting", sealed={"place": "楼道"}),
    Sample("extension_consent", "extend", facts={"extended": 1}),
    Sample("performance_urging", "urge"),
    Sample("visit_record", "visit", plain={"way": "phone"}, sealed={"notes": "都好。"}),
    Sample("closing_report", "tell_outcome", told=OPENED),
    Sample("file_note", "explain_gaps", sealed={"explanation": "没有开会。"}),
]
MEETING = Sample(
    "meeting_notice",
    "set_meeting",
    facts=KNOWN | {"meeting_at": "2026-10-12T06:30:00+00:00"},
    plain={"at": "2026-10-12T06:30:00+00:00"},
    sealed={"place": "调解室", "invited": "沈芳"},
    people=EIGHT,
    number="（2026）海曙人调会字第8号",
)
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
    Sample(
        "application",
        "record_application",
        facts=KNOWN,
        plain={"manner": "written"},
        sealed={"claim": "一、停止漏水；\n二、赔偿。", "summary": "漏水半年。"},
        people=EIGHT,
    ),
    Sample(
        "materials_list",
        "request_materials",
        facts=KNOWN,
        plain={"party": "a1", "materials": ["identity", "losses"]},
        sealed={"note": "维修报价单。"},
        people=EIGHT,
        number="（2026）海曙人调补字第2号",
        clocks=(WEEK._replace(period="supplement"),),
    ),
    Sample(
        "acceptance_notice",
        "accept",
        facts=KNOWN,
        people=EIGHT,
        number="（2026）海曙人调受字第35号",
        clocks=(WEEK,),
    ),
    Sample(
        "non_acceptance_notice",
        "decline",
        facts=KNOWN
        | {"refusal_reasons": ["special_organ", "other"], "routes_told": ["court", "police"]},
        plain={"right_body": "海曙区自然资源局"},
        sealed={"note": "地界须先由政府处理。"},
        people=EIGHT,
        number="（2026）海曙人调不受字第4号",
    ),
    Sample(
        "power_of_attorney",
        "appoint_agent",
        facts=KNOWN,
        plain={
            "party": "b1",
            "authority": "agent",
            "powers": ["admit", "settle"],
            "until": "2026-12-31",
        },
        sealed={
            "agent": "孙立",
            "relation": "职员",
            "phone": "13800001235",
            "id_number": "330203195103090028",
            "address": "同委托人",
            "matters": "全部事项。",
        },
        people=EIGHT,
    ),
    Sample(
        "delivery_address",
        "confirm_delivery_address",
        facts=KNOWN,
        plain={"party": "a1"},
        sealed={
            "address": "解放南路1号",
            "postcode": "315000",
            "phone": "13800001236",
            "recipient": "欧阳小红",
            "electronic": "13800001236",
        },
        people=EIGHT,
    ),
    Sample(
        "investigation_record",
        "investigate",
        facts=KNOWN,
        plain={"way": "visit"},
        sealed={
            "findings": "漏水属实。",
            "place": "三楼",
            "person": "沈芳",
            "sex": "female",
            "age": 50,
            "address": "三楼",
            "relation": "邻居",
            "questions": "问：看见了？\n答：是。",
        },
        people=EIGHT,
    ),
    MEETING,
    replace(MEETING, name="meeting_procedure"),
    Sample(
        "extension_consent",
        "extend",
        facts=KNOWN | {"extended": 1, "extension_consent": "oral"},
        plain={"consent": "oral"},
        sealed={"reason": "等待鉴定。"},
        people=EIGHT,
        number="（2026）海曙人调延字第5号",
        clocks=(WEEK,),
    ),
    Sample(
        "performance_urging",
        "urge",
        facts=KNOWN | {"agreed_on": "2026-09-20", "effective_on": "2026-09-20"},
        plain={"way": "visit", "do_by": "2026-10-20"},
        sealed={"note": "昨日已当面说明。"},
        people=EIGHT,
        number="（2026）海曙人调催字第6号",
        owed=tuple(OBLIGATIONS),
    ),
    Sample(
        "visit_record",
        "visit",
        facts=KNOWN | {"oral": True, "oral_number": "（2026）海曙人调口字第9号"},
        plain={
            "way": "visit",
            "party": "a1",
            "performance": "partly",
            "satisfaction": "fair",
            "suit": "decided",
            "improper": "none",
            "danger": "violence",
        },
        sealed={"notes": "修好一半。", "suit_result": "撤诉", "measures": "再约。"},
        people=EIGHT,
        number="（2026）海曙人调访字第7号",
        owed=tuple(OBLIGATIONS),
    ),
    Sample(
        "closing_report",
        "tell_outcome",
        facts=KNOWN
        | {
            "outcome": "agreed_in_writing",
            "effective_on": "2026-09-20",
            "agreed_sum": 860000,
            "performed": True,
            "performed_on": "2026-10-01",
            "closed_on": "2026-10-09",
            "confirmed": True,
            "visits": 2,
            "routes_told": ["court"],
        },
        sealed={"note": "满意。"},
        told=OPENED,
        people=EIGHT,
    ),
    Sample(
        "file_note",
        "explain_gaps",
        facts=KNOWN | {"outcome": "agreed_in_writing", "closed_on": "2026-10-09"},
        sealed={"explanation": "没有开会。\n身份证明未交。"},
        people=EIGHT,
    ),
]
