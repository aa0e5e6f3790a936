"""Papers between bodies, of real cases: every field of the catalogue stands in them."""

from collections.abc import Callable

import pytest

from tests.offices import Desk
from tests.operations.outside import (
    CAO,
    CHEN,
    LIN,
    OFFICE,
    PAN,
    WANG,
    Told,
    agreed,
    commissioned,
    confirmed,
    from_petition_office,
    from_police,
    letters_out,
    performed,
    reported,
    sent_back,
)

Make = Callable[[Desk], Told]

BOTH = ("苏文静", "13800010001", "枫林路12号3栋402室", "贺长林", "13900020002", "3栋502室")
LIST = ("起诉状副本", "漏水现场照片12张", "物业维修记录")
SLIP = ("回执", "骑缝编号", "签收人", "签收日期", "收文编号", "（印章）")
FIELDS: list[tuple[Make, str, tuple[str, ...]]] = [
    (
        commissioned,
        "commission_letter",
        (
            "委派调解函", "（2026）云法委调字第1号", "云桥街道人民调解委员会", *BOTH,
            "房屋漏水", "（2026）云溪诉前调12号", "一、停止漏水；", "二、赔偿损失8600元。",
            *LIST, "三十日", "自你会签收本函所附材料之日起计算", "曹宇，0571-00000000",
            "云溪区人民法院云桥人民法庭（印章）", "2026年1月19日", *SLIP,
            "调解期限自下列签收日期起计算",
        ),
    ),
    (
        commissioned,
        "letter_receipt",
        (
            "来函签收回执", "（2026）云法委调字第1号委派调解函", "2026年1月20日签收",
            "委派调解期限至2026年2月24日", "受理或者退回时限至2026年1月23日",
            "自我会签收材料之日起计算", "第二十七条", "苏文静、贺长林", "签收人",
            "云桥街道人民调解委员会（印章）2026年1月20日",
        ),
    ),
    (
        reported,
        "commission_result",
        (
            "委派调解结果报告", "（2026）云桥人调复字第1号", "云溪区人民法院云桥人民法庭：",
            "（2026）云法委调字第1号函", "调解不成", "经调解未能达成一致",
            "2026年2月6日终止调解", "对赔偿数额分歧较大。", "经各方当事人确认没有争议",
            "502卫生间防水层失效。", "双方均到场两次。", "退还材料", *LIST, "调解员林晓燕",
            "云桥街道人民调解委员会（印章）",
        ),
    ),
    (
        sent_back,
        "return_letter",
        (
            "退回来函说明", "（2026）云桥人调复字第1号", "（2026）云法委调字第1号函",
            "不适宜调解、办理", "2026年1月20日", *SLIP,
        ),
    ),
    (
        confirmed,
        "confirmation_application",
        (
            "司法确认申请书", "申请人（一）苏文静", "申请人（二）贺长林", "110101199003070046",
            "13800010001", "13900020002", "送达地址云溪区云桥街道枫林路12号3栋402室",
            "送达地址云溪区商贸城B区18号", "编号：（2026）云桥人调字第1号", "吊顶、衣柜泡坏",
            "云溪区人民法院云桥人民法庭", "第二百零五条", "（2026）云桥人调确字第1号",
            "502室不动产权证书复印件", "（一）苏文静年月日", "（二）贺长林年月日",
            "提交日期：2026年3月2日",
        ),
    ),
    (
        confirmed,
        "presiding_certificate",
        (
            "主持调解证明", "（2026）云桥人调确字第1号", "云溪区人民法院云桥人民法庭：",
            "由我会依法主持调解", "林晓燕", "协议书编号（2026）云桥人调字第1号",
            "协议生效日期2026年3月2日", "第三百五十四条",
            "云桥街道人民调解委员会（印章）2026年3月2日",
        ),
    ),
    (
        from_police,
        "police_transfer",
        (
            "移交（委托）调解函", "（2026）云公移调字第1号", "云公警20260302-1152", *BOTH,
            "民间纠纷引起、情节较轻", "第九条", "互相推搡，均无伤情。", "苏文静同意调解",
            "贺长林同意调解", "接警记录", "询问笔录2份", "2026年3月31日前反馈调解结果",
            "潘龙，110", "云溪公安分局云桥派出所（印章）", *SLIP,
        ),
    ),
    (
        from_police,
        "police_reply",
        (
            "人民调解结果反馈函", "（2026）云驻人调复字第1号", "（2026）云公移调字第1号函",
            "达成协议", "编号：（2026）云公人调字第1号", "捌仟陆佰元零伍分",
            "■已履行完毕（2026年3月2日）", "询问笔录2份", "董芳",
            "云桥派出所驻所人民调解室（印章）", *SLIP,
        ),
    ),
    (
        from_police,
        "no_penalty_application",
        (
            "不予治安处罚申请书", "云溪公安分局云桥派出所：", "申请人（一）苏文静",
            "申请人（二）贺长林", "（2026）云公移调字第1号", "编号：（2026）云公人调字第1号",
            "2026年3月2日履行完毕", "不予治安管理处罚", "第九条", "第一百八十六条",
            "苏文静年月日", "贺长林年月日",
        ),
    ),
    (
        from_petition_office,
        "petition_transfer",
        (
            "矛盾纠纷移交人民调解联系函", "（2026）云信访调字第1号", "云信20260227-031", *BOTH,
            "要求楼上修好防水并赔偿。", "苏文静：同意调解", "附：移交清单", "来访登记表",
            "照片6张", "移送材料同意书", "第二十三条", "袁莉，0571-00000001",
            "云溪区信访局（印章）", *SLIP,
        ),
    ),
    (
        from_petition_office,
        "petition_reply",
        (
            "人民调解结果反馈函", "云溪区信访局：", "（2026）云信访调字第1号函",
            "2026年2月27日", "调解不成", "调委会认为无法达成协议", "双方对责任分歧较大。",
            "申请法律援助", "云桥街道人民调解委员会（印章）", *SLIP,
        ),
    ),
    (
        letters_out,
        "danger_report",
        (
            "（2026）天馨人调报字第1号", "第二十五条", "发现时间2026年3月2日8时10分",
            "报告时间2026年3月2日8时20分", "可能引发斗殴、伤害", "接报时限2026年3月2日11时00分",
            "枫林路12号3栋", *BOTH, "贺长林之子贺小军", "扬言砸门，已分开双方。",
            "请派员到场处置。", "报告人王桂兰", "接报人潘龙", "天馨社区人民调解委员会（印章）",
        ),
    ),
    (
        letters_out,
        "danger_receipt",
        (
            "（2026）天馨人调报字第1号", "接报人潘龙", "已派民警到场告诫。",
            "云溪公安分局云桥派出所（印章）",
        ),
    ),
    (
        letters_out,
        "to_police_letter",
        (
            "移送公安机关函", "（2026）天馨人调移字第1号", *BOTH, "有人持械威胁", "第二十五条",
            *LIST, "（2026）天馨人调报字第1号", *SLIP,
        ),
    ),
    (
        letters_out,
        "transfer_letter",
        (
            "移送（转办）函", "（2026）天馨人调移字第2号", "云溪区人民法院云桥人民法庭：",
            *BOTH, "双方愿意起诉。", *LIST, "签收时限：2026年3月4日", "移送材料同意书",
            "□同意□不同意", *SLIP, "天馨社区人民调解委员会（印章）2026年3月2日",
        ),
    ),
    (
        letters_out,
        "guidance_request",
        (
            "关于指导调解工作的请示", "（2026）天馨人调请字第1号", "云桥司法所：",
            "防水层责任应当怎样划分？", "指导意见", "天馨社区人民调解委员会（印章）",
            "云桥司法所（印章）",
        ),
    ),
    (
        letters_out,
        "assistance_letter",
        (
            "商请协助函", "（2026）天馨人调请字第2号", "云溪区住房和建设局：",
            "请派员核查防水工程质量。", "2026年3月20日前", "派员到场", *SLIP,
        ),
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("make", "paper", "fields"), FIELDS, ids=[f"{one[1]}" for one in FIELDS]
)
def test_a_paper_has_every_field_of_the_catalogue(
    desk: Desk, make: Make, paper: str, fields: tuple[str, ...]
) -> None:
    text = make(desk).words(paper)
    assert [one for one in fields if one not in text] == []


def test_a_receipt_names_payer_sum_day_agreement_and_who_signs(desk: Desk) -> None:
    case = Told(desk, LIN)
    agreed(case)
    mediator = case.mediators()[0]
    papers = case.do(
        mediator, "obligation/1:pay_part", last_paid="4000", next_due_on="2026-04-30",
        proof="receipt",
    )  # fmt: skip
    assert papers == ["receipt"]
    part = case.words("receipt")
    for field in (
        "收条", "付款人贺长林", "转账支付吊顶和衣柜损失", "人民币肆仟元整（￥4,000.00）",
        "付款日期2026年3月2日", "分期给付第一期", "下一期：2026年4月30日",
        "协议编号（2026）云桥人调字第1号", "收款人苏文静年月日",
    ):  # fmt: skip
        assert field in part
    case.do(mediator, "obligation/2:perform", done_on="2026-03-02", proof="photo")
    act = case.words("receipt")
    assert "履行凭证" in act
    assert "重做卫生间防水" in act
    assert "转账支付" not in act


def test_the_sum_of_a_promise_paid_at_once_is_that_of_the_promise(desk: Desk) -> None:
    case = Told(desk, LIN)
    agreed(case)
    case.do(case.mediators()[0], "obligation/1:perform", done_on="2026-03-02", proof="receipt")
    assert "本次金额人民币捌仟陆佰元零伍分（￥8,600.05）" in case.words("receipt")


def test_the_last_of_several_payments_leaves_its_sum_to_be_written(desk: Desk) -> None:
    case = Told(desk, LIN)
    agreed(case)
    performed(case)
    assert case.number_of("receipt") == 3


def test_a_report_to_the_court_carries_nothing_said_in_confidence(desk: Desk) -> None:
    text = reported(desk).words("commission_result")
    assert "三千" not in text
    assert "第二十二条" in text


def test_facts_that_nobody_confirmed_are_left_out_of_the_report(desk: Desk) -> None:
    case = commissioned(desk)
    case.to("调解中")
    case.do(LIN, "end_mediation", ground="not_achieved", routes=["court"])
    case.do(
        LIN, "referral/2:report_back", report_result="not_achieved", undisputed="防水层失效。"
    )
    text = case.words("commission_result")
    assert "防水层失效" not in text
    assert "没有经各方当事人确认的无争议事实" in text


def test_a_report_of_an_agreement_goes_with_its_copy(desk: Desk) -> None:
    case = commissioned(desk)
    agreed(case)
    case.do(LIN, "referral/2:report_back", report_result="agreed")
    text = case.words("commission_result")
    assert "报你院备案" in text
    assert "未达成协议" not in text


def test_a_letter_keeps_its_own_number_when_another_is_written(desk: Desk) -> None:
    case = Told(desk, WANG)
    danger = {"receiver": "yx-pcs", "sign": "violence", "facts": "争吵。"}
    case.do(WANG, "report_danger", **danger)
    case.do(WANG, "report_danger", **danger)
    case.do(PAN, "referral/1:acknowledge", officer="潘龙")
    assert "（2026）天馨人调报字第1号" in case.words("danger_receipt")


def test_what_the_case_was_accepted_with_is_told_after_a_request_was_accepted(
    desk: Desk,
) -> None:
    case = Told(desk, LIN)
    case.do(LIN, "interview")
    case.do(LIN, "accept", basis="own_motion", summary="漏水半年，两家各执一词。")
    case.do(LIN, "ask_governance_centre", receiver="yx-zz", task="请协调鉴定。")
    case.do("songjie@yx-zz", "referral/1:accept")
    case.do(LIN, "pass_to_court", receiver="yx-ft", consented=True, reason="愿意起诉。")
    assert "漏水半年，两家各执一词。" in case.words("transfer_letter")
    assert "统筹协调" in case.words("assistance_letter")


def test_who_works_with_us_signs_his_receipt_and_his_answer(desk: Desk) -> None:
    case = Told(desk, WANG)
    case.do(WANG, "ask_guidance", receiver="yq-sfs", question="怎样划分责任？")
    assert case.do(OFFICE, "referral/1:sign_for", signed_on="2026-03-02") == [
        "transfer_receipt"
    ]
    receipt = case.words("transfer_receipt")
    for field in (
        "（2026）天馨人调请字第1号函", "2026年3月2日签收", "受理或者退回时限至2026年3月5日",
        "请司法所指导", "签收人陈志远", "云桥司法所（印章）",
    ):  # fmt: skip
        assert field in receipt
    case.do(OFFICE, "referral/1:answer_request", answer="由专有部分所有人维修。")
    answer = case.words("answer_letter")
    assert "指导函" in answer
    assert "由专有部分所有人维修。" in answer
    assert "云桥司法所（印章）" in answer


def test_what_is_entered_for_the_other_side_bears_no_seal_of_theirs(desk: Desk) -> None:
    case = Told(desk, WANG)
    case.do(WANG, "pass_to_court", receiver="yx-ft", consented=True, reason="愿意起诉。")
    case.do(
        WANG,
        "referral/1:sign_for",
        signed_on="2026-03-02",
        paper_number="（2026）云溪收字9号",
        paper_on="2026-03-02",
    )
    text = case.words("transfer_receipt")
    assert "（2026）云溪收字9号" in text
    assert "王桂兰依据云溪区人民法院云桥人民法庭2026年3月2日的文书" in text
    assert "（印章）" not in text


def test_a_letter_written_after_the_case_was_routed_is_the_one_signed_for(desk: Desk) -> None:
    case = Told(desk, WANG)
    case.do(WANG, "route", receiver="yq-tw")
    case.do(WANG, "referral/1:write_letter", reason="跨两个社区")
    case.do(LIN, "referral/1:sign_for", signed_on="2026-03-02")
    assert "（2026）天馨人调移字第1号函" in case.words("transfer_receipt")


def test_the_court_is_told_of_an_extension_and_still_by_its_own_number(desk: Desk) -> None:
    case = commissioned(desk)
    case.to("调解中")
    case.do(LIN, "referral/2:extend_court_period", consent="written")
    text = case.words("court_extension_notice")
    for field in (
        "（2026）云桥人调复字第1号", "（2026）云法委调字第1号函", "书面同意", "第二十七条",
        "委派调解期限延长至2026年3月23日", "苏文静", "贺长林", "云桥街道人民调解委员会（印章）",
    ):  # fmt: skip
        assert field in text
    case.do(LIN, "end_mediation", ground="not_achieved", routes=["court"])
    case.do(LIN, "referral/2:report_back", report_result="not_achieved")
    assert "你院以（2026）云法委调字第1号函" in case.words("commission_result")


def test_only_a_court_commissions(desk: Desk) -> None:
    from mediation.engine.errors import EventRefused  # noqa: PLC0415

    case = Told(desk, WANG)
    case.do(WANG, "route", receiver="yq-tw")
    with pytest.raises(EventRefused) as refused:
        case.do(WANG, "referral/1:commission", way="commission", case_number="1")
    assert "sent_by_a_court" in [one.code for one in refused.value.blockers]
    assert case.do(WANG, "referral/1:write_letter", reason="辖区不同") == ["transfer_letter"]
    assert "（2026）天馨人调移字第1号" in case.words("transfer_letter")


def test_a_case_that_is_not_accepted_goes_back_with_a_letter(desk: Desk) -> None:
    case = commissioned(desk)
    case.do(LIN, "interview")
    case.do(LIN, "record_application", applied_on="2026-01-20", manner="oral", claim="赔偿。")
    case.do(CHEN, "decline", reasons=["other_side_refuses"], routes=["court"])
    text = case.words("return_letter")
    assert "对方当事人不同意" in text
    assert "（2026）云桥人调复字第1号" in text


def test_an_entrustment_runs_by_the_procedure_of_the_suit(desk: Desk) -> None:
    case = Told(desk, CAO)
    case.do(CAO, "route", receiver="yq-tw")
    case.do(CAO, "referral/1:commission", way="summary", case_number="（2026）云溪民初9号")
    letter = case.words("commission_letter")
    assert "委托调解函" in letter
    assert "期限七日" in letter
    case.do(LIN, "referral/1:take_over")
    case.do(
        LIN, "receive_entrustment", sender="yx-ft", paper_number="（2026）云溪民初9号",
        signed_on="2026-03-02", procedure="summary",
    )  # fmt: skip
    assert "委托调解期限（简易程序）至2026年3月9日" in case.words("letter_receipt")
