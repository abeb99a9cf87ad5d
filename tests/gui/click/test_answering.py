"""Answers depend on the question alone, and what was seen is not seen again."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from engine.click.question import Click, Question
from engine.jobs import Cancelled, CancelToken, no_progress
from engine.values import Frame, FrameId, Mask
from gui.click.answering import KEPT, Answering, ClickRequest


@dataclass(frozen=True)
class Said:
    """What was asked, as an answer."""

    question: Question
    mask: Mask | None = None
    score: float = 0.5


@dataclass
class Counting:
    """An asker that only notes what it is asked."""

    seen: list[int] = field(default_factory=list)
    asked: list[tuple[Question, object]] = field(default_factory=list)

    def see(self, pixels):
        self.seen.append(int(pixels[0, 0, 0]))
        return object()

    def ask(self, pixels, whole, question, before=None):
        self.asked.append((question, None if before is None else before.question))
        return Said(question, Mask(0, 0, np.ones((1, 2), np.bool_)))


def frame_of(number):
    return Frame(FrameId(f"{number}.png"), np.full((4, 5, 3), number, np.uint8))


@pytest.fixture
def asker():
    return Counting()


@pytest.fixture
def answering(asker):
    return Answering(lambda: asker)


def answer(answering, frame, question):
    return answering.answer(ClickRequest(frame, question), no_progress, CancelToken())


FIRST = Question((Click(1, 1),))
SECOND = FIRST.with_click(Click(2, 1, False))
THIRD = SECOND.with_click(Click(3, 1))


def test_a_frame_seen_ahead_is_not_seen_again_when_asked_about(asker, answering):
    frame = frame_of(1)
    answering.see(frame, no_progress, CancelToken())
    answer(answering, frame, FIRST)
    assert asker.seen == [1]


def test_every_step_goes_on_from_the_one_before_even_if_nobody_asked_for_it(asker, answering):
    answer(answering, frame_of(1), THIRD)
    assert asker.asked == [(FIRST, None), (SECOND, FIRST), (THIRD, SECOND)]


def test_a_click_taken_back_costs_nothing(asker, answering):
    frame = frame_of(1)
    answer(answering, frame, SECOND)
    answer(answering, frame, FIRST)
    assert len(asker.asked) == 2


def test_another_object_and_another_frame_begin_anew(asker, answering):
    frame, other = frame_of(1), frame_of(2)
    answer(answering, frame, FIRST)
    answer(answering, other, FIRST)
    answer(answering, other, Question((Click(4, 3),)))
    answer(answering, other, FIRST)
    assert len(asker.asked) == 4
    assert asker.seen == [1, 2]


def test_few_frames_are_kept_and_a_picture_read_again_is_seen_again(asker, answering):
    frames = [frame_of(number) for number in range(KEPT + 1)]
    for frame in frames:
        answering.see(frame, no_progress, CancelToken())
    answering.see(frames[0], no_progress, CancelToken())
    changed = Frame(frames[-1].id, np.full((4, 5, 3), 99, np.uint8))
    answering.see(changed, no_progress, CancelToken())
    assert asker.seen == [*range(KEPT + 1), 0, 99]


def test_it_is_cancelled_between_steps(answering):
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        answering.answer(ClickRequest(frame_of(1), FIRST), no_progress, cancel)


def test_a_part_is_seen_for_itself_and_answers_in_pixels_of_the_frame(asker, answering):
    frame = frame_of(1)
    request = ClickRequest(frame, Question((Click(3, 2),)), (2, 1, 5, 4))
    found = answering.answer(request, no_progress, CancelToken())
    assert asker.asked == [(Question((Click(1, 1),)), None)]
    assert (found.mask.left, found.mask.top) == (2, 1)
    answering.answer(request, no_progress, CancelToken())
    answer(answering, frame, FIRST)
    assert len(asker.seen) == 2
