"""The files that every program opens: pictures, a huge one, a crowd of polygons."""

import json
from pathlib import Path

import cv2
import numpy as np

from gui.bench.scenes import CROWD_WH, crowd, make_files, make_photographs


def make_scenes(folder: Path) -> None:
    """What `gui.bench.scenes` makes, and the same for programs that open folders of labelme."""
    make_files(folder)
    make_photographs(folder)
    for name in ("huge", "crowd", "settings"):
        (folder / name).mkdir()
    (folder / "huge" / "huge.jpg").hardlink_to(folder / "huge.jpg")
    width, height = CROWD_WH
    pixels = np.random.default_rng(7).integers(0, 255, (height, width, 3), dtype=np.uint8)
    cv2.imwrite(str(folder / "crowd" / "crowd.jpg"), pixels)
    polygons = crowd()
    np.save(folder / "crowd.npy", np.stack(polygons))
    shapes = [
        {
            "label": f"label {number % 12}",
            "points": polygon.tolist(),
            "group_id": None,
            "description": "",
            "shape_type": "polygon",
            "flags": {},
            "mask": None,
        }
        for number, polygon in enumerate(polygons)
    ]
    content = {
        "version": "6.0.0",
        "flags": {},
        "shapes": shapes,
        "imagePath": "crowd.jpg",
        "imageData": None,
        "imageHeight": height,
        "imageWidth": width,
    }
    (folder / "crowd" / "crowd.json").write_text(json.dumps(content), encoding="utf-8")
