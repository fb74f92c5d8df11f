"""How each process of the practice city behaves: its steps, how long each waits, and where cases turn back."""

from dataclasses import dataclass

CASES, OFFICE = "case_events", "office_events"


@dataclass(frozen=True)
class Loop:
    """A way back: after step ``after``, with probability ``chance`` each time, ``steps`` once more."""

    after: str
    steps: tuple[str, ...]
    chance: float


@dataclass(frozen=True)
class Flow:
    """One process, as its events are made.

    Parameters
    ----------
    process, code, prefix : str
        Its id in the catalog, what its source calls it, and how its cases are numbered.
    source : str
    cases : int
        Of the three years.
    steps : tuple of (str, float)
        Each step and the median number of working days that it is waited for; the first is the
        start, waited for by nobody.
    loop : Loop or None
    skipped : tuple of (str, float)
        A step that some cases do not need, and their share.
    kinds : tuple of (str, float, float)
        Kinds of case: share, and by how much their waits are multiplied.
    staff : int
        People who work a step.
    timed : bool
        Whether the start of a step is recorded beside its end.
    """

    process: str
    code: str
    prefix: str
    source: str
    cases: int
    steps: tuple[tuple[str, float], ...]
    loop: Loop | None = None
    skipped: tuple[str, float] = ("", 0.0)
    kinds: tuple[tuple[str, float, float], ...] = (("Standard", 0.8, 1.0), ("Expedited", 0.2, 0.7))
    staff: int = 6
    timed: bool = False


