"""Papers render for the smallest case and the largest, strictly, and stand by themselves."""

import re
from dataclasses import replace
from datetime import date
from hashlib import sha256

import pytest
from jinja2 import UndefinedError, nodes

from mediation.engine.forms import CAPACITIES, ORGANISATION, PERSON, SIDES, THIRD
from mediation.rendering.context import Verify
from mediation.rendering.documents import _compiled, render
from mediation.rendering.templates import DocumentUnknown, documents, environment
from mediation.rendering.variables import _reading, drawn_upon
from tests.rendering.occasions import (
    FULL,
    KNOWN,
    MINIMAL,
    OBLIGATIONS,
    OPENED,
    Sample,
    library,
    said,
    workflow,
)

ALL = [*MINIMAL, *FULL]
EVERY = pytest.mark.parametrize(
    "sample", ALL, ids=[f"{one.name}-{len(one.people)}" for one in ALL]
)
BY_NAME = {sample.name: sample for sample in FULL}

TAGS = {
    "html", "head", "meta", "title", "style", "body", "main", "section", "h1", "h2", "p", "ol",
    "li", "b", "br", "span", "table", "colgroup", "col", "thead", "tr", "th", "td",
}  # fmt: skip
CLASSES = {
    "no", "to", "lead", "note", "seal", "said", "cn", "form", "party", "sign", "keep", "verify",
    "blank", "day", "name", "cut",
}  # fmt: skip
OF_ONE = {"power_of_attorney", "delivery_address", "investigation_record"}
OF_TWO_SIDES = {
    "materials_list", "acceptance_notice", "non_acceptance_notice", "extension_consent",
    "performance_urging",
}  # fmt: skip
VOID = {"meta", "br", "col"}
PIECE = re.compile(r"<(/?)([a-z0-9]+)([^<>]*)>|([^<>]+)")


class Outline:
    """The tags, classes and words of a paper, whose tags must be closed in order."""

    def __init__(self, html: str) -> None:
        self.tags: set[str] = set()
        self.classes: set[str] = set()
        self.words: list[str] = []
        inside: list[str] = []
        for end, tag, attributes, text in PIECE.findall(html.removeprefix("<!doctype html>")):
            if text and "style" not in inside:
                self.words.append(text)
            elif end:
                assert inside.pop() == tag
            elif tag:
                self.tags.add(tag)
                self.classes.update(*map(str.split, re.findall('class="(.*?)"', attributes)))
                inside += [] if tag in VOID else [tag]
        assert inside == []


def words(sample: Sample) -> str:
    return re.sub(r"\s+", "", "".join(Outline(sample.paper().html).words))


@EVERY
def test_a_paper_speaks_the_vocabulary_and_nothing_else(sample: Sample) -> None:
    outline = Outline(sample.paper().html)
    assert outline.tags <= TAGS
    assert outline.classes <= CLASSES


@EVERY
def test_a_paper_never_prints_what_a_program_calls_things(sample: Sample) -> None:
    text = words(sample)
    assert not re.findall(r"None|True|False|Undefined|\{\{|[a-z]{3,}", text)
    assert "失败" not in text


@EVERY
def test_a_paper_names_its_case_and_every_party(sample: Sample) -> None:
    text = words(sample)
    assert "（2026）海曙人调字第37号" in text
    names = {ref: str(person["name"]) for ref, person in sample.people.items()}
    assert all(names[ref] in text for ref in concerned(sample))


def concerned(sample: Sample) -> list[str]:
    """Give the parties a paper must name: all, both sides, those present, or the one."""
    if sample.name == "mediation_record":
        return list(sample.facts.get("attended", ()))
    if sample.name in OF_ONE:
        return [str(ref) for ref in (sample.plain.get("party"),) if ref]
    return [ref for ref in sample.people if ref[0] != "c" or sample.name not in OF_TWO_SIDES]


@EVERY
def test_a_paper_stands_by_itself(sample: Sample) -> None:
    html = sample.paper().html
    assert "default-src 'none'" in html
    assert not re.findall(r"https?:|src=|href=|url\(|@import|<script|javascript", html)


