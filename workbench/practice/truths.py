"""What is planted in the practice city, once: how large each effect is, and what a review must say of it.

The generators read the effects; ``check`` reads what must be said. Whatever is not
planted here is chance, so a finding about it that stands is false.
"""

from dataclasses import asdict, dataclass

LATEST = "2025-Q4"


@dataclass(frozen=True)
class Truth:
    """One thing that is so in the practice city.

    Parameters
    ----------
    id : str
    analysis, subject : str
        Where a review should meet it. For target tracking the subject is the measure.
    says : str
        What is so, in one sentence.
    lie : str
        What a careless reading would say instead.
    verdicts : tuple of str
        Words that say it. Empty: it is caught by saying nothing of ``not_verdicts``.
    not_verdicts : tuple of str
        Words that would be false about the same subject, questions, group and place.
    questions : tuple of str
        Beginnings of the questions that it answers; empty: any question.
    group, place : str
        Of the finding; ``*`` stands for any.
    names : str
        A word that the finding's group, place or arguments must hold; may be empty.
    """

    id: str
    analysis: str
    subject: str
    says: str
    lie: str
    verdicts: tuple[str, ...] = ()
    not_verdicts: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    group: str = "*"
    place: str = "*"
    names: str = ""

    def to_json(self) -> dict:
        """Plain JSON values."""
        return asdict(self)


# --- disparity review: points added to the chance of the outcome -----------------------------

PLACE_EFFECTS: dict[str, dict[str, float]] = {
    "pothole_repair": {"Northgate": -0.27, "Westbrook": -0.27},
    "rental_complaints": {"Depot Town": -0.30},
}
GROUP_EFFECTS: dict[str, dict[str, float]] = {
    "rent_assistance": {"black": -0.17},
    "traffic_stop_searches": {"black": 0.09},
}
# Since the latest quarter only.
NEW_GROUP_EFFECTS: dict[str, dict[str, float]] = {"job_interviews": {"black": -0.17}}
# A small group that had bad luck in the latest quarter, so much that alone it would count: standard
# deviations below its true share.
BAD_LUCK: dict[str, tuple[str, float]] = {"recreation_scholarships": ("american_indian", 2.1)}

# --- process timing ---------------------------------------------------------------------------

# Added to the working days that a step waits, of cases opened since the latest quarter.
SLOWED = {"public_records": ("Legal review", 9.0)}
# Share of each kind of case among those opened since the latest quarter.
NEW_MIX = {"business_licensing": {"Shop": 0.30, "Restaurant": 0.25, "Bar": 0.45}}

# --- target tracking: the month is counted from January 2023 = 0 --------------------------------

SHIFTS: dict[str, tuple[int, float]] = {
    "calls_answered_in_90_seconds": (31, -0.085),
    "rental_inspections_on_time": (29, 0.105),
}
DRIFTS: dict[str, tuple[int, float]] = {"first_engine_in_6_minutes": (20, -0.0075)}
# Share of the level that the year's cycle adds and takes, highest in July.
SEASONS: dict[str, float] = {"pool_and_rink_visits": 0.35}
# The last month, in standard deviations on the bad side: the worst in a year, and common cause.
ALARMS: dict[str, float] = {"priority_one_in_8_minutes": -1.8}

_WORSE, _BETTER = "worse off", "better off"
_UP, _DOWN = "improving", "worsening"

