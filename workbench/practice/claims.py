"""What a review may say of the practice city, and the words and questions it says it with."""

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
WAIT, REWORK, CONSTRAINT = "longest wait", "rework", "constraint"
AS_EXPECTED, OTHER_WAY, TOO_EARLY, UNCLEAR = (
    "moved as expected",
    "moved the other way",
    "too early",
    "no clear change",
)
UP, DOWN, MOVED = "improving", "worsening", "moved"
CANNOT, RELIABLY = "cannot meet the target without change", "reliably meets the target"

# What can be false. The other verdicts say that nothing was found, or what to look at.
CLAIMS = (
    *(WORSE, BETTER, WIDENING, NARROWING, SLOWER, FASTER, MIX, WAIT, REWORK, CONSTRAINT),
    *(UP, DOWN, MOVED, CANNOT, RELIABLY, AS_EXPECTED, OTHER_WAY),
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
LEAD_TIME, SINCE, STEPS, HOLDERS = ("lead_time", "last_year"), ("change",), ("steps",), ("holders",)
LONGEST_WAIT = ("longest_wait",)
VARIATION, AIM, ACTION = ("variation",), ("target",), ("action",)
GAP, GAP_AIM = ("gap_race",), ("gap_target_race",)
