"""Draws label maps inside boxes: more pictures for a segmenter than there are maps for.

    python scripts/masks_from_boxes.py BOXES MAPS OUT WEIGHTS    lists of boxes and of maps
    python scripts/masks_from_boxes.py --check BOXES MAPS WEIGHTS

OUT receives train.txt: the maps there are, and one drawn for each training picture that has boxes
only. A box is cut out by GrabCut (Rother et al., 2004); for labels that the WEIGHTS were trained
on, begun with what they find, and where the two disagree a pixel is ignored, as in "Simple Does
It" (Khoreva et al., 2017). What lies outside all boxes is background. `--check` draws inside the
boxes of the validation list and compares with the maps there.
"""

import shutil
import sys
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.evaluation.semantic import SemanticCounter
from engine.formats.labels_file import read_labels
from engine.formats.sample_files import read_ids, read_yolo, write_label_map
from engine.formats.txt_list import read_list, write_list
from engine.pipeline.pipeline import Pipeline
from engine.sources.picture import read_picture
from engine.thresholds import Thresholds
from engine.values import IGNORE, FrameId, LabelMap
from engine.weights.load import load

LEAST, MOST = 0.25, 0.97
"""A cut-out that fills less or more of its box than this is not believed."""
EDGE = 2
"""Pixels on each side of a drawn border that are ignored: GrabCut does not find it exactly."""
KNOWN = 60
"""Pictures with a label in the weights' training, from which on they are asked about it: those who
saw 33 cars found none."""
AROUND = 0.4
"""How much beyond a box GrabCut sees on each side, as a share of the side."""
ROUNDS = 4
"""Iterations of GrabCut."""