@EVERY
def test_the_same_facts_give_the_same_bytes(sample: Sample) -> None:
    first = sample.paper()
    for made_once in (environment, _compiled, _reading):
        made_once.cache_clear()
    assert sample.paper() == first
    assert first.digest == sha256(first.html.encode()).hexdigest()


def test_a_paper_changes_its_digest_with_its_words() -> None:
    one, other = MINIMAL[0], replace(MINIMAL[0], actor="朱明")
    assert one.paper().digest != other.paper().digest
    assert one.paper().template == other.paper().template


def test_the_template_of_a_paper_is_all_it_draws_upon() -> None:
    files = drawn_upon("agreement")
    assert list(files) == ["_base.html.j2", "_parts.html.j2", "agreement.html.j2", "paper.css"]
    version = sha256()
    for file, source in files.items():
        version.update(f"{file}\n{source}\n".encode())
    assert BY_NAME["agreement"].paper().template == version.hexdigest()


def test_every_paper_has_an_occasion_and_shares_what_stands_here() -> None:
    from tests.rendering.test_outside import OUTSIDE  # noqa: PLC0415

    assert sorted(documents()) == sorted([*(sample.name for sample in FULL), *OUTSIDE])
    files = environment().list_templates()
    assert {file for file in files if not file.startswith(documents())} == {
        "_back.html.j2", "_base.html.j2", "_cover.html.j2", "_letters.html.j2",
        "_parts.html.j2", "paper.css", "paper.typ",
    }  # fmt: skip


def test_a_paper_bears_its_code_and_the_page_where_it_is_looked_up() -> None:
    plain = MINIMAL[0]
    assert 'class="verify">' in plain.paper().html
    code = "0A1B-2C3D-4E5F"
    coded = replace(plain, verify=Verify(code, None)).paper().html
    assert f'<section class="verify" data-code="{code}">' in coded
    assert f"查验码：{code}" in coded
    page = f"https://tiaojie.example.cn/verify/{code}"
    addressed = replace(plain, verify=Verify(code, page)).paper().html
    assert f'data-address="{page}"' in addressed
    assert f"查验网址：{page}" in addressed


def test_a_paper_nobody_wrote_is_refused() -> None:
    with pytest.raises(DocumentUnknown, match="agrement"):
        render("agrement", MINIMAL[0].context())


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("{{7*7}}", "{{7*7}}"),
        ("{% include 'x' %}", "{% include &#39;x&#39; %}"),
        ('" onload="x', "&#34; onload=&#34;x"),
        ("𬭚㛃", "𬭚㛃"),
        ("阿卜杜·热合曼", "阿卜杜·热合曼"),
    ],
)
@pytest.mark.parametrize("paper", [one.name for one in MINIMAL])
def test_what_people_write_prints_as_they_wrote_it(paper: str, name: str, printed: str) -> None:
    sample = next(one for one in MINIMAL if one.name == paper)
    people = {"a1": {"name": name}, "b1": {"name": "李四"}}
    facts = {**sample.facts, "attended": ["a1"]}
    assert printed in replace(sample, people=people, facts=facts).paper().html


def test_what_people_said_at_length_is_escaped_too() -> None:
    sealed = {"facts_found": "<b>{{x}}</b>", "terms": "a<br>b\n& c", "obligations": []}
    html = replace(MINIMAL[3], sealed=sealed).paper().html
    assert "&lt;b&gt;{{x}}&lt;/b&gt;" in html
    assert "<p>a&lt;br&gt;b</p>\n<p>&amp; c</p>" in html


def test_a_name_the_context_does_not_have_stops_the_paper() -> None:
    template = environment().from_string("{{ facts.acepted_on }}")
    with pytest.raises(UndefinedError, match="acepted_on"):
        template.render(MINIMAL[0].context()._asdict())


def test_what_is_not_known_leaves_a_line_to_write_on() -> None:
    assert '<td><span class="blank">———</span></td>' in MINIMAL[0].paper().html


def test_the_acceptance_form_prints_the_day_of_the_request_and_the_claim() -> None:
    text = words(BY_NAME["acceptance_form"])
    assert "提出请求日期2026年9月7日" in text
    assert "一、停止漏水；二、赔偿。" in text
    assert "人民币壹万贰仟伍佰元零伍分（￥12,500.05）" in text
    assert "（2026）海曙人调受字第35号" in text
    assert "来件编号12345-0907" in text


