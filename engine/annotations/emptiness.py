"""A picture on which there is nothing: said by somebody, never concluded from missing objects."""

from dataclasses import replace

from engine.values import Sample

EMPTY = ("empty", "yes")
"""The attribute of a Sample of which a person or a dataset says that it shows no object."""


def is_marked_empty(sample: Sample) -> bool:
    """Whether somebody said that nothing is there; objects on it say otherwise."""
    return EMPTY in sample.attributes and not sample.annotations


def mark_empty(sample: Sample) -> Sample:
    """Say that nothing is there."""
    return sample if EMPTY in sample.attributes else with_mark(sample, on=True)


def with_mark(sample: Sample, *, on: bool) -> Sample:
    """The Sample with or without the mark."""
    others = tuple(pair for pair in sample.attributes if pair[0] != EMPTY[0])
    return replace(sample, attributes=(*others, EMPTY) if on else others)
