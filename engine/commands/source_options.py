"""How a live Source is named in the terminal."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.errors import SourceError

if TYPE_CHECKING:
    from engine.sources.source import SourceName

SourceArgument = Annotated[
    str, typer.Argument(help="A camera's number, a file, an address, or screen:x,y,w,h.")
]
WatchOption = Annotated[
    bool, typer.Option(help="SOURCE is a folder: show new pictures as they arrive.")
]
SizeOption = Annotated[str, typer.Option(help="Wish for this size of a camera: 1280x720.")]
RateOption = Annotated[float, typer.Option(min=0, help="Wish for so many pictures a second.")]


def source_name(source: str, watch: bool, size: str, rate: float) -> "SourceName":
    """What these options name."""
    from engine.sources.camera_list import size_of
    from engine.sources.watched import WatchedFolder
    from engine.sources.webcam import CameraSpec

    if source.isdecimal():
        return CameraSpec(int(source), "", size_of(size) if size else None, rate or None)
    if size or rate:
        raise SourceError(
            f"{source} is no camera: its size and rate cannot be chosen.", hint="Leave them out."
        )
    return WatchedFolder(Path(source)) if watch else source
