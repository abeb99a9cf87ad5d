"""`python -m engine`: the command line where Qt is not installed."""

import sys

TROUBLE = 1


def _main() -> int:
    try:
        from engine.commands.app import main

        return main()
    except KeyboardInterrupt:  # While modules are loaded: what runs then answers it itself.
        sys.stderr.write("maskloop: Cancelled.\n")
        return TROUBLE


if __name__ == "__main__":
    sys.exit(_main())
