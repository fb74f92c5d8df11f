"""What is planted in the practice city, once, and what a review must say of it.

The generators read the sizes in ``effects``; ``check`` reads what must be said and what must not.
"""

from dataclasses import asdict, dataclass

ALWAYS = "2023-Q1"
LATEST = "2025-Q4"


@dataclass(frozen=True)
class Claim:
    """What a finding says, as far as it matters to a truth.

    Parameters
    ----------
    verdicts : tuple of str
        Words of the closed list.
    questions : tuple of str
        Beginnings of the finding's question; empty means any.
    group, place : str
        Of the finding; ``*`` means any.
    holds : str
        A word that its group, place or arguments must hold; empty means none.
    part : (float, float) or None
        Of a gap in its parts: between which shares of it the mix must be.
    """

    verdicts: tuple[str, ...]
    questions: tuple[str, ...] = ()
    group: str = "*"
    place: str = "*"
    holds: str = ""
    part: tuple[float, float] | None = None


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
        What a careless reading says instead.
    must : tuple of Claim
        Each must be made by a finding that stands. None: it is caught by keeping quiet.
    never : tuple of Claim
        None of these may be made by a finding that stands.
    since : str
        The quarter from which it is so.
    """

    id: str
    analysis: str
    subject: str
    says: str
    lie: str
    must: tuple[Claim, ...] = ()
    never: tuple[Claim, ...] = ()
    since: str = ALWAYS

    def to_json(self) -> dict:
        """Plain JSON values."""
        return asdict(self)


DISPARITY, PROCESS, TARGET = "disparity_review", "process_timing", "target_tracking"
WORSE, BETTER = "worse off", "better off"
WIDENING, NARROWING = "widening", "narrowing"
SLOWER, FASTER, MIX = "slower", "faster", "change of case mix only"
OPEN, NONE, DOUBTFUL = "can't tell yet", "no difference found", "check data"
WAIT, REWORK = "longest wait", "rework"
UP, DOWN, MOVED = "improving", "worsening", "moved"
CANNOT, RELIABLY = "cannot meet the target without change", "reliably meets the target"

# What can be false. The other verdicts say that nothing was found, or what to look at.
CLAIMS = (
    *(WORSE, BETTER, WIDENING, NARROWING, SLOWER, FASTER, MIX, WAIT, REWORK),
    *(UP, DOWN, MOVED, CANNOT, RELIABLY),
)

# Questions, as the analyses name them.
GROUP, SAME_PLACE, CHANGE = ("group",), ("same_neighbourhood", "same_community"), ("change_",)
SAME_KIND, SPLIT, CLUSTER, GRADIENT = (
    ("same_stratum",),
    ("split_neighbourhood",),
    ("cluster_",),
    ("gradient_",),
)
WAITED, ASKS, SERVED, HITS, DAYLIGHT, BOUNDS = (
    ("wait",),
    ("asks",),
    ("service",),
    ("hits",),
    ("daylight",),
    ("bounds",),
)
LEAD_TIME = ("lead_time", "last_year")
VARIATION, AIM = ("variation",), ("target",)

_QUIET = (Claim((UP, DOWN, MOVED), VARIATION),)

TRUTHS: tuple[Truth, ...] = (
    Truth(
        "where_people_live",
        DISPARITY,
        "pothole_repair",
        "Black residents' potholes are repaired late because of where they live: among neighbours there is "
        "no difference.",
        "Crews treat Black residents' reports differently from their neighbours'.",
        must=(
            Claim((WORSE,), GROUP, "black"),
            Claim((OPEN, NONE), SPLIT, "black", part=(0.5, 1.8)),
        ),
        never=(Claim((WORSE, BETTER), SAME_PLACE),),
    ),
    Truth(
        "treatment",
        DISPARITY,
        "rent_assistance",
        "Black applicants are approved less often than their own neighbours, in every neighbourhood.",
        "The gap comes from where applicants live.",
        must=(Claim((WORSE,), GROUP, "black"), Claim((WORSE,), SAME_PLACE, "black")),
    ),
    Truth(
        "treatment_in_stops",
        DISPARITY,
        "traffic_stop_searches",
        "Black drivers are searched about twice as often as others stopped in the same neighbourhood.",
        "A higher share is a better one.",
        must=(Claim((WORSE,), GROUP, "black"), Claim((WORSE,), SAME_PLACE, "black")),
    ),
    Truth(
        "new_gap",
        DISPARITY,
        "job_interviews",
        "Black applicants are invited less often since October 2025; before there was no difference.",
        "Nothing has changed since last year.",
        must=(Claim((WORSE,), GROUP, "black"), Claim((WIDENING,), CHANGE, "black")),
        since=LATEST,
    ),
    Truth(
        "one_place",
        DISPARITY,
        "rental_complaints",
        "Complaints from Depot Town are inspected late, whoever complains.",
        "Some group is inspected late wherever it lives.",
        must=(Claim((WORSE,), place="Depot Town"),),
        never=(Claim((WORSE, BETTER), SAME_PLACE),),
    ),
    Truth(
        "noise",
        DISPARITY,
        "recreation_scholarships",
        "The low approval of American Indian applicants this quarter is chance.",
        "American Indian applicants are worse off.",
        never=(Claim((WORSE, BETTER, WIDENING, NARROWING), group="american_indian"),),
        since=LATEST,
    ),
    Truth(
        "half_and_half",
        DISPARITY,
        "graffiti_removal",
        "About half of the gap for Black residents is where they live; the other half is there among neighbours.",
        "It is all where people live, or none of it.",
        must=(
            Claim((WORSE,), GROUP, "black"),
            Claim((WORSE,), SAME_PLACE, "black"),
            Claim((WORSE, OPEN), SPLIT, "black", part=(0.25, 0.8)),
        ),
    ),
    Truth(
        "reversal",
        DISPARITY,
        "clinic_appointments",
        "Hispanic patients are seen later than their own neighbours; that many live where all are seen soon hides it.",
        "There is no difference.",
        must=(Claim((WORSE,), SAME_PLACE, "hispanic"),),
        never=(Claim((WORSE, BETTER), GROUP, "hispanic"),),
    ),
    Truth(
        "longer_wait",
        DISPARITY,
        "tree_service",
        "Hispanic residents wait days longer, though as many of them are served within the standard.",
        "As many are served within 14 days: nobody waits longer.",
        must=(Claim((WORSE,), WAITED, "hispanic"),),
        never=(Claim((WORSE, BETTER), GROUP, "hispanic"),),
    ),
    Truth(
        "who_asks",
        DISPARITY,
        "streetlight_repair",
        "Black residents report half as many street lights as others; what they report is repaired alike.",
        "Street lights are repaired alike for everybody.",
        must=(Claim((WORSE,), ASKS, "black"),),
        never=(Claim((WORSE, BETTER), GROUP, "black"),),
    ),
    Truth(
        "unmet_need",
        DISPARITY,
        "streetlight_repair",
        "Central has far more street lights than its reports tell of: fewer are repaired for each that stands there.",
        "Central asks as much as other communities and gets as much.",
        must=(Claim((WORSE,), SERVED, place="Central"),),
        never=(Claim((WORSE, BETTER), ASKS, place="Central"),),
    ),
    Truth(
        "one_reader",
        DISPARITY,
        "fine_waivers",
        "One Asian reader applied twenty times and was refused each time; other Asian readers fare as everybody.",
        "Asian readers are refused more often.",
        never=(Claim((WORSE, WIDENING), group="asian"),),
        since=LATEST,
    ),
    Truth(
        "less_ground",
        DISPARITY,
        "traffic_stop_searches",
        "Searches of Black drivers find something half as often: they are searched on less ground.",
        "Black drivers have more to hide.",
        must=(Claim((WORSE,), HITS, "black"),),
    ),
    Truth(
        "seen_by_daylight",
        DISPARITY,
        "traffic_stop_searches",
        "At the same time of day Black drivers are a larger part of the stops while it is light.",
        "Officers stop whoever drives badly.",
        must=(Claim((WORSE,), DAYLIGHT, "black"),),
    ),
    Truth(
        "kinds_of_calls",
        DISPARITY,
        "non_emergency_response",
        "Central waits longer because more of its calls are about noise; each kind is answered as elsewhere.",
        "Central is neglected.",
        must=(Claim((WORSE,), ("community",), place="Central"),),
        never=(Claim((WORSE, BETTER), SAME_KIND, place="Central"),),
    ),
    Truth(
        "gradient",
        DISPARITY,
        "smoke_alarm_visits",
        "The poorer a neighbourhood, the fewer households are visited on time, step by step.",
        "A few neighbourhoods are served badly.",
        must=(Claim((WORSE,), GRADIENT),),
    ),
    Truth(
        "side_by_side",
        DISPARITY,
        "snow_tows",
        "For its residents Southfield has two and a half times as many cars towed, in all its neighbourhoods.",
        "A few streets were unlucky.",
        must=(Claim((WORSE,), ("community",), place="Southfield"), Claim((WORSE,), CLUSTER)),
        since=LATEST,
    ),
    Truth(
        "not_asked",
        DISPARITY,
        "home_repair_loans",
        "Of Hispanic applicants who are denied race is seldom written down: the gap is larger than on record.",
        "The gap is as large as on record, and sure.",
        must=(Claim((WORSE,), GROUP, "hispanic"), Claim((DOUBTFUL,), BOUNDS, "hispanic")),
    ),
    Truth(
        "bottleneck",
        PROCESS,
        "site_plans",
        "Most of the time goes by while other departments send their comments.",
        "The commission is what takes so long.",
        must=(Claim((WAIT,), holds="Comments received"),),
    ),
    Truth(
        "rework_loop",
        PROCESS,
        "building_permits",
        "Four plans in ten go back to the applicant for corrections, many more than once.",
        "Plan review happens once.",
        must=(Claim((REWORK,)),),
    ),
    Truth(
        "case_mix",
        PROCESS,
        "business_licensing",
        "The quarter looks slow because far more bars applied; each kind takes as long as before.",
        "Licensing has become slower.",
        must=(Claim((MIX,), LEAD_TIME),),
        never=(Claim((SLOWER, FASTER), LEAD_TIME),),
        since=LATEST,
    ),
    Truth(
        "open_cases",
        PROCESS,
        "police_complaints",
        "Complaints take as long as before; the closed ones look quick because the slow ones are still open.",
        "Complaints are decided faster.",
        never=(Claim((SLOWER, FASTER), LEAD_TIME),),
    ),
    Truth(
        "slowdown",
        PROCESS,
        "public_records",
        "Records opened since October 2025 wait nine working days longer for legal review.",
        "Nothing has changed.",
        must=(Claim((SLOWER,), LEAD_TIME),),
        since=LATEST,
    ),
    Truth(
        "shift",
        TARGET,
        "calls_answered_in_90_seconds",
        "Since August 2025 fewer calls are answered in time.",
        "Ups and downs as always.",
        must=(Claim((DOWN,), VARIATION),),
        since="2025-Q3",
    ),
    Truth(
        "good_shift",
        TARGET,
        "rental_inspections_on_time",
        "Since June 2025 more inspections are done on time.",
        "Ups and downs as always.",
        must=(Claim((UP,), VARIATION),),
        since="2025-Q3",
    ),
    Truth(
        "drift",
        TARGET,
        "first_engine_in_6_minutes",
        "Engines have come later month by month since September 2024.",
        "Ups and downs as always.",
        must=(Claim((DOWN,), VARIATION),),
        since="2025-Q3",
    ),
    Truth(
        "season",
        TARGET,
        "pool_and_rink_visits",
        "Visits follow the year, and nothing else.",
        "Visits have collapsed since the summer.",
        never=_QUIET,
    ),
    Truth(
        "missed_target",
        TARGET,
        "lead_lines_replaced",
        "At its pace the city replaces about 1,660 of 2,400 lead lines by the end of 2026.",
        "On track.",
        must=(Claim((CANNOT,), AIM),),
        never=_QUIET,
    ),
    Truth(
        "target_out_of_reach",
        TARGET,
        "days_to_hire",
        "Hiring takes 84 days give or take a few; 60 days will not happen by itself.",
        "A good month may do it.",
        must=(Claim((CANNOT,), AIM),),
        never=_QUIET,
    ),
    Truth(
        "safe_target",
        TARGET,
        "holds_ready_in_3_days",
        "The target of 90 % is met every month.",
        "Some months fail.",
        must=(Claim((RELIABLY,), AIM),),
        never=_QUIET,
    ),
    Truth(
        "common_cause",
        TARGET,
        "priority_one_in_8_minutes",
        "December 2025 was the worst month in a year and still within the usual ups and downs.",
        "Answers to priority calls are getting worse.",
        never=_QUIET,
        since=LATEST,
    ),
    Truth(
        "late_reports",
        TARGET,
        "flu_shots_given",
        "The last two months are low only because pharmacies report late.",
        "Flu shots have fallen.",
        never=_QUIET,
    ),
)

# Verdicts on targets that follow from what is planted or from the usual pace, without being a truth of
# their own: since the shift 80 % of calls is out of reach; the totals are within reach.
SETTLED: dict[str, str] = {
    "calls_answered_in_90_seconds": CANNOT,
    "bike_lane_miles_built": RELIABLY,
    "smoke_alarms_installed": RELIABLY,
    "affordable_homes_financed": RELIABLY,
    "trees_planted": RELIABLY,
}
