"""Networks of another width: fewer or more channels than the paper's."""


def scaled(channels: int, width: float) -> int:
    """Channels times width, a multiple of 8 and at least 8."""
    if width == 1:
        return channels
    return max(8, round(channels * width / 8) * 8)