class Drawer:
    """Cuts out boxes with GrabCut and with a segmenter."""

    def __init__(self, pipeline: Pipeline) -> None:
        card = pipeline.weights.card
        self._pipeline = pipeline
        self._known = {x.id for x in card.labels if card.trained.get(x.name, 0) >= KNOWN}

    def draw(self, image: Path, label: Path) -> LabelMap:
        """Label ids (H, W) of a picture from the file of its boxes, the small ones on top."""
        pixels = read_picture(image)
        boxes, ids = read_yolo(label, pixels.shape[:2])
        found = self._found(pixels) if self._known & set(ids.tolist()) else None
        drawn = np.zeros(pixels.shape[:2], np.uint8)
        sizes = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
        for index in np.argsort(-sizes):
            number = int(ids[index])
            asked = found == number if found is not None and number in self._known else None
            _draw_one(drawn, pixels, window(boxes[index], pixels.shape), number, asked)
        return LabelMap(drawn)

    def _found(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        raw = self._pipeline.infer(pixels)
        found = self._pipeline.decode(raw, FrameId(""), Thresholds(conf=0.0)).label_map
        assert found is not None
        return found.ids


def window(box: NDArray[np.float32], shape: tuple[int, ...]) -> tuple[slice, slice]:
    """The pixels of a box x1 y1 x2 y2, at least one, within a picture of this shape."""
    x1, y1 = (int(np.clip(v, 0, shape[1 - i] - 1)) for i, v in enumerate(box[:2]))
    x2, y2 = (int(np.ceil(v)) for v in box[2:])
    return slice(y1, max(y1 + 1, y2)), slice(x1, max(x1 + 1, x2))


def _draw_one(
    drawn: NDArray[np.uint8],
    pixels: NDArray[np.uint8],
    where: tuple[slice, slice],
    label: int,
    asked: NDArray[np.bool_] | None,
) -> None:
    """Put one object into the map; its whole box is ignored if it cannot be cut out."""
    inside = np.zeros(drawn.shape, bool)
    inside[where] = True
    cut = cut_out(pixels, where, asked)
    share = cut[where].mean()
    if not LEAST <= share <= MOST:
        drawn[inside] = IGNORE
        return
    sure = cut if asked is None else cut & asked
    unsure = inside & (_edge(cut) if asked is None else cut ^ (asked & inside))
    drawn[unsure] = IGNORE
    drawn[sure & ~unsure] = label


def cut_out(
    pixels: NDArray[np.uint8], where: tuple[slice, slice], asked: NDArray[np.bool_] | None
) -> NDArray[np.bool_]:
    """The object (H, W) in a window, told by colour from what surrounds the window closely."""
    state = np.full(pixels.shape[:2], cv2.GC_BGD, np.uint8)
    state[where] = cv2.GC_PR_FGD
    if asked is not None and asked[where].mean() >= LEAST:
        state[where] = np.where(asked[where], cv2.GC_PR_FGD, cv2.GC_PR_BGD)
    near = tuple(
        slice(
            max(0, round(side.start - AROUND * (side.stop - side.start))),
            round(side.stop + AROUND * (side.stop - side.start)),
        )
        for side in where
    )
    models = np.zeros((1, 65)), np.zeros((1, 65))
    found = np.zeros(state.shape, bool)
    try:
        cut, _, _ = cv2.grabCut(
            np.ascontiguousarray(pixels[near]),
            np.ascontiguousarray(state[near]),
            None,
            *models,
            ROUNDS,
            cv2.GC_INIT_WITH_MASK,
        )
    except cv2.error:  # Too few pixels of one kind: the box is the whole picture.
        return found
    found[near] = np.isin(cut, (cv2.GC_FGD, cv2.GC_PR_FGD))
    return found


def _edge(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    kernel = np.ones((2 * EDGE + 1, 2 * EDGE + 1), np.uint8)
    numbers = mask.astype(np.uint8)
    found: NDArray[np.bool_] = np.not_equal(cv2.dilate(numbers, kernel), cv2.erode(numbers, kernel))
    return found


def labels_of(folder: Path) -> dict[int, str]:
    """The names of a dataset's labels by id."""
    found = read_labels(folder)
    assert found is not None
    return {label.id: label.name for label in found.labels}


def files_of(folder: Path, split: str) -> dict[Path, Path]:
    """The label file of each picture of a list."""
    entries = read_list(folder / f"{split}.txt", strict=True).entries
    return {entry.image: Path(entry.label) for entry in entries}


def check(drawer: Drawer, boxes: Path, maps: Path) -> None:
    """Print how well maps drawn in the boxes of the validation list agree with those there are."""
    names = labels_of(boxes)
    boxed, mapped = files_of(boxes, "val"), files_of(maps, "val")
    counter = SemanticCounter(len(names))
    for image in filter(mapped.__contains__, boxed):
        drawn, truth = drawer.draw(image, boxed[image]).ids, read_ids(mapped[image])[0].copy()
        truth[drawn == IGNORE] = IGNORE  # Such pixels teach nothing, so their truth does not count.
        counter.add(drawn, truth)
    scores = counter.scores()
    print(f"mIoU {scores.miou:.3f}, pixel accuracy {scores.pixel_accuracy:.3f}")
    print({name: round(iou, 2) for name, iou in zip(names.values(), scores.iou, strict=True)})


def write(drawer: Drawer, boxes: Path, maps: Path, out: Path) -> None:
    """The list of all maps there are for training, drawn ones last."""
    (out / "labels").mkdir(parents=True, exist_ok=True)
    shutil.copyfile(maps / "classes.txt", out / "classes.txt")
    mapped = files_of(maps, "train")
    pairs = list(mapped.items())
    for image, label in files_of(boxes, "train").items():
        if image not in mapped:
            target = out / "labels" / f"{image.stem}.png"
            write_label_map(target, drawer.draw(image, label))
            pairs.append((image, target))
    write_list(out / "train.txt", pairs, absolute=True)
    print(f"{out / 'train.txt'}: {len(mapped)} maps, {len(pairs) - len(mapped)} drawn")


def main() -> None:
    """Draw, or check what drawing is worth."""
    words = sys.argv[1:]
    is_check = words[0] == "--check"
    folders = [Path(word) for word in words[is_check:]]
    drawer = Drawer(Pipeline(load(folders[-1]), device="cpu"))
    if labels_of(folders[0]) != labels_of(folders[1]):
        sys.exit("The two lists name their labels differently.")
    if is_check:
        check(drawer, *folders[:2])
    else:
        write(drawer, *folders[:3])


if __name__ == "__main__":
    main()
