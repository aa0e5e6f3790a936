"""The pages of a PDF, counted in a process of its own, which may not grow nor last."""

import subprocess
import sys
from pathlib import Path
from typing import Final

from mediation.errors import InputRefused
from mediation.operations.attachments.reasons import ACTIVE, BROKEN, ENCRYPTED

CHILD: Final = Path(__file__).with_name("pdf_child.py")
PATIENCE: Final = 10
"""Seconds on the wall, for a machine that is busy; the process takes two of its own at most."""
_REASONS: Final = {"encrypted": ENCRYPTED, "active": ACTIVE}


def pdf_pages(content: bytes) -> int:
    """Count the pages of a PDF.

    Raises:
        InputRefused: it is locked or broken, or would do something when it is opened.
    """
    # Not from its own folder, whose names are not those of the standard library.
    command = [sys.executable, "-P", str(CHILD)]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command; the file goes in by the pipe
            command, input=content, capture_output=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        raise InputRefused(BROKEN) from None
    said = done.stdout.decode("ascii", "replace")
    if done.returncode or not said.isdigit():
        raise InputRefused(_REASONS.get(said, BROKEN))
    return int(said)
