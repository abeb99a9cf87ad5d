"""XML that comes from elsewhere, taken for hostile: bounded, without entities, of few levels."""

from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

import defusedxml.ElementTree as ElementTree
from defusedxml.common import DefusedXmlException

from engine.errors import AppError, DatasetError
from engine.regular_files import open_regular

MOST_BYTES = 64 << 20
"""What is read of a file unless its reader says otherwise."""
MOST_LEVELS = 64
"""Elements inside one another."""

_HINT = "Save it again with the program that made it."


def read_xml(
    path: Path, *, most: int = MOST_BYTES, error: type[AppError] = DatasetError, hint: str = _HINT
) -> Element:
    """The outermost element of an XML file of at most `most` bytes. `error` says what is wrong."""
    try:
        with open_regular(path, most, error) as file:
            level = 0
            root: Element | None = None
            for event, element in ElementTree.iterparse(file, events=("start", "end")):
                root = element if root is None else root
                level += 1 if event == "start" else -1
                if level > MOST_LEVELS:
                    message = f"{path.name} nests elements more than {MOST_LEVELS} levels deep."
                    raise error(message, hint=hint)
    except ParseError as trouble:
        raise error(f"{path.name} is no valid XML: {trouble}.", hint=hint) from trouble
    except DefusedXmlException as trouble:
        message = f"{path.name} defines entities, which no label file needs."
        raise error(message, hint=hint) from trouble
    except (OSError, ValueError, LookupError) as trouble:  # LookupError: an unknown encoding
        raise error(f"Cannot read {path}.", hint="Check the path.") from trouble
    if root is None:
        raise error(f"{path.name} holds no element.", hint=hint)
    return root
