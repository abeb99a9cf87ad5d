"""Which files are CVAT's, and whether they are about images or a video."""

import re
from pathlib import Path
from xml.etree.ElementTree import Element

from engine.formats.peek import files_in, folders_in, peek, spelled

_MOST_FILES = 200
_ROOT = re.compile(r"<annotations[\s>].*<(meta|image|track|version)[\s>]", re.DOTALL)
_OF_VIDEO = re.compile(r"<mode>interpolation</mode>|<track\s")


def recognise(path: Path) -> bool:
    """Whether this is a file about images, or a folder with one."""
    files = cvat_files(path)
    return bool(files) and not _is_of_video(files[0])


def recognise_video(path: Path) -> bool:
    """Whether this is a file about a video, or a folder with one."""
    files = cvat_files(path)
    return bool(files) and _is_of_video(files[0])


def cvat_files(path: Path) -> list[Path]:
    """The file itself; of a folder its `annotations.xml`, those of the folders in it and in these,
    or all of its files."""
    if not path.is_dir():
        return [path] if _is_cvat(path) else []
    level, usual = [path], []
    for _ in range(3):
        usual += [spelled(folder / "annotations.xml") for folder in level]
        level = [inner for folder in level for inner in folders_in(folder)][:_MOST_FILES]
    if found := [file for file in usual if _is_cvat(file)]:
        return found
    found = files_in(path, ".xml", _MOST_FILES)
    # Pascal VOC has as many files as pictures: the first one tells.
    return [p for p in found if _is_cvat(p)] if found and _is_cvat(found[0]) else []


def is_of_video(root: Element) -> bool:
    """Whether a task is about a video, also where nothing is drawn in it."""
    return any(mode.text == "interpolation" for mode in root.iter("mode"))


def _is_cvat(path: Path) -> bool:
    return bool(_ROOT.search(peek(path, ".xml")))


def _is_of_video(path: Path) -> bool:
    return bool(_OF_VIDEO.search(peek(path, ".xml")))
