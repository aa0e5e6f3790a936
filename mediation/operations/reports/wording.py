"""How the figures of the tables are called, in which unit, and how each is counted."""

from typing import Final

from mediation.language import Message
from mediation.records.counting import COMES_BACK

CASES: Final = Message("件")
SUM: Final = Message("万元")
LABELS: Final = {
    "accepted": Message("受理"),
    "difficult": Message("受理中疑难复杂、重大"),
    "mediated": Message("调解"),
    "settled": Message("调解成功"),
    "rate": Message("调解成功率"),
    "returned": Message("调解成功中90日内重新办理"),
    "unperformed": Message("调解成功中90日内未履行"),
    "performed": Message("已履行"),
    "performed_rate": Message("协议履行率"),
    "written": Message("书面协议"),
    "written_sum": Message("书面协议涉及金额"),
    "oral": Message("口头协议"),
    "oral_sum": Message("口头协议涉及金额"),
    "sum": Message("协议涉及金额"),
    "confirmed": Message("司法确认"),
    "confirmed_rate": Message("司法确认率"),
    "closed": Message("结案"),
}
"""The lines of the table of cases, in their order."""
COLUMNS: Final = (
    "accepted", "mediated", "settled", "rate", "returned", "unperformed", "performed", "sum",
)  # fmt: skip
"""What is told of each class and each source."""
DEFINITIONS: Final = {
    "accepted": Message("受理日期在本期的案件；当场口头调结的，以调结日为受理日。"),
    "difficult": Message("受理的案件中，难易等级为疑难复杂或者重大的。"),
    "mediated": Message("调结日或者终止调解日在本期的案件。"),
    "settled": Message("调结日在本期的案件：协议已经生效。看调结日，不看结案日。"),
    "rate": Message("调解成功 ÷ 调解。"),
    "returned": Message(
        "本期调解成功的案件中，调结以后 {days} 日以内（含第 {days} 日）又重新办理、重新调解的；"
        "仍计入调解成功。",
        {"days": COMES_BACK},
    ),
    "unperformed": Message(
        "本期调解成功的案件中，调结以后 {days} 日以内（含第 {days} 日）登记未履行、有事项逾期，"
        "至今仍未履行的；仍计入调解成功。",
        {"days": COMES_BACK},
    ),
    "performed": Message("本期调解成功的案件中，至今已经履行完毕的。"),
    "performed_rate": Message("已履行 ÷ 调解成功。"),
    "written": Message("本期调解成功的案件中，达成书面协议的。"),
    "oral": Message("本期调解成功的案件中，达成口头协议的。"),
    "sum": Message("本期调解成功的案件中，协议写明的金额合计，单位万元。"),
    "confirmed": Message("本期调解成功的案件中，至今法院裁定确认有效的。"),
    "confirmed_rate": Message("司法确认 ÷ 调解成功。"),
    "closed": Message("结案日在本期的案件；结案日是履行、告知完毕的日子，与调结日是两回事。"),
}
CLASS_UNKNOWN: Final = Message("事由未定")
NO_TIER: Final = Message("不分层级")
MEDIATORS: Final = Message("调解员（在任席位）")
