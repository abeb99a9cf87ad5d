"""What the demo opens: scikit-image's photographs, a video made from them, and drawings.

Everything is made on this machine, once, in the user's data folder; nothing is downloaded.
"""

import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import util
from pathlib import Path

import cv2
import numpy as np
import platformdirs
from numpy.typing import NDArray

from engine.errors import SourceError

VERSION = "2"  # a folder made by another version is made again
PHOTOGRAPHS = ("astronaut.png", "chelsea.png", "motorcycle_left.png", "camera.png", "coffee.png")
IN_VIDEO = ("chelsea.png", "motorcycle_left.png", "astronaut.png")
VIDEO_HW = (360, 640)
VIDEO_FPS = 25.0
FRAMES_EACH = 24

logger = logging.getLogger(__name__)

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class DemoInput:
    """`pictures` are photographs for everyday weights; the drawings suit the weights they name."""

    folder: Path
    pictures: tuple[Path, ...]
    video: Path
    drawings: dict[str, Path]

    def pictures_for(self, weights_name: str) -> tuple[Path, ...]:
        """The pictures that weights of this name can say something about."""
        subject = weights_name.split("-")[0]
        drawing = self.drawings.get(subject)
        return (drawing,) if drawing else self.pictures


def demo_folder() -> Path:
    """Where the demo's input lives."""
    return Path(platformdirs.user_data_dir("maskloop", False)) / "demo"


def demo_input(folder: Path | None = None) -> DemoInput:
    """The demo's pictures and video, made now unless they are there. SourceError if they cannot be.

    Without a folder they live in the user's data, or where that cannot be written for this time
    only. The folder appears whole: it is made under another name first.
    """
    if folder is None:
        try:
            return demo_input(demo_folder())
        except SourceError as error:
            logger.warning("%s", error.message)
            return demo_input(Path(tempfile.mkdtemp(prefix="maskloop-")) / "demo")
    mark = folder / "version.txt"
    if not (mark.is_file() and mark.read_text(encoding="utf-8") == VERSION):
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=folder.parent) as new:
                _make(Path(new) / "demo")
                shutil.rmtree(folder, ignore_errors=True)
                os.replace(Path(new) / "demo", folder)
        except OSError as error:
            raise SourceError(
                f"The demo's pictures cannot be made in {folder}: {error.strerror or error}",
                hint="Free some space, or open pictures of your own.",
            ) from error
    return DemoInput(
        folder=folder,
        pictures=tuple(sorted((folder / "photographs").glob("*.jpg"))),
        video=folder / "photographs.mp4",
        drawings={name: folder / "drawings" / f"{name}.jpg" for name in DRAWINGS},
    )


def _make(folder: Path) -> None:
    from engine.sources.video_writer import VideoWriter

    photographs = {name: photograph(name) for name in PHOTOGRAPHS}
    for name, pixels in photographs.items():
        _write(folder / "photographs" / f"{Path(name).stem}.jpg", pixels)
    for name, draw in DRAWINGS.items():
        _write(folder / "drawings" / f"{name}.jpg", draw(np.random.default_rng(7)))
    writer = VideoWriter(folder / "photographs.mp4", VIDEO_FPS, VIDEO_HW)
    for name in IN_VIDEO:
        for frame in _pan(photographs[name]):
            writer.write(frame)
    writer.close()
    (folder / "version.txt").write_text(VERSION, encoding="utf-8")


def photograph(name: str) -> Pixels:
    """A photograph of scikit-image's installed package, RGB."""
    spec = util.find_spec("skimage")
    origin = Path(spec.origin or "") if spec else Path()
    data = np.fromfile(origin.parent / "data" / name, np.uint8)
    pixels = cv2.imdecode(data, cv2.IMREAD_COLOR)
    if pixels is None:
        raise SourceError(f"scikit-image's picture {name} cannot be read.", hint="Reinstall it.")
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB), np.uint8)


def _write(path: Path, pixels: Pixels) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    bgr = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
    cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tofile(path)


def _pan(pixels: Pixels) -> Iterator[Pixels]:
    """A camera that moves slowly over the photograph and closer to it: frames of VIDEO_HW."""
    height, width = pixels.shape[:2]
    out_h, out_w = VIDEO_HW
    widest = min(width, height * out_w / out_h)
    for step in range(FRAMES_EACH):
        t = step / (FRAMES_EACH - 1)
        crop_w = widest * (1 - 0.2 * t)
        scale = out_w / crop_w
        left = (width - crop_w) * (0.3 + 0.4 * t)
        top = (height - crop_w * out_h / out_w) * 0.1 * t
        matrix = np.array([[scale, 0, -left * scale], [0, scale, -top * scale]])
        yield np.asarray(cv2.warpAffine(pixels, matrix, (out_w, out_h)), np.uint8)


