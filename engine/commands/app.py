"""The Typer app that every command registers with, and what all commands share.

Exit codes: 0 fine, 1 expected trouble, 2 wrong usage. With `--json` stdout holds JSON only.
"""

import logging
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import Annotated, Any

import typer

from engine import plain_json
from engine.commands import load_all
from engine.errors import AppError
from engine.jobs import Cancelled

logger = logging.getLogger(__name__)

TROUBLE = 1
"""The exit code of expected trouble."""
INTERRUPTED = 130
"""What the library makes of Ctrl+C, and shells know."""

JsonOption = Annotated[
    bool, typer.Option("--json", help="Print one JSON text on stdout, all else on stderr.")
]
"""The type of every command's `json` parameter."""

SwitchOption = Annotated[
    list[str] | None,
    typer.Option("--option", metavar="KEY=VALUE", help="Switch a live option of the model."),
]
"""The type of the `option` parameter of commands that run weights."""

app = typer.Typer(
    name="maskloop",
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def emit(obj: Any, json: bool, text: str) -> None:
    """Print one JSON text, or the text for people, on stdout."""
    shown = plain_json.dumps(obj, ascii_only=True) if json else text
    # The name of a file may be no text; it is printed all the same.
    sys.stdout.write(shown.encode("utf-8", "backslashreplace").decode() + "\n")
    sys.stdout.flush()


def version() -> str:
    """The version of the installed distribution."""
    from importlib import metadata  # it brings the reader of e-mail along

    try:
        return metadata.version("maskloop")
    except metadata.PackageNotFoundError:
        return "0 (not installed)"


def _show_version(wanted: bool) -> None:
    if wanted:
        emit(None, False, f"maskloop {version()}")
        raise typer.Exit


@app.callback()
def options(
    _version: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=_show_version, help="Print the version."),
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Say more about what happens, on stderr.")
    ] = False,
) -> None:
    """See, correct, export, retrain, see again: the whole loop of a vision model.

    Without a command the window opens: maskloop [gui] [PATH...] [--weights W] [--camera N]
    """
    level = logging.INFO if verbose else logging.WARNING
    logging.basicConfig(level=level, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")


def command_names() -> set[str]:
    """The names of all subcommands."""
    load_all()
    names = [info.name for info in app.registered_commands]
    names += [info.name for info in app.registered_groups]
    return {name for name in names if name}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; `arguments` as in sys.argv[1:]."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    load_all()
    _accept_any_name()
    try:
        app(args=given, prog_name="maskloop")
    except SystemExit as stop:
        if stop.code == INTERRUPTED:
            _report_cancelled("--json" in given)
        return stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    except AppError as error:
        _report(error, "--json" in given)
        return TROUBLE
    except (KeyboardInterrupt, Cancelled):
        _report_cancelled("--json" in given)
        return TROUBLE
    except BrokenPipeError:
        # Whoever read our output has left; keep the interpreter from complaining at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return TROUBLE
    return 0


def _accept_any_name() -> None:
    """Let a terminal that lacks a letter show its number; a path must not end the command."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _report_cancelled(as_json: bool) -> None:
    _report(AppError("Cancelled."), as_json, cancelled=True)


def _report(error: AppError, as_json: bool, *, cancelled: bool = False) -> None:
    """Say what went wrong on stderr; with --json also as one object on stdout."""
    sys.stderr.write(f"maskloop: {error.message}\n")
    if error.hint:
        sys.stderr.write(f"{error.hint}\n")
    if as_json:
        emit({"error": error.message, "hint": error.hint, "cancelled": cancelled}, True, "")
