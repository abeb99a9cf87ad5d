"""Which picture files are labels of others: told by their names, without decoding any.

Label maps lie in folders that are named for it (`masks`, `SegmentationClass`, `trainannot`), or
beside their pictures under the same stem. One whose picture is not there is shown as a picture.
"""

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

Names = Mapping[str, list[str]]
"""The names of picture files by folder: its path below the root, "" for the root itself."""

_LABEL_FOLDER = re.compile(
    r"(?:.*[_\- ])?(?:[a-z]*labels?|masks?|[a-z]*annots?|annotations?|instances?|gt|gtfine|gtcoarse"
    r"|ground_?truths?|truth|panoptic|seg|segm|segmentations?|segmentation(?:class|object)\w*"
    r"|label_?(?:maps?|ids)|overlays?|predictions?)(?:[_\- ].*)?"
)
_PICTURE_FOLDERS = {
    *("image", "images", "img", "imgs", "jpegimages", "leftimg8bit", "photos", "pictures", "rgb"),
}
_LABEL_ENDS = re.compile(
    r"[_\- ](?:masks?|seg|segm|segmentation|labels?|labelids|labeltrainids|instanceids|gt|gtfine"
    r"|gtcoarse|ground_?truth|annot|annotation|superpixels|trimap)(?:[_\- ]?\d+)?"
)
_VAGUE_ENDS = re.compile(r"[_\- ](?:l|color|colors|matte|instances?)")
_PICTURE_ENDS = re.compile(r"[_\- ](?:leftimg8bit|image|img|rgb|sat)")
_JPEGS = (".jpg", ".jpeg", ".jpe", ".jfif")
_LOSSLESS = (".png", ".bmp", ".tif", ".tiff", ".gif")
_LOOKED_AT = 8
_SHARE = 0.5  # So many of a folder's stems make it the label folder that its name says.
_GREY, _PALETTE = 0, 3  # Kinds of colour in a PNG's header.


def without_labels(root: str, found: Names) -> dict[str, list[str]]:
    """The same without label maps."""
    kept = {folder: _beside_none(os.path.join(root, folder), found[folder]) for folder in found}
    if len(kept) < 2:
        return kept
    named = {folder for folder in kept if _is_named_for_labels(folder)}
    stems = {_picture_stem(n) for folder in kept if folder not in named for n in kept[folder]}
    labels = {
        folder
        for folder in named
        if _lies_beside_pictures(folder, kept.keys() - named)
        or _share(kept[folder], stems) >= _SHARE
    }
    labels |= _unnamed(root, {f: names for f, names in kept.items() if f not in named})
    return {folder: names for folder, names in kept.items() if folder not in labels}


def _beside_none(folder: str, names: list[str]) -> list[str]:
    """Without those that lie beside their picture: a_mask.png and a.jpg, or a.png and a.jpg."""
    written = "\0".join(names).lower()  # Searched once: most folders have none of it.
    dropped: set[str] = set()
    if any(ending in written for ending in _LOSSLESS) and any(e in written for e in _JPEGS):
        jpegs = {_stem(name) for name in names if name.lower().endswith(_JPEGS)}
        same = [n for n in names if n.lower().endswith(_LOSSLESS) and _stem(n) in jpegs]
        dropped = set(same) if _have_one_channel(folder, same) else set()
    if _LABEL_ENDS.search(written):
        stems = {_picture_stem(name) for name in names}
        cut = ((name, _cut(_stem(name), _LABEL_ENDS)) for name in names)
        dropped |= {name for name, stem in cut if stem != _stem(name) and stem in stems}
    return [name for name in names if name not in dropped] if dropped else names


def _is_named_for_labels(folder: str) -> bool:
    return any(_LABEL_FOLDER.fullmatch(part.lower()) for part in folder.split(os.sep))


def _lies_beside_pictures(folder: str, others: Iterable[str]) -> bool:
    """Whether a folder beside the label folder says that it holds the pictures."""
    parts = folder.split(os.sep)
    place = next(i for i, part in enumerate(parts) if _LABEL_FOLDER.fullmatch(part.lower()))
    siblings = {
        other.split(os.sep)[place].lower()
        for other in others
        if other.split(os.sep)[:place] == parts[:place] and len(other.split(os.sep)) > place
    }
    return bool(siblings & _PICTURE_FOLDERS)


def _unnamed(root: str, found: Names) -> set[str]:
    """Folders whose files all belong to JPEGs of other folders and have one channel only."""
    jpegs = {_stem(n) for names in found.values() for n in names if n.lower().endswith(_JPEGS)}
    if not jpegs:
        return set()
    return {
        folder
        for folder, names in found.items()
        if all(name.lower().endswith(_LOSSLESS) for name in names)
        and _share(names, jpegs) == 1
        and _have_one_channel(os.path.join(root, folder), names)
    }


def _share(names: list[str], stems: set[str]) -> float:
    """How many of these belong to one of the stems."""
    hits = sum(_stem(name) in stems or _label_stem(name) in stems for name in names)
    return hits / len(names) if names else 0.0


def _stem(name: str) -> str:
    return os.path.splitext(name)[0].lower()


def _label_stem(name: str) -> str:
    """The stem of the picture that a label map's name says it belongs to."""
    stem, before = _stem(name), ""
    while stem != before:
        before = stem
        for ends in (_LABEL_ENDS, _VAGUE_ENDS):
            stem = _cut(stem, ends)
    return stem


def _picture_stem(name: str) -> str:
    return _cut(_stem(name), _PICTURE_ENDS)


def _cut(stem: str, ends: re.Pattern[str]) -> str:
    at = max(stem.rfind(mark) for mark in "_- ")
    for start in (at, max(stem.rfind(mark, 0, max(at, 0)) for mark in "_- ")):
        if start > 0 and ends.fullmatch(stem, start):
            return stem[:start]
    return stem


def _have_one_channel(folder: str, names: list[str]) -> bool:
    """Whether these are PNGs of one channel or a palette, told from some of their headers."""
    step = max(1, len(names) // _LOOKED_AT)
    return bool(names) and all(_has_one_channel(os.path.join(folder, n)) for n in names[::step])


def _has_one_channel(path: str) -> bool:
    if not path.lower().endswith(".png") or not os.path.isfile(path):
        return False
    try:
        with Path(path).open("rb") as file:
            start = file.read(26)
    except OSError:
        return False
    return start[:4] == b"\x89PNG" and start[25:26] in (bytes([_GREY]), bytes([_PALETTE]))
