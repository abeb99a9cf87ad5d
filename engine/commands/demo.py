"""`maskloop demo --headless`: the loop without a window, on bundled input."""

from pathlib import Path
from typing import Annotated

import typer

from engine.commands.app import JsonOption, app, emit
from engine.commands.progress import progress_bar
from engine.errors import ConfigError


@app.command("demo")
def demo(
    headless: Annotated[
        bool, typer.Option("--headless", help="Without a window: write files and the rate.")
    ] = False,
    out: Annotated[Path, typer.Option(help="The folder to write to.")] = Path("maskloop-demo"),
    device: Annotated[str, typer.Option(help="auto, cpu, cuda:0 or mps.")] = "auto",
    backend: Annotated[str, typer.Option(help="auto, torch or openvino.")] = "auto",
    json: JsonOption = False,
) -> None:
    """Show the loop on bundled input: in the window, or headless into a folder."""
    if not headless:
        raise ConfigError(
            "The window is not available here.",
            hint="Use --headless, or install Qt: pip install PySide6-Essentials pyqtgraph.",
        )
    from engine.demo import run_demo, summary

    with progress_bar() as progress:
        runs = run_demo(out, device=device, backend=backend, progress=progress)
    answer = summary(runs)
    lines = [
        f"{run.weights}: {run.fps:.1f} frames/s on {run.device} with {run.backend}, "
        f"pictures and video frames: {run.images}"
        for run in runs
    ]
    lines += ["", f"Overlays: {out}/*/overlays", f"Dataset: {answer['list']}"]
    emit(answer, json, "\n".join(lines))
