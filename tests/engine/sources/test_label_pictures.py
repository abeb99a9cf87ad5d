from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.sources.folder import list_pictures

DATA = Path(__file__).parents[4] / "shared" / "data"


def make(root: Path, *names: str, mode: str = "RGB") -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.zeros((2, 2), np.uint8)).convert(mode).save(root / name)


def shown(root: Path) -> list[str]:
    return [Path(p).relative_to(root).as_posix() for p in list_pictures(root, recursive=True)]


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared data sets are not here")
@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("coco128", 88),
        ("bccd", 364),
        ("camvid", 701),
        ("isic2018", 1200),
        ("dsb2018_nuclei", 110),
        ("voc_everyday", 2580),
    ],
)
def test_every_picture_of_a_real_data_set_and_no_label(name: str, count: int) -> None:
    assert len(list_pictures(DATA / name, recursive=True)) == count


@pytest.mark.parametrize(
    ("pictures", "labels"),
    [
        (("JPEGImages/a.jpg",), ("SegmentationClass/a.png", "SegmentationObject/a.png")),
        (("train/a.jpg", "val/b.jpg"), ("trainannot/a.png", "valannot/b.png")),
        (("img/a.png",), ("masks/a_mask.png", "masks/left_over.png")),
        (("a/x.png",), ("a_labels/x.bmp",)),
        (
            ("leftImg8bit/val/ulm/ulm_0_leftImg8bit.png",),
            ("gtFine/val/ulm/ulm_0_gtFine_color.png", "gtFine/val/ulm/ulm_0_gtFine_labelIds.png"),
        ),
        (("ab12/images/ab12.png",), ("ab12/masks/77.png", "ab12/masks/78.png")),
        (("a_sat.jpg", "b_sat.jpg"), ("a_mask.png", "b_mask.png")),
        (("a.jpg",), ("a_segmentation.png", "a_superpixels.png")),
        (("x.png",), ("Ground Truth/x.png",)),
    ],
)
def test_label_maps_are_not_shown(tmp_path: Path, pictures: tuple, labels: tuple) -> None:
    make(tmp_path, *pictures, *labels)
    assert sorted(shown(tmp_path)) == sorted(pictures)


@pytest.mark.parametrize(
    "pictures",
    [
        ("masks/a.png", "masks/b.png"),  # nothing that they could belong to
        ("labels/wine.jpg", "labels/beer.jpg", "people/ann.jpg"),
        ("a.jpg", "a.png"),  # the same picture in two kinds, both of three channels
        ("left/0.png", "right/0.png"),
        ("carnival_mask.jpg", "carnival.txt.png"),
        ("seg/0.png",),
    ],
)
def test_pictures_named_like_labels_are_shown(tmp_path: Path, pictures: tuple) -> None:
    make(tmp_path, *pictures)
    assert sorted(shown(tmp_path)) == sorted(pictures)


@pytest.mark.parametrize("mode", ["L", "P", "1"])
@pytest.mark.parametrize("folder", ["", "ids/", "new/set/"])
def test_one_channel_under_the_name_of_a_jpeg_is_its_label(
    tmp_path: Path, mode: str, folder: str
) -> None:
    make(tmp_path, "a.jpg", "b.jpg")
    make(tmp_path, f"{folder}a.png", f"{folder}b.png", mode=mode)
    assert shown(tmp_path) == ["a.jpg", "b.jpg"]
    assert len(list_pictures(tmp_path)) == 2


def test_a_folder_of_masks_opens_by_itself(tmp_path: Path) -> None:
    make(tmp_path, "images/a.png", "masks/a.png")
    assert shown(tmp_path / "masks") == ["a.png"]
