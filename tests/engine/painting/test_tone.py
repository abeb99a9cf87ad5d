import numpy as np
import pytest

from engine.painting.tone import PLAIN, Tone, shares_of
from gui.canvas.frame_layer import GROUND, Buffers, FrameLayer
from gui.canvas.view import View


def shown(pixels: np.ndarray, tone: Tone, view: View | None = None) -> np.ndarray:
    """What the screen gets, (40, 60, 3) RGB."""
    layer = FrameLayer(pixels)
    return layer.render(view or View(), (60, 40), Buffers(), tone)[..., 2::-1].copy()


def frame(red: int, green: int, blue: int) -> np.ndarray:
    return np.full((20, 30, 3), (red, green, blue), np.uint8)


def test_the_plain_tone_changes_nothing() -> None:
    assert np.array_equal(PLAIN.table(), np.arange(256))
    assert PLAIN.is_plain
    assert not Tone(gamma=1.1).is_plain


@pytest.mark.parametrize("tone", [Tone(brightness=30), Tone(gamma=2.0)])
def test_brighter_is_brighter_and_stays_in_order(tone: Tone) -> None:
    table = tone.table().astype(int)
    assert table[100] > 100
    assert (np.diff(table) >= 0).all()


def test_contrast_turns_around_the_middle() -> None:
    more, less = Tone(contrast=50).table(), Tone(contrast=-50).table()
    assert more[64] < 64 < less[64]
    assert more[192] > 192 > less[192]
    assert abs(int(more[127]) - 127) <= 1
    assert np.unique(Tone(contrast=100).table()).size < 10


def test_the_frame_alone_is_changed_on_the_screen_and_never_in_memory() -> None:
    pixels = frame(100, 100, 100)
    for view in (View(1.0, 5, 7), View(0.5, 5, 7), View(3.0, -11, 4), View(0.7, 2.5, 3.5)):
        seen = shown(pixels, Tone(brightness=40), view)
        inside = view.to_screen(15, 10)
        assert (seen[int(inside[1]), int(inside[0])] > 150).all()
        plain = shown(pixels, PLAIN, view)
        assert np.array_equal(seen[plain == GROUND], plain[plain == GROUND])
    assert (pixels == 100).all()


@pytest.mark.parametrize(
    ("channel", "grey"), [("red", 10), ("green", 200), ("blue", 90), ("grey", 131)]
)
def test_one_channel_is_shown_as_grey(channel: str, grey: int) -> None:
    seen = shown(frame(10, 200, 90), Tone(channel=channel))[5, 5]
    assert abs(seen.astype(int) - grey).max() <= 1


def test_equalising_uses_all_greys_of_a_dull_picture() -> None:
    dull = np.repeat(np.linspace(100, 120, 30).astype(np.uint8)[None, :, None], 20, 0)
    seen = shown(np.repeat(dull, 3, 2), Tone(is_equalised=True))[:20, :30]
    assert seen.min() == 0
    assert seen.max() == 255


def test_one_grey_alone_stays_as_it_is() -> None:
    assert np.array_equal(Tone(is_equalised=True).table(shares_of(frame(7, 7, 7))), range(256))


@pytest.mark.parametrize(
    "values", [{"brightness": 101}, {"contrast": -101}, {"gamma": 0.0}, {"channel": "alpha"}]
)
def test_what_makes_no_sense_is_refused(values: dict) -> None:
    with pytest.raises(ValueError, match=r"\d|one of"):
        Tone(**values)
