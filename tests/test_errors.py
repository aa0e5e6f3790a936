"""Faults are gathered over a whole input and keep their place in it."""

import pytest

from mediation.errors import Fault, Faults, InputRefused
from mediation.language import Message
from mediation.text import name, phone


def party(raw: dict[str, str]) -> tuple[str | None, str | None]:
    faults = Faults()
    read = faults.take("name", name, raw["name"]), faults.take("phone", phone, raw["phone"])
    faults.refuse_any()
    return read


def test_faults_of_all_fields_and_levels_come_together() -> None:
    faults = Faults()
    assert faults.take("parties.0", party, {"name": "", "phone": "?"}) is None
    assert faults.take("parties.1", party, {"name": "王", "phone": "12348"}) == ("王", "12348")
    faults.add("kind", Message("应为文字"))
    with pytest.raises(InputRefused) as refused:
        faults.refuse_any()
    assert [fault.field for fault in refused.value.faults] == [
        "parties.0.name",
        "parties.0.phone",
        "kind",
    ]
    assert refused.value.message.to("zh") == "输入有 3 处错误"


def test_an_input_without_faults_passes() -> None:
    Faults().refuse_any()


def test_a_message_alone_is_a_fault_of_the_whole() -> None:
    refused = InputRefused(Message("应为文字"))
    assert refused.faults == (Fault("", Message("应为文字")),)
    assert refused.code == "input_refused"


def test_a_developer_reads_every_fault_in_the_log() -> None:
    refused = InputRefused((Fault("a", Message("应为文字")), Fault("b", Message("不能为空"))))
    assert str(refused) == (
        "Faults found in the input: 2 (a: This must be text; b: This must not be empty)"
    )
