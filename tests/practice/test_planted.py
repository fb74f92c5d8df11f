"""Each planted truth is found again in the written files by a few lines of arithmetic, not by the workbench."""

import numpy as np
import pandas as pd
import pytest

NEXT_QUARTER, QUARTER, LAST_QUARTER = (
    pd.Timestamp(day) for day in ("2026-01-01", "2025-10-01", "2025-07-01")
)
EXTRACTED = pd.Timestamp("2026-01-15")


@pytest.fixture(scope="module")
def coded(sources, catalog):
    """Requests and applications with group, place and date."""
    codes = {code: id for id, group in catalog.dimensions["race"].groups.items() for code in group.codes}
    level = catalog.places["neighbourhood"]
    found = {"surnames": sources["surnames"]}
    for name, date, layout in (
        ("service_requests", "opened", "%Y-%m-%d %H:%M:%S"),
        ("applications", "received", "%m/%d/%Y"),
    ):
        table = sources[name].drop_duplicates()
        place = table["neighbourhood"].replace(level.crosswalk)
        found[name] = table.assign(
            group=table["race"].str.strip().map(codes),
            place=place.where(place.isin(level.parents)),
            date=pd.to_datetime(table[date], format=layout, errors="coerce"),
        )
    return found


def in_quarter(table: pd.DataFrame, start=QUARTER, end=NEXT_QUARTER) -> pd.DataFrame:
    return table[(table["date"] >= start) & (table["date"] < end)]


def on_time(coded, service: str) -> pd.DataFrame:
    table = coded["service_requests"]
    rows = in_quarter(table[(table["service"] == service) & (table["due"] < "2026-01-15")])
    return rows.assign(good=(rows["closed"] <= rows["due"]) & (rows["closed"] != ""))


def decided(coded, programme: str, good: str = "Approved", **quarter) -> pd.DataFrame:
    table = coded["applications"]
    rows = in_quarter(table[(table["programme"] == programme) & (table["decision"] != "")], **quarter)
    return rows.assign(good=rows["decision"] == good)


def gap(rows: pd.DataFrame, group: str) -> float:
    """Points of 100 by which a group's share differs from everyone else's."""
    known = rows[rows["group"].notna()]
    mine = known["group"] == group
    return 100 * (known.loc[mine, "good"].mean() - known.loc[~mine, "good"].mean())


def gap_in_place(rows: pd.DataFrame, group: str) -> float:
    """The same within each neighbourhood, averaged with Mantel-Haenszel weights."""
    known = rows[rows["group"].notna() & rows["place"].notna()]
    total = weights = 0.0
    for _, here in known.groupby("place"):
        mine = here["group"] == group
        weight = mine.sum() * (~mine).sum() / len(here)
        if weight:
            total += weight * (here.loc[mine, "good"].mean() - here.loc[~mine, "good"].mean())
            weights += weight
    return 100 * total / weights


def test_potholes_differ_by_race_only_because_of_where_people_live(coded):
    rows = on_time(coded, "Pothole")
    assert gap(rows, "black") < -8
    assert abs(gap_in_place(rows, "black")) < 4


def test_rent_assistance_differs_by_race_within_the_same_place(coded):
    rows = decided(coded, "Rent assistance")
    assert gap(rows, "black") < -12
    assert gap_in_place(rows, "black") < -12


def test_black_drivers_are_searched_more_often_within_the_same_place(coded):
    table = coded["service_requests"]
    rows = in_quarter(table[table["service"] == "Traffic stop"])
    rows = rows.assign(good=rows["outcome"] == "Searched")
    assert gap(rows, "black") > 5
    assert gap_in_place(rows, "black") > 5


def test_the_gap_in_interviews_is_new(coded):
    before = decided(
        coded, "City job", "Interview", start=pd.Timestamp("2024-10-01"), end=pd.Timestamp("2025-01-01")
    )
    assert abs(gap(before, "black")) < 7
    assert gap(decided(coded, "City job", "Interview"), "black") < -11


