"""Saves a camera's frame as a picture of the project; the work of a Job."""

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from engine import folders
from engine.errors import SourceError
from engine.files import replacing
from engine.jobs import CancelToken, Progress
from engine.values import Frame, FrameId, Prediction

if TYPE_CHECKING:
    from engine.pipeline.live import LiveResult

translate = QCoreApplication.translate


def save_frame(
    shot: "LiveResult", name: str, folder: Path, progress: Progress, cancel: CancelToken
) -> "LiveResult":
    """Write a camera's frame as a PNG into the project; gives the shot under its new name."""
    from PIL import Image

    stem = "".join(c if c.isalnum() or c in "-_" else "_" for c in Path(name).stem)
    stem += time.strftime("-%Y%m%d-%H%M%S")  # A camera counts from 0 each time.
    path = folder / folders.FROZEN / f"{stem}_{shot.frame.id.index:06d}.png"
    try:
        with replacing(path) as temporary:
            Image.fromarray(shot.frame.pixels).save(temporary, format="PNG", compress_level=3)
    except OSError as error:
        message = translate("live", "Cannot save the frame: {0}.").format(error.strerror or error)
        hint = translate(
            "live", "Free some space, or open the video from a folder you may write to."
        )
        raise SourceError(message, hint=hint) from error
    frame_id = FrameId(str(path))
    frame = Frame(frame_id, shot.frame.pixels)
    prediction: Prediction | None = shot.prediction
    if prediction is not None:
        prediction = replace(prediction, frame_id=frame_id)
    return replace(shot, frame=frame, prediction=prediction)
