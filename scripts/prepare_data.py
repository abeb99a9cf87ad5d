"""Turns public data folders into the txt lists that configs/ names.

    python scripts/prepare_data.py DATA OUT

DATA holds isic2018/ (train, val and test.txt), bccd/ (Pascal VOC), voc_everyday/ (COCO boxes
and palette label maps), camvid/ (label maps) and dsb2018_nuclei/ (instance maps); whichever is
missing is skipped. OUT receives lists, labels.txt and label files; pictures stay where they are.
"""

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import cv2

from engine.formats import registry
from engine.formats.instances import write_instances
from engine.formats.labels_file import default_color, write_labels
from engine.formats.open_dataset import ReadOptions
from engine.formats.report import Report
from engine.formats.sample_files import read_ids, write_yolo
from engine.formats.txt_list import read_labels, read_list, write_list
from engine.regions.boxes import as_boxes
from engine.regions.crops import bounds, crop, tight
from engine.regions.masks import box_of
from engine.values import Annotation, Label

SPLITS = ("train", "val", "test")
CELLS = ("RBC", "WBC", "Platelets")


def label_rows(names: list[str] | tuple[str, ...], *, background: bool) -> list[Label]:
    """Labels with clear colors, ids from 1, and the background at 0 if wanted."""
    rows = [Label(i, name, default_color(i)) for i, name in enumerate(names, 1)]
    return [Label(0, "background", (0, 0, 0)), *rows] if background else rows


def prepare_isic(data: Path, out: Path) -> None:
    """Masks stay 0/255; labels.txt names id 1."""
    out.mkdir(parents=True, exist_ok=True)
    write_labels(out / "labels.txt", label_rows(["lesion"], background=True))
    for split in SPLITS:
        entries = read_list(data / f"{split}.txt", strict=True).entries
        write_list(out / f"{split}.txt", [(e.image, e.label) for e in entries], absolute=True)


def prepare_lesson_boxes(data: Path, out: Path) -> None:
    """The extent of each lesson's mask as the one box of its picture."""
    (out / "labels").mkdir(parents=True, exist_ok=True)
    write_labels(out / "labels.txt", label_rows(["lesion"], background=True))
    for split in SPLITS:
        pairs = []
        for entry in read_list(data / f"{split}.txt", strict=True).entries:
            assert isinstance(entry.label, Path)
            numbers, _ = read_ids(entry.label)
            found = tight(crop(0, 0, numbers > 0))
            boxes = as_boxes([bounds(found)] if found is not None else [])
            label = out / "labels" / f"{entry.image.stem}.txt"
            write_yolo(label, boxes, [1] * len(boxes), numbers.shape)
            pairs.append((entry.image, label))
        write_list(out / f"{split}.txt", pairs, absolute=True)


def prepare_bccd(data: Path, out: Path) -> None:
    """Pascal VOC boxes to YOLO files; the boxes without a size are left out."""
    write_boxes("voc", data, out, label_rows(CELLS, background=True))


def write_boxes(layout: str, data: Path, out: Path, labels: Sequence[Label]) -> None:
    """The boxes of a dataset as YOLO files, under the ids that these labels have."""
    (out / "labels").mkdir(parents=True, exist_ok=True)
    write_labels(out / "labels.txt", labels)
    reader = registry.get(layout).open
    assert reader is not None
    opened = reader(data, ReadOptions())
    by_name = {label.name: label.id for label in labels}
    ids = {label.id: by_name[label.name] for label in opened.labels if label.id}
    for split in SPLITS:
        pairs = []
        for frame_id in opened.splits[split]:
            sample = opened.read(frame_id, Report())
            boxes = as_boxes([box_of(a.region).xyxy for a in sample.annotations])
            label = out / "labels" / f"{Path(frame_id.path).stem}.txt"
            write_yolo(label, boxes, [ids[a.label_id] for a in sample.annotations], sample.size_hw)
            pairs.append((Path(frame_id.path), label))
        write_list(out / f"{split}.txt", pairs, absolute=True)


def prepare_label_maps(data: Path, out: Path) -> None:
    """Label maps as they are, named by their classes.txt."""
    out.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(data / "classes.txt", out / "classes.txt")
    for split in SPLITS:
        entries = read_list(data / f"{split}.txt", strict=True).entries
        write_list(out / f"{split}.txt", [(e.image, e.label) for e in entries], absolute=True)


def prepare_voc_boxes(data: Path, out: Path) -> None:
    """COCO boxes to YOLO files, label ids in the order of classes.txt."""
    named = read_labels(data / "classes.txt")
    assert named is not None
    write_boxes("coco", data, out, named.labels)


def prepare_nuclei(data: Path, out: Path) -> None:
    """Instance maps (0 is background, 1 to n the nuclei) to instance files."""
    (out / "labels").mkdir(parents=True, exist_ok=True)
    write_labels(out / "labels.txt", label_rows(["nucleus"], background=True))
    for split in SPLITS:
        pairs = []
        for entry in read_list(data / f"{split}.txt", strict=True).entries:
            numbers = cv2.imread(str(data / "instances" / entry.image.name), cv2.IMREAD_UNCHANGED)
            assert numbers is not None
            masks = [tight(crop(0, 0, numbers == n)) for n in range(1, int(numbers.max()) + 1)]
            annotations = [Annotation(mask, 1) for mask in masks if mask is not None]
            label = out / "labels" / f"{entry.image.stem}.json"
            write_instances(label, (numbers.shape[0], numbers.shape[1]), annotations)
            pairs.append((entry.image, label))
        write_list(out / f"{split}.txt", pairs, absolute=True)


def main() -> None:
    """Prepare every data folder that is there."""
    data, out = (Path(a).resolve() for a in sys.argv[1:3])
    for source, name, prepare in (
        ("isic2018", "isic", prepare_isic),
        ("isic2018", "isic_boxes", prepare_lesson_boxes),
        ("bccd", "bccd", prepare_bccd),
        ("voc_everyday", "voc_maps", prepare_label_maps),
        ("voc_everyday", "voc_boxes", prepare_voc_boxes),
        ("camvid", "camvid", prepare_label_maps),
        ("dsb2018_nuclei", "nuclei", prepare_nuclei),
    ):
        if (data / source).is_dir():
            prepare(data / source, out / name)
            print(f"{name}: {out / name}")


if __name__ == "__main__":
    main()
