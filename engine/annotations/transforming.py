"""Edits that scale and turn annotations together: pure functions Sample -> Sample."""

from collections.abc import Sequence

from engine.annotations import edits
from engine.formats.clipping import clipped
from engine.regions.transforms import Affine, kept_inside, transformed
from engine.values import Box, Region, Sample


def transform(sample: Sample, ids: Sequence[str], affine: Affine) -> Sample:
    """All of them elsewhere, in one; what would have no pixel left stays as it is."""
    found = [a for a in map(sample.find, ids) if a is not None]
    regions = placed([a.region for a in found], affine, sample.size_hw)
    for annotation, region in zip(found, regions, strict=True):
        sample = edits.set_region(sample, annotation.id, region)
    return sample


def placed(regions: Sequence[Region], affine: Affine, size_hw: tuple[int, int]) -> list[Region]:
    """Each Region elsewhere: all pushed back into the picture as far as they have room there, and
    then cut at its border."""
    affine = kept_inside(affine, regions, size_hw)
    return [_placed(region, affine, size_hw) for region in regions]


def _placed(region: Region, affine: Affine, size_hw: tuple[int, int]) -> Region:
    moved = transformed(region, affine)
    if moved is None or isinstance(moved, Box) or 0 in size_hw:
        return moved or region
    return clipped(moved, size_hw) or region
