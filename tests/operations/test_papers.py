"""The papers of people's mediation, made by real cases: each says all that it must say."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest

from mediation.clock import SHANGHAI
from mediation.operations.cases.handling import do_event, open_case
from mediation.operations.cases.requests import Asking
from mediation.operations.cases.viewing import view_case
from mediation.operations.deadlines import sweep
from mediation.operations.office import Sitting
from mediation.records.documents import case_documents, open_document
from tests.offices import Desk

WANG = Sitting("wangguilan", "tx")
PEOPLE: list[dict[str, Any]] = [
    {
        "name": "张建军",
        "sex": "male",
        "ethnicity": "汉族",
        "born_on": "1961-05-04",
        "occupation": "云溪纺织厂退休工人",
        "phone": "13800010011",
        "address": "天馨花园7号楼201室",
    },
    {
        "name": "安居物业服务有限公司",
        "side": "respondent",
        "sort": "organisation",
        "legal_representative": "周海涛",
        "occupation": "总经理",
        "phone": "13800010012",
        "address": "云溪路18号",
    },
    {"name": "李小雨", "side": "respondent", "capacity": "limited", "born_on": "2012-08-20"},
]
OPENING: dict[str, Any] = {
    "people": PEOPLE,
    "class": "noise",
    "sentence": "楼上水管漏水，泡坏了吊顶。",
    "place": "天馨花园7号楼",
}
CLAIM = "1.修好漏水的水管；\n2.赔偿吊顶损失三千元。"


class Dispute:
    """A dispute that is carried on, a day for each event, by one who holds every seat."""

    def __init__(self, desk: Desk, data: Any = None) -> None:
        self.desk = desk
        with desk.office.database.writing() as tx:
            opened = open_case(desk.office, tx, "neighbour", data or OPENING, self.asking)
        self.number = opened.number

    @property
    def asking(self) -> Asking:
        return Asking(WANG, self.desk.now)

    def done(self, event: str, **data: Any) -> None:
        with self.desk.office.database.writing() as tx:
            do_event(self.desk.office, tx, self.number, event, data, self.asking)

    def days(self, count: int) -> None:
        self.desk.now += timedelta(days=count)
        sweep(self.desk.office, self.desk.now)

    def applied(self) -> None:
        self.done("interview")
        self.done(
            "record_application", applied_on="2026-03-01", manner="oral", claim=CLAIM,
            summary="二楼水管渗漏半年，一楼吊顶发霉。",
        )  # fmt: skip

    def accepted(self) -> None:
        self.applied()
        self.done("accept", basis="application", sum_in_dispute="3000")

    def mediated(self) -> None:
        self.accepted()
        self.done(
            "name_representative",
            party="b2",
            capacity_of="guardian",
            representative="李秀英（母亲）",
        )
        self.done("name_mediators", mediators=["liudeshun", "wangguilan"], manner="appointed")
        answers = {"a1": "no_objection", "b1": "no_objection", "b2": "no_objection"}
        self.done("tell_rights", manner="oral", answers=answers)
        self.done("settle_mediators")

    def agreed(self) -> None:
        self.mediated()
        self.done(
            "agree_in_writing",
            scope="part",
            remaining="停车位的使用另行解决。",
            facts_found="水管老化渗漏，物业公司维修不及时。",
            terms="物业公司修好水管，并赔偿吊顶损失。",
            obligations=[
                {"obligor": "b1", "sort": "money", "amount": "1000", "due_on": "2026-03-20",
                 "what": "第一期赔偿款，转账支付"},
                {"obligor": "b1", "sort": "money", "amount": "2000", "due_on": "2026-04-20",
                 "what": "第二期赔偿款，转账支付"},
                {"obligor": "third", "sort": "act", "due_on": "2026-03-25",
                 "what": "房主赵德柱更换二楼水管"},
            ],
        )  # fmt: skip

    def papers(self) -> dict[str, str]:
        """Give the words of its papers without spaces, the last of each name."""
        with self.desk.office.database.reading() as tx:
            seen = view_case(self.desk.office, tx, self.number, self.asking)
            rows = case_documents(tx, seen.row.id)
        key = self.desk.office.keys.case_key(self.number, seen.row.wrapped_key)
        found = {}
        for row in rows:
            html = open_document(key, row)
            assert str(row.document.number) in html
            words = re.sub(r"<style>.*?</style>|<[^>]+>", "", html, flags=re.DOTALL)
            found[row.document.name] = re.sub(r"\s+", "", words)
        return found


@pytest.fixture
def dispute(desk: Desk) -> Dispute:
    """Give a dispute that was registered on a Monday morning."""
    return Dispute(desk)


def lacking(paper: str, *wanted: str) -> list[str]:
    """List what a paper does not say."""
    return [one for one in wanted if one not in paper]


def in_order(paper: str, wanted: Iterable[str]) -> bool:
    """Tell whether a paper says some things one after another."""
    return re.search(".*".join(map(re.escape, wanted)), paper) is not None


def test_an_application_by_word_of_mouth_is_taken_down_and_read_out(dispute: Dispute) -> None:
    dispute.applied()
    assert not lacking(
        dispute.papers()["application"],
        "人民调解申请书", "申请人张建军性别男民族汉族", "（64岁）",
        "职业职务云溪纺织厂退休工人",
        "电话13800010011", "单位或住址天馨花园7号楼201室", "被申请人安居物业服务有限公司",
        "法定代表人（负责人）周海涛职务总经理", "住所地云溪路18号", "（13岁）",
        "二楼水管渗漏半年",
        "1.修好漏水的水管；", "2.赔偿吊顶损失三千元。", "有关规定已经告知申请人",
        "自愿申请人民调解",
        "王桂兰代为记录，并已向申请人宣读", "此致", "申请日期：2026年3月1日",
    )  # fmt: skip


def test_what_is_wanting_is_asked_for_once_with_a_day(dispute: Dispute) -> None:
    dispute.applied()
    dispute.done(
        "request_materials", party="a1", materials=["identity", "losses"], note="维修报价单。"
    )
    assert not lacking(
        dispute.papers()["materials_list"],
        "补正材料清单", "人调补字第1号", "张建军：", "1身份证明", "2损失清单和票据",
        "维修报价单。",
        "2026年3月9日前（含当日）提交", "出示原件核对", "复印件上写明", "签名、盖章或者按指印",
        "天馨社区人民调解委员会（印章）", "签收",
    )  # fmt: skip


def test_acceptance_is_told_and_its_stub_stays(dispute: Dispute) -> None:
    dispute.accepted()
    papers = dispute.papers()
    assert not lacking(
        papers["acceptance_notice"],
        "受理通知书", "张建军：", "与安居物业服务有限公司、李小雨因", "第十七条", "第二十三条",
        "依当事人申请", "于2026年3月2日受理", "2026年4月2日前调结", "不收取任何费用",
        "骑缝编号：（2026）天馨人调受字第1号", "受理通知书（存根）", "经办人王桂兰", "签收日期",
    )  # fmt: skip
    assert papers["acceptance_notice"].count("（2026）天馨人调受字第1号") == 4
    assert not lacking(
        papers["acceptance_form"],
        "依当事人申请，调解张建军与安居物业服务有限公司、李小雨之间的纠纷", "二楼水管渗漏半年",
        "案件来源当事人来访", "提出请求日期2026年3月1日", "登记人王桂兰",
    )  # fmt: skip


def test_non_acceptance_ticks_its_reasons_and_names_the_right_body(dispute: Dispute) -> None:
    dispute.applied()
    dispute.done(
        "decline",
        reasons=["taken_elsewhere", "other"],
        routes=["court", "legal_aid"],
        right_body="云溪区人民法院",
    )
    paper = dispute.papers()["non_acceptance_notice"]
    assert not lacking(
        paper,
        "不予受理通知书", "张建军：", "于2026年3月1日就与安居物业服务有限公司", "第二十二条",
        "■人民法院、公安机关或者其他机关已经受理或者解决", "■其他", "□不属于人民调解的范围",
        "□对方当事人不同意调解", "□没有明确的对方当事人", "□申请材料不齐",
        "□法律、法规规定由专门机关管辖",
        "请向云溪区人民法院提出", "向人民法院起诉；申请法律援助；",
        "骑缝编号：（2026）天馨人调不受字第1号",
        "不予受理通知书（存根）",
    )  # fmt: skip
    assert paper.count("■") == 2


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"authority": "ordinary_agent"}, ["一般授权", "无权代为和解、达成和签署调解协议"]),
        (
            {"authority": "agent", "powers": ["admit", "change"]},
            ["特别授权", "■代为承认对方的请求", "□代为放弃请求", "■代为变更请求", "□代为和解",
             "代理人无权代为和解"],
        ),
        ({"authority": "agent", "powers": ["settle"]}, ["■代为和解，达成并签署调解协议"]),
    ],
)  # fmt: skip
def test_an_agent_may_do_what_he_was_given_power_for(
    dispute: Dispute, data: dict[str, Any], said: list[str]
) -> None:
    dispute.done(
        "appoint_agent", party="a1", agent="张丽", relation="女儿", phone="13800010013",
        matters="参加漏水纠纷的调解。", until="2026-06-30", **data,
    )  # fmt: skip
    paper = dispute.papers()["power_of_attorney"]
    assert not lacking(
        paper,
        "授权委托书", "委托人张建军", "代理人张丽关系委托人的女儿", "电话13800010013",
        "参加漏水纠纷的调解。", "自2026年3月2日起至2026年6月30日止", "第六十二条", *said,
    )  # fmt: skip
    assert ("无权代为和解" in paper) == (data.get("powers") != ["settle"])


def test_whoever_was_named_for_a_party_stands_in_the_agreement(dispute: Dispute) -> None:
    dispute.agreed()
    assert not lacking(
        dispute.papers()["agreement"],
        "法定代理人、监护人李秀英（母亲）", "李小雨法定代理人：", "职务总经理",
        "就下列部分事项达成协议",
        "未达成一致的事项：停车位的使用另行解决。", "1安居物业服务有限公司第一期赔偿款",
        "2安居物业服务有限公司第二期赔偿款", "2026年4月20日前（含当日）", "3第三人房主赵德柱",
        "自愿承担所列的履行义务", "承担履行义务的第三人年月日", "一式四份", "记录人",
    )  # fmt: skip


def test_the_address_on_record_need_not_be_written_again(dispute: Dispute) -> None:
    dispute.done("confirm_delivery_address", party="a1", recipient="张丽", postcode="610000")
    assert not lacking(
        dispute.papers()["delivery_address"],
        "送达地址确认书", "申请人张建军电话13800010011", "送达地址天馨花园7号楼201室",
        "代收人张丽",
        "邮政编码610000", "是否同意电子送达□同意□不同意", "变化的，请及时书面告知",
        "所填地址准确、有效", "经办人王桂兰",
    )  # fmt: skip


def test_an_investigation_records_who_was_asked_by_whom(dispute: Dispute) -> None:
    dispute.mediated()
    witness = {
        "person": "钱桂芳", "sex": "female", "age": 67, "address": "天馨花园7号楼301室",
        "relation": "楼上邻居",
    }  # fmt: skip
    told = {"place": "天馨花园7号楼", "findings": "三楼没有漏水。"}
    dispute.done(
        "investigate", way="visit", questions="问：漏水多久了？\n答：半年。", **told, **witness
    )
    assert not lacking(
        dispute.papers()["investigation_record"],
        "时间2026年3月2日", "地点天馨花园7号楼", "调查人刘德顺、王桂兰", "记录人王桂兰",
        "事由邻里纠纷",
        "被调查人钱桂芳性别、年龄女，67岁", "住址天馨花园7号楼301室", "与当事人关系楼上邻居",
        "问：漏水多久了？", "答：半年。", "三楼没有漏水。", "逐页签名", "调查人刘德顺年月日",
    )  # fmt: skip
    dispute.done("investigate", way="call", party="a1", **told)
    assert "张建军性别、年龄男，64岁" in dispute.papers()["investigation_record"]
    dispute.done("investigate", way="site", **told)
    assert "被调查人" not in dispute.papers()["investigation_record"]


def test_a_meeting_is_called_and_has_its_order(dispute: Dispute) -> None:
    dispute.mediated()
    dispute.done(
        "set_meeting", at="2026-03-06T14:30+08:00", place="社区调解室", invited="楼长沈芳"
    )
    papers = dispute.papers()
    assert not lacking(
        papers["meeting_notice"],
        "调解会通知书", "（2026）天馨人调会字第1号", "张建军、安居物业服务有限公司、李小雨：",
        "时间2026年3月6日14时30分", "地点社区调解室", "楼长沈芳（须经当事人同意）", "回避",
        "签收",
    )  # fmt: skip
    assert "改期" not in papers["meeting_notice"].replace("联系改期", "")
    assert in_order(
        papers["meeting_procedure"],
        ["时间2026年3月6日14时30分", "地点社区调解室", "案由邻里纠纷", "核对身份",
         "张建军：□到□未到",
         "询问有无要求回避", "申请人张建军：□无□有", "会场纪律", "告知权利", "告知义务",
         "各方陈述",
         "争议焦点", "辩论", "调解", "最后意见", "闭会", "签署人", "申请人张建军",
         "调解员刘德顺"],
    )  # fmt: skip
    dispute.done("put_off_meeting", at="2026-03-09T19:00+08:00")
    assert not lacking(
        dispute.papers()["meeting_notice"],
        "（2026）天馨人调会字第2号", "原定的调解会改期", "时间2026年3月9日19时00分",
        "地点社区调解室",
    )  # fmt: skip


def test_the_record_tells_evidence_risks_and_the_result(dispute: Dispute) -> None:
    dispute.mediated()
    dispute.done(
        "hold_meeting", place="社区调解室", attended=["a1", "b1"], others="楼长沈芳",
        minutes="张建军说漏水半年；物业公司说已报修。", evidence="核对照片六张，各方无异议。",
        risks="诉讼费用高、时间长。", result="none", outcome="赔偿数额相差较大。",
    )  # fmt: skip
    assert not lacking(
        dispute.papers()["mediation_record"],
        "时间2026年3月2日", "地点社区调解室", "事由邻里纠纷",
        "到场当事人张建军、安居物业服务有限公司",
        "参加人楼长沈芳", "性质、原则和效力", "本次调解的方法和步骤", "张建军说漏水半年",
        "核对照片六张",
        "诉讼费用高", "各方未能达成一致", "赔偿数额相差较大", "仲裁、行政、司法", "记录人",
        "（印章）",
    )  # fmt: skip


def test_an_extension_names_the_day_it_ended_and_the_day_it_ends(dispute: Dispute) -> None:
    dispute.mediated()
    dispute.days(20)
    dispute.done("extend", consent="written", reason="等待保险公司定损。")
    assert not lacking(
        dispute.papers()["extension_consent"],
        "延期调解同意书", "（2026）天馨人调延字第1号", f"案号{dispute.number}",
        "原期限届满日2026年4月2日",
        "延长后届满日2026年5月6日", "等待保险公司定损。", "书面同意", "申请人张建军",
        "被申请人李小雨",
    )  # fmt: skip
    dispute.days(60)
    dispute.done("extend", consent="attends")
    paper = dispute.papers()["extension_consent"]
    assert not lacking(
        paper, "原期限届满日2026年5月6日", "延长后届满日2026年6月2日", "第二次", "补签"
    )


def performing(dispute: Dispute) -> None:
    dispute.agreed()
    dispute.done("sign_together", signed_together_on="2026-03-02")


def test_a_visit_notes_performance_suit_and_danger(dispute: Dispute) -> None:
    performing(dispute)
    dispute.done(
        "visit", way="visit", notes="吊顶还没有修。", party="a1", performance="performing",
        satisfaction="fair", suit="decided", suit_result="一审驳回", improper="none",
        danger="violence", measures="约双方再谈一次。",
    )  # fmt: skip
    assert not lacking(
        dispute.papers()["visit_record"],
        "人民调解回访记录", "（2026）天馨人调访字第1号", "当事人张建军、",
        f"调解协议编号{dispute.number}",
        "回访事由邻里纠纷", "回访时间2026年3月2日", "被回访人张建军", "履行情况正在按约定履行",
        "满意程度基本满意", "是否起诉已起诉，已有结果诉讼结果一审驳回", "有无错误调解未发现",
        "激化苗头可能引发斗殴、伤害", "吊顶还没有修。", "约双方再谈一次。",
        "3安居物业服务有限公司第二期",
        "回访人王桂兰",
    )  # fmt: skip


def test_who_is_urged_reads_what_is_overdue_and_nothing_else(dispute: Dispute) -> None:
    performing(dispute)
    dispute.done("obligation/3:perform", done_on="2026-03-02", proof="visit")
    dispute.days(25)
    dispute.done("urge", way="visit", do_by="2026-04-03")
    paper = dispute.papers()["performance_urging"]
    assert not lacking(
        paper,
        "履行催告书", "（2026）天馨人调催字第1号", "安居物业服务有限公司：",
        "于2026年3月2日达成协议",
        dispute.number, "自2026年3月2日起生效", "1安居物业服务有限公司第一期赔偿款，转账支付",
        "人民币壹仟元整", "2026年3月20日", "于2026年4月3日前（含当日）履行", "第三十一条",
        "向人民法院起诉", "签收",
    )  # fmt: skip
    assert lacking(paper, "赵德柱", "第二期") == ["赵德柱", "第二期"]


def test_the_closing_report_and_the_note_on_the_file(dispute: Dispute) -> None:
    performing(dispute)
    dispute.done("confirm_all_performed", proof="receipt")
    dispute.done("record_performance")
    dispute.done("tell_outcome", manner="oral", note="各方满意。")
    dispute.done("complete_dossier", identity_filed=True)
    dispute.done("explain_gaps", explanation="双方当场谈成，没有开调解会。")
    dispute.done("archive")
    papers = dispute.papers()
    assert not lacking(
        papers["closing_report"],
        "结案报告表", f"卷号{dispute.number}", "填表时间2026年3月2日",
        "承办单位天馨社区人民调解委员会",
        "承办人刘德顺、王桂兰", "受案时间2026年3月2日", "结案时间2026年3月2日", "申请人张建军",
        "案件来源当事人来访", "简要事实二楼水管渗漏半年", "处理结果达成书面协议",
        "2026年3月2日履行完毕",
        "各方满意。", "负责人", "（印章）",
    )  # fmt: skip
    assert not lacking(
        papers["file_note"],
        "卷宗情况说明", "■当事人权利义务告知书", "■当事人身份证明", "□人民调解记录",
        "□调查材料",
        "双方当场谈成，没有开调解会。", "立卷人王桂兰",
    )  # fmt: skip


def test_the_small_case_has_its_one_sheet_and_no_more(desk: Desk) -> None:
    desk.now = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)
    people = [{"name": "张三"}, {"name": "李四"}]
    small = Dispute(desk, {"people": people, "class": "noise", "sentence": "楼道堆物。"})
    small.done("settle_at_once", results=["apology"], rights_told=True)
    assert list(small.papers()) == ["oral_agreement_sheet"]
