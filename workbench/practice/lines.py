"""How each service of the practice city behaves: how many ask, how often it goes well, how long it takes."""

from dataclasses import dataclass, field

from workbench.practice.places import COMMUNITIES

REQUESTS = "service_requests"
APPLICATIONS = "applications"


@dataclass(frozen=True)
class Line:
    """One service, as its rows are made.

    Parameters
    ----------
    service, code : str
        Its id in the catalog, and what its source calls it.
    source : str
    rows : int
        Of the three years.
    chance : float
        Share of rows with the outcome, where nothing is planted.
    kind : {'due', 'hour', 'seen', 'decision', 'stop', 'tow'}
        What makes the outcome: closed by the due date, within the hour, seen within days, a decision,
        a search, or nothing at all (rows counted against residents).
    days : float
        Days to the due date, or to the decision.
    good, bad : str
        Words of the decision.
    groups : dict of str to float
        How often a group asks, as a multiple of its share of residents.
    places : dict of str to float
        The same of a neighbourhood.
    mix : tuple of (str, float, float)
        Kinds of request, where the source tells them: name, share, and what it adds to the chance.
    placed : bool
        Whether the place is always on record, because somebody goes there.
    """

    service: str
    code: str
    source: str
    rows: int
    chance: float
    kind: str = "due"
    days: float = 10
    good: str = "Approved"
    bad: str = "Denied"
    groups: dict[str, float] = field(default_factory=dict)
    places: dict[str, float] = field(default_factory=dict)
    mix: tuple[tuple[str, float, float], ...] = ()
    placed: bool = False


LINES: tuple[Line, ...] = (
    Line("pothole_repair", "Pothole", REQUESTS, 26_000, 0.88, days=7),
    Line(
        "streetlight_repair",
        "Streetlight out",
        REQUESTS,
        11_000,
        0.81,
        days=10,
        groups={"black": 0.5},
        placed=True,
    ),
    Line(
        "snow_tows",
        "Snow emergency tow",
        REQUESTS,
        9_000,
        1.0,
        "tow",
        places=dict.fromkeys(COMMUNITIES["Southfield"], 2.6),
    ),
    Line(
        "non_emergency_response",
        "Non-emergency call",
        REQUESTS,
        18_000,
        0.45,
        "hour",
        placed=True,
        mix=(("Noise", 0.20, 0.0), ("Anything else", 0.80, 0.31)),
    ),
    Line(
        "traffic_stop_searches",
        "Traffic stop",
        REQUESTS,
        26_000,
        0.14,
        "stop",
        groups={"black": 1.2},
        placed=True,
    ),
    Line("smoke_alarm_visits", "Smoke alarm visit", REQUESTS, 7_000, 0.66, days=21, placed=True),
    Line("lead_home_visits", "Lead home visit", REQUESTS, 5_500, 0.78, days=10),
    Line("rental_complaints", "Rental housing complaint", REQUESTS, 21_000, 0.83, places={"Depot Town": 2.2}),
    Line("tree_service", "Tree service", REQUESTS, 11_000, 0.80, days=14),
    Line("graffiti_removal", "Graffiti", REQUESTS, 15_000, 0.90, days=7),
    Line("leak_repair", "Water leak", REQUESTS, 6_000, 0.85, days=5),
    Line("rent_assistance", "Rent assistance", APPLICATIONS, 22_000, 0.73, "decision", 9),
    Line("home_repair_loans", "Home repair loan", APPLICATIONS, 12_000, 0.62, "decision", 20),
    Line(
        "clinic_appointments",
        "Clinic appointment",
        APPLICATIONS,
        18_000,
        0.55,
        "seen",
        14,
        "Seen",
        "Not seen",
    ),
    Line("business_licences", "Business licence", APPLICATIONS, 5_000, 0.86, "decision", 18),
    Line(
        "recreation_scholarships",
        "Recreation scholarship",
        APPLICATIONS,
        18_000,
        0.80,
        "decision",
        6,
        groups={"american_indian": 2.4},
    ),
    Line("fine_waivers", "Library fine waiver", APPLICATIONS, 8_000, 0.69, "decision", 5),
    Line(
        "job_interviews",
        "City job",
        APPLICATIONS,
        24_000,
        0.46,
        "decision",
        15,
        good="Interview",
        bad="No interview",
    ),
)
