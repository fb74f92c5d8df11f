"""Released results as files: one Parquet a frame, and the facts as JSON."""

import json
from pathlib import Path
from typing import TypeVar

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from workbench.analyses import CELLS, Results, Sum
from workbench.errors import DisclosureError, UsageError

FACTS = "facts.json"
COUNTS = "counts"
_TEXTS = pa.list_(pa.string())

Kind = TypeVar("Kind", bound=Results)


def write(released: Results, folder: Path) -> None:
    """Write released results into a folder, made when absent. The same results give the same bytes.

    Raises
    ------
    DisclosureError
        When the results were not released.
    """
    if not released.released:
        raise DisclosureError(
            "results that were not released are never written; call disclosure.release first."
        )
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in {COUNTS: released.counts, **released.frames()}.items():
        pq.write_table(_arrow(frame), folder / f"{name}.parquet")
    kept = {
        "results": type(released).__name__,
        "about_people": released.about_people,
        "facts": dict(released.facts),
        "sums": [[one.total, *one.parts] for one in released.sums],
    }
    text = json.dumps(kept, ensure_ascii=False, allow_nan=False, indent=1)
    (folder / FACTS).write_text(text + "\n", encoding="utf-8")


def read(results_class: type[Kind], folder: Path) -> Kind:
    """Released results as :func:`write` left them.

    Raises
    ------
    UsageError
        When there are none, or they are of another analysis or of a version that saved less.
    """
    if not (folder / FACTS).is_file():
        raise UsageError(f"there are no released results in {folder}; run the review first.")
    kept = json.loads((folder / FACTS).read_text(encoding="utf-8"))
    if kept["results"] != results_class.__name__:
        raise UsageError(f"the results in {folder} are {kept['results']!r}, not {results_class.__name__!r}.")
    _refuse_older(results_class, folder)
    frames = {name: pd.read_parquet(folder / f"{name}.parquet") for name in (COUNTS, *results_class.KEYS)}
    for name in results_class.KEYS:
        frames[name][CELLS] = frames[name][CELLS].map(list).astype(object)
    sums = tuple(Sum(total, tuple(parts)) for total, *parts in kept["sums"])
    return results_class(
        sums=sums, facts=kept["facts"], about_people=kept["about_people"], released=True, **frames
    )


def _refuse_older(results_class: type[Results], folder: Path) -> None:
    lacking = [name for name in results_class.KEYS if not (folder / f"{name}.parquet").is_file()]
    if lacking:
        raise UsageError(
            f"the results in {folder} have no {', '.join(lacking)}: another version of the workbench made them; run the "
            "review again."
        )


def _arrow(frame: pd.DataFrame) -> pa.Table:
    """A frame as Arrow, its ``cells`` a list of text also where all are empty."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    if CELLS not in table.column_names or _is_told(table[CELLS]):
        return table
    place = table.column_names.index(CELLS)
    cells = pa.array([list(row) for row in frame[CELLS]], _TEXTS)
    return table.set_column(place, pa.field(CELLS, _TEXTS), cells)


def _is_told(cells: pa.ChunkedArray) -> bool:
    """Whether each row says its cells, and not all rows none: then Arrow has seen that they are texts."""
    return cells.type == _TEXTS and not cells.null_count
