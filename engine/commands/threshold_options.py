"""The options of the commands that decide what a model has seen, frame by frame and over time."""

from typing import Annotated

import typer

from engine.thresholds import MOST_AREA, MOST_SMOOTHING, SMALLEST_TILE

ConfOption = Annotated[float, typer.Option(min=0, max=1, help="Least confidence.")]
"""The type of a command's `conf` parameter."""

IouOption = Annotated[float, typer.Option(min=0, max=1, help="Most overlap of two boxes.")]
"""The type of a command's `iou` parameter."""

OnlyOption = Annotated[
    list[str] | None, typer.Option("--only", metavar="LABEL", help="Only this label, and others.")
]
"""The type of a command's `only` parameter: given once for each label that counts."""

AreaOption = Annotated[
    int, typer.Option(min=0, max=MOST_AREA, help="Leave out what has fewer pixels.")
]
"""The type of a command's `least_area` parameter."""

HolesOption = Annotated[bool, typer.Option("--fill-holes", help="Close what a label encloses.")]
"""The type of a command's `fill_holes` parameter."""

TileOption = Annotated[int, typer.Option(help="Side of the tiles for large pictures; 0: none.")]
"""The type of a command's `tile` parameter."""

SmoothOption = Annotated[
    float,
    typer.Option(
        min=0, max=MOST_SMOOTHING, help="How much label scores keep of the frames before."
    ),
]
"""The type of a command's `smooth` parameter."""

TrackOption = Annotated[
    bool,
    typer.Option(
        "--track", help="Number objects and follow them; boxes go into JSON, which holds that."
    ),
]
"""The type of a command's `track` parameter."""

TrailsOption = Annotated[bool, typer.Option("--trails", help="Draw where they have been, too.")]
"""The type of a command's `trails` parameter."""


def check_tile(tile: int) -> int:
    """The same; wrong usage where it is too small."""
    if tile and tile < SMALLEST_TILE:
        raise typer.BadParameter(f"Tiles are at least {SMALLEST_TILE} pixels, or 0 for none.")
    return tile
