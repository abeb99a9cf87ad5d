"""Every registered Format reads what it writes."""

import cv2
import numpy as np
import pytest

from engine.errors import ConfigError
from engine.formats import registry
from engine.regions.masks import region_to_mask
from engine.values import Annotation, Box, Dataset, FrameId, Label, Mask, Polygon, Sample

LABELS = (
    Label(0, "background", (0, 0, 0)),
    Label(1, "cell", (255, 0, 0)),
    Label(2, "blood cell", (0, 99, 0)),
)


def make(folder, carries):
    ring = np.ones((6, 7), bool)
    ring[2:4, 2:5] = False
    regions = [Box(1.5, 2, 9, 8.25), Mask(10, 9, ring), Polygon([[3, 12], [9, 12], [9, 17]])]
    annotations = tuple(
        Annotation(region, 1 + i % 2) for i, region in enumerate(regions) if type(region) in carries
    )
    samples = []
    for name in ("a", "b c"):
        cv2.imwrite(str(folder / f"{name}.png"), np.zeros((20, 30, 3), np.uint8))
        samples.append(Sample(FrameId(str(folder / f"{name}.png")), (20, 30), annotations))
    samples[1] = Sample(samples[1].frame_id, (20, 30))
    return Dataset(tuple(samples), LABELS)


def content(dataset):
    """What a dataset says, without ids and origins; outlines as their pixels."""
    return [
        (
            s.frame_id,
            s.size_hw,
            [
                (
                    a.region if isinstance(a.region, Box) else region_to_mask(a.region, (20, 30)),
                    a.label_id,
                )
                for a in s.annotations
            ],
        )
        for s in dataset.samples
    ]


@pytest.mark.parametrize("name", registry.names())
def test_what_is_written_is_read(tmp_path, name):
    layout = registry.get(name)
    dataset = make(tmp_path, layout.carries)
    layout.write(dataset, tmp_path / "out")
    again = layout.read(tmp_path / "out")
    assert again.labels == dataset.labels
    assert content(again) == content(dataset)


def test_an_unknown_format_names_the_known_ones():
    with pytest.raises(ConfigError, match=r"Known formats: .*txt"):
        registry.get("none")
