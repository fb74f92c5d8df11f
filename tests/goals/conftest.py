"""A small plan: three goals, one below another, and the measures of two departments."""

import pandas as pd
import pytest

from workbench.catalog.model import Catalog


def measure(title, department="works", **more):
    """One measure as a city declares it."""
    given = {
        "title": title,
        "department": department,
        "source": "returns",
        "kind": "count",
        "direction": "decrease",
        "columns": {"interval": "month", "numerator": "done"},
    }
    return given | more


@pytest.fixture
def catalog(tmp_path) -> Catalog:
    """Safe has a goal below it; quiet has no measure; `swept` names no goal."""
    measures = {
        "lit": measure(
            "Lights lit",
            owner="Lighting",
            goals=["streets"],
            stage="output",
            leads_to=["hurt"],
            targets=[{"value": 9}],
        ),
        "hurt": measure("People hurt", owner="Vision Zero", goals=["streets", "safe"], stage="outcome"),
        "fires": measure("Fires", "fire", goals=["safe"]),
        "swept": measure("Streets swept", stage="activity", leads_to=["lit"]),
        "alarms": measure("Alarms put up", "fire", goals=["safe"], stage="activity"),
    }
    return Catalog.model_validate(
        {
            "root": tmp_path,
            "city": {"name": "Millbrook", "time_zone": "UTC"},
            "departments": {"works": {"title": "Public Works"}, "fire": {"title": "Fire"}},
            "dimensions": {
                "race": {
                    "title": "Race",
                    "groups": {"black": {"title": "Black"}, "white": {"title": "White"}},
                }
            },
            "goals": {
                "quiet": {"title": "Quiet nights", "resilience": True},
                "safe": {"title": "A safe city", "racial_equity": True, "owner": "Mayor"},
                "streets": {"title": "Safe streets", "parent": "safe"},
            },
            "sources": {
                "returns": {"title": "Returns", "location": "x.csv", "columns": {"done": {"name": "Done"}}}
            },
            "measures": measures,
        }
    )


@pytest.fixture
def released(tmp_path):
    """Writes what the run of a department released, and the figures of its report."""

    def write(department, verdicts, figures=(), gaps=None):
        run = tmp_path / department / "target_tracking" / "all"
        (run / "results").mkdir(parents=True)
        (run / "figures").mkdir()
        rows = [
            {"measure": name, "verdict": verdict, "target_verdict": target, "status": status, "state": state}
            for name, verdict, target, status, state in verdicts
        ]
        pd.DataFrame(rows).to_parquet(run / "results" / "verdicts.parquet")
        if gaps:
            columns = ["measure", "group", "verdict", "behind", "status"]
            frame = pd.DataFrame(gaps, columns=columns).assign(dimension="race")
            frame.to_parquet(run / "results" / "gap_verdicts.parquet")
        for name in figures:
            (run / "figures" / f"{name}.svg").write_text("<svg/>")
        return tmp_path

    return write
