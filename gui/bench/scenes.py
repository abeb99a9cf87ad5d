"""What the window is measured on: folders of pictures, a video, a crowd of polygons."""

import os
from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

PICTURES, LARGE = 20_000, 100_000
HUGE, GIANT = 8192, 20_000
CROWD_WH = (4000, 3000)
POLYGONS, POINTS = 2000, 50


def make_files(folder: Path, pictures: int = PICTURES, huge: int = HUGE) -> None:
    """A folder `pictures` and a `huge.jpg`, for `gui.bench.alone` and for rivals."""
    fill_folder(folder / "pictures", pictures)
    cv2.imwrite(str(folder / "huge.jpg"), soft_picture((huge, huge), blot=16))


def make_giant(folder: Path, side: int = GIANT) -> None:
    """A `giant.jpg` there: the same square again and again."""
    tile = soft_picture((side // 10, side // 10), blot=16)
    cv2.imwrite(str(folder / "giant.jpg"), np.tile(tile, (10, 10, 1)))


def make_photographs(folder: Path, count: int = 8, size_wh: tuple[int, int] = CROWD_WH) -> None:
    """A folder `photographs` as a camera fills it."""
    (folder / "photographs").mkdir()
    for number in range(count):
        picture = soft_picture(size_wh, number, blot=size_wh[0] // 10)
        cv2.imwrite(str(folder / "photographs" / f"{number}.jpg"), picture)


def make_large(folder: Path, pictures: int = LARGE) -> None:
    """A project `large` of ten boxes a picture, and its pictures."""
    from engine.bench.many_regions import make
    from engine.project.project import Project

    large = folder / "large"
    large.mkdir()
    make(large, pictures, 10)
    with Project.open(large) as project:
        paths = [Path(frame_id.path) for frame_id in project.frame_ids()]
    for parent in {path.parent for path in paths}:
        parent.mkdir()
    _link(folder, paths)


def fill_folder(folder: Path, count: int) -> None:
    """So many names for a few pictures of 640x480."""
    folder.mkdir()
    _link(folder.parent, [folder / f"{number:06d}.jpg" for number in range(count)])


def _link(folder: Path, paths: Iterable[Path]) -> None:
    """Names for a few pictures, which go into `folder`."""
    originals = []
    for number in range(8):
        path = folder / f"{number}.jpg"
        cv2.imwrite(str(path), soft_picture((640, 480), number))
        originals.append(path)
    for number, path in enumerate(paths):
        os.link(originals[number % len(originals)], path)


def soft_picture(size_wh: tuple[int, int], seed: int = 0, *, blot: int = 10) -> NDArray[np.uint8]:
    """Soft blots of colour, about as hard to compress as a photograph: (H, W, 3)."""
    width, height = size_wh
    small = (height // blot, width // blot, 3)
    noise = np.random.default_rng(seed).integers(0, 255, small, dtype=np.uint8)
    picture = cv2.resize(noise, size_wh, interpolation=cv2.INTER_CUBIC)
    return np.asarray(picture, dtype=np.uint8)


def crowd(count: int = POLYGONS) -> list[NDArray[np.float32]]:
    """Polygons (50, 2) in pixels of a frame of CROWD_WH, round and a little ragged; the more, the
    smaller."""
    share = (POLYGONS / count) ** 0.5
    random = np.random.default_rng(7)
    angles = np.linspace(0, 2 * np.pi, POINTS, endpoint=False)
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)  # (50, 2)
    polygons = []
    for _ in range(count):
        center = random.uniform((80, 80), (CROWD_WH[0] - 80, CROWD_WH[1] - 80))
        radii = share * random.uniform(20, 60) * random.uniform(0.9, 1.1, (POINTS, 1))
        polygons.append((center + circle * radii).astype(np.float32))
    return polygons


def coast(count: int) -> NDArray[np.float32]:
    """One polygon of so many points, ragged like a coast, in a frame of CROWD_WH: (count, 2)."""
    random = np.random.default_rng(7)
    angles = np.linspace(0, 2 * np.pi, count, endpoint=False)
    radii = 950 + random.uniform(-2, 2, count)
    for waves in (3, 7, 19, 53, 211, 1009):
        radii += 250 / waves * np.sin(waves * angles + random.uniform(0, 6))
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1) * radii[:, None]
    return (circle + np.array(CROWD_WH) / 2).astype(np.float32)


def write_video(path: Path, seconds: int = 12) -> Path:
    """640x360 at 30 frames a second, moving sideways, as a camera gives them."""
    from engine.sources.video_writer import VideoWriter

    wide = soft_picture((1280, 360))
    writer = VideoWriter(path, 30.0, (360, 640))
    for number in range(30 * seconds):
        left = number % 640
        writer.write(np.ascontiguousarray(wide[:, left : left + 640]))
    writer.close()
    return path
