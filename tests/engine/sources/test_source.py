from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.errors import SourceError
from engine.sources.folder import PictureFolder, PictureList
from engine.sources.source import is_url, open_source


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


def test_urls_are_told_from_paths() -> None:
    assert is_url("RTSP://camera/1")
    assert not is_url("c:/video.mp4")
