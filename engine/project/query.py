"""The words by which pictures of a project are found: `cat -state:verified count>3`.

Terms stand side by side where all must hold, with OR between them where one is enough; a minus
before a term turns it round. See docs/search.md.
"""

import re
from dataclasses import dataclass

from engine.errors import AppError
from engine.values import SampleState

STATES = (*(str(state) for state in SampleState), "empty")
COMPARISONS = ("<=", ">=", "<", ">", "=")
KEYS = ("name", "state", "label", "count", "score", "origin", "attribute")
_MOST_LETTERS, _MOST_TERMS = 1000, 50
_TOKEN = re.compile(r'-?(?:[^\s"/]|"[^"]*"|/(?:[^/\\]|\\.)*/|/)+')
_KEYED = re.compile(r"([a-z]+)(:|<=|>=|<|>|=)(.*)", re.DOTALL)
_RANGE = re.compile(r"(.+)\.\.(.+)")


class QueryError(AppError):
    """A question that means nothing; it says where and what would."""


@dataclass(frozen=True, slots=True)
class Term:
    """One condition: `key` is one of KEYS. A score is low <= score <= high, or strictly so.

    `value` is a name, state, label, origin or attribute; `compare` and `number` are of counts and
    scores, `high` the end of a range.
    """

    key: str
    value: str = ""
    compare: str = ""
    number: float = 0.0
    high: float | None = None
    is_regex: bool = False
    is_negated: bool = False


Query = tuple[tuple[Term, ...], ...]
"""Groups of terms: all of one group hold. Nothing in it finds everything."""


def parse(text: str) -> Query:
    """What a question means. QueryError for one that means nothing."""
    if len(text) > _MOST_LETTERS:
        raise QueryError("The question is too long.", hint="Use fewer words.")
    groups: list[list[Term]] = [[]]
    for token in _TOKEN.findall(text):
        if token == "OR":
            groups.append([])
        else:
            groups[-1].append(_term(token))
    if sum(map(len, groups)) > _MOST_TERMS:
        raise QueryError("The question has too many words.", hint="Use fewer words.")
    if len(groups) > 1 and not all(groups):
        raise QueryError("OR stands between two terms.", hint="As in: label:cat OR label:dog")
    return tuple(tuple(group) for group in groups if group)


def _term(token: str) -> Term:
    is_negated = token.startswith("-") and len(token) > 1
    body = token[1:] if is_negated else token
    found = _KEYED.fullmatch(body)
    if found is None:
        return _name(body, is_negated)
    key, sign, rest = found.groups()
    if key not in KEYS:
        hint = f"Known are {', '.join(KEYS)}. Put quotes around a name with a colon in it."
        raise QueryError(f"Nothing is called {key}.", hint=hint)
    if key in ("count", "score"):
        return _number(key, sign, rest, is_negated)
    if sign != ":" or not rest:
        raise QueryError(f"{key} needs a colon and a value.", hint=f"As in: {_EXAMPLES[key]}")
    if key == "name":
        return _name(rest, is_negated)
    value = _plain(rest)
    if key == "state" and value not in STATES:
        raise QueryError(f"No state is called {value}.", hint=f"States are {', '.join(STATES)}.")
    return Term(key, value, is_negated=is_negated)


_EXAMPLES = {
    "name": "name:frame_01 or name:/frame_\\d+/",
    "state": "state:verified",
    "label": 'label:cat or label:"traffic light"',
    "origin": "origin:person",
    "attribute": "attribute:weather=rain",
    "count": "count>3, count=0 or count:cat>=2",
    "score": "score<0.5 or score:0.2..0.6",
}


def _name(text: str, is_negated: bool) -> Term:
    if len(text) > 2 and text.startswith("/") and text.endswith("/"):
        try:
            re.compile(text[1:-1])
        except re.error as error:
            hint = "As in: name:/frame_\\d+/"
            raise QueryError(f"{text} is no regular expression: {error}.", hint=hint) from error
        return Term("name", text[1:-1], is_regex=True, is_negated=is_negated)
    return Term("name", _plain(text), is_negated=is_negated)


def _number(key: str, sign: str, rest: str, is_negated: bool) -> Term:
    """`count>3`, `count:cat>3`, `score<0.5`, `score:0.2..0.6`."""
    value = ""
    if sign == ":" and key == "count":
        found = re.fullmatch(r'("[^"]*"|[^<>="]+)(<=|>=|<|>|=)(.*)', rest)
        if found is None:
            raise _no_number(key)
        value, sign, rest = _plain(found[1]), found[2], found[3]
    elif sign == ":":
        found = _RANGE.fullmatch(rest)
        if found is None:
            raise _no_number(key)
        low, high = _float(key, found[1]), _float(key, found[2])
        return Term(key, compare=">=", number=low, high=high, is_negated=is_negated)
    return Term(key, value, sign, _float(key, rest), is_negated=is_negated)


def _float(key: str, text: str) -> float:
    if not re.fullmatch(r"\d{1,9}(\.\d{0,9})?|\.\d{1,9}", text):
        raise _no_number(key)
    return float(text)


def _no_number(key: str) -> QueryError:
    return QueryError(f"{key} needs a comparison with a number.", hint=f"As in: {_EXAMPLES[key]}")


def _plain(text: str) -> str:
    return text.replace('"', "")


def completions(text: str, labels: list[str]) -> list[str]:
    """What the last word of a question may become: the whole question for each."""
    start = text.rfind(" ") + 1
    before, word = text[:start], text[start:]
    sign = "-" if word.startswith("-") else ""
    word = word[len(sign) :]
    quoted = [f'"{name}"' if " " in name else name for name in labels]
    words = [
        *(f"{key}{'>' if key == 'count' else '<' if key == 'score' else ':'}" for key in KEYS),
        *(f"state:{state}" for state in STATES),
        *(f"label:{name}" for name in quoted),
        *(f"count:{name}>" for name in quoted),
        "origin:person",
        "origin:import",
    ]
    begun = _plain(word).casefold()
    found = [w for w in words if _plain(w).casefold().startswith(begun) and w != word]
    return [f"{before}{sign}{w}" for w in found] if word else []
