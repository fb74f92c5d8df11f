"""The process map of a period, drawn from released rows: what is hidden is counted in words."""

import pandas as pd

from workbench.charts.asks import Choice, Slider, asking
from workbench.charts.figure import Figure
from workbench.charts.map_marks import DASHES
from workbench.charts.map_rows import (
    LIMIT_PATHS,
    LIMIT_STEPS,
    MOST_PATHS,
    MOST_STEPS,
    SHARES,
    Process,
    largest_paths,
    largest_steps,
)
from workbench.charts.map_steps import label, map_steps
from workbench.charts.map_table import map_table
from workbench.charts.process_map import Key, Line, drawn
from workbench.charts.process_rows import HIDDEN, visible_edges
from workbench.charts.process_words import duration, percent, period
from workbench.errors import ParameterError
from workbench.findings.model import Verdict
from workbench.findings.rows import records

SHOWN = {
    "count": "How often",
    "median": "Usual wait (median)",
    "p90": "90% within",
    "total": "Total wait",
}
_SIGNS = {
    "total": "most waiting in all",
    "usual": "longest usual wait",
    "up": "back to a step above",
    "start": "cases start here",
    "end": "cases are closed here",
}
_HELD = {"city": "held by the city", "hold": "on hold"}
_LEAST_OFFERED = 0.1


def _process(results, edges: pd.DataFrame | None = None) -> Process:
    return Process.of(results.activities, visible_edges(results) if edges is None else edges)


def _steps_of(process: Process, share: float | None) -> list[str]:
    """Steps that are drawn: those asked for, as many as can be drawn; else as many as can be read."""
    wanted = (
        largest_steps(process, MOST_STEPS)
        if share is None
        else min(share, largest_steps(process, LIMIT_STEPS))
    )
    return process.steps_at(wanted)


def _paths_of(process: Process, steps: list[str], share: float | None) -> pd.DataFrame:
    most = MOST_PATHS if share is None else LIMIT_PATHS
    return process.paths_at(steps, min(share or 1.0, largest_paths(process, steps, most)))


def _step_options(results) -> list[tuple[str, float]]:
    process = _process(results)
    sizes = {len(_steps_of(process, share)): share for share in reversed(SHARES)}
    return [(f"{size:,} of {len(process.steps):,}", share) for size, share in sorted(sizes.items())]


def _first_steps(results) -> float:
    process = _process(results)
    size = len(_steps_of(process, None))
    return next(share for share in SHARES if len(_steps_of(process, share)) == size)


def _path_options(_results) -> list[tuple[str, float]]:
    return [(f"{share:.0%} of steps taken", share) for share in SHARES if share >= _LEAST_OFFERED]


def _first_paths(results) -> float:
    process = _process(results)
    return max(largest_paths(process, _steps_of(process, None), MOST_PATHS), _LEAST_OFFERED)


@asking(
    Choice(
        "show",
        "Written on the map",
        lambda _: [(said, name) for name, said in SHOWN.items()],
        lambda _: "median",
    ),
    Slider("activities", "Activities", _step_options, _first_steps),
    Slider("paths", "Paths between them", _path_options, _first_paths),
)
def process_map(
    results, *, activities: float | None = None, paths: float | None = None, show: str | None = None
) -> Figure:
    """The steps of the period's cases and what follows what; width is how often.

    Parameters
    ----------
    results : ProcessResults
        Released.
    activities : float, optional
        Share of events, 0 to 1, whose activities are drawn, the most frequent first. By default as many
        as can be read at once: at most 30.
    paths : float, optional
        Share of steps taken between them, 0 to 1, whose paths are drawn: each activity keeps its most frequent way
        in and out, so that the map stays connected. By default at most about 40 paths. Of large processes
        no more than 60 activities and 60 paths are drawn.
    show : {'count', 'median', 'p90', 'total'}
        What is written on lines and boxes beside how often.

    Raises
    ------
    ParameterError
        When a value is not allowed.
    """
    show = show or "median"
    _allowed(activities, paths, show)
    edges = visible_edges(results)
    process = _process(results, edges)
    names = _steps_of(process, activities)
    kept = _paths_of(process, names, paths)
    longest = _longest(edges)
    steps = map_steps(results, names, kept, show)
    lines = [_line(row, longest, results, show) for row in records(kept)]
    said = f" {_told_longest(longest, kept)}{_hidden(results, process, names, kept)}".rstrip()
    return Figure(
        name="process-map",
        title=f"Map of {results.facts['noun']}, {period(results)}",
        text=f"{len(names)} steps from top to bottom, joined by {len(kept)} lines. Most frequent: "
        f"{'; '.join(_told(row) for row in records(kept.head(4))) or 'none'}.{said}",
        see=f"A line's width is how often the step was taken; on it stands {_written(show)}.{said}",
        table=map_table(results, edges, names, kept),
        drawn=drawn(steps, lines, _key(steps, lines, edges, results)),
    )


def _allowed(activities: float | None, paths: float | None, show: str) -> None:
    for name, share in (("activities", activities), ("paths", paths)):
        if share is not None and not 0 < share <= 1:
            raise ParameterError(f"`{name}` is {share!r}; write a share above 0 and up to 1, such as 0.8.")
    if show not in SHOWN:
        raise ParameterError(f"`show` is {show!r}; write one of {', '.join(SHOWN)}.")


