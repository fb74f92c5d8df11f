"""How every measure stands, from released verdicts only."""

from workbench.goals import standing

WIDENED = ("widening", "yes", "overall met, gap widened")
STATUS = "worsening · cannot meet the target without change · unlikely"


def of(frame, name):
    return frame.set_index("measure").loc[name]


def test_a_measure_has_its_released_verdicts_and_its_place_in_the_pages(catalog, released):
    verdicts = [("hurt", "worsening", "cannot meet the target without change", STATUS, "value")]
    folder = released(
        "works", verdicts, figures=["overview", "groups-hurt", "process-hurt", "process-un-hurt"]
    )
    row = of(standing(folder, catalog), "hurt")
    assert (row["verdict"], row["status"], row["word"]) == ("worsening", STATUS, "worsening")
    assert row["report"] == "works/target_tracking/all/report.html#figure-process-hurt"
    assert (list(row["goals"]), row["stage"], row["has_target"]) == (["streets", "safe"], "outcome", False)


def test_a_measure_without_a_chart_leads_to_the_page(catalog, released):
    folder = released(
        "works", [("hurt", "can't tell yet", "", "no data", "no data")], figures=["process-un-hurt"]
    )
    assert of(standing(folder, catalog), "hurt")["report"] == "works/target_tracking/all/report.html"


def test_a_measure_that_is_not_in_the_review_says_so(catalog, released):
    folder = released("works", [("hurt", "common cause", "", "usual ups and downs", "value")])
    row = of(standing(folder, catalog), "fires")
    assert (row["word"], row["report"], row["status"]) == ("not in this review", "", "")


def test_of_a_hidden_row_nothing_is_said_but_that_it_is_hidden(catalog, released):
    folder = released("works", [("hurt", None, None, None, "suppressed")], gaps=[("hurt", "black", *WIDENED)])
    row = of(standing(folder, catalog), "hurt")
    assert (row["word"], row["verdict"]) == ("not shown, to protect privacy", "not shown, to protect privacy")
    assert row["gap"] == ""


def test_a_gap_that_widened_is_told_with_the_groups_that_fell_behind(catalog, released):
    fine = [(name, "common cause", "", "usual ups and downs", "value") for name in ("hurt", "lit")]
    gaps = [("hurt", "black", *WIDENED), ("lit", "black", "narrowing", "yes", "gap narrowed")]
    frame = standing(released("works", fine, gaps=gaps), catalog)
    assert (of(frame, "hurt")["word"], of(frame, "lit")["word"]) == ("gap widened", "common cause")
    assert of(frame, "hurt")["gap"] == "overall met, gap widened (Black)"


def test_a_group_of_a_report_that_was_kept_may_be_declared_no_more(catalog, released):
    fine = [("hurt", "common cause", "", "usual ups and downs", "value")]
    folder = released("works", fine, gaps=[("hurt", "asian", *WIDENED)])
    assert of(standing(folder, catalog), "hurt")["gap"] == "overall met, gap widened (asian)"


def test_a_group_that_pulled_ahead_is_no_gap_that_widened(catalog, released):
    fine = [("hurt", "common cause", "", "usual ups and downs", "value")]
    folder = released("works", fine, gaps=[("hurt", "white", "widening", "no", "gap widened")])
    assert of(standing(folder, catalog), "hurt")["word"] == "common cause"


def test_hidden_gaps_and_none_at_all_tell_nothing(catalog, released):
    fine = [("hurt", "common cause", "", "usual ups and downs", "value")]
    folder = released("works", fine, gaps=[("hurt", "black", None, None, None)])
    assert of(standing(folder, catalog), "hurt")["word"] == "common cause"


def test_targets_may_be_declared_or_stand_in_a_column(catalog, released):
    frame = standing(released("works", [("hurt", "common cause", "", "", "value")]), catalog)
    assert dict(zip(frame["measure"], frame["has_target"], strict=True)) == {
        "lit": True,
        "hurt": False,
        "fires": False,
        "swept": False,
        "alarms": False,
    }


def test_a_city_without_measures_has_an_empty_frame(catalog, tmp_path):
    frame = standing(tmp_path, catalog.model_copy(update={"measures": {}}))
    assert len(frame) == 0
    assert {"measure", "word", "report"} <= set(frame)
