import pytest

from tests.cli.conftest import Run

MONDAY = ("--now", "2026-03-02T09:00")


def test_an_officer_is_invited_and_the_address_is_told_once(office: Run) -> None:
    told = office("account", "invite", "wangguilan", "--json", *MONDAY).told
    assert told["address"].startswith("http://127.0.0.1:8000/invitation/")
    assert told["until"].startswith("2026-03-09")
    secret = told["address"].rpartition("/")[2]
    listed = office("account", "list", *MONDAY)
    assert "已邀请" in listed.out
    assert secret not in listed.out
    assert "/invitation/" in office("account", "invite", "wangguilan", "--lang", "en").out


def test_accounts_are_listed_closed_and_opened(installed: Run) -> None:
    def state() -> str:
        (one,) = [
            one
            for one in installed("account", "list", "--json", *MONDAY).told
            if one["handle"] == "sunwei"
        ]
        assert (one["bodies"], one["one_time_codes"]) == (["tx-wg1"], False)
        return str(one["state"])

    assert state() == "none"
    assert installed("account", "close", "sunwei", "--json").told == {
        "handle": "sunwei",
        "closed": True,
    }
    assert state() == "closed"
    refused = installed("account", "invite", "sunwei", "--json")
    assert (refused.code, refused.error["code"]) == (1, "invitation_refused")
    assert "已开启" in installed("account", "open", "sunwei").out
    assert state() == "none"


@pytest.mark.parametrize("command", ["invite", "close", "open"])
def test_an_unknown_officer_is_refused(installed: Run, command: str) -> None:
    refused = installed("account", command, "nobody", "--json")
    assert (refused.code, refused.error["code"]) == (1, "officer_unknown")
    assert installed("account", command).code == 2
