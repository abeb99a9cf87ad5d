"""Instance PNGs (read): `images/` and `instances/`, pixel value = number of the object, 0 = none.

8 or 16 bits; every number is one object of the label that `labels.txt` or `classes.txt` names
first, or of `object`. A map is as large as its picture, pixel for pixel.
"""

from pathlib import Path

from engine.errors import DatasetError
from engine.formats.label_map_folder import names_of
from engine.formats.map_files import MapFile, is_colored, read_map_file
from engine.formats.map_pairs import INSTANCES, beside, first_map, pairs_of, with_options
from engine.formats.open_dataset import OpenDataset, ReadOptions
from engine.formats.read_sample import LabelIds, Objects
from engine.formats.registry import MASKS, Carries, Format, register
from engine.formats.report import Report
from engine.labels import is_background
from engine.regions.numbered import Runs, masks_of_runs, runs_of
from engine.values import FrameId, Sample

ENDINGS = (".png", ".tif", ".tiff")
_MOST_OBJECTS = 100_000


def open_dataset(path: Path, options: ReadOptions) -> OpenDataset:
    """A folder with pictures and instance maps."""
    report = Report()
    pairs = pairs_of(with_options(path, options, beside(path, INSTANCES)), ENDINGS, report)
    named = names_of(path)
    names = [x.name for x in named.labels if not is_background(x)] if named is not None else []
    ids = LabelIds([names[0] if names else "object"])
    maps = {FrameId(str(pair.picture)): pair.map for pair in pairs}
    splits: dict[str, list[FrameId]] = {}
    for pair in pairs:
        if pair.split:
            splits.setdefault(pair.split, []).append(FrameId(str(pair.picture)))

    def read(frame_id: FrameId, report: Report) -> Sample:
        objects = Objects(frame_id, report)
        path = maps[frame_id]
        found = read_map_file(path)
        for mask in masks_of_runs(_runs(path, found)):
            objects.add(mask, 1)
        return objects.sample(found.size_hw)

    return OpenDataset(
        tuple(maps), ids.labels, read, report, {k: tuple(v) for k, v in splits.items()}
    )


def recognise(path: Path) -> bool:
    """Whether there are instance maps beside pictures."""
    found = first_map(beside(path, INSTANCES), ENDINGS) if path.is_dir() else None
    return found is not None and is_colored(found) is False


def _runs(path: Path, found: MapFile) -> Runs:
    if found.is_colored:
        hint = "Save the objects' numbers in one channel of 8 or 16 bits."
        raise DatasetError(f"{path.name} is a color picture.", hint=hint)
    runs = runs_of(found.strips())
    if (count := len(runs.objects)) > _MOST_OBJECTS:
        raise DatasetError(f"{path.name} holds {count} objects.", hint="Cut it into parts.")
    return runs


register(
    Format("instance_png", "Instance PNG", Carries(MASKS, holes=True), recognise, open_dataset)
)
