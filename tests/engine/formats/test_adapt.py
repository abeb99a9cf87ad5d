"""Samples brought to what a Format can hold."""

from engine.formats.adapt import adapt
from engine.formats.registry import BOXES, Carries
from engine.formats.report import Report
from engine.values import Annotation, Box, FrameId, Label, Sample

LABELS = (Label(1, "cell", (255, 0, 0)),)


def test_only_attributes_of_the_names_that_a_format_has_are_kept():
    carries = Carries(
        BOXES, attributes=frozenset({"difficult"}), sample_attributes=frozenset({"gsd"})
    )
    pairs = (("difficult", "1"), ("pose", "left"))
    annotation = Annotation(Box(1, 2, 3, 4), 1, attributes=pairs)
    about = (("gsd", "0.5"), ("weather", "rain"))
    report = Report()
    sample = Sample(FrameId("a.png"), (9, 9), (annotation,), attributes=about)
    adapted = adapt(sample, carries, LABELS, report)
    assert adapted.annotations[0].attributes == (("difficult", "1"),)
    assert adapted.attributes == (("gsd", "0.5"),)
    assert [r.why for r in report.converted] == [
        "without its attributes",
        "without its attributes (weather)",
    ]
