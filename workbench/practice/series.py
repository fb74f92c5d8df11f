"""How each measure of the practice city behaves: its level, its size, its unrest."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Series:
    """One monthly measure, as it is made.

    Parameters
    ----------
    measure, code : str
        Its id in the catalog, and the code that its source knows it by.
    kind : str
        As in the catalog.
    level : float
        The mean: a fraction for a proportion, otherwise in units.
    size : float
        Denominator of a month, or number of things averaged.
    spread : float
        Standard deviation of a month (value, cumulative), or of one thing (mean).
    over : float
        Standard deviation as a multiple of what pure chance gives.
    per : int
        What a rate is multiplied by.
    lag : int
        How many latest months are still incomplete.
    by_race : bool
        Whether its source gives a row for each race.
    by_place : bool
        Whether its source gives a row for each community.
    target : float or None
        Where the source itself carries the target.
    """

    measure: str
    code: str
    kind: str
    level: float
    size: float = 0
    spread: float = 0
    over: float = 1
    per: int = 1
    lag: int = 0
    by_race: bool = False
    by_place: bool = False
    target: float | None = None


SERIES: tuple[Series, ...] = (
    Series("potholes_filled_in_5_days", "PW-01", "proportion", 0.87, size=640, by_place=True),
    Series("streetlights_lit_again_in_10_days", "PW-02", "proportion", 0.81, size=310),
    Series("streets_swept", "PW-03", "value", 1420, spread=95),
    Series("pavement_condition", "PW-04", "value", 68.4, spread=0.9),
    Series("crash_injuries", "PW-05", "rate", 18.5, size=400000, per=100000, lag=2),
    Series("sidewalk_complaints", "PW-06", "count", 210),
    Series("recycling_share", "PW-07", "proportion", 0.37, size=9200, over=3.0),
    Series("missed_pickups", "PW-08", "rate", 1.9, size=118000, per=1000),
    Series("signal_repairs_in_a_day", "PW-09", "proportion", 0.93, size=85),
    Series("bike_lane_miles_built", "PW-10", "cumulative", 0.62, spread=0.22),
    Series("priority_one_in_8_minutes", "PD-01", "proportion", 0.79, size=1150),
    Series("crisis_team_share", "PD-02", "proportion", 0.46, size=520, by_race=True),
    Series("burglaries", "PD-03", "rate", 24, size=400000, per=100000),
    Series("gun_injuries", "PD-04", "count", 22, lag=1),
    Series("cases_cleared", "PD-05", "proportion", 0.41, size=330, lag=1),
    Series("complaints_sustained", "PD-06", "proportion", 0.12, size=62),
    Series("use_of_force_per_1000_arrests", "PD-07", "rate", 21, size=1480, per=1000),
    Series("sworn_vacancies", "PD-08", "value", 74, spread=4.5),
    Series("community_meetings", "PD-09", "count", 36),
    Series("stops_searched", "PD-10", "proportion", 0.094, size=2100, by_race=True),
    Series("first_engine_in_6_minutes", "FD-01", "proportion", 0.885, size=1420),
    Series("medical_calls_in_5_minutes", "FD-02", "proportion", 0.84, size=2650, over=1.5),
    Series("structure_fires", "FD-03", "count", 41),
    Series("fires_kept_to_one_room", "FD-04", "proportion", 0.68, size=41),
    Series("fire_inspections_done", "FD-05", "proportion", 0.77, size=260),
    Series("smoke_alarms_installed", "FD-06", "cumulative", 185, spread=22),
    Series("cardiac_survival", "FD-07", "proportion", 0.33, size=38, lag=1),
    Series("turnout_seconds", "FD-08", "mean", 74, size=1420, spread=38.0),
    Series("hydrants_checked", "FD-09", "count", 465, over=1.6),
    Series("firefighter_injuries", "FD-10", "count", 5.5),
    Series("flu_shots_given", "HE-01", "count", 930, over=2.0, by_race=True, lag=2),
    Series("children_tested_for_lead", "HE-02", "proportion", 0.71, size=430, by_race=True, lag=1),
    Series("lead_levels_raised", "HE-03", "proportion", 0.031, size=1650, lag=1),
    Series("restaurants_inspected_on_time", "HE-04", "proportion", 0.88, size=240),
    Series("food_complaints_seen_in_3_days", "HE-05", "proportion", 0.91, size=76),
    Series("clinic_wait_days", "HE-06", "mean", 11.2, size=1450, spread=7.5),
    Series("overdose_calls", "HE-07", "rate", 21.5, size=400000, per=100000),
    Series("babies_born_small", "HE-08", "proportion", 0.079, size=480, by_race=True, lag=2),
    Series("home_visits_to_new_parents", "HE-09", "count", 305, over=1.2),
    Series("heat_checks", "HE-10", "proportion", 0.83, size=720),
    Series("permits_decided_on_time", "CD-01", "proportion", 0.74, size=350),
    Series("affordable_homes_financed", "CD-02", "cumulative", 52, spread=12),
    Series("evictions_filed", "CD-03", "rate", 4.1, size=84000, per=1000),
    Series("rent_help_decided_in_10_days", "CD-04", "proportion", 0.66, size=680, by_race=True),
    Series("homes_kept_affordable", "CD-05", "count", 34, over=1.1),
    Series("shelter_nights_full", "CD-06", "proportion", 0.94, size=21000, over=4.0),
    Series("zoning_letters_in_10_days", "CD-07", "proportion", 0.86, size=120),
    Series("small_business_loans", "CD-08", "count", 27),
    Series("construction_value", "CD-09", "value", 61.5, spread=9.0),
    Series("plan_review_rounds", "CD-10", "mean", 1.72, size=350, spread=0.8),
    Series("rental_inspections_on_time", "RS-01", "proportion", 0.72, size=410),
    Series("violations_fixed_in_30_days", "RS-02", "proportion", 0.64, size=890, over=1.3),
    Series("licences_issued_in_30_days", "RS-03", "proportion", 0.79, size=230),
    Series("vacant_buildings", "RS-04", "value", 318, spread=7.0),
    Series("animals_returned_home", "RS-05", "proportion", 0.87, size=390),
    Series("tenant_calls", "RS-06", "count", 540, over=1.8),
    Series("heat_complaints_in_a_day", "RS-07", "proportion", 0.89, size=70),
    Series("parking_appeals_in_14_days", "RS-08", "proportion", 0.83, size=510),
    Series("citations_voided", "RS-09", "proportion", 0.058, size=2300, over=1.3),
    Series("inspections_per_inspector", "RS-10", "mean", 71, size=46, spread=15.0),
    Series("trees_planted", "PR-01", "cumulative", 265, spread=48),
    Series("pool_and_rink_visits", "PR-02", "count", 21500, over=8),
    Series("scholarships_granted", "PR-03", "proportion", 0.79, size=410, by_race=True),
    Series("park_safety_calls", "PR-04", "count", 88, over=1.1),
    Series("playgrounds_passed", "PR-05", "proportion", 0.92, size=52),
    Series("tree_requests_in_30_days", "PR-06", "proportion", 0.76, size=240),
    Series("programme_places_filled", "PR-07", "proportion", 0.82, size=3400, over=2.0),
    Series("volunteer_hours", "PR-08", "value", 5150, spread=410),
    Series("mowing_on_schedule", "PR-09", "proportion", 0.9, size=165),
    Series("lakes_open", "PR-10", "proportion", 0.95, size=310),
    Series("holds_ready_in_3_days", "LB-01", "proportion", 0.953, size=3900),
    Series("library_visits", "LB-02", "value", 92400, spread=2900),
    Series("new_cards", "LB-03", "count", 1460, over=2.2),
    Series("digital_loans_share", "LB-04", "proportion", 0.38, size=61000, over=5.0),
    Series("story_time_places", "LB-05", "proportion", 0.74, size=1250, over=1.3),
    Series("computer_wait_minutes", "LB-06", "mean", 9.4, size=2600, spread=11.0),
    Series("cards_blocked", "LB-07", "proportion", 0.068, size=42000, over=3.0, by_race=True),
    Series("questions_answered_in_a_day", "LB-08", "proportion", 0.94, size=830),
    Series("books_missing", "LB-09", "count", 240, over=1.4),
    Series("english_classes", "LB-10", "proportion", 0.88, size=420),
    Series("calls_answered_in_90_seconds", "CS-01", "proportion", 0.835, size=15200, over=3.0),
    Series("solved_at_first_contact", "CS-02", "proportion", 0.69, size=15200, over=3.0),
    Series("satisfied_callers", "CS-03", "proportion", 0.86, size=540),
    Series("records_released_in_10_days", "CS-04", "proportion", 0.71, size=290),
    Series("interpreter_in_2_minutes", "CS-05", "proportion", 0.89, size=610),
    Series("graffiti_gone_in_7_days", "CS-06", "proportion", 0.83, size=350),
    Series("abandoned_calls", "CS-07", "proportion", 0.064, size=15200, over=2.5),
    Series("website_found_it", "CS-08", "proportion", 0.77, size=1900, over=1.3),
    Series("council_minutes_in_7_days", "CS-09", "proportion", 0.9, size=22),
    Series("voters_registered_at_counter", "CS-10", "count", 310, over=2.0),
    Series("lead_lines_replaced", "WS-01", "cumulative", 46, spread=7),
    Series("main_breaks", "WS-02", "rate", 16, size=1040, per=1000),
    Series("leaks_fixed_in_5_days", "WS-03", "proportion", 0.85, size=180),
    Series("water_quality_samples_good", "WS-04", "proportion", 0.992, size=520),
    Series("sewer_backups", "WS-05", "count", 17),
    Series("shutoffs", "WS-06", "rate", 2.3, size=112000, per=1000),
    Series("payment_plans_kept", "WS-07", "proportion", 0.68, size=640, by_race=True),
    Series("water_lost", "WS-08", "value", 13.2, spread=0.7),
    Series("meters_read_on_time", "WS-09", "proportion", 0.968, size=9800, over=2.0),
    Series("energy_per_million_gallons", "WS-10", "value", 1840, spread=52),
    Series("invoices_paid_in_30_days", "FN-01", "proportion", 0.86, size=3300, over=1.7, target=86),
    Series("purchase_orders_in_10_days", "FN-02", "proportion", 0.78, size=720, target=78),
    Series("small_and_diverse_spending", "FN-03", "value", 17.6, spread=1.1, target=18),
    Series("property_tax_collected", "FN-04", "value", 98.1, spread=0.25, target=98),
    Series("bids_per_contract", "FN-05", "mean", 4.1, size=46, spread=1.6, target=4),
    Series("overtime_share", "FN-06", "value", 5.9, spread=0.35, target=6),
    Series("payroll_errors", "FN-07", "rate", 3.1, size=7900, per=1000, target=3),
    Series("budget_variance", "FN-08", "value", -0.3, spread=0.6),
    Series("month_closed_in_days", "FN-09", "value", 9.1, spread=0.9, target=9),
    Series("grant_claims_on_time", "FN-10", "proportion", 0.91, size=64, target=90),
    Series("days_to_hire", "HR-01", "mean", 84, size=88, spread=27.0),
    Series("hires_of_colour", "HR-02", "proportion", 0.41, size=96),
    Series("staff_leaving", "HR-03", "rate", 8.2, size=4100, per=1000),
    Series("appraisals_on_time", "HR-04", "proportion", 0.81, size=340),
    Series("injuries_at_work", "HR-05", "rate", 4.6, size=4100, per=1000, lag=1),
    Series("training_hours", "HR-06", "mean", 2.4, size=4100, spread=4.0),
    Series("vacancy_share", "HR-07", "proportion", 0.092, size=4500, over=0.8),
    Series("applicants_per_job", "HR-08", "mean", 31, size=74, spread=17.0),
    Series("sick_days", "HR-09", "mean", 0.74, size=4100, spread=1.3),
    Series("grievances", "HR-10", "count", 9),
)
