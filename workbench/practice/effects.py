"""How large each planted effect is, once. Whatever is not here is chance."""

# Disparity review: points added to the chance of the outcome.

PLACE_EFFECTS: dict[str, dict[str, float]] = {
    "pothole_repair": {"Northgate": -0.27, "Westbrook": -0.27},
    "rental_complaints": {"Depot Town": -0.30},
    "graffiti_removal": {"Northgate": -0.36, "Westbrook": -0.36},
    "clinic_appointments": {"Westbrook": 0.42},
}
GROUP_EFFECTS: dict[str, dict[str, float]] = {
    "rent_assistance": {"black": -0.17},
    "traffic_stop_searches": {"black": 0.14},
    "graffiti_removal": {"black": -0.19},
    "clinic_appointments": {"hispanic": -0.15},
    "home_repair_loans": {"hispanic": -0.36},
}
# From the least to the most disadvantaged neighbourhood, evenly by rank.
GRADIENTS: dict[str, float] = {"smoke_alarm_visits": -0.30}
# Share of each kind of request (as in ``lines``) in places where it is another one than elsewhere.
PLACE_MIX: dict[str, dict[str, tuple[float, ...]]] = {
    "non_emergency_response": {"Central": (0.70, 0.30)},
}
# Since the latest quarter only.
NEW_GROUP_EFFECTS: dict[str, dict[str, float]] = {"job_interviews": {"black": -0.20}}
# A small group that had bad luck in the latest quarter, so much that alone it would count: standard
# deviations below its true share.
BAD_LUCK: dict[str, tuple[str, float]] = {"recreation_scholarships": ("american_indian", 2.1)}

# How early those are served who are served within the standard: parameters of a beta distribution.
USUAL_WAIT = (2.2, 1.6)
SLOW_GROUPS: dict[str, tuple[str, tuple[float, float]]] = {"tree_service": ("hispanic", (7.0, 1.2))}
# How often a group is stopped by daylight, when it can be seen, as a multiple of how often in darkness.
SEEN_BY_DAYLIGHT: dict[str, tuple[str, float]] = {"traffic_stop_searches": ("black", 2.3)}
# The chance that a search finds something, and what is added to it of a group.
HITS: dict[str, tuple[float, dict[str, float]]] = {"traffic_stop_searches": (0.54, {"black": -0.30})}
# One person of a group who applied so often in the latest quarter, and was refused each time.
REPEATER: dict[str, tuple[str, int]] = {"fine_waivers": ("asian", 15)}
# Race was seldom asked of those who were denied: share unknown of the approved, of the denied, and of the
# denied of one group.
NOT_ASKED: dict[str, tuple[float, float, str, float]] = {
    "home_repair_loans": (0.12, 0.30, "hispanic", 0.50),
}
# Street lights of a community, as a multiple of what its residents would lead to expect.
LIGHTS: dict[str, float] = {"Central": 1.8}

# Process timing.

# Added to the working days that a step waits, of cases opened since the latest quarter.
SLOWED = {"public_records": ("Legal review", 9.0)}
# Share of each kind of case among those opened since the latest quarter.
NEW_MIX = {"business_licensing": {"Shop": 0.30, "Restaurant": 0.25, "Bar": 0.45}}

# Target tracking: the month is counted from January 2023 = 0.

SHIFTS: dict[str, tuple[int, float]] = {
    "calls_answered_in_90_seconds": (31, -0.085),
    "rental_inspections_on_time": (29, 0.105),
    "computer_wait_minutes": (24, -1.0),
}
DRIFTS: dict[str, tuple[int, float]] = {"first_engine_in_6_minutes": (20, -0.0075)}
# Of a measure by race, since a month: one race keeps this share less of its cases, another as many more. The
# average is the same to a case.
PARTED: dict[str, tuple[int, str, str, float]] = {"payment_plans_kept": (29, "black", "white", 0.20)}
# Share of the level that the year's cycle adds and takes, highest in July.
SEASONS: dict[str, float] = {"pool_and_rink_visits": 0.35}
# The last month, in standard deviations on the bad side: the worst in a year, and common cause.
ALARMS: dict[str, float] = {"priority_one_in_8_minutes": -1.8}
