"""Which live frames are collected by themselves: pure rules over what was said of each.

Nothing here knows a picture. A `Sight` is what was said of one frame, a `Memory` what is remembered
of those before it; `decide` gives why to collect this one, or nothing, and the Memory after it.
"""

import json
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

LEAST_GAP, MOST_CAP = 0.2, 10_000


@dataclass(frozen=True)
class Rules:
    """When to collect. Seconds of 0 are never; without any rule nothing is collected.

    `every` so many seconds; `is_unsure`: an object's score lies from `low` to `high`; `new_after`:
    a label comes that was not in sight for so long; `disagrees`: two models that are compared
    differ in more than `least_difference` of what they see. Two frames are at least `gap` seconds
    apart, and there are no more than `cap`.
    """

    every: float = 0.0
    is_unsure: bool = False
    low: float = 0.3
    high: float = 0.5
    new_after: float = 0.0
    disagrees: bool = False
    least_difference: float = 0.3
    gap: float = 2.0
    cap: int = 100

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.high <= 1:
            raise ValueError(f"Scores are 0 to 1, the low one first: {self.low}, {self.high}.")
        if not 0 <= self.least_difference <= 1:
            raise ValueError(f"A share is 0 to 1, not {self.least_difference}.")
        if self.every < 0 or self.new_after < 0 or self.gap < LEAST_GAP:
            raise ValueError(f"Seconds are not below 0, the gap not below {LEAST_GAP}.")
        if not 1 <= self.cap <= MOST_CAP:
            raise ValueError(f"1 to {MOST_CAP} frames are collected, not {self.cap}.")

    @property
    def is_any(self) -> bool:
        """Whether there is a rule at all."""
        return bool(self.every or self.is_unsure or self.new_after or self.disagrees)


NO_RULES = Rules()


@dataclass(frozen=True)
class Sight:
    """What was said of a frame that came at this moment: labels with the scores of their objects,
    None where there is none, and how much two models differ, 0..1."""

    at: float
    objects: tuple[tuple[str, float | None], ...] = ()
    difference: float | None = None


@dataclass(frozen=True)
class Memory:
    """What is known of the frames before: how many were collected, when the last one and the last
    one by the clock, and when each label was in sight."""

    count: int = 0
    last: float | None = None
    clock: float | None = None
    seen: tuple[tuple[str, float], ...] = ()

    @property
    def is_new(self) -> bool:
        """Whether nothing was looked at yet."""
        return self.clock is None


def decide(rules: Rules, memory: Memory, sight: Sight) -> tuple[str, Memory]:
    """Why to collect this frame, in words, empty for not at all; and what is remembered then."""
    known = dict(memory.seen)
    labels = {label for label, _ in sight.objects}
    after = replace(memory, seen=tuple(sorted((known | dict.fromkeys(labels, sight.at)).items())))
    if memory.clock is None:
        # What is there from the start is not new, and the clock runs from here.
        after = replace(after, clock=sight.at)
    is_early = memory.last is not None and sight.at - memory.last < rules.gap
    if is_early or memory.count >= rules.cap:
        return "", after
    is_due = bool(rules.every) and sight.at - (after.clock or 0.0) >= rules.every
    reasons = [*_unsure(rules, sight), *_different(rules, sight)]
    if rules.new_after and not memory.is_new:
        reasons += _new(rules, known, sight.at, labels)
    if is_due:
        reasons.append(f"every {rules.every:g} s")
    if not reasons:
        return "", after
    return ", ".join(reasons), collected(after, sight.at, is_due=is_due)


def collected(memory: Memory, at: float, *, is_due: bool = False) -> Memory:
    """A frame was collected at this moment: by a rule, or because a person asked."""
    clock = at if is_due or memory.clock is None else memory.clock
    return replace(memory, count=memory.count + 1, last=at, clock=clock)


def _unsure(rules: Rules, sight: Sight) -> list[str]:
    scores = [s for _, s in sight.objects if s is not None and rules.low <= s <= rules.high]
    return [f"low confidence {min(scores):.2f}"] if rules.is_unsure and scores else []


def _different(rules: Rules, sight: Sight) -> list[str]:
    share = sight.difference
    if not rules.disagrees or share is None or share <= rules.least_difference:
        return []
    return [f"two models differ by {100 * share:.0f} %"]


def _new(rules: Rules, known: dict[str, float], at: float, labels: set[str]) -> list[str]:
    new = sorted(x for x in labels if x not in known or at - known[x] >= rules.new_after)
    return [f"new: {', '.join(new)}"] if new else []


def rules_text(rules: Rules) -> str:
    """As JSON, what differs from the usual."""
    usual = asdict(Rules())
    return json.dumps({k: v for k, v in asdict(rules).items() if v != usual[k]})


def rules_of(text: str) -> Rules:
    """From JSON; the usual ones where it makes no sense."""
    try:
        given: Any = json.loads(text) if text else {}
        names = {field.name: type(getattr(NO_RULES, field.name)) for field in fields(Rules)}
        return Rules(**{k: names[k](v) for k, v in given.items() if k in names})
    except (ValueError, TypeError, AttributeError):
        return Rules()
