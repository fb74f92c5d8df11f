"""Plain words for what a value should have been."""

from collections.abc import Iterable
from difflib import get_close_matches

from workbench.catalog.entry import ID_WORDS


def did_you_mean(got: str, known: Iterable[str]) -> str:
    """``Did you mean 'x'?`` for a near miss, else the list of what is known."""
    names = sorted(map(str, known))
    folded = {name.casefold(): name for name in names}
    near = get_close_matches(str(got).casefold(), folded, n=1, cutoff=0.6)
    if near:
        return f"Did you mean {folded[near[0]]!r}?"
    if not names:
        return "There are none to choose from."
    shown = ", ".join(map(repr, names[:12]))
    return f"Known are: {shown}{', ...' if len(names) > 12 else ''}."


def explain(error: dict, known_keys: Iterable[str]) -> tuple[str, str]:
    """What is wrong and what to write instead, from one of pydantic's errors."""
    kind, got, context = error["type"], error.get("input"), error.get("ctx", {})
    name = next((step for step in reversed(error["loc"]) if isinstance(step, str) and step != _KEY), "")
    if error["loc"][-1:] == (_KEY,):
        return f"{name!r} is not {_WANTED.get(kind, 'a key').partition(',')[0]}.", _instead(kind, context)
    if kind == "missing":
        return f"{name!r} is missing.", _NEEDED.get((error["loc"][0], name), f"Add a line `{name}: ...`.")
    if kind == "overlap":
        return f"the spans of {name!r} overlap: {', '.join(got)}.", _instead(kind, context)
    if kind == "extra_forbidden":
        return f"the key {name!r} is not known here.", did_you_mean(name, known_keys)
    if kind == "literal_error":
        return f"{name!r} is {got!r}.", f"Write one of {context['expected']}."
    if kind in _WANTED:
        return f"{name!r} is {_shown(got)}.", _instead(kind, context)
    return f"{name!r} is {_shown(got)}: {error['msg'].removeprefix('Value error, ')}.", ""


def _instead(kind: str, context: dict) -> str:
    return f"Write {_WANTED[kind].format(**context)}." if kind in _WANTED else ""


_KEY = "[key]"  # how pydantic calls the key of a mapping, after the key itself
_NEEDED = {
    ("processes", "case"): (
        "Add a line `case: ...`: the column whose value is the same in all rows of one permit, request or "
        "complaint. A log without one has no cases: ask for the number that the office itself files them under."
    ),
    ("processes", "activity"): "Add a line `activity: ...`: the column that says which step was taken.",
    ("processes", "timestamp"): "Add a line `timestamp: ...`: the column that says when a step was done.",
    ("holidays", "name"): "Write its name after the colon: `2026-01-01: New Year's Day`.",
}
_WANTED = {
    "bool_parsing": "yes or no",
    "bool_type": "yes or no",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "float_parsing": "a number, such as 0.5",
    "float_type": "a number, such as 0.5",
    "string_type": "one piece of text",
    "string_too_short": "some text",
    "string_pattern_mismatch": ID_WORDS,
    "list_type": "a list: `- ` before each item, or [a, b]",
    "tuple_type": "a list: [a, b]",
    "dict_type": "a mapping: `key: value` lines, indented",
    "model_type": "a mapping: `key: value` lines, indented",
    "model_attributes_type": "a mapping: `key: value` lines, indented",
    "date_from_datetime_parsing": "a date, such as 2025-12-31",
    "date_parsing": "a date, such as 2025-12-31",
    "date_type": "a date, such as 2025-12-31",
    "span": "opening and closing as 09:00-17:00, around the clock as 00:00-24:00, a night as 00:00-06:00 and 22:00-24:00",
    "overlap": "spans that do not overlap, such as 08:30-12:00 and 13:00-16:30",
    "greater_than": "more than {gt:g}",
    "greater_than_equal": "at least {ge}",
    "less_than_equal": "at most {le}",
}


def _shown(got: object) -> str:
    if got is None:
        return "empty"
    if isinstance(got, dict):
        return "a mapping"
    if isinstance(got, list):
        return "a list"
    return repr(got if len(str(got)) <= 60 else str(got)[:57] + "...")
