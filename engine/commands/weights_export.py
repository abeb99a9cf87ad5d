"""`maskloop weights export`: our networks for other programs, checked on a picture."""

from pathlib import Path
from typing import Annotated

import typer

from engine.commands.app import JsonOption, emit
from engine.commands.weights import weights_app
from engine.errors import ConfigError, WeightsError

FORMATS = {"onnx": ".onnx", "torchscript": ".torchscript"}


@weights_app.command("export")
def export(
    name: Annotated[str, typer.Argument(help="Weights by name or path.")],
    format_: Annotated[str, typer.Option("--format", help=f"{' or '.join(FORMATS)}.")] = "onnx",
    out: Annotated[
        Path | None,
        typer.Option(help="The file to write. Else NAME, with an ending, here."),
    ] = None,
    picture: Annotated[
        Path | None, typer.Option(help="Compare on this picture. Else on a photograph.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Export weights as ONNX or TorchScript: raw outputs, compared with the network's own."""
    if format_ not in FORMATS:
        raise ConfigError(f"There is no format {format_}.", hint=f"Choose {' or '.join(FORMATS)}.")
    from engine.commands.weights_add import read_pixels
    from engine.exchange import give
    from engine.weights.load import load

    weights = load(name)
    target = out or Path(f"{weights.name}{FORMATS[format_]}")
    if target.exists():
        raise WeightsError(f"{target} is there already.", hint="Choose another with --out.")
    done = give.export(weights, target, format_, read_pixels(picture))
    told = {
        "path": str(done.path),
        "model": weights.card.model,
        "outputs": done.shapes,
        "largest_difference": done.largest_difference,
        "input": give.metadata_of(weights.card)["input"],
    }
    shapes = ", ".join(str(shape) for shape in done.shapes)
    text = (
        f"{done.path}: {weights.card.model}, outputs {shapes}, off by at most "
        f"{done.largest_difference:.1g}\nimage    {told['input']}"
    )
    emit(told, json, text)
