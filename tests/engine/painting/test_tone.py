import numpy as np
import pytest

from engine.painting.tone import PLAIN, Tone, shares_of


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


def test_one_grey_alone_stays_as_it_is() -> None:
    assert np.array_equal(Tone(is_equalised=True).table(shares_of(frame(7, 7, 7))), range(256))


@pytest.mark.parametrize(
    "values", [{"brightness": 101}, {"contrast": -101}, {"gamma": 0.0}, {"channel": "alpha"}]
)
def test_what_makes_no_sense_is_refused(values: dict) -> None:
    with pytest.raises(ValueError, match=r"\d|one of"):
        Tone(**values)
