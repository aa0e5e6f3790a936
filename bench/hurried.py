"""Runs a command of `mediation` whose heart beats every second, so that minutes hold hours.

    python -m bench.hurried [--planted NAME] serve --port 8001

Nothing else differs from `python -m mediation`; `bench.desks` starts its processes by it.
"""

import argparse
import sys
from contextlib import nullcontext
from datetime import timedelta

from bench.planted import DESK_FAULTS
from mediation import cli, scheduler

A_BEAT = timedelta(seconds=1)


def main() -> int:
    """Run the command; give its exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.hurried")
    parser.add_argument("--planted", choices=sorted(DESK_FAULTS))
    parser.add_argument("command", nargs=argparse.REMAINDER)
    given = parser.parse_args()
    scheduler.SWEEP_EVERY = scheduler.SEND_EVERY = A_BEAT
    scheduler.WITNESS_EVERY = 5 * A_BEAT
    with DESK_FAULTS[given.planted].patched() if given.planted else nullcontext():
        return cli.main(given.command)


if __name__ == "__main__":
    sys.exit(main())
