"""Trains every detection and instance system once from the window, and shows it live.

    python scripts/walk_systems.py RUNS/data --video FILE [--only NAMES] [--out FOLDER]

What a person does, in the real window under Xvfb: choose the model, its options and the lists,
press Start, press Use, look at a picture, play a video. One line and two pictures a system: this
tells that the way through the window works, not that a few steps teach anything.
"""

import argparse
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scripts.screenshots import Studio, x_server  # noqa: E402 - the line above finds it

DATA = {"detection": "bccd", "instance": "nuclei"}
PICTURES = 6
PATIENCE = 600.0
SIDE = "256x256"
"""The input, so that papers' sizes do not make minutes of a step."""


def short_list(source: Path, folder: Path) -> Path:
    """The first samples of a list, with its labels, in a folder of its own."""
    from engine.formats.labels_file import write_labels
    from engine.formats.txt_list import read_labels, read_list, write_list

    folder.mkdir(parents=True, exist_ok=True)
    named = read_labels(source.with_name("labels.txt"))
    assert named is not None
    write_labels(folder / "labels.txt", list(named.labels))
    pairs = [(e.image, e.label) for e in read_list(source).entries[:PICTURES]]
    write_list(folder / source.name, pairs, absolute=True)
    return folder / source.name


def choose(studio: Studio, box, index: int) -> None:
    """Choose a row of a field, as a click in its list does."""
    box.setCurrentIndex(index)
    box.activated.emit(index)
    studio.pause(0.02)


def fill_in(studio: Studio, name: str, lists: dict[str, Path]) -> None:
    """The Train panel's form: the narrowest network, one epoch of the short lists."""
    panel = studio.app.side("train").panel
    panel.picker.setCurrentIndex(panel.picker.findData(name))
    choose(studio, panel.data.kind, panel.data.kind.findData("lists"))
    for key, path in lists.items():
        panel.data.set_list(key, str(path))
    for option in panel.picker.facts.options:
        if option.name == "width":
            box = panel.network.options.box("width")
            choose(studio, box, box.findData(min(option.choices)))
    size = panel.network._size
    if size.findData(SIDE) >= 0:
        choose(studio, size, size.findData(SIDE))
    panel._epochs.setValue(1)
    panel._name.setText(f"walk-{name}")


def press(button) -> None:
    """A real click."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def walk(studio: Studio, name: str, lists: dict[str, Path], video: Path) -> str:
    """One system's way; what became of it in a line."""
    session, panel = studio.session, studio.app.side("train").panel
    ended: list[object] = []
    failed: list[object] = []
    studio.app.side("train").training.ended.connect(ended.append)
    studio.app.side("train").training.failed.connect(failed.append)
    fill_in(studio, name, lists)
    start = time.monotonic()
    press(panel.start)
    studio.wait(lambda: bool(ended or failed), PATIENCE)
    if failed:
        return f"FAILED: {failed[0]}"
    seconds = time.monotonic() - start
    studio.wait(lambda: not studio.app.side("train").training.is_running, 60)
    press(panel.report.use)
    studio.wait(lambda: getattr(session.weights.loaded, "model", "") == name, PATIENCE)
    answers: list[object] = []
    session.predictions.answered.connect(answers.append)
    studio.act("predict")
    studio.wait(lambda: bool(answers), PATIENCE)
    studio.shoot(f"{name}-picture")
    session.open_live(str(video))
    studio.wait(lambda: session.live.shot is not None, PATIENCE)
    studio.pause(3.0)
    studio.shoot(f"{name}-live")
    rate = studio.window.rates._fps.text()
    return f"trained in {seconds:.1f} s, a picture predicted, live at {rate}"


def main() -> None:
    """Walk through all of them, or those named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="what scripts/prepare_data.py wrote")
    parser.add_argument("--video", type=Path, required=True)
    parser.add_argument("--only", default="", help="names, with commas")
    parser.add_argument("--out", type=Path, default=Path("/tmp/maskloop-walk"))
    parser.add_argument("--display", default=":74")
    options = parser.parse_args()
    with x_server(options.display):
        studio = Studio(options.out)
        lists = {
            task: {
                split: short_list(options.data / name / f"{split}.txt", studio.folder / name)
                for split in ("train", "val")
            }
            for task, name in DATA.items()
        }
        from engine.formats.txt_list import read_list

        pictures = {
            task: [e.image for e in read_list(of["val"]).entries] for task, of in lists.items()
        }
        studio.act("train")
        studio.wait(lambda: bool(studio.app.side("train").panel.form.model))
        facts = studio.app.side("train").panel.picker._facts.values()
        for one in [f for f in facts if f.task in DATA]:
            if options.only and one.name not in options.only.split(","):
                continue
            studio.open(pictures[one.task], one.task)
            studio.wait(lambda: studio.session.project.folder is not None)
            print(one.name, walk(studio, one.name, lists[one.task], options.video), flush=True)
        studio.close()


if __name__ == "__main__":
    main()
