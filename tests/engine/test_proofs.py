"""What `mediation check` proves: the real workflows hold it, and each planted fault is refused."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from mediation.engine.calendars import load_calendar
from mediation.engine.composing import compose
from mediation.engine.definitions import Workflow
from mediation.engine.errors import DefinitionsRefused
from mediation.engine.proofs.checking import check
from mediation.engine.proofs.documents import Papers
from mediation.engine.proofs.leftovers import leftovers
from mediation.engine.proofs.report import Report
from mediation.engine.reading import read_library
from mediation.language import Label
from mediation.rendering import templates, variables
from mediation.resources import resource_dir

WORKFLOWS = resource_dir("workflows")
CALENDAR = load_calendar(WORKFLOWS / "holidays")
DAY = date(2026, 3, 2)
PAPERS = Papers(templates.documents(), variables.faults)

Proved = dict[tuple[str, str], tuple[Workflow, Report]]
Edit = tuple[str, str, str]


def proved(folder: Path, *only: tuple[str, str], papers: Papers = PAPERS) -> Proved:
    """Every kind with every place, or those asked for, with what is proved of each."""
    library = read_library(folder)
    pairs = only or tuple((kind, place) for kind in library.kinds for place in library.places)
    workflows = {pair: compose(library, *pair) for pair in pairs}
    return {
        pair: (workflow, check(workflow, papers, DAY, CALENDAR))
        for pair, workflow in workflows.items()
    }


@pytest.fixture(scope="module")
def real() -> Proved:
    return proved(WORKFLOWS)


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Path]:
    yield Path(shutil.copytree(WORKFLOWS, tmp_path / "workflows"))


def plant(folder: Path, file: str, old: str, new: str) -> None:
    """Replace the first occurrence of a text; with no old text, add the new at the end."""
    path = folder / file
    text = path.read_text("utf-8")
    assert not old or old in text, f"{file} no longer says {old!r}: plant the fault elsewhere"
    path.write_text(text.replace(old, new, 1) if old else f"{text}\n{new}\n", "utf-8")


def told(folder: Path, *only: tuple[str, str], papers: Papers = PAPERS) -> str:
    """Everything a checker is told of a folder, in both languages."""
    pairs = only or (("property", "national"),)
    try:
        found = proved(folder, *pairs, papers=papers)
    except DefinitionsRefused as refused:
        return str(refused) + refused.message.to("zh")
    faults = [fault for _, report in found.values() for fault in report.faults]
    return "\n".join(
        f"{fault.code} {fault.message.to('zh')}\n{fault.message.to('en')}" for fault in faults
    )


# ---------------------------------------------------------------- the real workflows


def test_the_workflows_hold_what_is_promised(real: Proved) -> None:
    assert len(real) == 12
    faults = [fault.message.to("zh") for _, report in real.values() for fault in report.faults]
    assert faults == []


def test_nothing_in_the_workflows_is_dead(real: Proved) -> None:
    assert [fault.message.to("zh") for fault in leftovers(real, PAPERS)] == []


def test_nobody_waits_longer_than_45_days_until_somebody_accountable_is_told(
    real: Proved,
) -> None:
    longest = [report.untouched for _, report in real.values()]
    assert all(one is not None and 0 < one.days <= 45 for one in longest)


def test_a_report_carries_the_figures(real: Proved) -> None:
    report = real["property", "national"][1]
    assert min(report.states, report.events, report.periods, report.law) > 30


# ---------------------------------------------------------------- planted faults

RESPONSIBLE = 'responsible = "mediator@owner"'
LABEL = 'label = { zh = "空转", en = "Idle" }'

PLANTED: dict[str, tuple[list[Edit], list[str]]] = {
    "dead state": (
        [("stages/mediation.toml", "", f"[state.limbo]\n{LABEL}\n{RESPONSIBLE}")],
        ["dead_state", "没有任何事项通向“空转”", "community/limbo"],
    ),
    "dead state behind a dead one": (
        [
            (
                "stages/mediation.toml",
                "",
                f"[state.limbo]\n{LABEL}\n{RESPONSIBLE}\n[state.grave]\n{LABEL}\n{RESPONSIBLE}\n"
                f'[event.sink]\n{LABEL}\nfrom = ["limbo"]\nto = "grave"\nby = ["chair@owner"]\n'
                'law = ["mediation-law-21"]',
            )
        ],
        ["dead_state", "community/grave", "通向它的事项都办不成（空转）"],
    ),
    "missing deadline": (
        [("stages/agreement.toml", 'runs_in = ["drafted"]', 'runs_in = ["urged"]')],
        ["no_deadline", "登记", " → 达成一致，制作协议书：“协议待签章”没有任何运行中的期限"],
    ),
    "a deadline armed on one way in only": (
        [
            (
                "stages/agreement.toml",
                'runs_in = ["drafted"]',
                'runs_in = ["drafted"]\nwhen = { fact = "collective", is = true }',
            )
        ],
        ["no_deadline", "“协议待签章”没有任何运行中的期限"],
    ),
    "a deadline that is only suspended": (
        [
            (
                "stages/agreement.toml",
                'runs_in = ["drafted"]\n',
                'starts = ["drafted"]\nruns_in = ["urged"]\nsuspended_in = ["drafted"]\n',
            )
        ],
        ["“协议待签章”没有任何运行中的期限"],
    ),
    "a deadline whose end is no legal move": (
        [("stages/anywhere.toml", 'from    = ["open"]\nby      = ["calendar"]', "")],
        ["by", "缺少这一项"],
    ),
    "a deadline that fires where its event cannot happen": (
        [
            (
                "stages/agreement.toml",
                'fires   = "period_ran_out"\nlaw     = "mediation-law-29"',
                'fires   = "end_for_time"\nlaw     = "mediation-law-29"',
            )
        ],
        ["expiry", "期限“签章时限”届满时应办理“调解期限届满，终止调解”，但“协议待签章”不能办理"],
    ),
    "illegal exit": (
        [("property.toml", 'ended = "closing/telling"', 'ended = "closing/teling"')],
        ["property.toml", "closing/teling", "closing/telling"],
    ),
    "exit not wired": (
        [("property.toml", ', at_street = "street/accepted" }', " }")],
        ["property.toml", "place.community.exits", "at_street", "没有接通"],
    ),
    "unknown citation": (
        [("stages/intake.toml", '"order-75-23"', '"order-75-32"')],
        ["stages/intake.toml", "order-75-32", "是否应为“order-75-"],
    ),
    "competing moves": (
        [
            (
                "property.toml",
                "",
                f'[place.community.event.suspend]\n{LABEL}\nfrom = ["mediating"]\n'
                'to = "fact_finding"\nby = ["chair@owner"]\nlaw = ["mediation-law-21"]',
            )
        ],
        ["competing", "suspend", "mediation/suspend", "property:community/suspend", "正在调解"],
    ),
    "two answers to one state of a machine": (
        [
            (
                "stages/intake.toml",
                "",
                f'[event.also_taken]\n{LABEL}\nfrom = ["routed"]\nto = "asking"\n'
                'by = ["machine"]\non = "referral:taken_over"\nlaw = ["order-75-21"]',
            )
        ],
        ["competing", "都应答 referral:taken_over"],
    ),
    "branches that may end nowhere": (
        [("stages/mediation.toml", '{ to = "accepted" }]', "]")],
        ["branches", "的最后一个去向还带条件"],
    ),
    "a need nothing supplies": (
        [
            ("facts.toml", "", '[fact.moon]\ntype = "flag"\nlabel = { zh = "月", en = "Moon" }'),
            ("stages/intake.toml", 'needs    = ["owner_competent"', 'needs    = ["moon_full"'),
            (
                "stages/intake.toml",
                "",
                '[need.moon_full]\nfact = "moon"\nis = true\nlaw = "order-75-23"\n'
                'blocker = { zh = "月不圆", en = "No full moon" }',
            ),
        ],
        ["unmet_need", "事项“受理”的办理条件“moon_full”（月不圆）永远不能满足", "“moon”"],
    ),
    "a need no choice can meet": (
        [
            ("stages/intake.toml", 'needs    = ["owner_competent"', 'needs    = ["by_carrier"'),
            (
                "stages/intake.toml",
                "",
                '[need.by_carrier]\nfact = "channel"\nis = "pigeon"\nlaw = "order-75-23"\n'
                'blocker = { zh = "不是信鸽", en = "No pigeon" }',
            ),
        ],
        ["by_carrier", "pigeon"],
    ),
    "a remedy that lifts nothing": (
        [("stages/mediation.toml", 'remedy  = "tell_rights"', 'remedy  = "note"')],
        ["remedy", "rights_told", "工作记录", "note"],
    ),
    "unknown key": (
        [("stages/mediation.toml", "from    = ", "form_    = ")],
        ["stages/mediation.toml", "form_"],
    ),
    "misspelt need": (
        [("stages/agreement.toml", '"mediator_signed"', '"mediator_singed"')],
        ["stages/agreement.toml", "event.make_effective", "mediator_singed", "mediator_signed"],
    ),
    "a waiting state whose machine never answers": (
        [("stages/intake.toml", 'on       = "referral:returned"', 'on = "referral:received"')],
        ["never_answered", "登记 → 分流转办：“分流待接收”等待的“分流转办”以“已退回”终结时"],
    ),
    "a waiting state that nothing was sent from": (
        [("stages/intake.toml", 'kind = "routed", sender', 'kind = "danger", sender')],
        ["never_answered", "登记 → 分流转办：“分流待接收”等待的“referral”并未发出"],
    ),
    "a machine that stands without a clock": (
        [("confirmation.toml", 'runs_in = ["applied"]', 'runs_in = ["accepted"]')],
        ["no_deadline", "共同申请司法确认：“已申请，待受理”没有任何运行中的期限"],
    ),
    "a machine left behind a closed case": (
        [("stages/intake.toml", '"danger_received", "letter_answered"]', '"letter_answered"]')],
        ["left_open", "激化苗头（紧急情况）报告", "“紧急情况报告”却可能还停在“已发出，待签收”"],
    ),
    "charts that move each other for ever": (
        [
            (
                "stages/agreement.toml",
                "",
                f'[event.turn]\n{LABEL}\nfrom = ["urged"]\nby = ["machine"]\n'
                'on = "obligation:urged"\neffects = [{ move = "obligation", event = "urge" }]\n'
                'law = ["mediation-law-31"]',
            )
        ],
        ["endless", "督促履行 → 空转 → 督促履行"],
    ),
    "nobody answers for a state": (
        [("stages/agreement.toml", f"{RESPONSIBLE}, label = {{ zh = \"协议待签章\"", "label = { zh = \"协议待签章\"")],
        ["nobody_responsible", "协议待签章"],
    ),
    "a trap": (
        [
            (
                "stages/closing.toml",
                "",
                f"[state.cellar]\n{LABEL}\n{RESPONSIBLE}\n[event.lock_in]\n{LABEL}\n"
                'from = ["telling"]\nto = "cellar"\nby = ["chair@owner"]\n'
                'law = ["mediation-law-26"]\n[period.cellar]\n'
                f'{LABEL}\nruns_in = ["cellar"]\neffect = "service_norm"\n'
                'fires = "period_ran_out"\nlaw = "mediation-law-26"',
            ),
            ("periods/national.toml", "", "[cellar]\ndays = 10"),
        ],
        ["trap", "空转：从“空转”再也到不了办结"],
    ),
    "a case left for too long": (
        [
            ("periods/national.toml", "[signing]", "[signing]\ndays = 90\n[signing_once]"),
        ],
        ["untouched", "协议待签章", "45"],
    ),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_refused_with_a_useful_message(copy: Path, fault: str) -> None:
    edits, expected = PLANTED[fault]
    for edit in edits:
        plant(copy, *edit)
    message = told(copy)
    for part in expected:
        assert part in message
