"""What the catalog says of a measure and its values do not bear out: targets of another scale, and periods without values."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import numpy as np

from workbench.periods import Period
from workbench.target_tracking.scales import number_of, off_scale
from workbench.target_tracking.series import Series
from workbench.target_tracking.targets import FACTORS, aims

DECLARED, READ = "declared", "read"  # where a target stands: in the catalog, or in the rows of its source


def misfits(series: Series, as_of: date) -> dict[str, Any]:
    """What a person should look at in the entry of a measure, or in the rows of its source.

    Returns
    -------
    dict
        ``off_scale``: a target on the scale of the raw values that is off it, and ``off_scale_is``, where it stands; None and
        empty without. ``idle``: what of its baseline lies where there are no values, as ``rebase 2015-03``.
    """
    number, where = misfit(series)
    return {"off_scale": number, "off_scale_is": where, "idle": list(_idle(series, as_of))}


def misfit(series: Series) -> tuple[float | None, str]:
    """The first target, on the scale of the raw values, that is off it, and where it stands; None without."""
    entry, factor = series.entry, FACTORS[series.entry["scale"]]
    written = [number_of(aim) for aim in aims(entry, series.fiscal_start) if aim.kind != "cumulative"]
    written += [number / factor for target in entry["targets"] for number in target["groups"].values()]
    numbers = {DECLARED: written, READ: series.columns["target_read"]}
    values = series.columns["value"]
    for where, each in numbers.items():
        off = np.asarray(each, float)[off_scale(each, values, entry)]
        if len(off):
            return float(off[0]), where
    return None, ""


def _idle(series: Series, as_of: date) -> Iterator[str]:
    """Periods of a baseline that end before the first value, or begin after the last and after the as-of day.

    What begins after the last value and has begun by the as-of day waits for values: owners are asked for them.
    """
    known = np.flatnonzero(~np.isnan(series.columns["value"]))
    if not len(known):
        return
    first, last = series.periods[known[0]].start, max(series.periods[known[-1]].end, as_of)
    for word, name in _named(series.entry["baseline"]):
        period = Period.parse(name, series.periods[0].fiscal_start)
        before, after = period.end < first, period.start > last
        if (before and word != "start") or (after and word != "end"):
            yield f"{word} {name}"


def _named(baseline: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every period of a baseline with its key. That it begins before the first value or ends after the last says nothing."""
    if baseline["start"]:
        yield "start", baseline["start"]
    if baseline["end"]:
        yield "end", baseline["end"]
    for word in ("rebase", "exclude"):
        yield from ((word, name) for name in baseline[word])
