"""CamVid as SegNet keeps it: `train/` and `trainannot/`, and so on for val and test.

A map is a grey PNG of label ids, pixel for pixel with its picture. `classes.txt` names the ids one
a line from 0 on; a void or unlabelled one is ignored. There is no background unless it is named.
"""

from collections.abc import Sequence
from pathlib import Path, PurePath

from engine.files import write_text
from engine.formats.color_table import table_file
from engine.formats.label_map_folder import ENDINGS, open_maps
from engine.formats.map_dataset import MapPlaces, ids_of, renumbered
from engine.formats.map_files import is_colored, write_grey_png
from engine.formats.map_pairs import ANNOT, first_map, named_after, with_options
from engine.formats.open_dataset import OpenDataset, ReadOptions
from engine.formats.registry import MASKS, Carries, Format, register
from engine.labels import BACKGROUND
from engine.values import IGNORE, Label, Sample


def open_dataset(path: Path, options: ReadOptions) -> OpenDataset:
    """The folder in which `train/` and `trainannot/` are."""
    return open_maps(path, with_options(path, options, named_after(path, ANNOT)))


def recognise(path: Path) -> bool:
    """Whether there is a folder X beside Xannot, which holds maps of ids."""
    is_one = path.is_dir() and table_file(path) is None
    found = first_map(named_after(path, ANNOT), ENDINGS) if is_one else None
    return found is not None and is_colored(found) is False


class CamvidWriter:
    """Grey maps, and `classes.txt` with a line for every id up to the highest."""

    def __init__(self, folder: Path, labels: Sequence[Label]) -> None:
        self._folder = folder
        self._labels = tuple(labels)
        self._void = max((label.id for label in labels), default=0) + 1
        self._places: dict[str, MapPlaces] = {}

    def picture_place(self, name: str, split: str) -> PurePath:
        """Each split is a folder; without splits all is `train`."""
        return PurePath(split or "train", name)

    def add(self, sample: Sample, picture: Path, split: str) -> None:
        """One map."""
        split = split or "train"
        places = self._places.setdefault(split, MapPlaces(self._folder, split))
        path = self._folder / f"{split}annot" / f"{places.stem(picture)}.png"
        table = renumbered({IGNORE: self._void})
        strips = (table[ids] for ids in ids_of(sample, self._labels))
        write_grey_png(path, sample.size_hw, strips)

    def finish(self) -> None:
        """Name the ids; those that no label has, too, as the line is the id."""
        names = {label.id: " ".join(label.name.split()) for label in self._labels}
        names = {0: BACKGROUND.name, **names, self._void: "Unlabelled"}
        lines = [names.get(i, f"unused_{i}") for i in range(self._void + 1)]
        write_text(self._folder / "classes.txt", "".join(f"{line}\n" for line in lines))


register(
    Format(
        "camvid",
        "CamVid",
        Carries(MASKS, ignored=True, is_layered=False),
        recognise,
        open_dataset,
        CamvidWriter,
    )
)
