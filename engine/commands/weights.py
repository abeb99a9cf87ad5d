"""`maskloop weights`: what is here, what can be downloaded, and the download."""

from pathlib import Path
from typing import Annotated, Any

import typer

from engine.commands.app import JsonOption, app, emit
from engine.commands.progress import progress_bar
from engine.commands.table import table

weights_app = typer.Typer(
    invoke_without_command=True, rich_markup_mode=None, pretty_exceptions_enable=False
)
app.add_typer(weights_app, name="weights")


@weights_app.callback()
def weights(
    context: typer.Context,
    project: Annotated[
        Path | None, typer.Option(help="Also list what was trained in this project folder.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """List local and downloadable weights, or download some."""
    if context.invoked_subcommand is not None:
        return
    from engine.weights.library import available

    entries = available(project)
    rows = [
        (entry.name, str(entry.task), entry.origin, f"{entry.size / 2**20:.0f} MB", entry.text)
        for entry in entries
    ]
    emit(
        [_as_json(entry) for entry in entries],
        json,
        table(("name", "task", "where", "size", "about"), rows),
    )


@weights_app.command("download")
def download(
    names: Annotated[list[str], typer.Argument(help="Names that `maskloop weights` lists.")],
    json: JsonOption = False,
) -> None:
    """Download weights into the cache; run it again to go on where it stopped."""
    from engine.weights.torchvision_zoo import fetch

    paths = []
    with progress_bar(in_bytes=True) as progress:
        for name in names:
            paths.append(fetch(name, progress=progress))
    emit({"paths": [str(path) for path in paths]}, json, "\n".join(str(path) for path in paths))


def _as_json(entry: Any) -> dict[str, Any]:
    from dataclasses import asdict

    return {**asdict(entry), "path": str(entry.path) if entry.path else None}
