"""`maskloop check`: lints a dataset of any Format."""

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.commands.app import JsonOption, app, emit
from engine.commands.progress import progress_bar
from engine.errors import ConfigError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engine.checks.check import CheckReport
    from engine.checks.fix import Repair
    from engine.checks.overlooked import CountObjects

_SHOWN = 30


@app.command("check")
def check(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="A txt list, or labels of any format.")
    ],
    fix: Annotated[
        bool,
        typer.Option("--fix", help="First repair lists where that is mechanical; keeps NAME.bak."),
    ] = False,
    weights: Annotated[
        str,
        typer.Option(help="Weights that look where labels say that there is no object."),
    ] = "",
    json: JsonOption = False,
) -> None:
    """Look for everything in a dataset that would spoil a training without a word."""
    from engine.checks.check import check as run
    from engine.checks.fix import fix as repair

    repairs = repair(path) if fix else ()
    with progress_bar() as progress:
        count = _counting(weights) if weights else None
        report = run(path, count_objects=count, progress=progress)
    problems = [
        {
            "file": p.file,
            "line": p.line,
            "code": p.code,
            "message": p.message,
            "severity": p.severity.value,
        }
        for p in report.problems
    ]
    result: dict[str, Any] = {"ok": report.ok, "samples": report.samples, "problems": problems}
    if fix:
        result["fixed"] = [asdict(one) for one in repairs]
    told = [_told(one) for one in repairs] or ["nothing to fix"] * fix
    emit(result, json, "\n".join([*told, _text(report)]))
    if not report.ok:
        raise typer.Exit(1)


def _counting(weights: str) -> "CountObjects":
    """Counts what these weights see."""
    from engine.pipeline.pipeline import Pipeline
    from engine.values import Frame, FrameId
    from engine.weights.load import load
    from models.task import Task

    pipeline = Pipeline(load(weights))
    if pipeline.weights.card.task not in (Task.DETECTION, Task.INSTANCE):
        hint = "Choose some that find objects, or leave --weights out."
        raise ConfigError(f"The weights {weights} count no objects.", hint=hint)

    def count(pixels: "NDArray[np.uint8]") -> int:
        return len(pipeline.predict(Frame(FrameId(""), pixels)).detections)

    return count


def _told(repair: "Repair") -> str:
    kept = f" (before: {repair.backup})" if repair.backup else ""
    return f"{repair.file}: fixed: {repair.message}{kept} [{repair.code}]"


def _text(report: "CheckReport") -> str:
    """One line per problem; of each kind the first ones."""
    lines: list[str] = []
    shown: Counter[str] = Counter()
    for problem in report.problems:
        shown[problem.code] += 1
        if shown[problem.code] <= _SHOWN:
            note = "" if problem.severity == "error" else "note: "
            place = f"{problem.file}:{problem.line}" if problem.line else problem.file
            lines.append(f"{place}: {note}{problem.message} [{problem.code}]")
    lines += [f"... and {n - _SHOWN} more [{code}]" for code, n in shown.items() if n > _SHOWN]
    samples = "1 sample" if report.samples == 1 else f"{report.samples} samples"
    return "\n".join([*lines, f"{samples}: {'ok' if report.ok else 'not ok'}"])
