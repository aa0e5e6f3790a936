"""The desk is opened to others only under an address that somebody has given."""

from tests.cli.conftest import Run


def test_opening_to_others_needs_an_address(run: Run) -> None:
    refused = run("serve", "--host", "0.0.0.0", "--json")  # noqa: S104 - it is refused
    assert refused.code == 2
    assert "MEDIATION_ADDRESS" in refused.out


def test_the_demo_opens_on_this_machine_only(run: Run) -> None:
    refused = run("serve", "--demo", "--host", "0.0.0.0", "--json", "--lang", "en")  # noqa: S104
    assert refused.code == 2
    assert "no passwords" in refused.out
