"""Makes the lists that a network asked by clicks learns from, and is scored on.

    python scripts/click_data.py PREPARED COCO OUT

PREPARED holds what scripts/prepare_data.py wrote (voc_maps, voc_boxes, isic, nuclei), COCO is the
folder of COCO128. OUT receives train.txt, val.txt and a list for each kind of test picture, all of
instance files. An object of PASCAL VOC is what a map says of its label within its box, where no
other box of that label lies over it. Of COCO128, which has no parts, every fifth picture is for
tests and none for validation. Nuclei, on few pictures, come several times in train.txt. Of small
objects of VOC and COCO train.txt has pictures of their own too, as they are seen when somebody asks
for them: a closer look at them and what is around them.
"""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.click.asking import closer_look
from engine.click.outline import Rect
from engine.formats import registry
from engine.formats.instances import write_instances
from engine.formats.labels_file import default_color, write_labels
from engine.formats.open_dataset import ReadOptions
from engine.formats.report import Report
from engine.formats.sample_files import read_ids, read_label_map, read_yolo
from engine.formats.txt_list import read_list, write_list
from engine.regions.crops import bounds, clip_mask, crop, tight
from engine.regions.masks import region_to_mask
from engine.sources.picture import read_picture
from engine.values import IGNORE, Annotation, Box, Label, Mask

LEAST_SHARE = 0.2
"""Of its box that an object must fill."""
MOST_SHARED = 0.1
"""Of an object's box that may lie under another one of its label."""
SMALLEST = 100
"""Pixels: smaller objects of COCO and VOC are nothing that anybody outlines."""
NUCLEI_TIMES, COCO_TIMES = 4, 2
LESIONS = {"train": 450, "val": 60, "test": None}
COCO_PART = 5
MOST_LOOKS = 2
"""Closer looks at one picture."""
LEAST_SIDE = 80
"""Pixels of a closer look: below, there is nothing more to see."""

OBJECT = 1
"""The label id of all that is asked for; 255 is to be ignored beside it."""
Objects = list[tuple[int, Mask]]
Lines = list[tuple[Path, Path]]


class Writer:
    """Writes instance files and remembers the lines of each list."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self.lines: dict[str, Lines] = {}

    def add(self, part: str, image: Path, size_hw: tuple[int, ...], objects: Objects) -> None:
        """One picture, if anything in it is not to be ignored."""
        if any(label_id != IGNORE for label_id, _ in objects):
            label = self._out / "labels" / f"{part}_{image.stem}.json"
            annotations = [Annotation(mask, label_id) for label_id, mask in objects]
            write_instances(label, (size_hw[0], size_hw[1]), annotations)
            self.lines.setdefault(part, []).append((image, label))

    def add_looks(self, part: str, image: Path, size_hw: tuple[int, ...], objects: Objects) -> None:
        """A picture of each of the smallest objects with its surroundings, cut out of this one."""
        pixels, least = read_picture(image), (LEAST_SIDE, LEAST_SIDE)
        asked = [mask for label_id, mask in objects if label_id != IGNORE]
        looks = [rect for mask in asked if (rect := closer_look(bounds(mask), size_hw, least))]
        looks.sort(key=lambda rect: rect[2] - rect[0])
        for number, rect in enumerate(looks[:MOST_LOOKS]):
            cut = self._out / "looks" / f"{part}_{image.stem}_{number}.png"
            shown = pixels[rect[1] : rect[3], rect[0] : rect[2]]
            cv2.imwrite(str(cut), cv2.cvtColor(shown, cv2.COLOR_RGB2BGR))
            inside = [(label_id, moved(mask, rect)) for label_id, mask in objects]
            seen = [
                (label_id, mask)
                for label_id, mask in inside
                if mask and (label_id == IGNORE or mask.pixels.sum() >= SMALLEST)
            ]
            self.add(part, cut, shown.shape, seen)


def moved(mask: Mask, rect: Rect) -> Mask | None:
    """What a part of the picture shows of an object, in that part's pixels."""
    left, top, right, bottom = rect
    there = Mask(mask.left - left, mask.top - top, mask.pixels)
    return clip_mask(there, (bottom - top, right - left))


