from engine.sources.source import is_url


def test_urls_are_told_from_paths() -> None:
    assert is_url("RTSP://camera/1")
    assert not is_url("c:/video.mp4")
