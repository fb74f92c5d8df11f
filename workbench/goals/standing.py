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
    *("verdict", "target_verdict", "status", "gap", "report", "word"),
)
_UNTOLD = {"verdict": "", "target_verdict": "", "status": "", "gap": "", "report": ""}


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
        where it is not in this review), ``gap`` (of which groups it widened: ``overall met, gap widened (Black)``;
        empty where it did not), ``word`` (:func:`workbench.goals.words.worst`) and
        ``report``, its place in the pages of the review.
    """
    told = _told(review_folder, catalog)
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
        "word": worst([told["verdict"], told["target_verdict"]], bool(told["gap"])),
    }


def _told(review_folder: Path, catalog: Catalog) -> dict[str, dict[str, Any]]:
    """A measure: what the released results of its department say of it."""
    found = {}
    for path in sorted(review_folder.glob(f"*/{ANALYSIS}/*/results/verdicts.parquet")):
        run = path.parents[1]
        widened = _widened(path.parent, catalog)
        for row in pd.read_parquet(path).to_dict("records"):
            report = _report(run, review_folder, row["measure"])
            found[row["measure"]] = _said(row, widened.get(row["measure"], "")) | {"report": report}
    return found


def _said(row: Mapping[str, Any], gap: str) -> dict[str, Any]:
    if row["state"] == "suppressed":
        return {**_UNTOLD, "verdict": str(Verdict.SUPPRESSED), "status": str(Verdict.SUPPRESSED)}
    return {name: _text(row[name]) for name in ("verdict", "target_verdict", "status")} | {"gap": gap}


def _widened(results: Path, catalog: Catalog) -> dict[str, str]:
    """A measure: its status with the groups whose gap widened, unless they are the ones who are better off.

    Results of reviews that did not judge gaps have none.
    """
    path = results / "gap_verdicts.parquet"
    gaps = pd.read_parquet(path) if path.is_file() else pd.DataFrame()
    if gaps.empty:
        return {}
    gaps = gaps[(gaps["verdict"] == Verdict.WIDENING) & (gaps["behind"] != "no")]
    return {
        measure: f"{own['status'].iloc[0]} ({', '.join(_groups(own, catalog))})"
        for measure, own in gaps.groupby("measure", sort=False)
    }


def _groups(gaps: pd.DataFrame, catalog: Catalog) -> list[str]:
    """Titles of groups; the id of one that is declared no more, of a report that was kept."""
    declared = {
        (dimension, group): entry.title
        for dimension, own in catalog.dimensions.items()
        for group, entry in own.groups.items()
    }
    return [declared.get(pair, pair[1]) for pair in zip(gaps["dimension"], gaps["group"], strict=True)]


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
