"""A fourth analysis, from outside the house: it counts the rows of a source that have one ZIP code."""

import os
import signal
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from workbench.analyses import Analysis, Cube, Results
from workbench.charts.figure import Figure
from workbench.findings import Finding, Verdict

HERE = Path(__file__).parent


@dataclass(frozen=True)
class RowResults(Results):
    """``rows``: one row a ZIP code asked for."""

    rows: pd.DataFrame = field(default_factory=pd.DataFrame)
    KEYS = {"rows": ("zip_code",)}


def subjects(catalog, department):
    """Every source is a subject of the first department."""
    return list(catalog.sources) if department == next(iter(catalog.departments)) else []


def sources(catalog, department, subject):
    return [subject]


def cube(catalog, department, subject, tables, as_of):
    """Of the source ``faulty`` it makes the mistake of a programmer."""
    if subject == "faulty":
        raise KeyError("zip")
    table = tables[subject]
    counted = table.group_by("zip_code").agg(rows=table.count()).order_by("zip_code")
    return Cube({"counts": counted.to_pandas()}, {"subject": subject})


def analyse(cube, *, period: str, zip_code: str = "02116") -> RowResults:
    """Of the source ``deadly`` it kills its own kernel, as the system does when memory runs out."""
    if cube.definition["subject"] == "deadly":
        os.kill(os.getpid(), signal.SIGKILL)
    counts = cube.frames["counts"]
    number = int(counts["rows"][counts["zip_code"] == zip_code].sum())
    cell = f"zip_code={zip_code}"
    row = {"zip_code": zip_code, "rows": number, "cells": [cell], "state": "value" if number else "zero"}
    return RowResults(
        counts=pd.DataFrame({"cell": [cell], "numerator": [number], "denominator": [None]}),
        facts={"period": period, "subject": cube.definition["subject"]},
        about_people=False,
        rows=pd.DataFrame([row]),
    )


def findings(results, context):
    return [
        Finding(
            analysis="toy_rows",
            department=context.department,
            subject=context.subject,
            question="rows",
            verdict=Verdict.COMMON_CAUSE,
            message="rows",
            arguments={"source": context.subject, "rows": int(row.rows), "zip_code": row.zip_code},
            n=int(row.rows),
            method="count",
            provenance=context.provenance,
        )
        for row in results.rows.itertuples()
    ]


def figure(results) -> Figure:
    return Figure(
        name="rows",
        title="Rows with this ZIP code",
        text=f"{int(results.rows['rows'].iloc[0])} rows.",
        see="One bar.",
        table=results.rows,
        drawn='<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>',
    )


analysis = Analysis(
    handle="toy_rows",
    title="Rows by ZIP code",
    notebook=HERE / "toy_rows.ipynb",
    results=RowResults,
    subjects=subjects,
    sources=sources,
    cube=cube,
    analyse=analyse,
    findings=findings,
    messages=HERE,
)
