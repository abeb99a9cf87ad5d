"""`maskloop doctor`: what this machine has, what is wrong, and what to do about it."""

import typer

from engine.commands.app import JsonOption, app, emit
from engine.commands.table import table


@app.command("doctor")
def doctor(json: JsonOption = False) -> None:
    """Look at this machine: Qt, OpenCV, devices, codecs, cameras, disk. Exit code 1 if unusable."""
    from engine.health import examine

    findings = examine()
    marks = {"ok": "ok", "warning": "!", "problem": "PROBLEM"}
    rows = [(marks[f.state], f.what, f.found) for f in findings]
    advice = [f"{f.what}: {f.advice}" for f in findings if f.advice]
    is_usable = not any(f.state == "problem" for f in findings)
    verdict = "This machine can run Maskloop." if is_usable else "Maskloop cannot run here yet."
    emit(
        {
            "usable": is_usable,
            "findings": [
                {"what": f.what, "state": f.state, "found": f.found, "advice": f.advice}
                for f in findings
            ],
        },
        json,
        "\n".join([table(("", "what", "found"), rows), "", *advice, verdict]),
    )
    if not is_usable:
        raise typer.Exit(1)
