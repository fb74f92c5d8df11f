"""What changed since the last review: new data, restated data, another definition."""

import pandas as pd
import pytest

from workbench.disclosure import Policy
from workbench.disclosure.release import release
from workbench.target_tracking import analyse
from workbench.target_tracking.changed import NEW, REDEFINED, RESTATED

STEADY = [100, 104, 98, 102, 97, 103, 99, 101, 105, 96, 100, 102, 98, 104, 99, 101, 97, 103]
PREVIOUS = {"review": "2025-Q1", "period": "2025-Q1", "as_of": "2025-04-15", "measures": None}
RECORDED = {"interval": "month", "value": "value", "recorded_at": "recorded"}


def history(observations, *values, first="2024-01", recorded=14, **more):
    """Versions: each value known so many days after its month; a pair of a value and its restatements by day."""
    rows = []
    firsts = [value[0] if isinstance(value, tuple) else value for value in values]
    frame = observations("m", firsts, first=first, **more)
    for (_, row), value in zip(frame.iterrows(), values, strict=True):
        rows.append({**row, "known": row["interval_end"] + pd.Timedelta(days=recorded), "rows": 1})
        for day, again in value[1:] if isinstance(value, tuple) else ():
            a, b = again if isinstance(again, tuple) else (row["numerator"], row["denominator"])
            value = a / b if isinstance(again, tuple) else float(again)
            numbers = {"value": value, "numerator": a, "denominator": b}
            rows.append({**row, "known": pd.Timestamp(day), "rows": 1, **numbers})
    return pd.DataFrame(rows).assign(recorded_at=lambda found: found["known"])


@pytest.fixture
def reviewed(measure_cube, observations):
    """``reviewed(values, previous, entry)``: results of the second quarter of 2025, as of 15 July."""

    def made(values, previous=PREVIOUS, entry=None, about_people=False, **more):
        versions = history(observations, *values, **more)
        last = versions.drop_duplicates("interval", keep="last").drop(columns=["known", "rows"])
        entries = {"m": {"columns": RECORDED, "direction": "decrease", **(entry or {})}}
        cube = measure_cube(last, entries=entries, about_people=about_people, as_of="2025-07-15")
        cube.frames["versions"] = versions
        rule = {"minimum_count": 11, "smallest_hidden": 1, "previous": previous}
        cube.definition.update({key: value for key, value in rule.items() if value})
        return analyse(cube, period="2025-Q2")

    return made


def row(results) -> dict:
    return results.changed.iloc[0].to_dict()


def test_a_signal_in_a_new_month_is_new_data(reviewed):
    found = row(reviewed([*STEADY[:17], 140]))
    assert (found["then"], found["now"]) == ("usual ups and downs", "worsening")
    assert found["then_restated"] == found["then_redefined"] == "usual ups and downs"
    assert (found["because"], found["variation_because"], found["target_because"]) == (NEW, NEW, "")
    assert (found["restated"], found["state"]) == (0, "value")


def test_a_signal_in_a_month_that_was_known_then_is_restated_data(reviewed):
    values = [*STEADY[:14], (99, ("2025-06-20", 140)), *STEADY[15:]]
    found = row(reviewed(values))
    assert found["then"] == found["now"] == "usual ups and downs"
    assert found["then_restated"] == "worsening"
    assert found["because"] == f"{RESTATED}, {NEW}"
    assert (found["restated"], found["restated_by"]) == (1, 41)


def test_what_was_restated_before_the_last_review_is_no_news(reviewed):
    values = [*STEADY[:12], (98, ("2025-04-10", 100)), *STEADY[13:]]
    assert (row(reviewed(values))["restated"], row(reviewed(values))["because"]) == (0, "")


def test_a_value_that_came_late_is_new_and_not_restated(reviewed, observations):
    found = row(reviewed([*STEADY[:14], 140, *STEADY[15:]], recorded=40))
    assert (found["restated"], found["then_restated"]) == (0, "usual ups and downs")


def test_another_target_is_a_changed_definition(reviewed, entry_of):
    then = entry_of(columns=RECORDED, direction="decrease", targets=[{"value": 200}])
    results = reviewed(STEADY, PREVIOUS | {"measures": {"m": then}}, {"targets": [{"value": 50}]})
    found = row(results)
    assert found["then"].startswith("usual ups and downs · reliably meets the target")
    assert found["now"].startswith("usual ups and downs · cannot meet the target")
    assert (found["because"], found["variation_because"]) == (REDEFINED, "")
    assert found["target_because"] == REDEFINED