def _written(show: str) -> str:
    beside = {
        "count": "in how many cases",
        "median": "the usual wait (median)",
        "p90": "the days within which nine in ten waits ended",
        "total": "the wait of all cases together",
    }
    return f"how often, and {beside[show]}"


def _longest(rows: pd.DataFrame) -> dict[str, dict]:
    """Edges with most of the waiting in all, and with the longest usual wait; none where they are suppressed."""
    judged = rows[rows["verdict"].isin([str(Verdict.LONGEST_WAIT), str(Verdict.CANT_TELL)])]
    usual = rows[rows["is_usual"].eq(True)]
    found = {"total": judged.head(1), "usual": usual.head(1)}
    return {name: records(row)[0] for name, row in found.items() if len(row)}


def _told_longest(longest: dict[str, dict], kept: pd.DataFrame) -> str:
    """Both bottlenecks in words, and where they differ."""
    named = {name: _name(row) for name, row in longest.items()}
    if not named:
        return "Which wait is longest cannot be told."
    drawn_here = {_name(row) for row in records(kept)}
    absent = [
        f"{name} is not drawn at this setting"
        for name in dict.fromkeys(named.values())
        if name not in drawn_here
    ]
    unsure = longest.get("total", {}).get("verdict") == str(Verdict.CANT_TELL)
    doubt = ", though another may be first by chance" if unsure else ""
    if named.get("total") == named.get("usual"):
        said = f"The longest wait is {named['total']}, by total{doubt} and by the usual wait"
    else:
        words = {
            "total": f"by total it is {{}}{doubt}",
            "usual": "by the usual wait (median times how often) it is {}",
        }
        parts = [words[name].format(one) for name, one in named.items()]
        said = f"The longest wait: {'; '.join(parts)}"
    return ". ".join([said, *absent]) + "."


def _name(row: dict) -> str:
    return f"{row['from']} to {row['to']}"


def _told(row: dict) -> str:
    return f"{_name(row)}, {int(row['count']):,} times, median {duration(row['median_days']) or 'not known'}"


def _hidden(results, process: Process, names: list[str], kept: pd.DataFrame) -> str:
    """What is not drawn, counted over what may be shown, and what that does to sums."""
    said = [part for part in (_hidden_steps(process, names), _hidden_paths(process, kept)) if part]
    said += _suppressed(results)
    hidden = f" Hidden: {', '.join(said)}." if said else ""
    if len(kept) < len(process.paths) or _suppressed(results):
        hidden += " The lines of a box do not add up to it."
    elif results.facts.get("rounding", 1) > 1:
        hidden += f" Counts are rounded to {results.facts['rounding']}, so the lines of a box need not add up to it."
    return hidden


def _hidden_steps(process: Process, names: list[str]) -> str:
    away = process.steps[~process.steps["activity"].isin(names)]
    events, whole = (int(frame["events"].sum()) for frame in (away, process.steps))
    return (
        f"{len(away):,} of {len(process.steps):,} activities ({events:,} of {whole:,} events)"
        if len(away)
        else ""
    )


def _hidden_paths(process: Process, kept: pd.DataFrame) -> str:
    away = process.paths[~process.paths.index.isin(kept.index)]
    if away.empty:
        return ""
    taken, waited = (
        away[name].sum() / max(process.paths[name].sum(), 1e-12) for name in ("count", "total_days")
    )
    return (
        f"{len(away):,} of {len(process.paths):,} paths ({percent(taken)} of steps taken, "
        f"{percent(waited)} of the waiting)"
    )


def _suppressed(results) -> list[str]:
    counted = {"activities": results.activities, "paths": results.edges}
    hidden = {name: int((frame["state"] == HIDDEN).sum()) for name, frame in counted.items()}
    return [f"{count:,} {name} suppressed to protect privacy" for name, count in hidden.items() if count]


def _line(row: dict, longest: dict[str, dict], results, show: str) -> Line:
    marks = tuple(name for name, other in longest.items() if _name(other) == _name(row))
    kind = _kind(row["holder"], results)
    return Line(row["from"], row["to"], float(row["count"]), label(row, show), marks, kind)


def _kind(holder: str, results) -> str:
    """Of a word that the process declares: who it stands for."""
    kind = results.facts.get("holders", {}).get(holder, holder or "city")
    return kind if kind in DASHES else "another"


def _key(steps: list, lines: list[Line], edges: pd.DataFrame, results) -> Key:
    words = {holder for holder in edges["holder"] if holder not in ("", "city")}
    named = {kind: sorted(word for word in words if _kind(word, results) == kind) for kind in DASHES}
    present = {line.holder for line in lines}
    holders = {kind: ", ".join(said) or kind for kind, said in named.items() if kind in present}
    holders = {kind: _HELD.get(said, f"held by {said}") for kind, said in holders.items()} if words else {}
    used = {mark for line in lines for mark in line.marks} | {"up"}
    used |= {side for side in ("start", "end") if any(getattr(step, f"{side}s") for step in steps)}
    return Key(holders, {name: said for name, said in _SIGNS.items() if name in used})
