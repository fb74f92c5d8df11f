"""What is said of how values are reported: late, revised after they were final, changed since the last review."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from workbench.findings.model import Finding, Verdict
from workbench.target_tracking.changed import REDEFINED, RESTATED
from workbench.target_tracking.revisions import lag_needed
from workbench.target_tracking.statements import Statement


def silence(one: Statement) -> list[Finding]:
    """That no value came, and who is asked for it; also of a measure whose values are not shown."""
    own = one.update
    if not own or not own["silent"]:
        return []
    arguments = {
        "owner": own["owner"] or one.context.title,
        "missing": own["missing"].split(", ") if own["missing"] else [],
        "behind": int(own["behind"]),
        **{name: own[name] for name in ("updated", "expected") if not pd.isna(own[name])},
        **({} if pd.isna(own["usual_delay"]) else {"usual_delay": float(own["usual_delay"])}),
    }
    message = "silent_expected" if "expected" in arguments else "silent"
    message = message if "updated" in arguments else "silent_always"
    return [
        one.finding("freshness", Verdict.CHECK_DATA, message, ask="who_owns", method="", arguments=arguments)
    ]


def short_lag(one: Statement) -> list[Finding]:
    """That values still move after the catalog takes them as final."""
    usable, declared = one.lags, int(one.facts["revision_lag"])
    if usable.empty or lag_needed(usable) <= declared:
        return []
    moving = usable[(usable["lag"] >= declared) & ~usable["settled"].astype(bool)].iloc[0]
    arguments = {
        "declared": declared,
        "needed": lag_needed(usable),
        "intervals": int(moving["intervals"]),
        "revised": int(moving["revised"]),
        "each": f"{one.facts['frequency']}s",
        "moves": one.amount(moving["mean_absolute_revision"]),
    }
    message = "revised_after_lag" if declared else "revised_after_first"
    return [
        one.finding(
            "revisions", Verdict.CHECK_DATA, message, ask="check_data", method="", arguments=arguments
        )
    ]


def since_last_review(one: Statement) -> tuple[tuple[str, ...], Mapping[str, Any]]:
    """Message keys and arguments of why the status is another one than in the last review.

    That new values came is not said: it is what a review is for.
    """
    row = one.changed
    because = _words(row, "because")
    if not {RESTATED, REDEFINED} & set(because.split(", ")):
        return (), {}
    if not _words(row, "then"):
        return ("not_comparable",), {}
    arguments = {"then": row["then"], "restated": int(row["restated"])}
    if RESTATED not in because.split(", "):
        return ("redefined",), arguments
    if pd.isna(row["restated_by"]):
        return ("restated",), arguments
    return ("restated_by",), arguments | {"restated_by": one.amount(row["restated_by"])}


def _words(row: Mapping[str, Any], name: str) -> str:
    """The words of a row; none where it is hidden or missing."""
    return "" if pd.isna(row.get(name)) else str(row[name])
