"""What happens on the way in the receipt log: its published figures, added up over its years."""

import pandas as pd
import pytest

from workbench.process_timing.cohort import Cohort
from workbench.process_timing.counts import Counts
from workbench.process_timing.steps.causes import causes
from workbench.process_timing.steps.edges import edges
from workbench.process_timing.steps.handoffs import handoffs
from workbench.process_timing.steps.rework import rework, rework_kinds

NAMES = {
    "case:concept:name": "case",
    "concept:name": "activity",
    "time:timestamp": "completed",
    "org:resource": "resource",
    "org:group": "office",
}


@pytest.fixture
def added(shared, cube_of):
    """``added(frame, *keys)``: numbers of a frame of each year, added up by keys."""
    rows = pd.read_csv(shared / "data/coselog-receipt/receipt.csv.gz", dtype=object, usecols=list(NAMES))
    process = {"resource": "resource", "team": "office", "frequency": "year"}
    cube = cube_of(
        rows.rename(columns=NAMES),
        process=process,
        zone="Europe/Amsterdam",
        as_of="2012-12-31",
        about_people=False,
    )

    def made(frame, *keys) -> pd.DataFrame:
        years = [Cohort.of(cube, year, "submitted", 0.95) for year in ("2010", "2011", "2012")]
        found = pd.concat([rows for rows in (frame(each, Counts()) for each in years) if len(rows)])
        return found.groupby(list(keys)).sum(numeric_only=True)

    return made


def test_real_receipt_log_has_its_published_edges(added, reference):
    counts = reference("process", "receipt-counts")["expected"]
    found = added(edges, "from", "to")
    assert (len(found), found["count"].sum()) == (counts["dfg_edges"], counts["dfg_total"])


def test_real_receipt_log_has_its_published_rework_by_activity(added, reference):
    told = reference("process", "receipt-rework")["expected"]
    found = added(rework, "activity")
    assert found["repeated"].drop("").to_dict() == told["per_activity"]
    assert found.loc["", "repeated"] == told["cases_with_any_rework"] == 91
    assert found.loc["", "extra"] == told["repeat_events_total"] == 245


def test_real_receipt_log_has_its_published_self_loops_and_kinds_that_add_up(added, reference):
    told = reference("process", "receipt-rework")["expected"]
    kinds = added(rework_kinds, "activity", "kind")["events"][""]
    assert kinds["self-loop"] == told["self_loop_edges"] == 6
    assert kinds["self-loop"] + kinds["repetition"] == told["repeat_events_total"]
    assert kinds["repeat"] + kinds["redo"] + kinds["hand not known"] == told["repeat_events_total"]


def test_real_receipt_log_has_its_published_hand_offs(added, reference):
    told = reference("process", "receipt-handoffs")["expected"]
    found = added(handoffs, "level")
    assert found["handoffs"].to_dict() == {"person": told["resource_changes"], "team": told["group_changes"]}
    assert found.loc["person", "cases_without"] == told["cases_with_zero_resource_handoffs"]


def test_real_receipt_log_does_not_tell_why_its_cases_wait(added):
    waits = added(edges, "from")["total_days"].sum()
    found = added(causes, "activity", "cause")["total_days"]
    assert found[""].to_dict() == {"not known": pytest.approx(waits)}
