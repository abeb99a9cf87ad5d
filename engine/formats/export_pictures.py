"""What an export needs of the pictures themselves: size, fingerprint, frames of videos."""

from pathlib import Path

from engine import endings
from engine.formats.duplicates import Fingerprint, fingerprint
from engine.formats.pictures import write_picture
from engine.sources.picture import picture_size, read_thumbnail
from engine.sources.video import VideoSource
from engine.values import Frame, FrameId


class PictureReader:
    """Reads pictures and the frames of videos; keeps the last video open."""

    def __init__(self) -> None:
        self._path = ""
        self._video: VideoSource | None = None
        self._frame: Frame | None = None

    def close(self) -> None:
        """Close the video."""
        if self._video is not None:
            self._video.close()
        self._path, self._video, self._frame = "", None, None

    def is_video(self, frame_id: FrameId) -> bool:
        """Whether the frame comes from a video file."""
        return Path(frame_id.path).suffix.lower() in endings.VIDEOS

    def size_hw(self, frame_id: FrameId) -> tuple[int, int]:
        """Height and width, upright. SourceError where there is no such picture."""
        if self.is_video(frame_id):
            return self._read(frame_id).size_hw
        return picture_size(Path(frame_id.path))

    def fingerprint(self, frame_id: FrameId) -> Fingerprint:
        """The picture made small, to find near duplicates."""
        return fingerprint(read_thumbnail(Path(frame_id.path), 64))

    def write(self, frame_id: FrameId, target: Path) -> None:
        """Write one frame of a video as PNG."""
        write_picture(target, self._read(frame_id).pixels)

    def _read(self, frame_id: FrameId) -> Frame:
        if self._frame is not None and self._frame.id == frame_id:
            return self._frame
        if self._video is None or self._path != frame_id.path:
            self.close()
            self._path, self._video = frame_id.path, VideoSource(Path(frame_id.path))
        self._frame = self._video.read(frame_id.index)
        return self._frame
