"""Answers agree with the clicks they were given."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from models.click.heed import MARGIN, heeded

HEIGHT, WIDTH = 24, 32


def features(seed=0):
    """Two halves that look unlike each other, and a little noise."""
    made = torch.randn(1, 8, HEIGHT // 2, WIDTH // 2, generator=torch.Generator().manual_seed(seed))
    made *= 0.05
    made[:, 0, :, : WIDTH // 4] += 1
    made[:, 1, :, WIDTH // 4 :] += 1
    return made


def answer(value=-3.0):
    return torch.full((1, 1, HEIGHT, WIDTH), value)


def at(logits, click):
    return float(logits[0, 0, int(click[1] / 2), int(click[0] / 2)])


PLACES = st.tuples(st.integers(0, WIDTH // 8 - 1), st.integers(0, HEIGHT // 8 - 1))
CLICKS = st.dictionaries(PLACES, st.sampled_from((1, -1)), min_size=1, max_size=12)


@settings(max_examples=50, deadline=None)
@given(CLICKS, st.sampled_from((-6.0, -0.5, 0.0, 3.0)))
def test_every_click_holds_afterwards(found, value):
    """Clicks at least 16 pixels apart."""
    clicks = [(16 * x + 5, 16 * y + 5, sign) for (x, y), sign in found.items()]
    after = heeded(answer(value), features(), torch.tensor(clicks, dtype=torch.float32))
    assert after.shape == (1, 1, HEIGHT, WIDTH)
    assert after.isfinite().all()
    for click in clicks:
        assert at(after, click) * click[2] > 0


def test_an_answer_that_agrees_stays_the_very_same():
    before = answer(-3.0)
    assert heeded(before, features(), torch.tensor([[9.0, 9.0, -1.0]])) is before
    assert heeded(before, features(), torch.zeros(0, 3)) is before


def test_a_correction_stays_near_and_on_what_looks_alike():
    click = torch.tensor([[26.0, 24.0, 1.0]])  # Six pixels from where the other half begins.
    after = heeded(answer(), features(), click)[0, 0]
    assert after[12, 13] >= MARGIN - 0.5
    here, beyond = after[12, 10] + 3, after[12, 16] + 3  # As far to the left as to the right.
    assert here > 1.5 * beyond > 0
    assert (after[:, -1] + 3).abs().max() < 0.1


def test_clicks_that_contradict_each_other_overflow_nothing():
    clicks = torch.tensor([[20.0, 20.0, 1.0], [20.0, 20.0, -1.0]])
    assert heeded(answer(0.0), features(), clicks).abs().max() < 2 * MARGIN / 0.05
