"""XML from elsewhere: what is wrong with it is said, and nothing is expanded."""

import pytest
from hypothesis import given, settings

from engine.errors import DatasetError
from engine.plain_xml import MOST_LEVELS, read_xml
from tests.damage import damaged_bytes, seeds

GOOD = b"""<?xml version="1.0" encoding="utf-8"?>
<annotation><size><width>4</width></size><object name="a &amp; b"/></annotation>"""
BOMB = b"""<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<x>&b;</x>"""
OUTSIDE = b"""<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><x>&a;</x>"""


def test_a_plain_file_is_read(tmp_path):
    path = tmp_path / "a.xml"
    path.write_bytes(GOOD)
    root = read_xml(path)
    assert root.tag == "annotation"
    assert root.findtext("size/width") == "4"
    assert root[1].get("name") == "a & b"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (BOMB, "entities"),
        (OUTSIDE, "entities"),
        (b"<a><b></a>", "no valid XML.*line 1"),
        (b"", "no valid XML"),
        (b'<?xml version="1.0" encoding="none"?><a/>', r"Cannot read|no valid XML"),
        (b"<a>" * (MOST_LEVELS + 1), "levels deep"),
        (b"<a>" * 100_000 + b"</a>" * 100_000, "levels deep"),
    ],
)
def test_what_is_no_plain_xml_is_refused(tmp_path, data, text):
    path = tmp_path / "a.xml"
    path.write_bytes(data)
    with pytest.raises(DatasetError, match=text):
        read_xml(path)


def test_a_file_beyond_the_limit_is_not_read(tmp_path):
    path = tmp_path / "a.xml"
    path.write_bytes(GOOD)
    with pytest.raises(DatasetError, match="larger than"):
        read_xml(path, most=20)
    with pytest.raises(DatasetError, match="Cannot read"):
        read_xml(tmp_path / "none.xml")


@given(seeds)
@settings(max_examples=150)
def test_a_damaged_file_is_read_or_refused(tmp_path_factory, seed):
    path = tmp_path_factory.mktemp("xml") / "a.xml"
    path.write_bytes(damaged_bytes(GOOD, seed))
    try:
        read_xml(path)
    except DatasetError:
        return
