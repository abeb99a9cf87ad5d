"""`maskloop weights`: what is here, what can be downloaded, the download, Darknet's files.

Adding networks of other programs, and exports for them, are files of their own beside this one.
"""

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
        (entry.name, entry.task.text, entry.origin, f"{entry.size / 1e6:.0f} MB", entry.text)
        for entry in entries
    ]
    emit(
        {"weights": [_as_json(entry) for entry in entries]},
        json,
        table(("name", "task", "where", "size", "about"), rows),
    )


@weights_app.command("download")
def download(
    names: Annotated[
        list[str],
        typer.Argument(
            help="Names that `maskloop weights` lists, or encoders of `maskloop models`."
        ),
    ],
    json: JsonOption = False,
) -> None:
    """Download weights into the cache; run it again to go on where it stopped."""
    from engine.weights.encoder_catalog import PREFIX
    from engine.weights.encoders import fetch_encoder
    from engine.weights.torchvision_zoo import fetch

    paths = []
    with progress_bar(in_bytes=True) as progress:
        for name in names:
            get = fetch_encoder if name.startswith(PREFIX) else fetch
            paths.append(get(name, progress=progress))
    emit({"paths": [str(path) for path in paths]}, json, "\n".join(str(path) for path in paths))


@weights_app.command("import")
def import_darknet(
    cfg: Annotated[Path, typer.Argument(help="Darknet's .cfg file, which describes the network.")],
    weights_file: Annotated[Path, typer.Argument(metavar="WEIGHTS", help="The .weights file.")],
    names: Annotated[
        Path | None, typer.Option(help="The .names file: a label a line. Else the one beside it.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="The .safetensors file to write. Else beside the .weights.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Turn Darknet's weights (YOLO v1-tiny to v4, tiny versions too) into a Weights file."""
    from engine.weights.darknet import load_darknet
    from engine.weights.weights import save

    loaded = load_darknet(weights_file, cfg, names)
    target = out or weights_file.with_suffix(".safetensors")
    save(target, loaded.module.state_dict(), loaded.card)
    labels = len(loaded.card.labels)
    text = f"{target}: {loaded.card.model}, {labels} labels"
    emit({"path": str(target), "model": loaded.card.model, "labels": labels}, json, text)


def _as_json(entry: Any) -> dict[str, Any]:
    from dataclasses import asdict

    return {**asdict(entry), "path": str(entry.path) if entry.path else None}
