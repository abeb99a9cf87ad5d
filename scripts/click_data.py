"""Makes the lists that a network asked by clicks learns from, and is scored on.

    python scripts/click_data.py PREPARED COCO OUT

PREPARED holds what scripts/prepare_data.py wrote (voc_maps, voc_boxes, isic, nuclei), COCO is the
folder of COCO128. OUT receives train.txt, val.txt and a list for each kind of test picture, all of
instance files. An object of PASCAL VOC is what a map says of its label within its box, where no
other box of that label lies over it. Of COCO128, which has no parts, every fifth picture is for
tests and none for validation. Nuclei, on few pictures, come several times in train.txt.
"""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.formats import registry
from engine.formats.instances import write_instances
from engine.formats.labels_file import default_color, write_labels
from engine.formats.open_dataset import ReadOptions
from engine.formats.report import Report
from engine.formats.sample_files import read_ids, read_label_map, read_yolo
from engine.formats.txt_list import read_list, write_list
from engine.regions.crops import crop, tight
from engine.regions.masks import region_to_mask
from engine.values import IGNORE, Annotation, Box, Label, Mask

LEAST_SHARE = 0.2
"""Of its box that an object must fill."""
MOST_SHARED = 0.1
"""Of an object's box that may lie under another one of its label."""
SMALLEST = 100
"""Pixels: smaller objects of COCO and VOC are nothing that anybody outlines."""
NUCLEI_TIMES, COCO_TIMES = 4, 2
LESIONS_OF_VAL = 60
COCO_PART = 5

Lines = list[tuple[Path, Path]]


class Writer:
    """Writes instance files and remembers the lines of each list."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self.lines: dict[str, Lines] = {}

    def add(self, part: str, image: Path, size_hw: tuple[int, ...], masks: list[Mask]) -> None:
        """One picture with its objects, if it has any."""
        if masks:
            label = self._out / "labels" / f"{part}_{image.stem}.json"
            annotations = [Annotation(mask, 1) for mask in masks]
            write_instances(label, (size_hw[0], size_hw[1]), annotations)
            self.lines.setdefault(part, []).append((image, label))


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
        found = list(_in_boxes(ids, xyxy, labels))
        writer.add(part, entry.image, ids.shape, found)


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
        writer.add(part, entry.image, numbers.shape, [mask] if mask is not None else [])


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
        masks = [mask for mask in found if mask is not None and mask.pixels.sum() >= SMALLEST]
        is_test = number % COCO_PART == 0
        writer.add("test_coco" if is_test else "coco", Path(frame.path), sample.size_hw, masks)


def main() -> None:
    """Make all lists anew."""
    prepared, folder, out = (Path(a).resolve() for a in sys.argv[1:4])
    shutil.rmtree(out, ignore_errors=True)
    (out / "labels").mkdir(parents=True)
    write_labels(out / "labels.txt", [Label(1, "object", default_color(1))])
    writer = Writer(out)
    for split in ("train", "val", "test"):
        test = split == "test"
        voc(prepared, split, writer, "test_voc" if test else split)
        most = LESIONS_OF_VAL if split == "val" else None
        lesions(prepared, split, writer, "test_lesions" if test else split, most)
        times = NUCLEI_TIMES if split == "train" else 1
        nuclei(prepared, split, writer, "test_nuclei" if test else split, times)
    coco(folder, writer)
    writer.lines["train"] += writer.lines.pop("coco", []) * COCO_TIMES
    for part, lines in writer.lines.items():
        write_list(out / f"{part}.txt", lines, absolute=True)
        print(f"{part}: {len(lines)} pictures")


if __name__ == "__main__":
    main()
