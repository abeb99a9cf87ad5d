"""The console command `maskloop`: the window, or one of the engine's commands."""

import argparse
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from engine.errors import AppError
from engine.words import closest
from gui.display import check_display

WINDOW = ("gui", "demo")
TROUBLE, WRONG_USAGE = 1, 2
_COMPLETING = "_MASKLOOP_COMPLETE"
_IS_WORD = re.compile(r"[A-Za-z][A-Za-z_-]*")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the window, or hand over to the command line; gives the exit code."""
    try:
        return _main(list(sys.argv[1:] if arguments is None else arguments))
    except KeyboardInterrupt:  # While modules are loaded: what runs then answers it itself.
        sys.stderr.write("maskloop: Cancelled.\n")
        return TROUBLE


def _main(given: list[str]) -> int:
    if is_for_window(given):
        return _try_window(given)
    from engine.commands.app import main as command_line
    from gui.bench import register as bench

    bench.register_all()
    return command_line(given)


def is_for_window(given: Sequence[str]) -> bool:
    """No subcommand, `gui`, and `demo` unless it is headless, open the window."""
    if _COMPLETING in os.environ:  # The shell asks what could stand here.
        return False
    if not given:
        return True
    if given[0] == "gui":
        return True
    if given[0] == "demo":
        return not {"--headless", "--help", "-h"} & set(given)
    if given[0] in ("--weights", "--camera"):
        return True
    if given[0].startswith("-"):
        return False
    from engine.commands.app import command_names

    return given[0] not in command_names()


def check_command(given: Sequence[str]) -> None:
    """AppError where the first word is neither a command nor anything that can be opened."""
    first = given[0] if given else ""
    if not _IS_WORD.fullmatch(first) or first in WINDOW or Path(first).exists():
        return
    from engine.commands.app import command_names

    near = closest(first, (*command_names(), *WINDOW))
    hint = f"Did you mean `maskloop {near}`?" if near else "`maskloop --help`: all commands."
    raise AppError(f"There is no command and no file called {first}.", hint=hint)


def _try_window(given: Sequence[str]) -> int:
    """Open it, or say why not: Qt would only abort."""
    code = WRONG_USAGE
    try:
        check_command(given)
        code = TROUBLE
        if not {"--help", "-h"} & set(given):
            check_display()
    except AppError as error:
        sys.stderr.write(f"maskloop: {error.message}\n{error.hint}\n")
        return code
    return _window(given)


def _window(given: Sequence[str]) -> int:
    is_demo = bool(given) and given[0] == "demo"
    rest = list(given[1:]) if given and given[0] in WINDOW else list(given)
    parser = argparse.ArgumentParser(
        prog="maskloop demo" if is_demo else "maskloop",
        description="Open the window." + ("" if is_demo else " `maskloop --help`: all commands."),
    )
    if is_demo:
        parser.add_argument("--out", help="only with --headless: the folder to write to")
    else:
        parser.add_argument("paths", nargs="*", metavar="PATH", help="pictures, folder, video")
    parser.add_argument("--weights", default="", help="a name or a .safetensors file")
    parser.add_argument("--camera", type=int, help="the number of a camera to open")
    options = parser.parse_args(rest)

    from gui.app import Opening, run

    paths = tuple(getattr(options, "paths", ()))
    return run(Opening(paths, options.weights, options.camera, is_demo))


if __name__ == "__main__":
    sys.exit(main())
