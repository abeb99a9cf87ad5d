"""What cannot be opened is named, and labels without pictures come with the import that fits."""

import pytest

from engine.errors import LabelsAloneError, SourceError
from engine.look import look_at
from engine.unknown_files import kind_of
from tests.make import write_picture

VOC = "<annotation><filename>a.jpg</filename><size><width>4</width><height>4</height></size>"
VOC += "<object><name>cat</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>2</xmax><ymax>2</ymax>"
VOC += "</bndbox></object></annotation>"
COCO = '{"images": [{"id": 1, "file_name": "a.jpg", "width": 4, "height": 4}], '
COCO += '"annotations": [], "categories": [{"id": 1, "name": "cat"}]}'
LABELME = '{"version": "5", "flags": {}, "shapes": [], "imagePath": "a.jpg", '
LABELME += '"imageData": null, "imageHeight": 4, "imageWidth": 4}'


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("notes.md", b"# Notes", "a text with Markdown"),
        ("page.md", b"<!-- a page -->", "a text with Markdown"),
        ("some.json", b'{"shops": 1, "bars": 2}', "a JSON file with shops, bars"),
        ("some.json", b'{"shops": ', "a JSON file that is damaged"),
        ("some.xml", b"<?xml version='1.0'?><shop/>", "an XML file"),
        ("words.txt", b"some words\n", "a text that names no pictures"),
        ("a.docx", b"PK no video" * 9, "a text file"),
        ("a.bin", b"\x00\x01", "a file of another program"),
        ("a.txt", b"", "an empty file"),
    ],
)
def test_what_is_none_of_ours_is_named(tmp_path, name, content, kind):
    path = tmp_path / name
    path.write_bytes(content)
    assert kind_of(path).startswith(kind)
    with pytest.raises(SourceError) as caught:
        look_at([path])
    assert kind in caught.value.message
    assert sorted(p.name for p in tmp_path.iterdir()) == [name]


@pytest.mark.parametrize(
    ("name", "content", "layout"),
    [
        ("a.xml", VOC, "voc"),
        ("a.json", COCO, "coco"),
        ("b.json", LABELME, "labelme"),
        ("a.txt", "0 0.5 0.5 0.25 0.5\n1 0.5 0.5 0.5 0.5\n", "yolo"),
    ],
)
def test_labels_without_their_pictures_come_with_their_import(tmp_path, name, content, layout):
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(LabelsAloneError) as caught:
        look_at([path])
    assert name in caught.value.message
    assert caught.value.layout == layout
    assert caught.value.path in (path, tmp_path)
    with pytest.raises(LabelsAloneError):
        look_at([path, path])
    with pytest.raises(LabelsAloneError, match="but no pictures") as caught:
        look_at([tmp_path])
    assert (caught.value.path, caught.value.layout) == (tmp_path, layout)


def test_a_label_file_of_a_whole_dataset_offers_the_dataset(tmp_path):
    write_picture(tmp_path / "images" / "a.png")
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels" / "a.txt").write_text("0 0.5 0.5 0.25 0.5\n")
    with pytest.raises(LabelsAloneError) as caught:
        look_at([tmp_path / "labels" / "a.txt"])
    assert caught.value.path == tmp_path
