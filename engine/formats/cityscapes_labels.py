"""The labels of Cityscapes: names, the ids of its maps, those of training, and colours.

There is no background: every pixel has a label, or is ignored. So its labels count from 0 here.

Source: the label table in the dataset's own scripts (cityscapesScripts, `helpers/labels.py`).
"""

from engine.values import Label

UNLABELED = 0
"""What is ignored; as are 1 to 3, which show no scene."""

_ROWS = (
    ("static", 4, None, (0, 0, 0)),
    ("dynamic", 5, None, (111, 74, 0)),
    ("ground", 6, None, (81, 0, 81)),
    ("road", 7, 0, (128, 64, 128)),
    ("sidewalk", 8, 1, (244, 35, 232)),
    ("parking", 9, None, (250, 170, 160)),
    ("rail track", 10, None, (230, 150, 140)),
    ("building", 11, 2, (70, 70, 70)),
    ("wall", 12, 3, (102, 102, 156)),
    ("fence", 13, 4, (190, 153, 153)),
    ("guard rail", 14, None, (180, 165, 180)),
    ("bridge", 15, None, (150, 100, 100)),
    ("tunnel", 16, None, (150, 120, 90)),
    ("pole", 17, 5, (153, 153, 153)),
    ("polegroup", 18, None, (153, 153, 153)),
    ("traffic light", 19, 6, (250, 170, 30)),
    ("traffic sign", 20, 7, (220, 220, 0)),
    ("vegetation", 21, 8, (107, 142, 35)),
    ("terrain", 22, 9, (152, 251, 152)),
    ("sky", 23, 10, (70, 130, 180)),
    ("person", 24, 11, (220, 20, 60)),
    ("rider", 25, 12, (255, 0, 0)),
    ("car", 26, 13, (0, 0, 142)),
    ("truck", 27, 14, (0, 0, 70)),
    ("bus", 28, 15, (0, 60, 100)),
    ("caravan", 29, None, (0, 0, 90)),
    ("trailer", 30, None, (0, 0, 110)),
    ("train", 31, 16, (0, 80, 100)),
    ("motorcycle", 32, 17, (0, 0, 230)),
    ("bicycle", 33, 18, (119, 11, 32)),
)

LABELS = tuple(Label(n, name, color) for n, (name, _, _, color) in enumerate(_ROWS))
"""Those of `labelIds` maps."""
TRAIN_LABELS = tuple(Label(i, name, color) for name, _, i, color in _ROWS if i is not None)
"""Those of `labelTrainIds` maps, in which all else is 255."""
IDS = {name: i for name, i, _, _ in _ROWS}
"""The id in a `labelIds` map of each name."""
