"""Where tracked objects have been: the last places of each that is in sight."""

from collections.abc import Iterable

from engine.regions.masks import box_of
from engine.values import Detection, Trail

LENGTH = 40
"""A trail has no more places than this."""


def longer(
    trails: tuple[Trail, ...], found: Iterable[Detection], *, length: int = LENGTH
) -> tuple[Trail, ...]:
    """The trails of the tracks that are seen in a frame; what is out of sight has none."""
    before, after = dict(trails), []
    for each in found:
        if each.track is not None:
            x1, y1, x2, y2 = box_of(each.region).xyxy
            places = (*before.get(each.track, ()), ((x1 + x2) / 2, (y1 + y2) / 2))
            after.append((each.track, places[-length:]))
    return tuple(after)
