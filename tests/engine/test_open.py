from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.errors import SourceError
from engine.open import open_source, picture_list
from engine.sources.folder import PictureFolder, PictureList


def write_grey(path: Path, value: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((4, 6, 3), value, np.uint8)).save(path)


def test_a_picture_and_a_folder(tmp_path: Path) -> None:
    path = tmp_path / "A.PNG"
    Image.fromarray(np.zeros((4, 4, 3), np.uint8)).save(path)
    picture = open_source(str(path))
    assert isinstance(picture, PictureList)
    assert picture.count == 1
    assert isinstance(open_source(tmp_path), PictureFolder)


def test_what_is_nothing_of_the_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(b"PK no video" * 100)
    with pytest.raises(SourceError, match="neither a picture") as caught:
        open_source(tmp_path / "a.docx")
    assert ".jpg" in caught.value.hint
    with pytest.raises(SourceError, match="does not exist"):
        open_source(tmp_path / "missing.mp4")


def test_list_gives_the_first_column(tmp_path: Path) -> None:
    write_grey(tmp_path / "labels" / "a 1.png", 0)
    write_grey(tmp_path / "pictures" / "a 1.png", 3)
    listing = tmp_path / "val.txt"
    listing.write_text("pictures/a 1.png\tlabels/a 1.png\n", encoding="utf-8")
    source = picture_list(listing)
    assert source.count == 1
    assert source.name == "val.txt"
    assert source.read(0).pixels[0, 0, 0] == 3
    listing.write_text("\n", encoding="utf-8")
    with pytest.raises(SourceError, match="names no pictures"):
        picture_list(listing)
    listing.write_text("missing.png labels/missing.png\n", encoding="utf-8")
    with pytest.raises(SourceError, match="First problem"):
        picture_list(listing)
