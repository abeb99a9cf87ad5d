"""CVAT XML 1.1: annotations of images, read and written, and of videos, read here.

A label of the type `tag` says something of the whole picture: its tags become attributes of the
Sample, `tag` with the label's name and the tag's own attributes by their names. See
`cvat_shapes.py` for the coordinates and `cvat_tracks.py` for what lies between key frames.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from xml.etree.ElementTree import Element

from engine import endings
from engine.attributes import Specs
from engine.errors import AppError
from engine.formats.cvat_elements import specs_in
from engine.formats.cvat_files import cvat_files, is_of_video, recognise
from engine.formats.cvat_shapes import LOST, READ, attributes_of, region_of, z_of
from engine.formats.cvat_tracks import Track, read_track
from engine.formats.cvat_writer import PICTURE, CvatWriter
from engine.formats.label_notes import LabelNotes
from engine.formats.open_dataset import OpenDataset, ReadOptions
from engine.formats.picture_names import PictureNames
from engine.formats.read_sample import LabelIds, Objects, size_hw, split_of, text, unreadable, whole
from engine.formats.registry import Carries, Format, register
from engine.formats.report import Report
from engine.plain_xml import read_xml
from engine.sources.video import VideoSource
from engine.tracks.keyframes import INTERPOLATED
from engine.values import Box, FrameId, Mask, Polygon, Polyline, Sample

_MOST_BYTES = 256 << 20
_MOST_FRAMES = 2_000_000
_COLOR = re.compile(r"#([0-9a-fA-F]{6})")


@dataclass(frozen=True, slots=True)
class _Video:
    """The tracks of one file, and the frames they are about."""

    path: Path
    pictures: dict[int, Path]
    tracks: tuple[Track, ...]
    size_hw: tuple[int, int] | None
    frames: range

    def frame_id(self, frame: int) -> FrameId:
        """A frame of the video, or the picture that was extracted from it."""
        found = self.pictures.get(frame)
        return FrameId(str(self.path), frame) if found is None else FrameId(str(found))


def open_dataset(path: Path, options: ReadOptions) -> OpenDataset:
    """One file, or those of a folder."""
    files = cvat_files(path)
    if not files:
        raise unreadable(path, "it holds no CVAT annotations")
    report, ids = Report(), LabelIds()
    images: dict[FrameId, list[Element]] = {}
    videos: dict[FrameId, tuple[_Video, int]] = {}
    splits: dict[str, list[FrameId]] = {}
    attributes: dict[int, Specs] = {}
    for file in files:
        root = read_xml(file, most=_MOST_BYTES)
        if root.tag != "annotations":
            raise unreadable(file, "its outermost element is no <annotations>")
        attributes |= _add_labels(root, ids)
        names = PictureNames(_folders(file, options))
        for frame_id, element in _images(root, names, file, report):
            images.setdefault(frame_id, []).append(element)
            where = PurePosixPath(element.get("name") or "").parts[:-1]
            if split := split_of(Path(element.get("subset") or (where[0] if where else ""))):
                splits.setdefault(split, []).append(frame_id)
        if (video := _video(root, file, names, report)) is not None:
            for name in (track.label for track in video.tracks):
                ids.add(name)
            found = {video.frame_id(frame): (video, frame) for frame in video.frames}
            videos |= found
            if split := _split_on_the_way(file, path):
                splits.setdefault(split, []).extend(found)

    def read(frame_id: FrameId, report: Report) -> Sample:
        if frame_id in images:
            return _read_image(frame_id, images[frame_id], ids, report)
        return _read_frame(frame_id, *videos[frame_id], ids, report)

    return OpenDataset(
        (*images, *videos),
        ids.labels,
        read,
        report,
        {split: tuple(dict.fromkeys(found)) for split, found in splits.items()},
        notes=LabelNotes(attributes),
    )


def _split_on_the_way(file: Path, root: Path) -> str:
    """The split that a folder between the root and the file is named after."""
    folders = file.parent.parts[len(root.parts) :]
    return next((split for name in folders if (split := split_of(Path(name)))), "")


def _folders(file: Path, options: ReadOptions) -> list[Path]:
    folders = [options.images] if options.images is not None else []
    return [*folders, file.parent / "images", file.parent]


def _add_labels(root: Element, ids: LabelIds) -> dict[int, Specs]:
    """Those that the file declares, then those that shapes have all the same. Gives what their
    objects may say of themselves."""
    meta, attributes = root.find("meta"), dict[int, Specs]()
    for found in meta.iter("label") if meta is not None else ():
        name = " ".join((found.findtext("name") or "").split())
        if name and (found.findtext("type") or "") != "tag":
            match = _COLOR.fullmatch((found.findtext("color") or "").strip())
            ids.add(name, _rgb(match[1]) if match else None)
            if name in ids and (specs := specs_in(found)):
                attributes[ids.id_of(name)] = specs
    for image in root.iterfind("image"):
        for shape in image:
            if shape.tag in READ and (name := " ".join((shape.get("label") or "").split())):
                ids.add(name)
    return attributes


def _rgb(digits: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(digits)
    return red, green, blue


def _images(
    root: Element, names: PictureNames, file: Path, report: Report
) -> Iterator[tuple[FrameId, Element]]:
    """The elements that say something of a picture."""
    named: list[tuple[str, Element]] = []
    for element in root.iterfind("image"):
        name = (element.get("name") or "").strip()
        if not name or "\0" in name:
            report.skip(file.name, f"image {element.get('id')}", "it has no name")
        else:
            named.append((name, element))
    places = names.places(name for name, _ in named)
    return ((FrameId(str(places[name])), element) for name, element in named)


def _read_image(
    frame_id: FrameId, elements: Sequence[Element], ids: LabelIds, report: Report
) -> Sample:
    objects = Objects(frame_id, report)
    attributes: list[tuple[str, str]] = []
    for shape in (s for element in elements for s in element):
        if shape.tag in READ:
            with objects.trying(f"{shape.tag} ({shape.get('label')})"):
                region, how = region_of(shape)
                label_id = ids.id_of(text(shape.get("label")))
                fields = {"z": z_of(shape), "attributes": attributes_of(shape)}
                objects.add(region, label_id, how=how, **fields)
        elif shape.tag in LOST:
            objects.skip(f"{shape.tag} ({shape.get('label')})", LOST[shape.tag])
        elif shape.tag == "tag":
            attributes += _tag(shape)
    stated = size_hw(elements[0].get("height"), elements[0].get("width"))
    return objects.sample(stated, attributes)


def _tag(element: Element) -> Iterator[tuple[str, str]]:
    name = " ".join((element.get("label") or "").split())
    if name and name != PICTURE:
        yield "tag", name
    for child in element.iterfind("attribute"):
        if key := (child.get("name") or "").strip():
            yield key, child.text or ""


def _read_frame(
    frame_id: FrameId, video: _Video, frame: int, ids: LabelIds, report: Report
) -> Sample:
    objects = Objects(frame_id, report)
    for track in video.tracks:
        with objects.trying(f"track {track.number} ({track.label})"):
            shown = track.at(frame)
            if shown is not None:
                label_id = ids.id_of(track.label)
                fields = {"z": shown.z, "attributes": shown.attributes}
                fields |= {"track": track.number} if track.number >= 0 else {}
                fields |= {} if shown.is_key else {"origin": INTERPOLATED}
                objects.add(shown.region, label_id, how=shown.how, **fields)
    return objects.sample(video.size_hw)


def _video(root: Element, file: Path, names: PictureNames, report: Report) -> _Video | None:
    elements = root.findall("track")
    if not elements and (root.find("image") is not None or not is_of_video(root)):
        return None
    read = (read_track(e, i, file.name, report) for i, e in enumerate(elements))
    tracks = tuple(track for track in read if track is not None)
    frames = _frames(root, tracks, file, report)
    path, pictures = _pictures(root, file, names, frames)
    size = next(root.iter("original_size"), None)
    stated = size_hw(size.findtext("height"), size.findtext("width")) if size is not None else None
    if stated is None and not pictures:
        stated = _video_hw(path)
    return _Video(path, pictures, tracks, stated, frames)


def _frames(root: Element, tracks: Sequence[Track], file: Path, report: Report) -> range:
    """The frames that were annotated: start, stop and step of the task, or as far as tracks go."""
    last = max((t.frames[-1] for t in tracks), default=-1)
    first, step = 0, 1
    for name in ("task", "job", "project/tasks/task"):
        task = root.find(f"meta/{name}")
        if task is None:
            continue
        try:
            first = whole(task.findtext("start_frame") or 0)
            match = re.search(r"step=(\d{1,6})", task.findtext("frame_filter") or "")
            step = max(int(match[1]), 1) if match else 1
            size = whole(task.findtext("size") or 0)
            stop = task.findtext("stop_frame")
            last = max(last, whole(stop) if stop else first + (size - 1) * step)
        except ValueError as error:
            report.notes.append(f"{file.name}: the task's frames cannot be read: {error}.")
        break
    if not 0 <= first <= last + 1 or last - first > _MOST_FRAMES * step:
        raise unreadable(file, f"its frames go from {first} to {last}")
    return range(first, last + 1, step)


def _pictures(
    root: Element, file: Path, names: PictureNames, frames: range
) -> tuple[Path, dict[int, Path]]:
    """The video, or the pictures that were extracted from it where it is not there."""
    source = next(root.iter("source"), None)
    name = ((source.text if source is not None else "") or "").strip().replace("\0", "")
    found = names.find(name) if name else None
    if found is None:
        near = [p for folder in names.folders for p in _videos(folder)]
        found = near[0] if len(set(near)) == 1 else None
    if found is not None and found.suffix.lower() not in endings.PICTURES:
        return found, {}
    extracted = {n: p for n in frames if (p := names.find(f"frame_{n:06d}")) is not None}
    return names.place(name or f"{file.stem}.mp4"), extracted


def _videos(folder: Path) -> list[Path]:
    if folder.is_file():
        return [folder]
    if not folder.is_dir():
        return []
    return [p for p in folder.iterdir() if p.suffix.lower() in endings.VIDEOS and p.is_file()]


def _video_hw(path: Path) -> tuple[int, int] | None:
    try:
        source = VideoSource(path)
        try:
            return source.read(0).size_hw
        finally:
            source.close()
    except AppError:
        return None


register(
    Format(
        "cvat",
        "CVAT XML",
        Carries(
            frozenset({Box, Polygon, Mask, Polyline}),
            holes=False,
            attributes=True,
            groups=True,
            sample_attributes=True,
            colors=True,
            lines=True,
            precision=1e-4,
        ),
        recognise,
        open_dataset,
        CvatWriter,
    )
)