def voc(prepared: Path, split: str, writer: Writer, part: str) -> None:
    """Objects from the label maps and boxes of PASCAL VOC."""
    boxes = {e.image.stem: e.label for e in read_list(prepared / f"voc_boxes/{split}.txt").entries}
    for entry in read_list(prepared / f"voc_maps/{split}.txt", strict=True).entries:
        label = boxes.get(entry.image.stem)
        if label is None:
            continue
        assert isinstance(entry.label, Path)
        assert isinstance(label, Path)
        ids = read_label_map(entry.label, frozenset()).ids
        xyxy, labels = read_yolo(label, ids.shape)
        found = [(OBJECT, mask) for mask in _in_boxes(ids, xyxy, labels)]
        if (ignored := tight(crop(0, 0, ids == IGNORE))) is not None:
            found.append((IGNORE, ignored))
        writer.add(part, entry.image, ids.shape, found)
        if split == "train":
            writer.add_looks(part, entry.image, ids.shape, found)


def _in_boxes(
    ids: NDArray[np.uint8], xyxy: NDArray[np.float32], labels: NDArray[np.int64]
) -> Iterator[Mask]:
    for number, (box, label) in enumerate(zip(xyxy, labels, strict=True)):
        area = float((box[2] - box[0]) * (box[3] - box[1]))
        others = np.delete(xyxy[labels == label], int((labels[:number] == label).sum()), 0)
        low, high = np.maximum(others[:, :2], box[:2]), np.minimum(others[:, 2:], box[2:])
        if ((high - low).clip(0).prod(1) > MOST_SHARED * area).any():
            continue
        left, top = (int(v) for v in np.floor(box[:2]))
        right, bottom = (int(v) for v in np.ceil(box[2:]))
        inside = ids[max(top, 0) : bottom, max(left, 0) : right] == label
        mask = tight(crop(max(left, 0), max(top, 0), inside)) if inside.any() else None
        if mask is not None and mask.pixels.sum() >= max(SMALLEST, LEAST_SHARE * area):
            yield mask


def lesions(prepared: Path, split: str, writer: Writer, part: str, most: int | None = None) -> None:
    """The one object of each picture of ISIC."""
    for entry in read_list(prepared / f"isic/{split}.txt", strict=True).entries[:most]:
        assert isinstance(entry.label, Path)
        numbers, _ = read_ids(entry.label)
        mask = tight(crop(0, 0, numbers > 0))
        objects = [(OBJECT, mask)] if mask is not None else []
        writer.add(part, entry.image, numbers.shape, objects)


def nuclei(prepared: Path, split: str, writer: Writer, part: str, times: int = 1) -> None:
    """The instances there are, as they are."""
    entries = read_list(prepared / f"nuclei/{split}.txt", strict=True).entries
    lines = [(e.image, e.label) for e in entries if isinstance(e.label, Path)]
    writer.lines.setdefault(part, []).extend(lines * times)


def coco(folder: Path, writer: Writer) -> None:
    """Objects of COCO128 that are neither crowds nor tiny."""
    reader = registry.get("coco").open
    assert reader is not None
    opened = reader(folder, ReadOptions())
    frames = sorted(opened.frame_ids, key=lambda frame: frame.path)
    for number, frame in enumerate(frames):
        sample = opened.read(frame, Report())
        found = [
            region_to_mask(a.region, sample.size_hw)
            for a in sample.annotations
            if not isinstance(a.region, Box) and a.label_id != IGNORE
        ]
        large = [(OBJECT, mask) for mask in found if mask and mask.pixels.sum() >= SMALLEST]
        is_test = number % COCO_PART == 0
        writer.add("test_coco" if is_test else "coco", Path(frame.path), sample.size_hw, large)
        if not is_test:
            writer.add_looks("coco", Path(frame.path), sample.size_hw, large)


def main() -> None:
    """Make all lists anew."""
    prepared, folder, out = (Path(a).resolve() for a in sys.argv[1:4])
    shutil.rmtree(out, ignore_errors=True)
    for name in ("labels", "looks"):
        (out / name).mkdir(parents=True)
    write_labels(out / "labels.txt", [Label(OBJECT, "object", default_color(OBJECT))])
    writer = Writer(out)
    for split in ("train", "val", "test"):
        test = split == "test"
        voc(prepared, split, writer, "test_voc" if test else split)
        lesions(prepared, split, writer, "test_lesions" if test else split, LESIONS[split])
        times = NUCLEI_TIMES if split == "train" else 1
        nuclei(prepared, split, writer, "test_nuclei" if test else split, times)
    coco(folder, writer)
    writer.lines["train"] += writer.lines.pop("coco", []) * COCO_TIMES
    for part, lines in writer.lines.items():
        write_list(out / f"{part}.txt", lines, absolute=True)
        print(f"{part}: {len(lines)} pictures")


if __name__ == "__main__":
    main()
