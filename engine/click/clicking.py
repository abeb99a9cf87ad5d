"""Predicts frames by the clicks that a file names: an object for each entry, in its order."""

from pathlib import Path

from engine.click.asking import Asker
from engine.click.clicks_file import Questions, questions_about
from engine.click.question import Question
from engine.errors import SourceError
from engine.values import Detection, Frame, Prediction


class Clicking:
    """An Asker with the questions about each picture."""

    def __init__(self, asker: Asker, questions: Questions) -> None:
        self.weights = asker.weights
        self.origin = asker.origin
        self._asker = asker
        self._questions = questions

    @property
    def device_text(self) -> str:
        """The device and precision really in use."""
        return self._asker.device_text

    @property
    def backend_name(self) -> str:
        """The backend really in use."""
        return self._asker.backend_name

    @property
    def settings(self) -> dict[str, str]:
        """What two parts of one result must have in common, beside the weights."""
        return {"clicks": str(sorted(self._questions.items()))}

    def predict(self, frame: Frame) -> Prediction:
        """An object for each question, in their order. SourceError where there is none to ask, or
        one that cannot be answered."""
        questions = questions_about(Path(frame.id.path), self._questions)
        if not questions:
            raise SourceError("There are no clicks for this picture.")
        whole = self._asker.see(frame.pixels)
        found = []
        for number, question in enumerate(questions, start=1):
            _refuse_outside(question, frame.size_hw, number)
            answer = None
            for so_far in question.steps:
                answer = self._asker.ask(frame.pixels, whole, so_far, answer)
            if answer is None or answer.mask is None:
                raise SourceError(f"Object {number}: there is nothing to outline.")
            found.append(Detection(answer.mask, 1, min(1.0, answer.score)))
        labels = self.weights.card.labels
        return Prediction(frame.id, frame.size_hw, labels, tuple(found), origin=self.origin)


def _refuse_outside(question: Question, size_hw: tuple[int, int], number: int) -> None:
    height, width = size_hw
    for click in question.clicks:
        if not (0 <= click.x < width and 0 <= click.y < height):
            raise SourceError(
                f"Object {number}: the click ({click.x:g}, {click.y:g}) lies outside the picture, "
                f"which is {width}x{height}."
            )
    if question.box is not None:
        x1, y1, x2, y2 = question.box.xyxy
        if x2 <= 0 or y2 <= 0 or x1 >= width or y1 >= height:
            raise SourceError(f"Object {number}: the box lies outside the picture.")
