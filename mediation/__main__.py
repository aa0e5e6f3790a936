"""`python -m mediation`: the command line from a bare checkout."""

import sys

from mediation.cli import main

if __name__ == "__main__":
    sys.exit(main())
