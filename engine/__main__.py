"""`python -m engine`: the command line where Qt is not installed."""

import sys

from engine.commands.app import main

if __name__ == "__main__":
    sys.exit(main())
