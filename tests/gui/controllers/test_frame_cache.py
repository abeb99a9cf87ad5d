from hypothesis import given
from hypothesis import strategies as st

from engine.values import FrameId
from gui.controllers.frame_cache import FrameCache
from tests.make import make_frame

BYTES = make_frame().pixels.nbytes


def test_the_least_recently_used_goes_first():
    cache = FrameCache(2 * BYTES)
    for name in "ab":
        cache.put(make_frame(path=name))
    assert cache.get(FrameId("a")) is not None
    cache.put(make_frame(path="c"))
    assert FrameId("a") in cache
    assert FrameId("b") not in cache


def test_one_frame_larger_than_the_limit_is_still_kept():
    cache = FrameCache(10)
    cache.put(make_frame(path="large"))
    assert FrameId("large") in cache


def test_a_smaller_limit_acts_at_once():
    cache = FrameCache(10 * BYTES)
    for name in "abc":
        cache.put(make_frame(path=name))
    cache.set_limit(BYTES)
    assert cache.size == BYTES
    assert FrameId("c") in cache


@given(st.lists(st.sampled_from("abcde"), max_size=30), st.integers(1, 6))
def test_the_size_is_always_that_of_what_is_kept(names, limit):
    cache = FrameCache(limit * BYTES)
    for name in names:
        cache.put(make_frame(path=name))
    kept = sum(FrameId(name) in cache for name in "abcde")
    assert cache.size == kept * BYTES
    assert kept <= limit
