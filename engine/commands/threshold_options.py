"""The options `--conf` and `--iou` of the commands that decide what a model has seen."""

from typing import Annotated

import typer

ConfOption = Annotated[float, typer.Option(min=0, max=1, help="Least confidence.")]
"""The type of a command's `conf` parameter."""

IouOption = Annotated[float, typer.Option(min=0, max=1, help="Most overlap of two boxes.")]
"""The type of a command's `iou` parameter."""
