"""Edits that scale and turn annotations together: pure functions Sample -> Sample."""

from collections.abc import Sequence

from engine.annotations import edits
from engine.formats.clipping import LEAST, clipped
from engine.regions.extents import are_whole
from engine.regions.transforms import Affine, all_transformed, kept_inside
from engine.values import Box, Region, Sample


def transform(sample: Sample, ids: Sequence[str], affine: Affine) -> Sample:
    """All of them elsewhere, in one; what would have no pixel left stays as it is."""
    chosen = set(ids)
    found = [a for a in (*sample.annotations, *sample.proposals) if a.id in chosen]
    regions = placed([a.region for a in found], affine, sample.size_hw)
    return edits.set_regions(
        sample, {a.id: region for a, region in zip(found, regions, strict=True)}
    )


def placed(regions: Sequence[Region], affine: Affine, size_hw: tuple[int, int]) -> list[Region]:
    """Each Region elsewhere: all pushed back into the picture as far as they have room there, and
    then cut at its border."""
    affine = kept_inside(affine, regions, size_hw)
    moved = [
        after or before
        for before, after in zip(regions, all_transformed(regions, affine), strict=True)
    ]
    if 0 in size_hw:
        return moved
    whole = are_whole(moved, size_hw, LEAST).tolist()
    return [
        after if is_whole or isinstance(after, Box) else clipped(after, size_hw) or before
        for before, after, is_whole in zip(regions, moved, whole, strict=True)
    ]
