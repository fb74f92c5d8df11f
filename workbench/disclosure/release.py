"""Results with small counts hidden, so that nobody can work them out from what is left."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_integer_dtype

from workbench.analyses import CELLS, STATE, Results
from workbench.disclosure.policy import Policy
from workbench.errors import DisclosureError
from workbench.findings.model import Verdict

SUPPRESSED = "suppressed"
VERDICT = "verdict"


def release(results: Results, policy: Policy) -> Results:
    """The results with every row blanked that derives from a hidden count.

    Parameters
    ----------
    results : Results
        As an analysis made them, from true counts.
    policy : Policy

    Returns
    -------
    Results
        ``released``; frames in order of their keys. In hidden rows key columns and ``cells`` stay,
        ``state`` is ``suppressed``, a verdict says that it is not shown, all else is missing.
        ``facts`` gain ``audience`` and ``minimum_count`` (missing where nothing is ever hidden).
        Whole numbers become pandas' ``Int64``, which can be missing.

    Raises
    ------
    DisclosureError
        When the counts cannot be protected, a row names a count that is not listed, or the
        results were released under another rule before.

    Notes
    -----
    Counts that other releases published are not looked at, nor is knowledge from elsewhere.
    """
    rule = {
        "audience": policy.audience,
        "minimum_count": policy.minimum_count
        if results.about_people and policy.audience == "public"
        else None,
    }
    if results.released:
        return _again(results, rule)
    shown = blank(results, _hidden(results, policy) if rule["minimum_count"] else set())
    return shown.with_frames(facts={**shown.facts, **rule}, released=True)


def _hidden(results: Results, policy: Policy) -> set[str]:
    """The pattern; scipy is imported here only, so that a kernel that reads released results is spared it."""
    from workbench.disclosure.pattern import hidden_cells

    _refuse_unfit(results)
    return hidden_cells(results.counts, results.sums, policy)


def blank(results: Results, hidden: Iterable[str]) -> Results:
    """The results with all rows that derive from a hidden cell blanked, and frames in order of their keys.

    What an analysis computes from the rows that are left is computed then, and blanked by the same rule.
    """
    hidden = set(hidden)
    shown = _blank(results, hidden)
    return _blank(shown.completed(), hidden, shown)


def _blank(results: Results, hidden: set[str], before: Results | None = None) -> Results:
    """The results blanked; frames that stand as they did ``before`` are blanked already."""
    frames = {
        name: frame
        if before and frame is getattr(before, name)
        else _blanked(frame, results.KEYS[name], hidden)
        for name, frame in results.frames().items()
    }
    gone = results.counts["cell"].isin(hidden).to_numpy()
    counts = results.counts.assign(
        **{
            name: _without(results.counts[name].astype("Int64"), gone)
            for name in ("numerator", "denominator")
        }
    )
    facts = _facts(dict(results.facts), hidden)
    return results.with_frames(counts=counts.sort_values("cell", ignore_index=True), facts=facts, **frames)


def _blanked(frame: pd.DataFrame, keys: tuple[str, ...], hidden: set[str]) -> pd.DataFrame:
    """A frame with its hidden rows blanked, in order of its keys."""
    shown = frame.take(_order(frame, keys)).reset_index(drop=True)
    gone = np.array([not hidden.isdisjoint(cells) for cells in shown[CELLS]], dtype=bool)
    marks = {STATE: SUPPRESSED, VERDICT: str(Verdict.SUPPRESSED)}
    changed = {}
    for name, kind in zip(shown.columns, shown.dtypes, strict=True):
        if name in marks:
            changed[name] = _marked(shown[name], gone, marks[name])
        elif name not in (*keys, CELLS) and (kind.kind in "biu" or gone.any()):
            changed[name] = _without(shown[name], gone)
    return shown.assign(**changed)


def _order(frame: pd.DataFrame, keys: tuple[str, ...]) -> np.ndarray:
    """Positions of the rows in order of the keys: the rows are few, and Python sorts such quicker than pandas."""
    rows = _told_apart(frame, keys)
    return np.array(sorted(range(len(rows)), key=rows.__getitem__), dtype=int)


def _told_apart(frame: pd.DataFrame, keys: tuple[str, ...]) -> list[tuple]:
    """The keys of each row, which can be compared and counted."""
    return list(zip(*(_comparable(frame[key]) for key in keys), strict=True))


def _comparable(column: pd.Series) -> list[tuple]:
    """Values, or their places in an order that is declared; what is missing comes last."""
    values = column.cat.codes if isinstance(column.dtype, pd.CategoricalDtype) else column
    pairs = zip(column.isna().tolist(), values.tolist(), strict=True)
    return [(missing, None if missing else value) for missing, value in pairs]


def _marked(column: pd.Series, gone: np.ndarray, mark: str) -> pd.Series:
    """Words, those of hidden rows replaced."""
    rows = zip(column.tolist(), column.isna().tolist(), gone.tolist(), strict=True)
    words = [mark if hidden else value if missing else str(value) for value, missing, hidden in rows]
    return pd.Series(words, index=column.index)


def _without(column: pd.Series, gone: np.ndarray) -> pd.Series:
    """A column with some values missing; of whole numbers and of claims in the form that can be missing."""
    if is_bool_dtype(column.dtype):
        column = column.astype("boolean")
    elif is_integer_dtype(column.dtype):
        column = column.astype("Int64")
    if not gone.any():
        return column
    left = column.array.take(np.where(gone, -1, np.arange(len(gone))), allow_fill=True)
    return pd.Series(left, index=column.index, dtype=left.dtype, copy=False)


def _facts(value: Any, hidden: set[str]) -> Any:
    """Facts that say which cells they derive from are blanked like rows."""
    if isinstance(value, Mapping):
        if CELLS in value and not hidden.isdisjoint(value[CELLS]):
            return {name: kept if name in (CELLS, "label") else None for name, kept in value.items()} | {
                STATE: SUPPRESSED
            }
        return {name: _facts(inner, hidden) for name, inner in value.items()}
    return [_facts(inner, hidden) for inner in value] if isinstance(value, list | tuple) else value


def _refuse_unfit(results: Results) -> None:
    """Refuse frames whose rows derive from unlisted counts, or are not told apart by their keys."""
    listed, faults = set(results.counts["cell"].tolist()), []
    for name, frame in results.frames().items():
        strange = {cell for cells in frame[CELLS] for cell in cells} - listed
        if strange:
            faults.append(
                f"rows of {name!r} derive from {min(strange)!r}, which is not in `counts`; list it there"
            )
        rows = _told_apart(frame, results.KEYS[name])
        if len(set(rows)) < len(rows):
            faults.append(
                f"rows of {name!r} are not told apart by its keys {results.KEYS[name]}; name more columns in KEYS"
            )
    if faults:
        raise DisclosureError(f"these results cannot be released: {'; '.join(faults)}.")


def _again(results: Results, rule: Mapping[str, Any]) -> Results:
    """Released results as they are, when the rule is the same."""
    before = {name: results.facts.get(name) for name in rule}
    if before != dict(rule):
        raise DisclosureError(
            f"these results were released under {before}, not {dict(rule)}; calculate them again."
        )
    return results