def _draw_blood(rng: np.random.Generator) -> Pixels:
    """A blood smear: pale-centred red cells, two white cells with dark nuclei, platelets."""
    picture = np.full((480, 640, 3), (222, 205, 200), np.float32)
    centres: list[tuple[float, float, float]] = [(200, 170, 62), (470, 330, 58)]
    for x, y, radius in centres:
        _disc(picture, (x, y), radius, (196, 170, 205))
        for dx, dy in rng.uniform(-0.35, 0.35, (5, 2)) * radius:
            _disc(picture, (x + dx, y + dy), radius * 0.45, (112, 62, 150))
    for _ in range(900):
        radius = float(rng.uniform(34, 42))
        x, y = float(rng.uniform(0, 640)), float(rng.uniform(0, 480))
        if all(np.hypot(x - a, y - b) > 0.88 * (radius + r) for a, b, r in centres):
            centres.append((x, y, radius))
            _disc(picture, (x, y), radius, (205, 138, 132))
            _disc(picture, (x, y), radius * 0.45, (219, 172, 166))
    for x, y in rng.uniform((0, 0), (640, 480), (6, 2)):
        _disc(picture, (x, y), 8, (140, 90, 165))
    return _photographed(picture, rng)


def _draw_lesion(rng: np.random.Generator) -> Pixels:
    """A dark mole of uneven outline and colour on skin."""
    height, width = 450, 600
    skin = np.full((height, width, 3), (214, 168, 148), np.float32)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    angle = np.arctan2(y - 230, x - 310)
    waves = sum(
        float(rng.uniform(0.02, 0.06)) * np.sin(k * angle + float(rng.uniform(0, 6)))
        for k in range(2, 8)
    )
    distance = np.hypot((x - 310) / 1.25, y - 230) / (105 * (1 + waves))
    amount = (1 / (1 + np.exp((distance - 1) * 18)))[..., None]
    spots = cv2.GaussianBlur(rng.normal(0, 60, (height, width)).astype(np.float32), (0, 0), 9)
    mole = np.asarray((104, 62, 48), np.float32) + 2.5 * spots[..., None]
    return _photographed(skin * (1 - amount) + mole * amount, rng)


def _draw_nuclei(rng: np.random.Generator) -> Pixels:
    """Stained nuclei under a fluorescence microscope: bright on black, some of them touch."""
    height, width = 320, 400
    picture = np.full((height, width, 3), 9, np.float32)
    taken: list[tuple[float, float, float]] = []
    for _ in range(600):
        size = float(rng.uniform(11, 16))
        x, y = float(rng.uniform(0, width)), float(rng.uniform(0, height))
        if all(np.hypot(x - a, y - b) > 0.95 * (size + r) for a, b, r in taken):
            taken.append((x, y, size))
            axes = round(size * float(rng.uniform(0.9, 1.15))), round(size * 0.8)
            light = float(rng.uniform(70, 150))
            angle = float(rng.uniform(0, 180))
            centre = round(x), round(y)
            cv2.ellipse(picture, centre, axes, angle, 0, 360, (light,) * 3, -1, cv2.LINE_AA)
    return _photographed(picture, rng)


def _disc(
    picture: NDArray[np.float32],
    centre_xy: tuple[float, float],
    radius: float,
    color: tuple[int, int, int],
) -> None:
    centre = round(centre_xy[0]), round(centre_xy[1])
    cv2.circle(picture, centre, round(radius), color, -1, cv2.LINE_AA)


def _photographed(picture: NDArray[np.float32], rng: np.random.Generator) -> Pixels:
    """Soft edges, uneven light and noise, as a camera gives."""
    soft = cv2.GaussianBlur(picture, (0, 0), 1.6)
    light = np.linspace(1.04, 0.94, picture.shape[1], dtype=np.float32)[None, :, None]
    noise = rng.normal(0, 3, picture.shape)
    return (soft * light + noise).clip(0, 255).astype(np.uint8)


DRAWINGS: dict[str, Callable[[np.random.Generator], Pixels]] = {
    "cells": _draw_blood,
    "lesion": _draw_lesion,
    "nuclei": _draw_nuclei,
}
