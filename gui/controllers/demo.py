"""The demo's pictures and the weights that suit them."""

from engine.jobs import CancelToken, Progress


def make_demo(progress: Progress, cancel: CancelToken) -> tuple[list[str], str]:
    """The demo's pictures and the bundled weights that suit them best; the work of a Job."""
    from engine.demo_input import demo_input
    from engine.weights.library import bundled_live

    demo, names = demo_input(), [path.stem for path in bundled_live()]
    everyday = [name for name in names if name.startswith("everyday")]
    best = next((name for name in everyday if "yolo" in name), "")
    weights = best or next(iter(everyday or names), "")
    return [str(path) for path in demo.pictures_for(weights)], weights
