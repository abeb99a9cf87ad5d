import numpy as np
import pytest
from PIL import Image

from engine.insight.pictures import duplicate_groups, leaks, read_facts
from engine.values import FrameId


@pytest.fixture
def ids(tmp_path):
    """Two pictures of noise, the second one again a little brighter, and one that is gone."""
    rng, found = np.random.default_rng(0), []
    noise = rng.integers(0, 200, (2, 16, 16, 3)).repeat(8, axis=1).repeat(8, axis=2)
    for number, pixels in enumerate((noise[0], noise[1], noise[1] + 1)):
        path = tmp_path / f"{number}.png"
        Image.fromarray(pixels.astype(np.uint8)).save(path)
        found.append(FrameId(str(path)))
    return [*found, FrameId(str(tmp_path / "gone.png"))]


def test_near_duplicates_and_brightness(ids):
    facts = read_facts(ids)
    assert facts.brightness[2] == pytest.approx(facts.brightness[1] + 1, abs=0.1)
    assert np.isnan(facts.brightness[3])
    assert facts.prints[3] is None
    assert [g.tolist() for g in duplicate_groups(facts)] == [[1, 2]]


def test_leaks_say_what_is_on_both_sides(ids):
    groups = duplicate_groups(read_facts(ids))
    found = leaks(ids, {"train": ids[:2], "test": ids[2:]}, groups)
    assert [(x.why, {k: v.tolist() for k, v in x.rows.items()}) for x in found] == [
        ("nearly the same", {"test": [2], "train": [1]})
    ]
    assert not leaks(ids, {"train": ids[:1], "test": ids[1:]}, groups)
    found = leaks(ids, {"train": ids[:1], "val": ids[:1]}, ())
    assert found[0].why == "the same picture"


def test_frames_of_one_video_belong_together():
    ids = [FrameId("clip.mp4", 3), FrameId("clip.mp4", 9), FrameId("other.mp4", 1)]
    found = leaks(ids, {"train": ids[:1], "test": ids[1:]}, ())
    assert found[0].why == "frames of one video"