def test_an_acceptance_form_without_a_summary_takes_the_sentence_of_the_opening() -> None:
    assert "楼道堆放纸箱" in words(MINIMAL[0])
    assert "楼道堆放纸箱" not in words(BY_NAME["acceptance_form"])


@pytest.mark.parametrize(
    "told",
    [
        "群众性组织", "自愿、平等", "不违背法律、法规和国家政策", "选择或者接受人民调解员",
        "接受调解、拒绝调解或者要求终止调解", "公开进行或者不公开进行", "自主表达意愿",
        "如实陈述纠纷事实", "遵守调解现场秩序", "尊重对方当事人行使权利", "具有法律约束力",
        "三十日内共同向人民法院申请司法确认", "仲裁、行政、司法", "不收取任何费用", "回避",
    ],
)  # fmt: skip
def test_the_notice_tells_what_order_75_article_30_demands(told: str) -> None:
    assert told in words(BY_NAME["notice_of_rights"])


def test_the_record_names_those_present_and_nobody_else_signs() -> None:
    text = words(BY_NAME["mediation_record"])
    assert "欧阳𬭚、安居物业服务有限公司、阿卜杜·热合曼" in text
    assert "赵德柱" not in text
    assert "登记日期：2026年10月12日（补录）" in text


def test_the_agreement_writes_each_sum_twice_with_its_day() -> None:
    text = words(BY_NAME["agreement"])
    assert "人民币捌仟陆佰元整（￥8,600.00）2026年11月15日前（含当日）" in text
    assert "人民币壹万零伍佰元零伍分（￥10,500.05）" in text
    assert "3第三人理赔款到账后转付" in text


def test_there_is_a_copy_of_the_agreement_for_each_party_and_one_for_the_committee() -> None:
    assert "一式九份" in words(BY_NAME["agreement"])
    assert "一式三份" in words(MINIMAL[3])


def test_the_agreement_says_who_signs_for_whom() -> None:
    text = words(BY_NAME["agreement"])
    assert "申请人王小明法定代理人：" in text
    assert "被申请人安居物业服务有限公司（盖章）代表人或代理人：" in text
    assert "被申请人钱桂芳本人或代理人：" in text
    assert "委托代理人（特别授权）孙立关系职员" in text
    assert "调解员陈桂兰年月日调解员朱明年月日" in text


def test_the_agreement_takes_effect_by_all_signatures_and_the_seal() -> None:
    text = words(MINIMAL[3])
    assert "签名、盖章或者按指印，人民调解员签名并加盖人民调解委员会印章之日起生效" in text
    assert text.index("（印章）") < text.index("办理日期")


def test_an_agreement_on_part_says_so_and_one_on_title_warns() -> None:
    assert "部分事项达成协议" in words(BY_NAME["agreement"])
    assert "不予受理司法确认申请" in words(BY_NAME["agreement"])
    assert "部分事项达成协议" not in words(MINIMAL[3])
    assert "不予受理" not in words(MINIMAL[3])


@pytest.mark.parametrize(
    ("name", "fact"),
    [
        ("acceptance_form", "acceptance_number"),
        ("termination_notice", "termination_number"),
        ("oral_agreement_sheet", "oral_number"),
    ],
)
def test_a_paper_of_a_series_bears_the_number_its_event_took(name: str, fact: str) -> None:
    sample = replace(
        BY_NAME[name], facts={**BY_NAME[name].facts, fact: "（2026）海曙人调某字第9号"}
    )
    assert '<p class="no">（2026）海曙人调某字第9号</p>' in sample.paper().html


@pytest.mark.parametrize("sample", [MINIMAL[4], BY_NAME["termination_notice"]], ids=str)
def test_the_notice_of_termination_tells_the_three_routes(sample: Sample) -> None:
    text = words(sample)
    assert "终止调解" in text
    assert all(route in text for route in ("申请仲裁", "主管行政机关", "人民法院起诉"))


