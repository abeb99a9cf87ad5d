"""CVAT XML 1.1 of videos: tracks through the frames of one, written frame by frame.

It is read as that of images is, see `cvat.py`; `cvat_tracks.py` says what lies between key frames,
and `cvat_video_writer.py` how tracks are written.
"""

from engine.formats.cvat import open_dataset
from engine.formats.cvat_files import recognise_video
from engine.formats.cvat_video_writer import CvatVideoWriter
from engine.formats.registry import Carries, Elsewhere, Format, register
from engine.values import Box, Mask, Polygon, Polyline

register(
    Format(
        "cvat_video",
        "CVAT XML of videos",
        Carries(
            frozenset({Box, Polygon, Mask, Polyline}),
            holes=False,
            tracks=True,
            attributes=True,
            groups=True,
            colors=True,
            lines=True,
            elsewhere=Elsewhere.NOWHERE,
            precision=1e-4,
        ),
        recognise_video,
        open_dataset,
        CvatVideoWriter,
    )
)