def test_complaints_are_late_in_one_place_whoever_complains(coded):
    rows = on_time(coded, "Rental housing complaint")
    there = rows["place"] == "Depot Town"
    assert 100 * (rows.loc[there, "good"].mean() - rows.loc[~there, "good"].mean()) < -20
    assert abs(gap_in_place(rows, "black")) < 6


def test_graffiti_stays_longer_where_black_residents_live_and_for_them_among_neighbours(coded):
    rows = on_time(coded, "Graffiti")
    whole, among = gap(rows, "black"), gap_in_place(rows, "black")
    assert whole < -18
    assert 0.3 < among / whole < 0.75


def test_hispanic_patients_wait_longer_than_their_neighbours_and_not_than_others(coded):
    table = coded["applications"]
    rows = in_quarter(table[(table["programme"] == "Clinic appointment") & (table["decision"] != "")])
    days = pd.to_datetime(rows["decided"]) - pd.to_datetime(rows["received"])
    rows = rows.assign(good=days.dt.days <= 14)
    assert abs(gap(rows, "hispanic")) < 8
    assert gap_in_place(rows, "hispanic") < -7


def test_hispanic_residents_wait_longer_for_trees_and_no_fewer_are_served_in_time(coded):
    table = coded["service_requests"]
    rows = in_quarter(table[(table["service"] == "Tree service") & (table["closed"] != "")])
    days = (pd.to_datetime(rows["closed"]).dt.normalize() - rows["date"].dt.normalize()).dt.days
    rows = rows.assign(good=days <= 14, days=days)
    median = rows.groupby(rows["group"] == "hispanic")["days"].median()
    assert 2 <= median[True] - median[False] <= 6
    assert abs(gap(rows, "hispanic")) < 8
    assert ((table["service"] == "Tree service") & (table["closed"] == "")).sum() > 50


def test_black_residents_report_fewer_street_lights_and_central_has_more_of_them(coded, sources):
    table = coded["service_requests"]
    rows = in_quarter(table[table["service"] == "Streetlight out"])
    people = sources["population"].assign(
        residents=sources["population"]["residents"].str.replace(",", "").astype(int)
    )
    by_race = people.groupby(people["race"] == "Black")["residents"].sum()
    known = rows[rows["group"].notna()]
    asked = known.groupby(known["group"] == "black").size() / by_race
    assert asked[True] < 0.65 * asked[False]
    assert abs(gap(on_time(coded, "Streetlight out"), "black")) < 12
    lights = sources["street_lights"].set_index("neighbourhood")["lights"].astype(int)
    here = lights.index.isin(CENTRAL)
    reported = rows.groupby("place").size().reindex(lights.index)
    assert reported[here].sum() / lights[here].sum() < 0.75 * reported[~here].sum() / lights[~here].sum()


CENTRAL = ("Capitol Square", "Depot Town", "Market Row", "Saint Annes Hill", "University Gate")


def test_one_asian_reader_applies_again_and_again_and_is_refused(coded):
    rows = decided(coded, "Library fine waiver")
    rows = rows[rows["group"].notna()]
    often = rows.groupby("applicant").size().sort_values()
    assert 12 <= often.iloc[-1] <= 15
    assert often.iloc[-2] < 6
    (most,) = often.index[-1:]
    mine = rows["applicant"] == most
    assert not rows.loc[mine, "good"].any()
    assert set(rows.loc[mine, "group"]) == {"asian"}
    assert gap(rows, "asian") < -12
    assert abs(gap(rows[~mine], "asian")) < 20


def test_searches_of_black_drivers_find_less_often_what_is_looked_for(coded):
    table = coded["service_requests"]
    rows = in_quarter(table[table["outcome"] == "Searched"])
    assert set(rows["found"]) == {"Yes", "No"}
    assert gap(rows.assign(good=rows["found"] == "Yes"), "black") < -15
    assert set(table.loc[table["outcome"] != "Searched", "found"]) == {""}


