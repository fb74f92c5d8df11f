"""How every measure of the city stands: what is declared of it beside what its released verdicts say."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.catalog.model import Catalog, Measure
from workbench.findings.model import Verdict
from workbench.goals.words import worst

ANALYSIS = "target_tracking"
_REPORT = "report.html"
COLUMNS = (
    *("measure", "title", "department", "owner", "goals", "leads_to", "stage", "has_target", "groups"),
    *("verdict", "target_verdict", "status", "gap_widened", "report", "word"),
)
_UNTOLD = {"verdict": "", "target_verdict": "", "status": "", "gap_widened": False, "report": ""}


def standing(review_folder: Path, catalog: Catalog) -> pd.DataFrame:
    """One row a measure of the catalog, in its order, whether it is in this review or not.

    Parameters
    ----------
    review_folder : Path
        Holds the run folders of a review, results written.
    catalog : Catalog

    Returns
    -------
    DataFrame
        ``measure``, ``title``, ``department``, ``owner``, ``goals``, ``leads_to`` (lists of ids), ``stage``,
        ``has_target``, ``groups`` (dimensions it is cut by), ``verdict``, ``target_verdict``, ``status`` (empty
        where it is not in this review), ``gap_widened``, ``word`` (:func:`workbench.goals.words.worst`) and
        ``report``, its place in the pages of the review.
    """
    told = _told(review_folder)
    rows = [_row(name, measure, told.get(name, _UNTOLD)) for name, measure in catalog.measures.items()]
    return pd.DataFrame(rows, columns=COLUMNS)


def _row(name: str, measure: Measure, told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "measure": name,
        "title": measure.title,
        "department": measure.department,
        "owner": measure.owner,
        "goals": list(measure.goals),
        "leads_to": list(measure.leads_to),
        "stage": measure.stage,
        "has_target": bool(measure.targets or measure.columns.target),
        "groups": list(measure.groups),
        **told,
        "word": worst([told["verdict"], told["target_verdict"]], told["gap_widened"]),
    }


def _told(review_folder: Path) -> dict[str, dict[str, Any]]:
    """A measure: what the released results of its department say of it."""
    found = {}
    for path in sorted(review_folder.glob(f"*/{ANALYSIS}/*/results/verdicts.parquet")):
        run = path.parents[1]
        widened = _widened(path.parent)
        for row in pd.read_parquet(path).to_dict("records"):
            report = _report(run, review_folder, row["measure"])
            found[row["measure"]] = _said(row, row["measure"] in widened) | {"report": report}
    return found


def _said(row: Mapping[str, Any], gap_widened: bool) -> dict[str, Any]:
    if row["state"] == "suppressed":
        return {**_UNTOLD, "verdict": str(Verdict.SUPPRESSED), "status": str(Verdict.SUPPRESSED)}
    texts = {name: _text(row[name]) for name in ("verdict", "target_verdict", "status")}
    return {**texts, "gap_widened": gap_widened}


def _widened(results: Path) -> set[str]:
    """Measures of which a gap between groups widened, where the results tell of gaps."""
    path = results / "gaps.parquet"
    if not path.is_file():
        return set()
    gaps = pd.read_parquet(path)
    return set(gaps.loc[gaps["verdict"] == Verdict.WIDENING, "measure"])


def _report(run: Path, review_folder: Path, measure: str) -> str:
    """The measure's chart on the page of its department; the page where it has none."""
    page = f"{run.relative_to(review_folder).as_posix()}/{_REPORT}"
    slug = measure.replace("_", "-")[:60]
    stems = sorted(path.stem for path in (run / "figures").glob(f"*-{slug}.svg"))
    whole = [stem for stem in stems if stem.removesuffix(slug).count("-") == 1]
    own = sorted(whole, key=lambda stem: (stem != f"process-{slug}", stem))
    return f"{page}#figure-{own[0]}" if own else page


def _text(value: Any) -> str:
    return "" if pd.isna(value) else str(value)