TRUTHS: tuple[Truth, ...] = (
    Truth(
        "where_people_live",
        "disparity_review",
        "pothole_repair",
        "Black residents' potholes are repaired late only because of where they live: inside a neighbourhood "
        "there is no difference.",
        "Crews treat Black residents' reports differently from their neighbours'.",
        verdicts=(_WORSE,),
        group="black",
    ),
    Truth(
        "treatment",
        "disparity_review",
        "rent_assistance",
        "Black applicants are approved less often than their own neighbours, in every neighbourhood.",
        "The gap comes from where applicants live.",
        verdicts=(_WORSE,),
        group="black",
    ),
    Truth(
        "treatment_in_stops",
        "disparity_review",
        "traffic_stop_searches",
        "Black drivers are searched about twice as often as others stopped in the same neighbourhood.",
        "A higher share is a better one.",
        verdicts=(_WORSE,),
        group="black",
    ),
    Truth(
        "new_gap",
        "disparity_review",
        "job_interviews",
        "Black applicants are invited less often since October 2025; before there was no difference.",
        "Nothing has changed since last year.",
        verdicts=(_WORSE, "widening"),
        group="black",
    ),
    Truth(
        "one_place",
        "disparity_review",
        "rental_complaints",
        "Complaints from Depot Town are inspected late, whoever complains.",
        "Some group is inspected late wherever it lives.",
        verdicts=(_WORSE,),
        place="Depot Town",
    ),
    Truth(
        "noise",
        "disparity_review",
        "recreation_scholarships",
        "The low approval of American Indian applicants this quarter is chance.",
        "American Indian applicants are worse off.",
        not_verdicts=(_WORSE, _BETTER, "widening", "narrowing"),
        group="american_indian",
    ),
    Truth(
        "bottleneck",
        "process_timing",
        "site_plans",
        "Most of the time goes by while other departments send their comments.",
        "The commission is what takes so long.",
        verdicts=("longest wait",),
        names="Comments received",
    ),
    Truth(
        "rework_loop",
        "process_timing",
        "building_permits",
        "Nearly half of the plans go back to the applicant for corrections, many more than once.",
        "Plan review happens once.",
        verdicts=("rework",),
    ),
    Truth(
        "case_mix",
        "process_timing",
        "business_licensing",
        "The quarter looks slow because far more bars applied; each kind takes as long as before.",
        "Licensing has become slower.",
        verdicts=("change of case mix only",),
        not_verdicts=("slower", "faster"),
    ),
    Truth(
        "open_cases",
        "process_timing",
        "police_complaints",
        "Complaints take as long as before; the closed ones look quick because the slow ones are still open.",
        "Complaints are decided faster.",
        not_verdicts=("faster", "slower"),
    ),
    Truth(
        "slowdown",
        "process_timing",
        "public_records",
        "Records opened since October 2025 wait nine working days longer for legal review.",
        "Nothing has changed.",
        verdicts=("slower",),
    ),
    Truth(
        "shift",
        "target_tracking",
        "calls_answered_in_90_seconds",
        "Since August 2025 fewer calls are answered in time.",
        "Ups and downs as always.",
        verdicts=(_DOWN,),
    ),
    Truth(
        "good_shift",
        "target_tracking",
        "rental_inspections_on_time",
        "Since June 2025 more inspections are done on time.",
        "Ups and downs as always.",
        verdicts=(_UP,),
    ),
    Truth(
        "drift",
        "target_tracking",
        "first_engine_in_6_minutes",
        "Engines have come later month by month since September 2024.",
        "Ups and downs as always.",
        verdicts=(_DOWN,),
    ),
    Truth(
        "season",
        "target_tracking",
        "pool_and_rink_visits",
        "Visits follow the year, and nothing else.",
        "Visits have collapsed since the summer.",
        not_verdicts=(_UP, _DOWN),
    ),
    Truth(
        "missed_target",
        "target_tracking",
        "lead_lines_replaced",
        "At the pace it has, the city replaces about 1,660 of 2,400 lead lines by the end of 2026.",
        "On track.",
        verdicts=("cannot meet the target without change",),
    ),
    Truth(
        "target_out_of_reach",
        "target_tracking",
        "days_to_hire",
        "Hiring takes 84 days give or take a few; 60 days will not happen by itself.",
        "A good month may do it.",
        verdicts=("cannot meet the target without change",),
    ),
    Truth(
        "safe_target",
        "target_tracking",
        "holds_ready_in_3_days",
        "The target of 90 % is met every month.",
        "Some months fail.",
        verdicts=("reliably meets the target",),
    ),
    Truth(
        "common_cause",
        "target_tracking",
        "priority_one_in_8_minutes",
        "December 2025 was the worst month in a year and still within the usual ups and downs.",
        "Answers to priority calls are getting worse.",
        not_verdicts=(_UP, _DOWN),
    ),
    Truth(
        "late_reports",
        "target_tracking",
        "flu_shots_given",
        "The last two months are low only because pharmacies report late.",
        "Flu shots have fallen.",
        not_verdicts=(_UP, _DOWN),
    ),
)