def test_black_drivers_are_stopped_more_while_it_is_light_at_the_same_time_of_day(coded):
    table = coded["service_requests"]
    rows = table[(table["service"] == "Traffic stop") & table["group"].notna()]
    clock = rows["date"].dt.hour + rows["date"].dt.minute / 60
    evening = rows[clock.between(17.5, 19.5)]
    share = (evening["group"] == "black").groupby(evening["date"].dt.month).mean()
    assert share[[6, 7]].mean() > 1.25 * share[[12, 1]].mean()


def test_calls_from_central_are_answered_late_because_of_their_kinds(coded):
    table = coded["service_requests"]
    rows = in_quarter(table[table["service"] == "Non-emergency call"])
    minutes = pd.to_datetime(rows["closed"]) - rows["date"]
    rows = rows.assign(good=minutes <= pd.Timedelta("60min"), here=rows["place"].isin(CENTRAL))
    shares = rows.groupby("here")["good"].mean()
    assert shares[True] < shares[False] - 0.1
    by_kind = rows.groupby(["call_kind", "here"])["good"].mean().unstack()
    noise = by_kind.loc["Noise"]
    assert abs(noise[True] - noise[False]) < 0.12
    assert set(table.loc[table["service"] != "Non-emergency call", "call_kind"]) == {""}


def test_smoke_alarms_are_visited_later_the_poorer_a_neighbourhood_is(coded, catalog):
    rows = on_time(coded, "Smoke alarm visit")
    poverty = rows["place"].map(catalog.places["neighbourhood"].disadvantage)
    third = rows.groupby(pd.qcut(poverty, 3, labels=False))["good"].mean()
    assert third[0] > third[1] > third[2]
    assert third[0] - third[2] > 0.1


def test_race_is_missing_where_loans_were_denied_most_of_all_to_hispanic_applicants(coded, catalog):
    rows = decided(coded, "Home repair loan", start=pd.Timestamp(0))
    unknown = rows["group"].isna()
    assert unknown[~rows["good"]].mean() > 2 * unknown[rows["good"]].mean()
    assert 0.15 < unknown.mean() < 0.25
    assert -33 < gap(rows, "hispanic") < -24
    shares = catalog.services["home_repair_loans"].imputation.shares
    leaning = surnames_of("hispanic", shares, coded)
    names = rows["surname"].str.upper().isin(leaning)
    assert 100 * (rows.loc[names, "good"].mean() - rows.loc[~names, "good"].mean()) < -20


def surnames_of(group, shares, coded) -> set[str]:
    table = coded["surnames"]
    return set(table.loc[table[shares[group]].astype(float) > 80, "surname"])


def test_a_surname_tells_how_likely_a_race_is(coded, catalog):
    shares = catalog.services["home_repair_loans"].imputation.shares
    rows = coded["applications"]
    for group, least in (("asian", 0.8), ("hispanic", 0.8)):
        own = rows[
            rows["surname"].str.upper().isin(surnames_of(group, shares, coded)) & rows["group"].notna()
        ]
        assert (own["group"] == group).mean() > least
    assert coded["surnames"][list(shares.values())].astype(float).sum(axis=1).between(99.9, 100.1).all()


def test_the_noise_would_pass_alone_and_not_among_many(coded):
    rows = decided(coded, "Recreation scholarship")
    rows = rows[rows["group"].notna()]
    mine = rows["group"] == "american_indian"
    share = rows["good"].mean()
    error = np.sqrt(share * (1 - share) * (1 / mine.sum() + 1 / (~mine).sum()))
    z = (rows.loc[mine, "good"].mean() - rows.loc[~mine, "good"].mean()) / error
    assert -2.9 < z < -1.7
    assert mine.sum() > 30
    assert (~rows.loc[mine, "good"]).sum() > 10


def test_services_without_a_planted_truth_differ_by_chance_alone(coded):
    planted = {"Pothole", "Rental housing complaint", "Graffiti", "Smoke alarm visit"}
    table = coded["service_requests"]
    services = set(table.loc[table["due"] != "", "service"]) - planted
    z = []
    for service in sorted(services):
        rows = on_time(coded, service)
        rows = rows[rows["group"].notna()]
        share = rows["good"].mean()
        for _, own in rows.groupby("group")["good"]:
            error = np.sqrt(share * (1 - share) / len(own) * (1 - len(own) / len(rows)))
            z.append((own.mean() - share) / error)
    assert len(z) > 25
    assert 0.6 < np.std(z) < 1.4


