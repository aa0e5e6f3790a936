"""Cases brought, through operations alone, to where papers between bodies are issued."""

import re
from datetime import datetime
from typing import Any

from mediation.clock import SHANGHAI
from mediation.operations.cases.handling import do_event, open_case
from mediation.operations.cases.requests import Asking
from mediation.operations.office import Sitting
from mediation.records.documents import case_documents
from tests.offices import Desk
from tests.steps.cases import carry_to, papers, view

PEOPLE = [
    {
        "name": "苏文静",
        "phone": "13800010001",
        "id_number": "110101199003070046",
        "address": "云溪区云桥街道枫林路12号3栋402室",
        "ethnicity": "汉族",
        "occupation": "教师",
    },
    {
        "name": "贺长林",
        "phone": "13900020002",
        "id_number": "110101198502100030",
        "address": "云溪区云桥街道枫林路12号3栋502室",
        "ethnicity": "回族",
        "occupation": "个体经营",
    },
]
MATERIALS = "起诉状副本\n漏水现场照片12张\n物业维修记录"
OBLIGATIONS = [
    {
        "obligor": "b1",
        "sort": "money",
        "amount": "8600.05",
        "due_on": "2026-04-15",
        "what": "转账支付吊顶和衣柜损失",
    },
    {"obligor": "b1", "sort": "act", "due_on": "2026-04-10", "what": "重做卫生间防水"},
]


class Told:
    """A case at a desk, and the officers who carry it on."""

    def __init__(self, desk: Desk, sitting: str, kind: str = "neighbour", **more: Any) -> None:
        self.desk = desk
        data = {
            "people": PEOPLE,
            "class": "leak",
            "sentence": "楼上卫生间漏水，402室吊顶、衣柜泡坏，两家争吵多次。",
            "place": "枫林路12号3栋",
        }
        with desk.office.database.writing() as tx:
            asking = Asking(seat(sitting), desk.now)
            desk.number = open_case(desk.office, tx, kind, {**data, **more}, asking).number

    def do(self, sitting: str, event: str, **data: Any) -> list[str]:
        """Do an event, and give the names of the papers it issues."""
        with self.desk.office.database.writing() as tx:
            asking = Asking(seat(sitting), self.desk.now)
            found = do_event(self.desk.office, tx, self.desk.number, event, data, asking)
        return [name for name, _ in found.documents]

    def to(self, state: str) -> None:
        """Carry the case to a state."""
        carry_to(self.desk, state)

    def number_of(self, name: str) -> int:
        """Count the papers of a name."""
        with self.desk.office.database.reading() as tx:
            rows = case_documents(tx, view(self.desk).row.id)
        return [one.document.name for one in rows].count(name)

    def mediators(self) -> list[str]:
        """Give who mediates, as seats of the body in charge."""
        seen = view(self.desk)
        return [f"{one}@{seen.case.owner}" for one in seen.case.value("mediators")]

    def at(self, *moment: int) -> None:
        """Set the clock."""
        year, month, day, hour = (*moment, 9)[:4]
        self.desk.now = datetime(year, month, day, hour, tzinfo=SHANGHAI)

    def html(self, name: str) -> str:
        """Give the last paper of a name."""
        return papers(self.desk)[name]

    def words(self, name: str) -> str:
        """Give its words without markup and space."""
        body = self.html(name).partition("<main>")[2]
        return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", body))


def seat(named: str) -> Sitting:
    """Give a seat by `officer@body`."""
    return Sitting(*named.split("@"))


LIN, CAO, DONG, PAN = "linxiaoyan@yq-tw", "caoyu@yx-ft", "dongfang@yx-zs", "panlong@yx-pcs"
YUAN, WANG, CHEN = "yuanli@yx-xf", "wangguilan@tx", "chenzhiyuan@yq-tw"
OFFICE = "chenzhiyuan@yq-sfs"


def letters_out(desk: Desk) -> Told:
    """A community's case that is written about to everybody."""
    case = Told(desk, WANG)
    case.do(
        WANG,
        "report_danger",
        receiver="yx-pcs",
        sign="violence",
        facts="扬言砸门，已分开双方。",
        found_at="2026-03-02T08:10:00+08:00",
        told_at="2026-03-02T08:20:00+08:00",
        officer="潘龙",
        others="贺长林之子贺小军",
        wanted="请派员到场处置。",
    )
    case.do(PAN, "referral/1:acknowledge", officer="潘龙", measure="已派民警到场告诫。")
    case.do(WANG, "ask_guidance", receiver="yq-sfs", question="防水层责任应当怎样划分？")
    case.do(
        WANG,
        "call_department",
        receiver="yx-zj",
        task="请派员核查防水工程质量。",
        reply_by="2026-03-20",
    )
    case.do(
        WANG,
        "pass_to_police",
        receiver="yx-pcs",
        reason="有人持械威胁，涉嫌违反治安管理。",
        materials=MATERIALS,
    )
    case.do(PAN, "referral/4:return_with_reason", return_reason="unfit")
    case.do(
        WANG,
        "pass_to_court",
        receiver="yx-ft",
        consented=True,
        reason="双方愿意起诉。",
        materials=MATERIALS,
    )
    return case