FLOWS: tuple[Flow, ...] = (
    Flow(
        "street_permits",
        "Street permit",
        "ROW",
        CASES,
        5600,
        steps=(
            ("Application received", 0),
            ("Completeness check", 1),
            ("Traffic review", 5),
            ("Fee paid", 2),
            ("Permit issued", 1),
        ),
        loop=Loop("Completeness check", ("Completeness check",), 0.06),
        timed=True,
    ),
    Flow(
        "police_complaints",
        "Conduct complaint",
        "OPC",
        CASES,
        4400,
        steps=(
            ("Complaint filed", 0),
            ("Intake interview", 6),
            ("Assigned to investigator", 5),
            ("Investigation complete", 26),
            ("Panel review", 9),
            ("Complaint closed", 4),
        ),
        kinds=(("Discourtesy", 0.6, 1.0), ("Use of force", 0.4, 1.3)),
        staff=4,
    ),
    Flow(
        "fire_plan_review",
        "Fire plan review",
        "FPR",
        CASES,
        5600,
        steps=(
            ("Plan received", 0),
            ("Assigned to reviewer", 1.5),
            ("Plan review", 6),
            ("Fire marshal approval", 3),
            ("Letter sent", 1),
        ),
        loop=Loop("Plan review", ("Plan review",), 0.07),
        timed=True,
    ),
    Flow(
        "food_permits",
        "Food permit",
        "FOOD",
        CASES,
        5200,
        steps=(
            ("Application received", 0),
            ("Plan check", 4),
            ("Kitchen inspection", 7),
            ("Reinspection", 5),
            ("Permit issued", 1),
        ),
        skipped=("Reinspection", 0.72),
        kinds=(("Restaurant", 0.6, 1.0), ("Food truck", 0.25, 0.8), ("Market stall", 0.15, 0.6)),
    ),
    Flow(
        "lead_remediation",
        "Lead remediation",
        "LEAD",
        CASES,
        4500,
        steps=(
            ("Child tested", 0),
            ("Home inspected", 4),
            ("Order sent", 2),
            ("Work started", 14),
            ("Clearance test", 9),
            ("Case closed", 2),
        ),
        kinds=(("Owner lives there", 0.45, 0.9), ("Rented", 0.55, 1.1)),
    ),
    Flow(
        "building_permits",
        "Building permit",
        "BLD",
        CASES,
        4300,
        steps=(
            ("Application received", 0),
            ("Completeness check", 2),
            ("Plan review", 7),
            ("Final review", 3),
            ("Permit issued", 1),
        ),
        loop=Loop(
            "Plan review",
            (
                "Corrections requested",
                "Plans resubmitted",
                "Plan review",
            ),
            0.42,
        ),
        kinds=(("Alteration", 0.55, 0.9), ("New home", 0.3, 1.1), ("Commercial", 0.15, 1.3)),
        staff=9,
        timed=True,
    ),
    Flow(
        "site_plans",
        "Site plan",
        "SITE",
        CASES,
        4600,
        steps=(
            ("Application received", 0),
            ("Referred to departments", 2),
            ("Comments received", 21),
            ("Staff report", 5),
            ("Commission decision", 6),
            ("Decision letter", 1.5),
        ),
        kinds=(("Small", 0.7, 0.9), ("Large", 0.3, 1.2)),
    ),
    Flow(
        "zoning_letters",
        "Zoning letter",
        "ZL",
        CASES,
        6800,
        steps=(("Request received", 0), ("Fee paid", 1), ("Research", 3), ("Letter signed", 1.5)),
        timed=True,
    ),
    Flow(
        "business_licensing",
        "Business licence",
        "BL",
        CASES,
        5500,
        steps=(
            ("Application received", 0),
            ("Background check", 4),
            ("Zoning check", 3),
            ("Inspection", 6),
            ("Licence issued", 1.5),
        ),
        kinds=(("Shop", 0.65, 0.8), ("Restaurant", 0.25, 1.2), ("Bar", 0.1, 2.2)),
    ),
    Flow(
        "rental_licences",
        "Rental licence",
        "RL",
        CASES,
        5600,
        steps=(
            ("Application received", 0),
            ("Fee paid", 2),
            ("Inspection scheduled", 5),
            ("Inspection", 9),
            ("Licence issued", 2),
        ),
        loop=Loop("Inspection", ("Inspection",), 0.08),
        kinds=(("House", 0.6, 1.0), ("Flats", 0.4, 1.1)),
    ),
    Flow(
        "event_permits",
        "Park event permit",
        "EV",
        CASES,
        5600,
        steps=(
            ("Application received", 0),
            ("Date check", 1),
            ("Insurance received", 6),
            ("Park manager approval", 3),
            ("Permit issued", 1),
        ),
    ),
    Flow(
        "book_requests",
        "Book request",
        "BK",
        CASES,
        5600,
        steps=(
            ("Request received", 0),
            ("Selector decision", 3),
            ("Order placed", 1),
            ("Copy received", 9),
            ("Reader told", 1),
        ),
        kinds=(("Book", 0.7, 1.0), ("Film", 0.3, 1.1)),
    ),
    Flow(
        "public_records",
        "Public records request",
        "PRR",
        CASES,
        5600,
        steps=(
            ("Request received", 0),
            ("Sent to department", 0.7),
            ("Records gathered", 4),
            ("Legal review", 3.5),
            ("Records released", 0.8),
        ),
        kinds=(("Resident", 0.7, 1.0), ("Press", 0.15, 1.1), ("Law firm", 0.15, 1.2)),
    ),
    Flow(
        "water_connections",
        "Water connection",
        "WC",
        CASES,
        5500,
        steps=(
            ("Application received", 0),
            ("Engineering review", 6),
            ("Fee paid", 3),
            ("Tap scheduled", 5),
            ("Meter set", 4),
        ),
    ),
    Flow(
        "purchase_orders",
        "Purchase order",
        "PO",
        OFFICE,
        6800,
        steps=(
            ("Requisition entered", 0),
            ("Budget check", 0.8),
            ("Buyer review", 2.5),
            ("Order approved", 1.2),
            ("Order sent", 0.5),
        ),
        loop=Loop("Buyer review", ("Buyer review",), 0.05),
        kinds=(("Goods", 0.6, 1.0), ("Services", 0.4, 1.2)),
    ),
    Flow(
        "invoice_payments",
        "Invoice payment",
        "INV",
        OFFICE,
        7200,
        steps=(
            ("Invoice received", 0),
            ("Matched to order", 2),
            ("Department approval", 5),
            ("Payment approved", 2),
            ("Payment sent", 1.5),
        ),
        kinds=(("With order", 0.8, 0.9), ("Without order", 0.2, 1.4)),
    ),
    Flow(
        "contract_awards",
        "Contract award",
        "CON",
        OFFICE,
        4400,
        steps=(
            ("Request received", 0),
            ("Solicitation published", 8),
            ("Bids opened", 15),
            ("Evaluation", 12),
            ("Council approval", 10),
            ("Contract signed", 5),
        ),
        kinds=(("Services", 0.6, 1.0), ("Construction", 0.4, 1.1)),
    ),
    Flow(
        "hiring",
        "Hiring",
        "HR",
        OFFICE,
        4400,
        steps=(
            ("Vacancy approved", 0),
            ("Job posted", 3),
            ("List of candidates", 14),
            ("Interviews held", 10),
            ("Offer made", 6),
            ("Start date set", 3),
        ),
        kinds=(("Office", 0.6, 1.0), ("Field", 0.25, 0.9), ("Sworn", 0.15, 1.4)),
    ),
)
