"""Text on pictures in any script: rendered once by Pillow, then only copied.

OpenCV's own putText knows ASCII alone.
"""

import platform
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Color = tuple[int, int, int]

# Fonts with wide coverage (Korean included), best first, and which face of a collection.
_FONTS = (
    ("NotoSansKR-Regular.otf", 0),
    ("NotoSansCJKkr-Regular.otf", 0),
    ("NotoSansCJK-Regular.ttc", 1),
    ("NanumGothic.ttf", 0),
    ("malgun.ttf", 0),
    ("AppleSDGothicNeo.ttc", 0),
    ("Arial Unicode.ttf", 0),
    ("DejaVuSans.ttf", 0),
)
_FOLDERS = {
    "Linux": ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts"),
    "Windows": ("C:/Windows/Fonts",),
    "Darwin": ("/System/Library/Fonts", "/Library/Fonts"),
}
_PADDING = 3


@lru_cache(maxsize=2048)
def caption(text: str, size: int, color: Color) -> NDArray[np.uint8]:
    """Text in black or white on a field of `color`: (h, w, 3) uint8, all of one height."""
    font = _font(size, is_plain=text.isascii())
    ascent, descent = font.getmetrics() if isinstance(font, ImageFont.FreeTypeFont) else (size, 3)
    width = max(1, round(font.getlength(text))) + 2 * _PADDING
    image = Image.new("RGB", (width, size + _PADDING * 2), color)
    baseline = (image.height + ascent - descent) // 2
    ImageDraw.Draw(image).text(
        (_PADDING, baseline), text, font=font, fill=ink_on(color), anchor="ls"
    )
    pixels = np.array(image)
    pixels.flags.writeable = False
    return pixels


def ink_on(color: Color) -> Color:
    """Black or white, whichever reads better on this colour."""
    red, green, blue = color
    return (0, 0, 0) if 0.299 * red + 0.587 * green + 0.114 * blue > 140 else (255, 255, 255)


@cache
def _font(size: int, *, is_plain: bool) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    path = None if is_plain else _wide_font()
    if path is None:
        return ImageFont.load_default(size)
    return ImageFont.truetype(str(path[0]), size, index=path[1])


@cache
def _wide_font() -> tuple[Path, int] | None:
    """A font of this system that knows more than Latin letters."""
    files: dict[str, Path] = {}
    for folder in _FOLDERS.get(platform.system(), ()):
        root = Path(folder).expanduser()
        if root.is_dir():
            files |= {path.name: path for path in root.rglob("*.[ot]t[fc]")}
    for name, face in _FONTS:
        if name in files:
            return files[name], face
    return None
