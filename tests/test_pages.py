"""The Markdown pages: short enough to read, and every link leads somewhere."""

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LINK = re.compile(r"""\]\(([^)\s]+)\)|(?:src|href)="([^"]+)\"""")
HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
BLOCK = re.compile(r"^```.*?^```$|`[^`\n]+`", re.MULTILINE | re.DOTALL)
TERM = re.compile(r"\*\*(.+?)\*\*")
PLACE = re.compile(r"`((?:docs|engine|gui|models|packaging|resources|scripts|tests)/[\w./-]*)`")
README_BYTES = 8_600
GLOSSARY = ROOT / "docs" / "glossary.md"
PAGES = sorted(
    path for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("configs/**/*.md"))
)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def prose(path: Path) -> str:
    """The page without its code, where brackets are no links."""
    return BLOCK.sub("", path.read_text(encoding="utf-8"))


@cache
def anchors(path: Path) -> frozenset[str]:
    """What a link may name after a #: the headings, as GitHub spells them."""
    headings = HEADING.findall(path.read_text(encoding="utf-8"))
    return frozenset(re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings)


def leads_somewhere(page: Path, link: str) -> bool:
    place, _, anchor = link.partition("#")
    target = page.parent / place if place else page
    return target.exists() and (not anchor or anchor in anchors(target))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page):
    links = [a or b for a, b in LINK.findall(prose(page))]
    ours = [link for link in links if not re.match(r"[a-z]+:", link)]
    assert not [link for link in ours if not leads_somewhere(page, link)]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_place_that_is_named_exists(page):
    places = PLACE.findall(page.read_text(encoding="utf-8"))
    assert not [place for place in places if not (ROOT / place).exists()]


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_bytes()) <= README_BYTES


def test_the_glossary_has_every_term_once_and_in_order():
    text = GLOSSARY.read_text(encoding="utf-8")
    terms = TERM.findall(text)
    assert len(terms) == len(set(terms))
    for section in text.split("\n## ")[1:]:
        entries = re.findall(r"^- \*\*(.+?)\*\*", section, re.MULTILINE)
        assert entries == sorted(entries, key=str.lower), section.splitlines()[0]


def test_the_index_lists_every_decision():
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", index)
    assert listed == sorted(path.name for path in folder.glob("[0-9]*.md"))


def test_nothing_refers_to_pages_outside_of_the_repository():
    outside = re.compile(r"\b(HOUSE_STYLE|DESIGN|ANCHORS|RIVALS)(\.md|\b says| promises)")
    folders = ("engine", "gui", "models", "resources", "scripts", "tests")
    files = [*PAGES, *(path for folder in folders for path in (ROOT / folder).rglob("*.py"))]
    found = [name_of(path) for path in files if outside.search(path.read_text(encoding="utf-8"))]
    assert not found