def test_the_notice_of_termination_tells_the_routes_of_the_class() -> None:
    text = words(BY_NAME["termination_notice"])
    assert "经调解未能达成一致" in text
    assert "法院案号：（2026）浙0203民初1号" in text
    assert "土地所有权、使用权争议" in text
    assert "申请行政复议" in text
    assert "支付令" in text
    assert "申请法律援助" in text
    assert text.count("向有管辖权的人民法院起诉；") == 1
    assert "已经生效的调解协议仍然具有法律约束力" in text
    plain = words(MINIMAL[4])
    assert not re.findall("支付令|行政复议|土地所有权|仍然具有", plain)


def test_limitation_is_mentioned_only_where_it_runs() -> None:
    assert "诉讼时效" in words(replace(MINIMAL[4], facts={"lapses": True}))
    assert "诉讼时效" not in words(replace(MINIMAL[4], facts={"lapses": False}))


def test_a_money_dispute_is_told_the_payment_order() -> None:
    sums = replace(MINIMAL[4], kind="property", facts={"sum_in_dispute": 100})
    assert "支付令" in words(sums)
    other = replace(sums, facts={"sum_in_dispute": 100, "no_money_claim": True})
    assert "支付令" not in words(other)


def test_the_quick_sheet_needs_two_names_and_a_sentence() -> None:
    text = words(MINIMAL[5])
    for printed in ("张三", "李四", "楼道堆放纸箱", "赔礼道歉", "已当场履行", "调解员陈桂兰"):
        assert printed in text
    assert "身份" not in text


def test_the_quick_sheet_prints_what_is_left_to_do() -> None:
    text = words(BY_NAME["oral_agreement_sheet"])
    assert "履行事项二安居物业服务有限公司于2026年11月15日前（含当日）：付" in text
    assert "按约定履行" in text


def test_a_sheet_of_what_was_performed_lists_no_promise() -> None:
    sample = replace(
        BY_NAME["oral_agreement_sheet"],
        facts={**KNOWN, "performed": True, "effective_on": "2026-10-09"},
    )
    assert "履行事项" not in words(sample)


def test_every_key_a_template_compares_with_is_one_that_exists() -> None:
    known = {key for one in library().lists.list.values() for key in one}
    known |= {*CAPACITIES, ORGANISATION, PERSON, *SIDES, THIRD, *workflow().case.periods}
    known |= {kind for plan in workflow().machines.values() for kind in plan.kinds}
    for name in documents():
        for file, source in drawn_upon(name).items():
            tree = environment().parse(source, name, file)
            compared = [
                one.value
                for compare in tree.find_all(nodes.Compare)
                for one in compare.find_all(nodes.Const)
                if isinstance(one.value, str)
            ]
            assert set(compared) <= known, file


def written_out(paper: str) -> list[str]:
    """Give the keys whose words a template writes out."""
    source = drawn_upon(paper)[f"{paper}.html.j2"]
    return [
        pair.key.value
        for pair in environment().parse(source).find_all(nodes.Pair)
        if isinstance(pair.key, nodes.Const)
    ]


def test_every_route_written_out_is_one_that_can_be_told() -> None:
    written = written_out("termination_notice")
    assert written
    assert set(written) <= set(library().lists.list["routes"])


@pytest.mark.parametrize(
    ("paper", "options"),
    [("non_acceptance_notice", "refusal_reasons"), ("power_of_attorney", "powers")],
)
def test_a_paper_with_boxes_prints_every_choice(paper: str, options: str) -> None:
    assert written_out(paper) == list(library().lists.list[options])


def test_an_entry_of_the_same_day_is_not_marked_as_late() -> None:
    assert "补录" not in words(replace(MINIMAL[0], recorded_on=date(2026, 10, 9)))


def test_obligations_of_an_earlier_form_are_not_printed_as_of_this_one() -> None:
    earlier = said(
        "agree_at_once", {"obligations": OBLIGATIONS}, {"obligations": ["x", "y", "z"]}
    )
    sample = replace(
        MINIMAL[5], facts={"results": ["apology"]}, told={**OPENED, "agree_at_once": earlier}
    )
    assert sample.context().obligations == ()
