from dataclasses import replace

import pytest

from engine.export.suggest import suggest
from engine.values import Annotation, FrameId, Polyline, Sample
from models.task import Task
from tests.engine.export.make import BLOCK, BOX, SQUARE

LINE = Annotation(Polyline([[1, 1], [9, 9]]), 1)


@pytest.mark.parametrize(
    ("annotations", "task", "name"),
    [
        ((BOX,), None, "txt_detection"),
        ((BOX,), Task.SEMANTIC, "txt_detection"),
        ((BOX, BLOCK), Task.SEMANTIC, "txt"),
        ((BOX, BLOCK), Task.DETECTION, "txt_detection"),
        ((SQUARE, BLOCK), None, "txt_semantic"),
        ((SQUARE, replace(BLOCK, label_id=1)), None, "txt"),
        ((BLOCK,), Task.INSTANCE, "txt"),
        ((BLOCK,), Task.CLASSIFICATION, "txt_semantic"),
        ((LINE,), Task.SEMANTIC, "labelme"),
        ((LINE, LINE, BOX), None, "txt_detection"),
        ((LINE, LINE, BLOCK), None, "txt_semantic"),
        ((), Task.SEMANTIC, "txt_semantic"),
        ((), None, "txt"),
    ],
)
def test_the_format_is_one_that_holds_what_is_there(annotations, task, name):
    sample = Sample(FrameId("a.png"), (30, 40), annotations)
    assert suggest([Sample(FrameId("b.png")), sample], task) == name


def test_not_every_picture_of_a_large_project_is_read():
    read = []

    def samples():
        for number in range(10_000):
            read.append(number)
            yield Sample(FrameId(f"{number}.png"), (30, 40), (BOX,))

    assert suggest(samples(), None) == "txt_detection"
    assert len(read) == 200
