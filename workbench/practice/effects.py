"""How large each planted effect is, once. Whatever is not here is chance."""

# Disparity review: points added to the chance of the outcome.

PLACE_EFFECTS: dict[str, dict[str, float]] = {
    "pothole_repair": {"Northgate": -0.27, "Westbrook": -0.27},
    "rental_complaints": {"Depot Town": -0.30},
}
GROUP_EFFECTS: dict[str, dict[str, float]] = {
    "rent_assistance": {"black": -0.17},
    "traffic_stop_searches": {"black": 0.09},
}
# Since the latest quarter only.
NEW_GROUP_EFFECTS: dict[str, dict[str, float]] = {"job_interviews": {"black": -0.20}}
# A small group that had bad luck in the latest quarter, so much that alone it would count: standard
# deviations below its true share.
BAD_LUCK: dict[str, tuple[str, float]] = {"recreation_scholarships": ("american_indian", 2.1)}

# Process timing.

# Added to the working days that a step waits, of cases opened since the latest quarter.
SLOWED = {"public_records": ("Legal review", 9.0)}
# Share of each kind of case among those opened since the latest quarter.
NEW_MIX = {"business_licensing": {"Shop": 0.30, "Restaurant": 0.25, "Bar": 0.45}}

# Target tracking: the month is counted from January 2023 = 0.

SHIFTS: dict[str, tuple[int, float]] = {
    "calls_answered_in_90_seconds": (31, -0.085),
    "rental_inspections_on_time": (29, 0.105),
}
DRIFTS: dict[str, tuple[int, float]] = {"first_engine_in_6_minutes": (20, -0.0075)}
# Share of the level that the year's cycle adds and takes, highest in July.
SEASONS: dict[str, float] = {"pool_and_rink_visits": 0.35}
# The last month, in standard deviations on the bad side: the worst in a year, and common cause.
ALARMS: dict[str, float] = {"priority_one_in_8_minutes": -1.8}
