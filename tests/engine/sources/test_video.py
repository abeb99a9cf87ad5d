import socket
import struct
import threading
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from engine.errors import SourceError
from engine.jobs import Cancelled, CancelToken
from engine.open import open_source
from engine.sources.frame_reader import FrameReader
from engine.sources.video import VideoSource
from engine.sources.video_writer import VideoWriter
from engine.values import FrameId
from tests.make_video import number_in, numbered


def write_video(path: Path, count: int = 100, codec: str = "libx264", **options: str) -> Path:
    """With B-frames and a key frame every 12: indices and times are put to the test."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=25)
        stream.height, stream.width, stream.pix_fmt = 48, 64, "yuv420p"
        stream.gop_size = 12
        stream.options = options
        for i in range(count):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(numbered(i), "rgb24")))
        container.mux(stream.encode(None))
    return path


@pytest.fixture
def video(tmp_path: Path) -> Iterator[VideoSource]:
    source = VideoSource(write_video(tmp_path / "영상.mp4"))
    yield source
    source.close()


def test_all_frames_in_order(video: VideoSource) -> None:
    frames = list(video.frames(CancelToken()))
    assert [number_in(frame.pixels) for frame in frames] == list(range(100))
    assert [frame.id.index for frame in frames] == list(range(100))
    assert video.count == 100
    assert video.fps == 25
    assert not video.is_live
    assert video.warning == ""


def test_every_index_reads_its_own_frame(video: VideoSource) -> None:
    order = np.random.default_rng(0).permutation(100)
    for index in (99, 0, 0, 98, 99, *order):
        assert number_in(video.read(int(index)).pixels) == index


def test_playing_starts_anywhere_and_again(video: VideoSource) -> None:
    for start in (37, 0, 98):
        shown = [number_in(f.pixels) for f in video.frames(CancelToken(), start=start)]
        assert shown == list(range(start, 100))


@pytest.mark.parametrize(
    ("name", "codec"),
    [("a.avi", "mpeg4"), ("a.mkv", "libx264"), ("a.ts", "libx264"), ("a.mov", "mjpeg")],
)
def test_other_containers_are_exact_too(tmp_path: Path, name: str, codec: str) -> None:
    if codec == "mjpeg":
        with VideoFile(tmp_path / name) as writer:
            for i in range(40):
                writer.write(numbered(i))
    else:
        write_video(tmp_path / name, 40, codec)
    source = VideoSource(tmp_path / name)
    for index in (0, 39, 13, 12, 11, 30, 1):
        assert number_in(source.read(index).pixels) == index
    assert source.count == 40
    source.close()


class VideoFile(VideoWriter):
    def __init__(self, path: Path) -> None:
        super().__init__(path, 25, (48, 64))

    def __enter__(self) -> "VideoFile":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def test_vp8_with_frames_that_are_never_shown(tmp_path: Path) -> None:
    if "libvpx" not in av.codecs_available:
        pytest.skip("This PyAV writes no VP8.")
    options = {"auto-alt-ref": "1", "lag-in-frames": "16"}
    source = VideoSource(write_video(tmp_path / "a.webm", 60, "libvpx", **options))
    assert source.count == 60
    for index in (59, 3, 31):
        assert number_in(source.read(index).pixels) == index
    source.close()


@pytest.mark.parametrize("quarter_turns", [1, 2, 3])
def test_rotated_video_is_upright(tmp_path: Path, quarter_turns: int) -> None:
    path = write_video(tmp_path / "a.mp4", 3)
    # As phones do: the track header says how to turn the stored pixels clockwise.
    one = 1 << 16
    cos, sin = [(1, 0), (0, 1), (-1, 0), (0, -1)][quarter_turns]
    matrix = struct.pack(">9i", cos * one, sin * one, 0, -sin * one, cos * one, 0, 0, 0, 1 << 30)
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 4 + 40
    data[at : at + 36] = matrix
    path.write_bytes(data)
    source = VideoSource(path)
    pixels = source.read(1).pixels
    assert number_in(np.rot90(pixels, quarter_turns)) == 1
    assert pixels.shape[:2] == ((48, 64) if quarter_turns == 2 else (64, 48))
    source.close()


@pytest.mark.parametrize(
    ("aspect", "size_hw"),
    [("16/11", (48, 93)), ("1/2", (48, 32)), ("1", (48, 64)), ("100/1", (48, 64))],
)
def test_pixels_that_are_no_squares_are_shown_as_wide_as_meant(
    tmp_path: Path, aspect: str, size_hw: tuple[int, int]
) -> None:
    path = tmp_path / "a.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.height, stream.width, stream.pix_fmt = 48, 64, "yuv420p"
        stream.codec_context.sample_aspect_ratio = Fraction(aspect)
        for i in range(4):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(numbered(i), "rgb24")))
        container.mux(stream.encode(None))
    source = VideoSource(path)
    for frame in (source.read(2), *source.frames(CancelToken())):
        assert frame.size_hw == size_hw
    assert number_in(source.read(3).pixels) == 3
    source.close()
    with FrameReader() as reader:
        assert reader.size_hw(FrameId(str(path), 1)) == size_hw


@pytest.mark.parametrize("name", ["cut.mkv", "cut.mp4"])
def test_a_video_that_ends_early_gives_what_it_has(tmp_path: Path, name: str) -> None:
    path = write_video(tmp_path / name, 100)
    if name.endswith("mp4"):
        remux_with_header_first(path)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 7 // 10])
    source = VideoSource(path)
    shown = [number_in(frame.pixels) for frame in source.frames(CancelToken())]
    assert 20 < len(shown) < 95
    # The last frames kept may skip those that were stored after them.
    assert shown[:-3] == list(range(len(shown) - 3))
    assert shown == sorted(set(shown))
    if name.endswith("mp4"):  # Only here the header promises a number of frames.
        assert f"{source.count} of 100" in source.warning
    source.close()


def remux_with_header_first(path: Path) -> None:
    moved = path.with_name("moved.mp4")
    with (
        av.open(str(path)) as old,
        av.open(str(moved), "w", options={"movflags": "faststart"}) as new,
    ):
        stream = new.add_stream_from_template(old.streams.video[0])
        for packet in old.demux(old.streams.video[0]):
            if packet.dts is not None:
                packet.stream = stream
                new.mux(packet)
    moved.replace(path)


def test_a_video_without_its_header_is_refused(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", 30)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(SourceError, match=r"Cannot open a\.mp4") as caught:
        VideoSource(path)
    assert "H.264" in caught.value.hint


def test_an_unknown_coding_is_refused(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", 5)
    path.write_bytes(path.read_bytes().replace(b"avc1", b"zzz1").replace(b"avcC", b"zzzC"))
    with pytest.raises(SourceError, match="unknown"):
        VideoSource(path)


def test_sound_alone_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "song.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=44100)
        silence = np.zeros((1, 1024), np.float32)
        frame = av.AudioFrame.from_ndarray(silence, format="fltp", layout="mono")
        frame.sample_rate = 44100
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with pytest.raises(SourceError, match="no video"):
        open_source(path)


def test_empty_file_and_wrong_index_are_refused(tmp_path: Path, video: VideoSource) -> None:
    (tmp_path / "a.mp4").write_bytes(b"")
    with pytest.raises(SourceError):
        VideoSource(tmp_path / "a.mp4")
    for index in (-1, 100):
        with pytest.raises(SourceError, match="no frame"):
            video.read(index)


def test_cancel_stops_playing(video: VideoSource) -> None:
    cancel = CancelToken()
    frames = video.frames(cancel)
    next(frames)
    cancel.cancel()
    with pytest.raises(Cancelled):
        next(frames)


def test_a_closed_video_still_tells_its_rate(tmp_path: Path) -> None:
    writer = VideoWriter(tmp_path / "a.mp4", 25, (48, 64))
    writer.write(np.zeros((48, 64, 3), np.uint8))
    writer.close()
    source = VideoSource(tmp_path / "a.mp4")
    rate = source.fps
    source.close()
    assert source.fps == rate


def test_of_an_address_that_sends_no_video_the_reason_is_said_in_plain_words() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        answers = threading.Thread(target=_answer, args=(server,))
        answers.start()
        with pytest.raises(SourceError, match="what answers there sends no video"):
            VideoSource(address)
        answers.join()


def _answer(server: socket.socket) -> None:
    connection, _ = server.accept()
    with connection:
        connection.sendall(b"Nobody is at home.\n" * 4)
