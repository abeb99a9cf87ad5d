"""Tracks of a CVAT video file: what is shown in each frame, interpolated between key frames.

Every shape that the file lists is a key. A track goes on from one key to the next, and from the
last one to the end of the video, unless a key says `outside`. Boxes, and outlines of equally many
points, move in straight lines; a mask, or another outline, stays as it is until the next key.
"""

from bisect import bisect_right
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from engine.formats.cvat_shapes import LOST, READ, Attributes, attributes_of, region_of, z_of
from engine.formats.read_sample import whole
from engine.formats.report import Report
from engine.tracks.interpolate import straight_between
from engine.values import Region


@dataclass(frozen=True, slots=True)
class Key:
    """One shape as it is listed; no Region where the track is outside the picture."""

    frame: int
    region: Region | None
    z: int = 0
    attributes: Attributes = ()
    how: str = ""
    is_key: bool = True
    """False where the file says itself that it is interpolated."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An object in one frame; `is_key` where somebody said of this very frame where it is."""

    region: Region
    z: int
    attributes: Attributes
    how: str
    is_key: bool


@dataclass(frozen=True, slots=True)
class Track:
    """The keys of one object, by frame; a number below 0 is that of an object without a track."""

    number: int
    label: str
    keys: tuple[Key, ...]
    frames: tuple[int, ...]

    def at(self, frame: int) -> Shown | None:
        """The object in a frame; None where it is not to be seen."""
        after = bisect_right(self.frames, frame)
        if after == 0 or (region := self.keys[after - 1].region) is None:
            return None
        key = self.keys[after - 1]
        how = key.how
        if key.frame < frame and after < len(self.keys):
            later = self.keys[after]
            if later.region is not None:
                part = (frame - key.frame) / (later.frame - key.frame)
                region, trouble = between(region, later.region, part)
                how = how or trouble
        return Shown(region, key.z, key.attributes, how, key.is_key and key.frame == frame)


def between(region: Region, later: Region, part: float) -> tuple[Region, str]:
    """What lies that part of the way to a later Region, and why it does not where it cannot."""
    straight = straight_between(region, later, part)
    if straight is not None:
        return straight, ""
    return region, "as in the key frame before: its outline is not interpolated"


def read_track(element: Element, index: int, name: str, report: Report) -> Track | None:
    """One track; keys that are damaged are skipped, None where nothing is left."""
    label = " ".join((element.get("label") or "").split())
    try:
        number = whole(element.get("id") or index, "its id")
        if not label:
            raise ValueError("its label is missing")
    except ValueError as error:
        report.skip(name, f"track {index}", str(error))
        return None
    keys: dict[int, Key] = {}
    inherited = {k: v for k in ("group_id", "source") if (v := (element.get(k) or "").strip())}
    for child in element:
        if child.tag in LOST:
            report.skip(name, f"track {number}", LOST[child.tag])
        elif child.tag in READ:
            for field, value in inherited.items():
                child.attrib.setdefault(field, value)
            try:
                key = _key(child)
            except ValueError as error:
                report.skip(name, f"track {number}, frame {child.get('frame')}", str(error))
            else:
                keys[key.frame] = key
    frames = tuple(sorted(keys))
    if not frames:
        return None
    return Track(number, label, tuple(keys[f] for f in frames), frames)


def _key(element: Element) -> Key:
    frame = whole(element.get("frame"), "its frame")
    if frame < 0:
        raise ValueError(f"its frame is {frame}")
    if element.get("outside") == "1":
        return Key(frame, None)
    region, how = region_of(element)
    is_key = element.get("keyframe") != "0"
    return Key(frame, region, z_of(element), attributes_of(element), how, is_key)
