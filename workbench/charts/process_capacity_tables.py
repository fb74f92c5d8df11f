"""Tables of the constraint, of the flow through the process, and of whether it can keep its promise."""

import pandas as pd

from workbench.charts.process_capacity import NO_WORK
from workbench.charts.process_changes import CLOCKS, NO_LEVEL
from workbench.charts.process_rows import limited, of_period, shown, told
from workbench.charts.process_words import number, percent
from workbench.findings.rows import records

_INDICES = {
    "cp": "Cp",
    "cpk": "Cpk, by the spread from case to case",
    "pp": "Pp",
    "ppk": "Ppk, by the spread of all cases",
}
LACKING = {
    "many open": "more than a twentieth of the cases is open",
    "few weeks": "too few weeks were followed",
    "unstable": "the process is not stable, so it has no spread that lasts",
    "no lower limit": "needs two limits, and a service level is one",
    "few cases": "too few cases",
    "no spread": "all cases take the same time",
    "not normal": "lead times are not normal",
    "shape not known": "the shape of the lead times is not known",
}


def constraint_table(results) -> pd.DataFrame:
    """How busy the people of each step are, the busiest first; columns that the log tells nothing of are left out."""
    rows = of_period(results, "constraint")
    if rows.empty:
        return told(rows, NO_WORK)
    rows = rows.sort_values("utilisation", ascending=False, kind="stable", na_position="last")
    table = pd.DataFrame(
        {
            "Step": rows["activity"],
            "Cases a day": rows["arrivals_per_day"],
            "Hours each": rows["work_hours"],
            "People": _staff(rows),
            "Busy": _busy(rows),
            "Mean wait": rows["wait_days"],
            "By theory": rows["wait_theory_days"],
            "Queue grows a day": rows["growth_per_day"],
            "People needed": rows["people_needed"],
            "Verdict": rows["verdict"],
            "state": rows["state"],
        }
    )
    return table.loc[:, [name for name in table if name in ("Step", "state") or _is_told(table[name])]]


def _busy(rows: pd.DataFrame) -> list[str | None]:
    """How busy they are, or what would have to be recorded to tell."""
    found = limited(rows, "utilisation", "lower", "upper", percent)
    lacking = rows["lacking"].fillna("")
    return [
        words or (f"not known without {lack}" if lack else None)
        for words, lack in zip(found, lacking, strict=True)
    ]


def _staff(rows: pd.DataFrame) -> list[str | None]:
    pairs = zip(rows["staff"], rows["staff_from"], strict=True)
    return [None if pd.isna(staff) else f"{number(staff)}, {source}" for staff, source in pairs]


def _is_told(values: pd.Series) -> bool:
    return bool((values.notna() & (values.astype(object) != "")).any())


def flow_table(results) -> pd.DataFrame:
    """Whether cases at hand are what arrivals and lead times make, line by line."""
    rows = shown(of_period(results, "flow_check"))
    if rows.empty:
        return told(rows, "Too few cases were open in the period to tell.")
    row = records(rows)[0]
    said = {
        "Open at once, on average": number(row["at_hand"]),
        "Cases a working day": number(row["arrivals_per_day"]),
        "Mean lead time, working days": number(row["lead_days"]),
        "Open at once, by the last two": number(row["expected"]),
        "Open at the start and at the end": f"{number(row['started_with'])}, {number(row['ended_with'])}",
        "Do averages describe the period": "yes"
        if row["holds"]
        else "no: cases pile up, or old ones are left lying",
    }
    return pd.DataFrame({"Little's law": list(said), "Found": list(said.values())})


def capability_table(results) -> pd.DataFrame:
    """How the spread of lead times fits below the service level: one row an index."""
    rows = of_period(results, "capability")
    if rows.empty:
        return told(rows, NO_LEVEL)
    hidden = rows["state"] == "suppressed"
    reasons = [LACKING.get(lacking, lacking) for lacking in rows["lacking"].fillna("")]
    return pd.DataFrame(
        {
            "Index": rows["index"].map(_INDICES),
            "Value": [
                _or(*pair) for pair in zip(limited(rows, "value", "lower", "upper"), reasons, strict=True)
            ],
            "Cases": rows["n"],
            "Shape": rows["form"],
            "Verdict": rows["verdict"],
            "state": rows["state"].where(hidden, "value"),
        }
    )


def _or(value: str | None, why: str) -> str | None:
    return value or (f"not given: {why}" if why else None)


def defects_table(results) -> pd.DataFrame:
    """Late cases per million that were due, and the sigma level by both conventions: one row a clock."""
    rows = of_period(results, "defects")
    if rows.empty:
        return told(rows, NO_LEVEL)
    sigma = ("sigma_shifted", "sigma_unshifted")
    shifted, plain = (limited(rows, name, f"{name}_lower", f"{name}_upper") for name in sigma)
    return pd.DataFrame(
        {
            "Clock": rows["clock"].map(CLOCKS),
            "Due": rows["due"],
            "Late": rows["defects"],
            "Late per million (DPMO)": limited(rows, "dpmo", "dpmo_lower", "dpmo_upper"),
            "Sigma level, with 1.5 sigma shift": shifted,
            "Sigma level, without shift": plain,
            "state": rows["state"],
        }
    )
