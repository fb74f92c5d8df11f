"""Plain words for what a value should have been."""

from collections.abc import Iterable
from difflib import get_close_matches


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
    kind, name, got = error["type"], str(error["loc"][-1]) if error["loc"] else "", error.get("input")
    context = error.get("ctx", {})
    if kind == "missing":
        return f"{name!r} is missing.", f"Add a line `{name}: ...`."
    if kind == "extra_forbidden":
        return f"the key {name!r} is not known here.", did_you_mean(name, known_keys)
    if kind == "literal_error":
        return f"{name!r} is {got!r}.", f"Write one of {context['expected']}."
    if kind in _WANTED:
        return f"{name!r} is {_shown(got)}.", f"Write {_WANTED[kind].format(**context)}."
    return f"{name!r} is {_shown(got)}: {error['msg'].removeprefix('Value error, ')}.", ""


ID_WORDS = "an id: letters, digits, - and _, at most 64, beginning with a letter or digit"
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
