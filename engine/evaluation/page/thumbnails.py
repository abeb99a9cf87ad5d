"""The worst samples as small pictures inside the page: the truth beside what the model said."""

import base64
import io
from collections.abc import Sequence
from html import escape
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.errors import AppError
from engine.evaluation.report import Example
from engine.painting.overlay import paint
from engine.sources.picture import read_picture
from engine.values import Label

SIDE = 420
QUALITY = 78


def example_cards(examples: Sequence[Example], labels: Sequence[Label]) -> str:
    """A card for each sample; a picture that cannot be read any more is named."""
    return f'<div class="cards">{"".join(_card(one, labels) for one in examples)}</div>'


def _card(example: Example, labels: Sequence[Label]) -> str:
    name = escape(Path(example.image).name)
    caption = f"<figcaption><b>{name}</b> {escape(example.text)}</figcaption>"
    try:
        pixels = read_picture(Path(example.image))
    except AppError as error:
        return f'<figure class="card">{caption}<p class="note">{escape(str(error))}</p></figure>'
    sides = (
        f'<div><img alt="{what} in {name}" src="{_data_uri(paint(pixels, seen, labels))}">'
        f"<span>{what}</span></div>"
        for what, seen in (("truth", example.known), ("model", example.found))
    )
    return f'<figure class="card">{caption}<div class="pair">{"".join(sides)}</div></figure>'


def _data_uri(pixels: NDArray[np.uint8]) -> str:
    picture = Image.fromarray(pixels)
    picture.thumbnail((SIDE, SIDE))
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=QUALITY)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
