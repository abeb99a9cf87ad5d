from engine.tracking.trails import longer
from engine.values import Box, Detection


def seen(x: float, track: int | None) -> Detection:
    return Detection(Box(x, 0, x + 10, 20), 1, 0.9, track)


def test_a_trail_grows_to_its_length_and_ends_out_of_sight() -> None:
    trails = longer((), [seen(0, 1), seen(50, 2), seen(99, None)])
    assert trails == ((1, ((5, 10),)), (2, ((55, 10),)))
    for step in range(1, 10):
        trails = longer(trails, [seen(step, 1)], length=4)
    assert trails == ((1, ((11, 10), (12, 10), (13, 10), (14, 10))),)
    assert longer(trails, []) == ()
