"""What happens on the way: edges, activities, rework, hand-offs, yields and variants of small literal logs."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.process_timing.cohort import Cohort
from workbench.process_timing.counts import Counts
from workbench.process_timing.steps.activities import activities
from workbench.process_timing.steps.edges import edges
from workbench.process_timing.steps.handoffs import handoffs
from workbench.process_timing.steps.rework import rework, rework_kinds
from workbench.process_timing.steps.variants import usual_path, variant_coverage, variants
from workbench.process_timing.steps.waiting import waiting
from workbench.process_timing.steps.yields import yields

COLUMNS = ("case", "activity", "completed", "resource", "unit")
PEOPLE = {"resource": "resource", "team": "unit"}


def log_of(*cases: str) -> pd.DataFrame:
    """Cases as steps an hour apart, such as ``A.ann B.bob B.ann``; a step without a name has no resource.

    The first letter of a resource is its team.
    """
    rows = []
    for number, steps in enumerate(cases):
        for hour, step in enumerate(steps.split()):
            activity, _, who = step.partition(".")
            time = pd.Timestamp("2026-01-05T09:00Z") + pd.Timedelta(days=number % 60, hours=hour)
            rows.append((f"c{number:03}", activity, time.isoformat(), who or None, who[:1] or None))
    return pd.DataFrame(rows, columns=[*COLUMNS]).astype({"resource": "string", "unit": "string"})


@pytest.fixture
def cohort_of(cube_of):
    """The first quarter of such cases, with exact counts unless asked otherwise."""

    def made(*cases: str, about_people: bool = False, as_of: str = "2026-12-31", **process) -> Cohort:
        said = {**PEOPLE, **process}
        cube = cube_of(log_of(*cases), process=said, as_of=as_of, about_people=about_people)
        return Cohort.of(cube, "2026-Q1", "submitted", 0.95)

    return made


def values(frame: pd.DataFrame, *columns: str) -> list[list]:
    return frame[list(columns)].values.tolist()


def submitted(cohort: Cohort) -> Counts:
    """Counts that know how many cases there are, as those of the lead times do."""
    counts = Counts()
    counts.cell(f"{cohort.period}|submitted", len(cohort.own))
    return counts


def test_an_edge_has_its_count_cases_and_times_on_both_clocks(cohort_of):
    found = edges(cohort_of("A B A B C", "A B"), Counts()).set_index(["from", "to"])
    edge = found.loc[("A", "B")]
    assert (edge["count"], edge["cases"]) == (3, 2)
    assert [edge[name] * 24 for name in ("median_days", "mean_days", "total_days")] == pytest.approx(
        [1, 1, 3]
    )
    # Eight working hours a day.
    assert [edge[f"working_{name}_days"] * 8 for name in ("median", "mean", "total")] == pytest.approx(
        [1, 1, 3]
    )


def test_a_90th_percentile_is_shown_from_50_times_on(cohort_of):
    for times, shown in ((49, False), (50, True)):
        edge = edges(cohort_of(*["A B"] * times), Counts()).iloc[0]
        assert np.isfinite(edge[["p90_days", "working_p90_days"]].astype(float)).tolist() == [shown, shown]


def test_neither_mean_nor_cases_of_an_edge_are_told_of_people(cohort_of):
    cohort = cohort_of(*["A B B"] * 50, about_people=True)
    edge = edges(cohort, Counts()).iloc[0]
    assert edge[["cases", "mean_days", "working_mean_days"]].isna().all()
    assert edge["count"] == 40
    assert np.isnan(edge["p90_days"])  # whether there is one depends on the count that is shown
    assert activities(cohort, Counts())["cases"].isna().all()


def test_the_longest_by_total_and_by_median_are_both_marked(cube_of):
    rows = []
    for number in range(20):
        day = pd.Timestamp("2026-01-05", tz="UTC") + pd.Timedelta(days=number)
        for name, hours in (("A", 0), ("B", 500 if number < 2 else 1), ("C", 510 if number < 2 else 21)):
            rows.append((f"c{number}", name, (day + pd.Timedelta(hours=hours)).isoformat()))
    cohort = Cohort.of(cube_of(rows, about_people=False), "2026-Q1", "submitted", 0.95)
    assert values(edges(cohort, Counts()), "from", "is_longest", "is_usual") == [
        ["A", True, False],
        ["B", False, True],
    ]


@pytest.mark.parametrize(
    ("days", "limits", "verdict"),
    [
        ([1, 2, 3, 4], [0.5, 0.8], "longest wait"),
        ([9, 9], [0.9, 0.9], "longest wait"),
        ([9], [], "can't tell yet"),
    ],
)
def test_limits_of_a_share_reach_out_to_single_weeks_where_weeks_are_few(cube_of, days, limits, verdict):
    """A day from A to B in all weeks, and so many from B to C in each: a half of the wait, two thirds, ..."""
    rows = []
    for week, long in enumerate(days):
        for number in range(30):
            day = pd.Timestamp("2026-01-05", tz="UTC") + pd.Timedelta(weeks=week)
            for name, at in (("A", 0), ("B", 1), ("C", 1 + long)):
                rows.append((f"c{week}-{number}", name, (day + pd.Timedelta(days=at)).isoformat()))
    cohort = Cohort.of(cube_of(rows, about_people=False), "2026-Q1", "submitted", 0.95)
    longest = edges(cohort, Counts()).iloc[0]
    assert longest["from"] == "B"
    assert longest[["share_lower", "share_upper"]].dropna().tolist() == pytest.approx(limits)
    assert longest["verdict"] == verdict


def test_who_holds_a_case_is_a_word_and_a_kind_and_the_city_where_nothing_is_said(cohort_of):
    said = {"clock": {"B": "owner", "C": "agency"}, "holders": {"owner": "applicant"}, "last": ["D"]}
    cohort = cohort_of("A B C D", "A B", **said)
    found = edges(cohort, Counts()).sort_values("from")
    assert values(found, "holder", "kind") == [["city", "city"], ["owner", "applicant"], ["agency", "agency"]]
    counts = Counts()
    counts.cell("2026-Q1|open", 1)
    assert values(waiting(cohort, counts), "activity", "holder", "kind", "cases") == [
        ["B", "owner", "applicant", 1]
    ]


def test_a_repeat_is_by_the_same_hand_and_a_self_loop_at_once(cohort_of):
    # B again: at once by the same, later by another, later by nobody known.
    cohort = cohort_of("A.ann B.bob B.bob C.ann B.ann C.ann B", "A.ann B.bob C.ann")
    found = rework_kinds(cohort, Counts())
    of_b = found[found["activity"] == "B"]
    assert values(of_b, "kind", "events", "of") == [
        ["repeat", 1, 2],
        ["redo", 1, 2],
        ["hand not known", 1, 3],
        ["self-loop", 1, 3],
        ["repetition", 2, 3],
    ]
    every = found[found["activity"] == ""].set_index("kind")["events"]
    assert every.to_dict() == {"repeat": 2, "redo": 1, "hand not known": 1, "self-loop": 1, "repetition": 3}


def test_who_did_it_first_is_compared_and_not_who_did_it_last(cohort_of):
    found = rework_kinds(cohort_of("B.ann C B.bob C B.ann"), Counts())
    assert values(found[found["activity"] == "B"], "kind", "events")[:2] == [["repeat", 1], ["redo", 1]]


def test_no_hand_is_compared_where_none_is_known(cohort_of):
    found = rework_kinds(cohort_of("B B"), Counts())
    assert values(found[found["activity"] == "B"], "kind", "events") == [
        ["hand not known", 1],
        ["self-loop", 1],
        ["repetition", 0],
    ]


def test_rework_ends_with_the_cases_that_repeated_anything(cohort_of):
    cohort = cohort_of("A B B B C C", "A B C B", "A B C")
    assert values(rework(cohort, Counts()), "activity", "cases", "repeated", "extra") == [
        ["B", 3, 2, 3],
        ["C", 3, 1, 1],
        ["", 3, 2, 4],
    ]
    assert rework(cohort_of("A B C"), Counts()).empty


def test_a_hand_off_is_a_change_of_known_hands(cohort_of):
    cohort = cohort_of("A.ann B.abe C.bob D E.bob", "A.ann B.ann", "A B")
    found = handoffs(cohort, Counts())
    assert values(found, "level", "handoffs", "of", "cases_without", "cases") == [
        ["person", 2, 3, 2, 3],
        ["team", 1, 3, 2, 3],
    ]
    assert values(found, "median_per_case") == [[0], [0]]


def test_a_system_account_takes_and_gives_no_hand_off(cohort_of):
    steps = "A.ann B.system C.bob"
    assert handoffs(cohort_of(steps), Counts()).set_index("level")["handoffs"]["person"] == 2
    assert handoffs(cohort_of(steps, set_aside=["system"]), Counts()).empty


def test_a_pass_is_right_the_first_time_where_its_case_passed_the_step_once(cohort_of):
    found = yields(cohort_of("A B C B C", "A B C"), Counts()).set_index("activity")
    assert found.loc[["A", "B"], "passes"].tolist() == [2, 3]
    assert found.loc[["A", "B"], "first_pass_yield"].tolist() == pytest.approx([1, 1 / 3])


@pytest.mark.parametrize(
    ("path", "passed_on", "accurate"),
    [
        ("A B C", 1, 1),  # C has decided by being the end
        ("A B C B C", 2, 1 / 2),  # C sends the first B back
        ("A B C A B C", 2, 1 / 2),  # and to what is before B in the declared order
        ("A B C X C", 1, 1),  # X has no place in it
        ("A B B C", 1, 1),  # B itself is no next step
        ("A B A B C", 1, 1),  # B that sends its case back passes nothing on
        ("B C A", 1, 1),  # A was not passed before: nothing comes back
    ],
)
def test_work_is_complete_and_accurate_where_the_next_step_does_not_send_it_back(
    cohort_of, path, passed_on, accurate
):
    found = yields(cohort_of(path, order=["A", "B", "C"]), Counts()).set_index("activity").loc["B"]
    assert (found["passed_on"], found["complete_accurate"]) == (passed_on, accurate)


def test_without_a_declared_order_only_a_return_to_the_step_itself_counts(cohort_of):
    found = yields(cohort_of("A B C A B C", "A B C B C"), Counts()).set_index("activity").loc["B"]
    assert (found["passed_on"], found["complete_accurate"]) == (4, 3 / 4)


def test_a_pass_is_not_judged_while_its_case_is_open_at_the_next_step(cohort_of):
    found = yields(cohort_of("A B", "A B C", last=["C"]), Counts()).set_index("activity")
    assert found["passed_on"].to_dict() == {"A": 1, "B": 1, "C": 0, "": 1}
    assert np.isnan(found["complete_accurate"]["C"])


def test_yields_are_rolled_over_the_usual_path(cohort_of):
    found = yields(cohort_of("A B C", "A B C", "A B C B C", "A X B C"), Counts()).set_index("activity")
    # A 4 of 4, B 3 of 5, C 3 of 5; B sent back in 1 of 5 passes.
    assert found.loc["", ["first_pass_yield", "complete_accurate"]].tolist() == pytest.approx([0.36, 0.8])
    assert found.loc["", "yield_lower"] < 0.36 < found.loc["", "yield_upper"]
    assert found.index[-1] == ""


def test_the_usual_path_is_the_most_frequent_of_closed_cases(cohort_of):
    cohort = cohort_of("A", "A", "A", "A B C", "A C", "A B C", last=["C"])
    assert [cohort.names[code] for code in usual_path(cohort)] == ["A", "B", "C"]
    assert usual_path(cohort_of("A B", last=["C"])) == []
    assert usual_path(cohort_of(*["A B"] * 10, about_people=True)) == []
    assert len(usual_path(cohort_of(*["A B"] * 11, about_people=True))) == 2


def test_how_few_variants_have_most_of_the_cases(cohort_of):
    cohort = cohort_of(*["A B"] * 5, *["A C"] * 3, "A D", "A E")
    found = variant_coverage(cohort, submitted(cohort))
    assert values(found, "share", "variants", "of") == [[0.5, 1, 4], [0.8, 2, 4], [0.95, 4, 4]]
    listed = variants(cohort, submitted(cohort))
    assert values(listed, "cases", "share") == [[5, 0.5], [3, 0.3], [1, 0.1], [1, 0.1]]
    assert listed.loc[0, ["lower", "upper"]].tolist() == pytest.approx([0.2366, 0.7634], abs=1e-4)  # Wilson


def test_how_few_variants_is_not_told_where_they_are_of_few_people(cohort_of):
    cohort = cohort_of(*["A B"] * 60, *["A C"] * 10, *["A D"] * 10, about_people=True)
    found = variant_coverage(cohort, submitted(cohort))["variants"]
    assert found[0] == 1
    assert found[1:].isna().all()


PATHS = st.lists(
    st.lists(st.sampled_from(["A", "B.ann", "B.bob", "C.bob"]), min_size=1, max_size=7),
    min_size=1,
    max_size=6,
)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PATHS, st.booleans())
def test_what_must_add_up_adds_up(cohort_of, paths, about_people):
    cohort = cohort_of(*(" ".join(path) for path in paths), about_people=about_people)
    events, cases = sum(len(path) for path in paths), len(paths)
    if not about_people:
        counts = submitted(cohort)
        walked = edges(cohort, counts)
        assert walked["count"].sum() == len(cohort.steps) == events - cases
        assert activities(cohort, counts)["events"].sum() == events
        kinds = (
            rework_kinds(cohort, Counts()).groupby(["activity", "kind"])["events"].sum().unstack(fill_value=0)
        )
        for activity, row in kinds.iterrows():
            extra = rework(cohort, Counts()).set_index("activity")["extra"][activity]
            by_hand = sum(row.get(kind, 0) for kind in ("repeat", "redo", "hand not known"))
            assert by_hand == row["self-loop"] + row["repetition"] == extra
    for frame in (rework_kinds(cohort, Counts()), yields(cohort, Counts()), handoffs(cohort, Counts())):
        shares = frame.filter(regex="share$|yield$|accurate$|lower$|upper$").astype(float)
        assert ((shares.isna()) | ((shares >= 0) & (shares <= 1))).all(axis=None)