@pytest.fixture(scope="module")
def steps(sources, catalog):
    """Events of all processes, each with the days since the one before."""
    table = pd.concat([sources["case_events"], sources["office_events"]], ignore_index=True).drop_duplicates()
    table["time"] = pd.to_datetime(table["completed"], errors="coerce", format="%Y-%m-%d %H:%M:%S")
    table = table[table["time"].notna()].sort_values(["process", "case", "time"], kind="stable")
    of_case = table.groupby(["process", "case"], sort=False)
    table["wait"] = (table["time"] - of_case["time"].shift()).dt.total_seconds() / 86_400
    table["opened"] = of_case["time"].transform("min")
    return table


def cases(steps: pd.DataFrame, process: str, last: str) -> pd.DataFrame:
    own = steps[steps["process"] == process]
    table = own.groupby("case").agg(
        opened=("time", "min"), ended=("time", "max"), kind=("kind", "first"), last=("activity", "last")
    )
    table = table[~table["last"].isin(["Withdrawn", "Cancelled"])]
    closed = table["last"] == last
    ended = table["ended"].where(closed, EXTRACTED)
    return table.assign(closed=closed, days=(ended - table["opened"]).dt.total_seconds() / 86_400)


def opened_in(table: pd.DataFrame, start, end) -> pd.DataFrame:
    return table[(table["opened"] >= start) & (table["opened"] < end)]


def median_with_open_cases(table: pd.DataFrame) -> float:
    """Kaplan-Meier: the day by which half of the cases are closed."""
    ordered = table.sort_values("days")
    at_risk = len(ordered) - np.arange(len(ordered))
    open_share = np.cumprod(1 - ordered["closed"].to_numpy() / at_risk)
    return float(ordered["days"].to_numpy()[np.argmax(open_share <= 0.5)])


def test_most_of_the_time_of_site_plans_is_waited_for_comments(steps):
    own = steps[steps["process"] == "Site plan"]
    share = own.groupby("activity")["wait"].sum() / own["wait"].sum()
    assert share.idxmax() == "Comments received"
    assert share.max() > 0.5


def test_plans_go_back_for_corrections(steps):
    own = steps[steps["process"] == "Building permit"]
    back = own[own["activity"] == "Corrections requested"].groupby("case").size()
    assert 0.33 < len(back) / own["case"].nunique() < 0.48
    assert (back > 1).sum() > 400


def test_licensing_is_slower_only_because_more_bars_apply(steps):
    table = cases(steps, "Business licence", "Licence issued")
    now, before = opened_in(table, QUARTER, NEXT_QUARTER), opened_in(table, LAST_QUARTER, QUARTER)
    assert median_with_open_cases(now) > 1.25 * median_with_open_cases(before)
    for kind in ("Shop", "Restaurant", "Bar"):
        pair = [median_with_open_cases(part[part["kind"] == kind]) for part in (now, before)]
        assert 0.85 < pair[0] / pair[1] < 1.15


def test_open_complaints_make_the_median_of_closed_ones_too_short(steps):
    table = cases(steps, "Conduct complaint", "Complaint closed")
    now, before = opened_in(table, QUARTER, NEXT_QUARTER), opened_in(table, LAST_QUARTER, QUARTER)
    naive = now.loc[now["closed"], "days"].median()
    assert naive < 0.8 * before.loc[before["closed"], "days"].median()
    assert 0.88 < median_with_open_cases(now) / median_with_open_cases(before) < 1.12


