"""Clicks counted against the measures' definitions."""

import numpy as np
import pytest

from engine.click.question import Click
from engine.evaluation.clicks import ClickScores, next_click, overlap, score_clicks
from engine.formats.instances import write_instances
from engine.formats.txt_list import write_list
from engine.regions.crops import crop
from engine.values import Annotation, Mask
from tests.make import write_picture


def plane(top, bottom, left, right, size_hw=(48, 64)):
    found = np.zeros(size_hw, np.bool_)
    found[top:bottom, left:right] = True
    return found


def test_the_middle_of_the_thickest_error_is_clicked():
    truth = plane(10, 21, 10, 41)
    click = next_click(truth, np.zeros_like(truth))
    assert click.is_positive
    assert click.y == 15.5
    assert 15 <= click.x <= 36
    click = next_click(truth, plane(10, 21, 10, 60))
    assert (click.is_positive, click.y) == (False, 15.5)
    assert 46 <= click.x <= 55
    assert next_click(truth, truth) is None


def test_the_edge_of_the_picture_ends_an_error():
    click = next_click(plane(0, 48, 0, 9), plane(0, 0, 0, 0))
    assert click.x == 4.5


def test_overlap_is_intersection_over_union():
    assert overlap(plane(0, 10, 0, 10), plane(0, 10, 5, 15)) == pytest.approx(1 / 3)
    assert overlap(plane(0, 0, 0, 0), plane(0, 0, 0, 0)) == 1


def test_clicks_are_counted_until_the_target_is_reached():
    scores = ClickScores([[0.5, 0.82, 0.91], [0.86], [0.2] * 20], [0.7, 0.9])
    assert scores.clicks_to(0.80) == pytest.approx((2 + 1 + 20) / 3)
    assert scores.clicks_to(0.85) == pytest.approx((3 + 1 + 20) / 3)
    assert scores.clicks_to(0.90) == pytest.approx((3 + 20 + 20) / 3)
    assert scores.iou_after(1) == pytest.approx((0.5 + 0.86 + 0.2) / 3)
    assert scores.iou_after(5) == pytest.approx((0.91 + 0.86 + 0.2) / 3)
    assert scores.metrics()["iou_box"] == pytest.approx(0.8)


def test_nothing_asked_is_no_number():
    assert all(np.isnan(value) for value in ClickScores().metrics().values())


class Discs:
    """An outliner of a disc at each click on the object, and of the box as it is."""

    def begin(self, pixels):
        self.size_hw = pixels.shape[:2]

    def outline(self, question):
        rows, columns = np.mgrid[: self.size_hw[0], : self.size_hw[1]] + 0.5
        found = np.zeros(self.size_hw, np.bool_)
        for click in question.clicks:
            near = (rows - click.y) ** 2 + (columns - click.x) ** 2 < 36
            found = found | near if click.is_positive else found & ~near
        if question.box is not None:
            x1, y1, x2, y2 = map(int, question.box.xyxy)
            found[y1:y2, x1:x2] = True
        return found


def test_every_object_of_a_list_is_asked_for(tmp_path):
    picture = write_picture(tmp_path / "a.png")
    masks = [Mask(20, 10, plane(0, 11, 0, 11, (11, 11))), Mask(0, 30, plane(0, 9, 0, 60, (9, 60)))]
    objects = [Annotation(masks[0], 1), Annotation(masks[1], 2), Annotation(masks[0], 255)]
    write_instances(tmp_path / "a.json", (48, 64), objects)
    (tmp_path / "labels.txt").write_text("1 cell\n2 rod\n", encoding="utf-8")
    write_list(tmp_path / "list.txt", [(picture, tmp_path / "a.json")])
    scores = score_clicks(Discs(), tmp_path / "list.txt", most=8)
    assert scores.from_box == [1, 1]
    square, rod = scores.after
    assert square[0] > 0.85
    assert len(rod) == 8
    assert rod[0] < rod[3]


def test_what_is_ignored_beside_an_object_is_neither_right_nor_wrong(tmp_path):
    picture = write_picture(tmp_path / "a.png")
    bar = Annotation(crop(4, 20, plane(0, 4, 0, 40, (4, 40))), 1)
    around = Annotation(crop(0, 12, plane(0, 20, 0, 56, (20, 56))), 255)
    (tmp_path / "labels.txt").write_text("1 bar\n", encoding="utf-8")
    after = []
    for objects in ([bar], [bar, around]):
        write_instances(tmp_path / "a.json", (48, 64), objects)
        write_list(tmp_path / "list.txt", [(picture, tmp_path / "a.json")])
        after += score_clicks(Discs(), tmp_path / "list.txt", most=9).after
    plain, ignoring = after
    assert ignoring[0] > plain[0]
    assert max(plain) < 0.8 < max(ignoring) <= 1


def test_the_made_up_person_never_clicks_what_is_right():
    random = np.random.default_rng(0)
    for _ in range(50):
        truth, answer = random.random((2, 12, 17)) < random.random()
        click = next_click(truth, answer)
        if click is None:
            assert np.array_equal(truth, answer)
            continue
        assert isinstance(click, Click)
        assert truth[int(click.y), int(click.x)] == click.is_positive
        assert answer[int(click.y), int(click.x)] != click.is_positive


@pytest.mark.parametrize("every", [1, 2, 3, 4])
def test_every_nth_object_is_counted_through_the_list(tmp_path, every):
    lines, areas = [], []
    for number, count in enumerate((1, 3, 2, 2)):
        picture = write_picture(tmp_path / f"{number}.png")
        masks = [Mask(2, 2, plane(0, 5 + len(areas) + n, 0, 9, (20, 9))) for n in range(count)]
        areas += [int(mask.pixels.sum()) for mask in masks]
        objects = [Annotation(crop(2, 2, m.pixels[: m.pixels.any(1).sum()]), 1) for m in masks]
        write_instances(tmp_path / f"{number}.json", (48, 64), objects)
        lines.append((picture, tmp_path / f"{number}.json"))
    (tmp_path / "labels.txt").write_text("1 cell\n", encoding="utf-8")
    write_list(tmp_path / "list.txt", lines)
    boxes = []

    class Notes(Discs):
        def outline(self, question):
            if question.box is not None:
                x1, y1, x2, y2 = question.box.xyxy
                boxes.append((x2 - x1) * (y2 - y1))
            return super().outline(question)

    scores = score_clicks(Notes(), tmp_path / "list.txt", most=1, every=every)
    assert boxes == areas[::every]
    assert (scores.met, len(scores.from_box)) == (8, len(boxes))