def commissioned(desk: Desk) -> Told:
    """A court's case: routed with its commission, signed for on a later day."""
    desk.now = datetime(2026, 1, 19, 9, tzinfo=SHANGHAI)
    case = Told(desk, CAO)
    case.do(CAO, "route", receiver="yq-tw")
    case.do(
        CAO,
        "referral/1:commission",
        way="commission",
        case_number="（2026）云溪诉前调12号",
        claim="一、停止漏水；\n二、赔偿损失8600元。",
        materials=MATERIALS,
        contact="曹宇，0571-00000000",
    )
    case.at(2026, 1, 20)
    case.do(LIN, "referral/1:take_over")
    case.do(
        LIN,
        "receive_commission",
        sender="yx-ft",
        signed_on="2026-01-20",
        paper_number="（2026）云法委调字第1号",
    )
    return case


def reported(desk: Desk) -> Told:
    """The court's case, ended without agreement and reported."""
    case = commissioned(desk)
    case.to("调解中")
    case.at(2026, 2, 6)
    case.do(
        LIN,
        "hold_meeting",
        attended=["a1", "b1"],
        place="调解室",
        minutes="贺长林私下表示最多赔三千元，不愿写入协议。",
    )
    case.do(
        LIN, "end_mediation", ground="not_achieved", routes=["court"], reason="底线是三千元"
    )
    case.do(
        LIN,
        "referral/2:report_back",
        report_result="not_achieved",
        confirmed=True,
        undisputed="502卫生间防水层失效。",
        conduct="双方均到场两次。",
        materials=MATERIALS,
        reasons="对赔偿数额分歧较大。",
    )
    return case


def agreed(case: Told) -> None:
    """Mediate a case at the street's committee to an agreement in effect."""
    case.to("调解中")
    mediator = case.mediators()[0]
    case.do(
        mediator,
        "agree_in_writing",
        scope="whole",
        facts_found="防水层老化。",
        terms="修好并赔偿。",
        obligations=OBLIGATIONS,
        agreed_sum="8600.05",
    )
    today = case.desk.now.date().isoformat()
    case.do(mediator, "sign_together", signed_together_on=today)


def performed(case: Told) -> None:
    """Perform both promises, the money in two parts."""
    mediator = case.mediators()[0]
    case.do(
        mediator,
        "obligation/1:pay_part",
        last_paid="4000",
        next_due_on="2026-04-30",
        proof="receipt",
    )
    today = case.desk.now.date().isoformat()
    case.do(mediator, "obligation/1:perform", done_on=today, proof="receipt")
    case.do(mediator, "obligation/2:perform", done_on=today, proof="photo")
    case.do(mediator, "record_performance")


def confirmed(desk: Desk) -> Told:
    """An agreement whose two sides apply for confirmation."""
    case = Told(desk, LIN)
    agreed(case)
    mediator = case.mediators()[0]
    case.do(mediator, "record_joint_application", answers={"a1": "agrees", "b1": "agrees"})
    case.do(
        mediator,
        "apply_for_confirmation",
        receiver="yx-ft",
        applied_on="2026-03-02",
        delivery={"b1": "云溪区商贸城B区18号"},
        property="502室不动产权证书复印件",
    )
    return case


def from_police(desk: Desk) -> Told:
    """A scuffle the police hand over, settled, performed, reported."""
    case = Told(desk, PAN)
    case.do(PAN, "route", receiver="yx-zs")
    case.do(
        PAN,
        "referral/1:write_police_letter",
        incident="云公警20260302-1152",
        offence="minor",
        facts="双方因漏水互相推搡，均无伤情。",
        answers={"a1": "agrees", "b1": "agrees"},
        reply_by="2026-03-31",
        materials="接警记录\n询问笔录2份",
        contact="潘龙，110",
    )
    case.do(DONG, "referral/1:take_over")
    case.do(
        DONG,
        "receive_from_police",
        sender="yx-pcs",
        paper_number="（2026）云公移调字第1号",
        signed_on="2026-03-02",
        reply_by="2026-03-31",
    )
    agreed(case)
    performed(case)
    case.do(
        DONG, "referral/2:report_to_police", report_result="agreed", materials="询问笔录2份"
    )
    case.do(DONG, "apply_for_no_penalty", receiver="yx-pcs")
    return case


def from_petition_office(desk: Desk) -> Told:
    """A demand the petition office hands over, ended without agreement, reported."""
    case = Told(desk, YUAN)
    case.do(YUAN, "route", receiver="yq-tw")
    case.do(
        YUAN,
        "referral/1:write_petition_letter",
        petition_number="云信20260227-031",
        petition_on="2026-02-27",
        demand="要求楼上修好防水并赔偿。",
        answers={"a1": "agrees"},
        materials="来访登记表\n照片6张",
        contact="袁莉，0571-00000001",
    )
    case.do(LIN, "referral/1:take_over")
    case.do(
        LIN,
        "receive_from_petition_office",
        sender="yx-xf",
        signed_on="2026-03-02",
        paper_number="（2026）云信访调字第1号",
        petition_accepted_on="2026-02-27",
    )
    case.to("调解中")
    case.do(LIN, "end_mediation", ground="no_prospect", routes=["court", "legal_aid"])
    case.do(
        LIN,
        "referral/2:report_to_petition_office",
        report_result="not_achieved",
        reasons="双方对责任分歧较大。",
    )
    return case


def sent_back(desk: Desk) -> Told:
    """A court's commission that the committee returns with its reason."""
    case = commissioned(desk)
    case.do(LIN, "referral/2:send_back", return_reason="unfit")
    return case
