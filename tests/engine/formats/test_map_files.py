"""Maps as files: what any program shows, and no memory for what a header claims."""

import cv2
import numpy as np
import pytest
from PIL import Image

from engine.errors import DatasetError
from engine.formats import registry
from engine.formats.map_files import is_colored, read_map_file
from engine.values import Annotation, FrameId, Label, Mask, Sample
from tests.make_maps import grey


def test_a_written_map_has_a_palette_that_every_program_shows(tmp_path):
    layout = registry.get("label_map")
    writer = layout.writer(tmp_path, (Label(0, "background", (0, 0, 0)), Label(3, "x", (9, 8, 7))))
    mask = Annotation(Mask(1, 0, [[True, True]]), 3)
    writer.add(Sample(FrameId("x"), (2, 4), (mask,)), tmp_path / "images" / "a.jpg", "")
    writer.finish()
    with Image.open(tmp_path / "labels" / "a.png") as found:
        assert found.mode == "P"
        assert np.asarray(found).tolist() == [[0, 3, 3, 0], [0, 0, 0, 0]]
        assert np.asarray(found.convert("RGB"))[0, 1].tolist() == [9, 8, 7]
    assert cv2.imread(str(tmp_path / "labels" / "a.png"))[0, 1].tolist() == [7, 8, 9]


def test_a_claimed_size_takes_no_memory(tmp_path):
    grey(tmp_path / "a.png")
    data = bytearray((tmp_path / "a.png").read_bytes())
    data[16:24] = (60_000).to_bytes(4, "big") * 2
    (tmp_path / "a.png").write_bytes(bytes(data))
    with pytest.raises(DatasetError, match="Cannot read the label map"):
        read_map_file(tmp_path / "a.png")


def test_a_map_that_claims_gigabytes_is_refused_before_it_is_decoded(tmp_path):
    path = tmp_path / "a.png"
    chunk = b"\x2f" + ((1 << 28) - 1).to_bytes(4, "little") + b"\x88\x88\x08\0"
    body = b"WEBPVP8L" + len(chunk).to_bytes(4, "little") + chunk + b"\0"
    path.write_bytes(b"RIFF" + len(body).to_bytes(4, "little") + body)
    with pytest.raises(DatasetError, match="GB of memory"):
        read_map_file(path)
    assert is_colored(path) is None
