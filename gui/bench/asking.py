"""How the made-up person asks: clicks, boxes, and what a model proposes."""

import numpy as np

from engine.evaluation.clicks import next_click
from engine.values import Annotation
from gui.bench.person import EXACT, LEFT, RIGHT, Person

MATCH = 0.5
"""A proposal with this IoU is worth accepting."""


def take_smart(person: Person, asker: str) -> None:
    """Take up Smart click, which asks this one."""
    person.take("smart")
    person.use_asker(asker)


def click_error(person: Person) -> bool:
    """Click into the largest error, and wait for the answer; False where there is no error."""
    click = next_click(person.truth, person.answered)
    if click is None:
        return False
    before, at = person.answers, (click.x, click.y)
    wrong = person.truth ^ person.answered
    person.click(at, person.room(at, wrong), button=LEFT if click.is_positive else RIGHT)
    person.wait_for_answer(before)
    return True


def drag_box(person: Person) -> None:
    """Drag a box around the object, and wait for the answer."""
    before = person.answers
    rows, columns = np.nonzero(person.truth)
    corner = float(columns.min()), float(rows.min())
    person.drag([corner, (float(columns.max() + 1), float(rows.max() + 1))], EXACT)
    person.wait_for_answer(before)


def choose_proposal(person: Person) -> Annotation | None:
    """Look at what the model proposes, and click what fits; None where nothing does."""
    person.effort.look()
    sample = person.app.session.annotations.sample
    waiting = sample.proposals if sample is not None else ()
    scored = [(person.iou(person.outline_of(each.region)), each) for each in waiting]
    best, chosen = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    if chosen is None or best < MATCH:
        person.app.session.annotations.drop_draft()
        return None
    click = next_click(person.truth & person.outline_of(chosen.region), person.truth & False)
    assert click is not None
    at = click.x, click.y
    person.select(chosen.id, at, person.room(at, person.truth))
    return chosen
