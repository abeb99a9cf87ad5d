import pytest

from engine.sources.source import is_url, without_password


def test_urls_are_told_from_paths() -> None:
    assert is_url("RTSP://camera/1")
    assert not is_url("c:/video.mp4")


def test_a_password_is_neither_shown_nor_kept() -> None:
    assert (
        without_password("rtsp://me:s@cret@camera:554/live?a=b@c") == "rtsp://camera:554/live?a=b@c"
    )
    for plain in ("http://camera/live", "udp://@239.0.0.1:1234", "rtsp://[bad"):
        assert "@cam" not in without_password(plain)
    assert without_password("http://camera/live") == "http://camera/live"


@pytest.mark.parametrize("password", ["s#cret", "s?cret", "s/cret", "12#34"])
def test_nor_is_one_that_ends_the_place_too_early(password: str) -> None:
    assert without_password(f"rtsp://me:{password}@camera:554/live") == "rtsp://camera:554/live"
