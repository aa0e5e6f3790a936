"""The desk is opened to others only under an address that somebody has given."""

import os
import signal
import socket
import threading

import pytest

from tests.cli.conftest import Run


def test_opening_to_others_needs_an_address(run: Run) -> None:
    refused = run("serve", "--host", "0.0.0.0", "--json")  # noqa: S104 - it is refused
    assert refused.code == 2
    assert "MEDIATION_ADDRESS" in refused.out


def test_the_demo_opens_on_this_machine_only(run: Run) -> None:
    refused = run("serve", "--demo", "--host", "0.0.0.0", "--json", "--lang", "en")  # noqa: S104
    assert refused.code == 2
    assert "no passwords" in refused.out


@pytest.mark.skipif(os.name == "nt", reason="no SIGTERM to send to oneself")
def test_serving_stops_cleanly_when_asked(installed: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = str(listening.getsockname()[1])
    reached: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: reached.append(number))
    asked = threading.Timer(1.5, os.kill, (os.getpid(), signal.SIGTERM))
    asked.start()
    try:
        result = installed("serve", "--port", port)
    finally:
        asked.join()
        signal.signal(signal.SIGTERM, before)
    assert (result.code, "已停止" in result.out) == (0, True)
    # What comes behind the pages has been finished before anybody hears of the signal again.
    assert reached == []
