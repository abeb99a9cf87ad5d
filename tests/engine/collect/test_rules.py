from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.collect.rules import (
    LEAST_GAP,
    Memory,
    Rules,
    Sight,
    collected,
    decide,
    rules_of,
    rules_text,
)


def run(rules: Rules, sights: list[Sight]) -> list[tuple[float, str]]:
    """When frames were collected, and why."""
    memory, found = Memory(), []
    for sight in sights:
        why, memory = decide(rules, memory, sight)
        if why:
            found.append((sight.at, why))
    assert memory.count == len(found)
    return found


def each_second(*objects: tuple[tuple[str, float | None], ...]) -> list[Sight]:
    return [Sight(float(at), said) for at, said in enumerate(objects)]


def test_without_a_rule_nothing_is_collected() -> None:
    assert not Rules().is_any
    assert run(Rules(), each_second((("dog", 0.4),), (("cat", 0.4),))) == []


def test_every_few_seconds() -> None:
    found = run(Rules(every=5.0), each_second(*[()] * 17))
    assert found == [(5.0, "every 5 s"), (10.0, "every 5 s"), (15.0, "every 5 s")]


def test_a_score_between_the_two_is_unsure() -> None:
    sights = each_second((("dog", 0.9),), (("dog", 0.41), ("cat", 0.2)), (("dog", 0.6),))
    assert run(Rules(is_unsure=True, low=0.3, high=0.5), sights) == [(1.0, "low confidence 0.41")]


def test_a_label_that_was_not_in_sight_is_new() -> None:
    dog, both = (("dog", 0.9),), (("dog", 0.9), ("cat", None))
    sights = each_second(dog, dog, both, dog, dog, dog, dog, both)
    assert run(Rules(new_after=4.0), sights) == [(2.0, "new: cat"), (7.0, "new: cat")]
    assert run(Rules(new_after=6.0), sights) == [(2.0, "new: cat")]


def test_two_models_that_differ() -> None:
    sights = [Sight(0.0), Sight(1.0, (), 0.2), Sight(2.0, (), 0.5)]
    assert run(Rules(disagrees=True), sights) == [(2.0, "two models differ by 50 %")]


def test_all_reasons_are_said() -> None:
    sights = each_second((), (("dog", 0.4),))
    rules = Rules(is_unsure=True, new_after=5.0, every=1.0)
    assert run(rules, sights) == [(1.0, "low confidence 0.40, new: dog, every 1 s")]


def test_what_a_person_collects_counts_too() -> None:
    memory = collected(Memory(), 3.0)
    assert (memory.count, memory.last) == (1, 3.0)
    rules = Rules(is_unsure=True, gap=2.0)
    unsure = Sight(4.0, (("dog", 0.4),))
    assert decide(rules, memory, unsure)[0] == ""
    assert decide(rules, memory, replace(unsure, at=5.0))[0] != ""


@pytest.mark.parametrize("wrong", [
    {"low": 0.6, "high": 0.5}, {"every": -1.0}, {"gap": 0.0}, {"cap": 0}, {"least_difference": 2.0},
])  # fmt: skip
def test_rules_that_make_no_sense_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"\d"):
        Rules(**wrong)  # type: ignore[arg-type]


scores = st.floats(0, 1)
rules_made = st.builds(
    lambda ends, **rest: Rules(low=min(ends), high=max(ends), **rest),
    st.tuples(scores, scores),
    every=st.just(0.0) | st.floats(0.1, 20),
    is_unsure=st.booleans(),
    new_after=st.just(0.0) | st.floats(0.1, 20),
    disagrees=st.booleans(),
    least_difference=scores,
    gap=st.floats(LEAST_GAP, 10),
    cap=st.integers(1, 20),
)
objects = st.lists(st.tuples(st.sampled_from("abc"), st.none() | scores), max_size=3)


@st.composite
def sights_made(draw: st.DrawFn) -> list[Sight]:
    at, made = 0.0, []
    for step in draw(st.lists(st.floats(0.01, 3), max_size=60)):
        at += step
        made.append(Sight(at, tuple(draw(objects)), draw(st.none() | scores)))
    return made


@given(rules_made, sights_made())
def test_never_more_than_the_cap_and_never_too_near(rules: Rules, sights: list[Sight]) -> None:
    found = run(rules, sights)
    assert len(found) <= rules.cap
    assert all(b[0] - a[0] >= rules.gap for a, b in pairwise(found))
    assert not found or rules.is_any


@given(rules_made, sights_made())
def test_what_is_said_is_so(rules: Rules, sights: list[Sight]) -> None:
    at = {sight.at: sight for sight in sights}
    for moment, why in run(rules, sights):
        sight = at[moment]
        if "low confidence" in why:
            assert any(s is not None and rules.low <= s <= rules.high for _, s in sight.objects)
        if "new: " in why:
            before = [s for s in sights if moment - rules.new_after < s.at < moment]
            shown = {label for s in before for label, _ in s.objects}
            assert any(label not in shown for label, _ in sight.objects)
        if "differ" in why:
            assert sight.difference is not None
            assert sight.difference > rules.least_difference


@given(rules_made, sights_made())
def test_whoever_only_looks_remembers_the_same_labels(rules: Rules, sights: list[Sight]) -> None:
    looked, decided = Memory(), Memory()
    for sight in sights:
        _, looked = decide(Rules(), looked, sight)
        _, decided = decide(rules, decided, sight)
    assert looked.seen == decided.seen
    assert looked.count == 0


@given(rules_made)
def test_rules_are_kept_as_a_text(rules: Rules) -> None:
    assert rules_of(rules_text(rules)) == rules


@pytest.mark.parametrize("text", ["", "[]", "{", '{"cap": "x"}', '{"low": 7}', '{"what": 1}'])
def test_a_text_that_makes_no_sense_is_the_usual(text: str) -> None:
    assert rules_of(text) == Rules()
