"""Results of a small city, and what can be read off a chart."""

import importlib.util
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from altair.utils import schemapi

from workbench.analyses import Cube
from workbench.catalog.model import Measure
from workbench.disparity_review import analyse
from workbench.target_tracking import analyse as follow

_DEPARTMENT = Path(__file__).parents[1] / "target_tracking" / "conftest.py"
_CITY = Path(__file__).parents[1] / "disparity_review" / "conftest.py"


@pytest.fixture(autouse=True)
def checked_by_altair():
    """Altair checks every part of a chart by its schema as it is made, which outside of tests is left out."""
    with schemapi.debug_mode(True):
        yield


@pytest.fixture(scope="session")
def reviewed():
    """Two groups in three neighbourhoods in three quarters: 60 and 70 of 100 on time."""
    spec = importlib.util.spec_from_file_location("small_city", _CITY)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    rows = []
    for interval in ("2024-Q4", "2025-Q3", "2025-Q4"):
        for place, share in (("Elm", 0.5), ("Oak", 0.7), ("Fir", 0.9)):
            rows += [(interval, "white", place, int(400 * share), 400)]
            rows += [
                (interval, "black", place, int(300 * share) - 30, 300),
                (interval, "unknown", place, 20, 40),
            ]
    return analyse(module.cube_of(rows), period="2025-Q4")


@pytest.fixture(scope="session")
def followed():
    """``followed(values, counts=None, **entry)``: released results of one measure by month from 2023 on."""
    spec = importlib.util.spec_from_file_location("small_department", _DEPARTMENT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    def made(values, counts=None, **entry):
        declared = Measure.model_validate(module.BASE | entry).model_dump(mode="json")
        definition = {
            "department": "works",
            "as_of": "2026-01-15",
            "fiscal_year_starts": 1,
            "measures": {"wait": declared},
            "about_people": {"wait": False},
            "labels": {},
            "residents": {},
        }
        cube = Cube({"observations": module.observed_months("wait", values, counts=counts)}, definition)
        return replace(follow(cube, period="2025-Q4").completed(), released=True)

    return made


@pytest.fixture(scope="session")
def without():
    """``without(results, frame, chosen)``: results with the rows that ``chosen`` picks blanked as release does."""

    def blanked(results, name, chosen):
        frame = results.frames()[name].copy()
        rows = chosen(frame)
        for column in set(frame.select_dtypes("number").columns):
            frame[column] = frame[column].astype("float64").where(~rows, np.nan)
        frame.loc[rows, "state"] = "suppressed"
        if "verdict" in frame:
            frame.loc[rows, "verdict"] = "not shown, to protect privacy"
        if "pattern" in frame:
            frame["pattern"] = frame["pattern"].where(~rows)
        return results.with_frames(**{name: frame})

    return blanked


@pytest.fixture(scope="session")
def drawn():
    """``drawn(figure)``: all rows of the chart's data, those of one sentence included."""

    def rows(figure) -> list[dict]:
        waiting, found = [figure.chart.to_dict()], []
        while waiting:
            part = waiting.pop()
            found += part.get("data", {}).get("values", [])
            found += [row for own in part.get("datasets", {}).values() for row in own]
            waiting += [child for name in ("layer", "hconcat", "vconcat") for child in part.get(name, [])]
            waiting += [part["spec"]] if "spec" in part else []
        return found

    return rows


@pytest.fixture(scope="session")
def encodings():
    """``encodings(figure)``: mark, encoding and data columns of every layer of the chart."""

    def layers(figure) -> list[tuple[dict, dict]]:
        waiting, found = [figure.chart.to_dict()], []
        while waiting:
            part = waiting.pop(0)
            waiting += [child for name in ("layer", "hconcat", "vconcat") for child in part.get(name, [])]
            waiting += [part["spec"]] if "spec" in part else []
            found += [(part["mark"], part.get("encoding", {}))] if "mark" in part else []
        return found

    return layers