def test_public_records_have_become_slower_at_legal_review_only(steps):
    own = steps[steps["process"] == "Public records request"]
    late = own["opened"] >= QUARTER
    median = own.groupby(["activity", late])["wait"].median().unstack()
    assert median.loc["Legal review", True] > 2 * median.loc["Legal review", False]
    others = median.drop(index=["Legal review", "Request received", "Withdrawn"])
    assert (others[True] / others[False]).between(0.85, 1.15).all()


def test_other_processes_have_not_changed(steps, catalog):
    planted = {"business_licensing", "public_records"}
    for id, process in catalog.processes.items():
        if id not in planted:
            table = cases(steps, process.where[0].equals[0], process.last[0])
            now, year = opened_in(table, QUARTER, NEXT_QUARTER), opened_in(table, pd.Timestamp(0), QUARTER)
            assert 0.85 < median_with_open_cases(now) / median_with_open_cases(year) < 1.15, id


@pytest.fixture(scope="module")
def monthly(sources, catalog):
    """Values of each measure by month as they are known at the extract, and how many are provisional."""

    def of(id: str) -> pd.Series:
        measure = catalog.measures[id]
        table = sources[measure.source]
        table = table[table["measure"] == measure.where[0].equals[0]].sort_values("recorded", kind="stable")
        keys = ["month", *(["race"] if "race" in table else [])]
        table = table.groupby(keys, as_index=False).last()
        for column in ("numerator", "denominator", "value", "n"):
            if column in table:
                table[column] = pd.to_numeric(table[column].astype(str).str.replace(",", ""), errors="coerce")
        if measure.columns.value:
            return table.set_index("month")["value"]
        sums = table.groupby("month")[["numerator", "denominator"]].sum(min_count=1)
        quotient = measure.kind in ("proportion", "rate")
        return sums["numerator"] / sums["denominator"] if quotient else sums["numerator"]

    return of


def limits(values: pd.Series) -> tuple[float, float]:
    """Limits of an individuals chart: mean and 2.66 mean moving ranges."""
    reach = 2.66 * values.diff().abs().mean()
    return values.mean() - reach, values.mean() + reach


def test_calls_have_shifted_for_the_worse_and_inspections_for_the_better(monthly):
    calls, inspections = monthly("calls_answered_in_90_seconds"), monthly("rental_inspections_on_time")
    assert calls["2025-08-01":].max() < limits(calls[:"2025-07-01"])[0]
    assert inspections["2025-06-01":].mean() > limits(inspections[:"2025-05-01"])[1]


def test_engines_drift_and_do_not_jump(monthly):
    share = monthly("first_engine_in_6_minutes")
    assert np.corrcoef(np.arange(15), share[-15:])[0, 1] < -0.9
    assert share[-1:].item() < limits(share[:"2024-08-01"])[0]
    assert abs(share.diff()[-15:]).max() < 0.04


def test_pools_follow_the_year(monthly):
    visits = monthly("pool_and_rink_visits")
    by_year = visits.to_numpy().reshape(3, 12)
    assert np.corrcoef(by_year)[0, 1] > 0.8
    assert by_year.mean(axis=1).std() < 0.04 * visits.mean()


def test_lead_lines_miss_their_target_at_any_pace_seen_so_far(monthly):
    lines = monthly("lead_lines_replaced")
    needed = (2400 - lines["2024-01-01":].sum()) / 12
    assert needed > limits(lines)[1]


def test_the_hiring_target_is_beyond_the_limits_and_the_holds_target_within_reach(monthly):
    assert limits(monthly("days_to_hire"))[0] > 60
    assert limits(monthly("holds_ready_in_3_days"))[0] > 0.90


def test_the_alarming_month_is_the_worst_in_a_year_and_within_the_limits(monthly):
    share = monthly("priority_one_in_8_minutes")
    assert share.idxmin() == "2025-12-01" or share[-12:].idxmin() == "2025-12-01"
    low, high = limits(share)
    assert low < share[-1:].item() < high


def test_flu_shots_look_low_only_in_the_months_that_still_grow(monthly):
    shots = monthly("flu_shots_given")
    low, high = limits(shots[:-2])
    assert shots[-1:].item() < low
    assert low < shots[-3:-2].item() < high