def test_another_title_owner_or_goal_is_no_other_definition(reviewed, entry_of):
    then = entry_of(columns=RECORDED, direction="decrease", title="Old", owner="Old", goals=["old"])
    assert row(reviewed(STEADY, PREVIOUS | {"measures": {"m": then}}))["because"] == ""


@pytest.mark.parametrize("then", [{}, {"m": {"kind": "count"}}])
def test_a_measure_that_was_not_followed_then_or_read_otherwise_cannot_be_replayed(reviewed, entry_of, then):
    known = {id: entry_of(columns=RECORDED, direction="decrease", **changes) for id, changes in then.items()}
    found = row(reviewed(STEADY, PREVIOUS | {"measures": known}))
    assert (found["then"], found["now"], found["because"]) == (None, "usual ups and downs", REDEFINED)


def test_a_definition_of_then_that_cannot_be_read_is_taken_to_be_todays(reviewed):
    assert row(reviewed(STEADY, PREVIOUS | {"measures": {"m": {"kind": "a kind of old"}}}))["because"] == ""


def test_a_measure_is_followed_under_its_earlier_name(reviewed, entry_of):
    then = {"old": entry_of(columns=RECORDED, direction="decrease")}
    found = row(reviewed(STEADY, PREVIOUS | {"measures": then}, {"formerly": ["old"]}))
    assert (found["then"], found["because"]) == ("usual ups and downs", "")


def test_without_a_last_review_nothing_is_said_to_have_changed(reviewed):
    assert reviewed(STEADY, None).changed.empty


PEOPLE = {
    "kind": "proportion",
    "columns": {"interval": "month", "numerator": "a", "denominator": "b", "recorded_at": "recorded"},
}


def people(pairs):
    return {"counts": pairs, "entry": PEOPLE, "about_people": True}


def test_of_people_it_is_not_told_by_how_much_a_count_was_restated(reviewed):
    pairs = [(80 + step % 5, 200) for step in range(18)]
    shares = [a / b for a, b in pairs]
    shares[10] = (shares[10], ("2025-06-20", (pairs[10][0] + 3, 200)))
    results = reviewed(shares, **people(pairs))
    assert results.changed["restated"].tolist() == [1]
    assert results.changed["restated_by"].isna().all()
    assert not [cell for cell in results.counts["cell"] if "as of" in cell]


def test_what_rested_on_a_small_count_then_is_not_shown_now(reviewed):
    pairs = [(80 + step % 5, 200) for step in range(18)]
    shares = [a / b for a, b in pairs]
    pairs[10], shares[10] = (5, 200), (5 / 200, ("2025-06-20", (82, 200)))
    results = release(reviewed(shares, **people(pairs)), Policy(11))
    assert results.verdicts["state"].tolist() == ["value"]
    assert (results.changed["state"].tolist(), results.changed["then"].isna().tolist()) == (
        ["suppressed"],
        [True],
    )
    hidden = results.counts.set_index("cell").loc["m|as of 2025-04-15"]
    assert hidden.isna().all()


def test_nothing_tells_of_a_small_count_of_then(reviewed):
    shown = []
    for few in (4, 9):
        pairs = [(80 + step % 5, 200) for step in range(18)]
        shares = [a / b for a, b in pairs]
        pairs[10], shares[10] = (few, 200), (few / 200, ("2025-06-20", (82, 200)))
        shown.append(release(reviewed(shares, **people(pairs)), Policy(11)))
    for name, frame in {"counts": shown[0].counts, **shown[0].frames()}.items():
        again = {"counts": shown[1].counts, **shown[1].frames()}[name]
        pd.testing.assert_frame_equal(again, frame, obj=name)


def test_people_read_what_is_another_and_what_was_restated(reviewed):
    values = [*STEADY[:14], (99, ("2025-06-20", 140)), *STEADY[15:]]
    columns = ["measure", "then", "now", "because", "restated", "restated_by"]
    assert reviewed(values).since_last_review[columns].values.tolist() == [
        ["Permits on time", *["usual ups and downs"] * 2, "restated data, new data", 1, "41 days"]
    ]
    assert reviewed(STEADY).since_last_review.empty
    assert reviewed(STEADY, None).since_last_review.empty
