"""The finding: one statement that a review makes, as a message key with typed arguments."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """The closed list of verdicts. Sentence, order, sign and colour are looked up from the word."""

    WORSE_OFF = "worse off"
    BETTER_OFF = "better off"
    NO_DIFFERENCE = "no difference found"
    WIDENING = "widening"
    NARROWING = "narrowing"
    NO_CHANGE = "no detectable change"
    SLOWER = "slower"
    FASTER = "faster"
    NO_CLEAR_CHANGE = "no clear change"
    LONGEST_WAIT = "longest wait"
    CONSTRAINT = "constraint"
    REWORK = "rework"
    MIX_ONLY = "change of case mix only"
    WORSENING = "worsening"
    IMPROVING = "improving"
    MOVED = "moved"  # of a neutral measure
    COMMON_CAUSE = "common cause"
    AS_EXPECTED = "moved as expected"  # of what an action was to move
    OTHER_WAY = "moved the other way"
    TOO_EARLY = "too early"
    DESCRIBED = "described, not tested"  # of an action that was registered when figures could be known
    CANNOT_MEET = "cannot meet the target without change"
    RELIABLY_MEETS = "reliably meets the target"
    HIT_OR_MISS = "hit or miss"
    FALLING_DUE = "falling due"
    SPARE_CAPACITY = "spare capacity"
    CHECK_DATA = "check data"
    CANT_TELL = "can't tell yet"
    SUPPRESSED = "not shown, to protect privacy"


@dataclass(frozen=True)
class Size:
    """How large a finding is, in everyday units, with its interval."""

    value: float | None
    lower: float | None
    upper: float | None
    unit: str


@dataclass(frozen=True)
class Finding:
    """One statement about one subject, group and place, of one review.

    Parameters
    ----------
    analysis, department, subject, question, group, place : str
        Its identity, without period or value, so that it is followed from quarter to quarter.
    verdict : Verdict
    message : str
        Key of the message catalogue; ``arguments`` are its typed arguments (numbers stay numbers).
    also : tuple of str
        Message keys of what is said right after it, with the same arguments.
    size : Size or None
    n : int or None
        How many rows, cases or points it rests on.
    counted : str
        What ``n`` counts, for people and in the plural: pothole reports, permits, months.
    p : float or None
        Its own p value; q exists only in the agenda.
    method : str
        The method's name.
    comparison : str
        What it is compared with.
    affected : float or None
        How many people, requests or cases it touches in the period: the stakes.
    family : str
        ``review`` or ``plan``: the false-discovery family it belongs to.
    judged_by : str
        Of a finding without a p value of its own: the id of the finding whose test decides whether it
        stands, where it says more about the same comparison.
    caveats : tuple of str
        Message keys.
    ask : str
        Message key of the question to ask in the meeting.
    goals : tuple of str
    provenance : dict
        Snapshot hashes, frame and row of the released result, key of the cube.
    because : str
        What made the verdict another one than in the review before, where the analysis can tell: one or more of
        ``new data``, ``restated data``, ``changed definition``.
    """

    analysis: str
    department: str
    subject: str
    question: str
    verdict: Verdict
    message: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    group: str = "all"
    place: str = "all"
    size: Size | None = None
    n: int | None = None
    counted: str = ""
    p: float | None = None
    method: str = ""
    comparison: str = ""
    affected: float | None = None
    family: str = "review"
    judged_by: str = ""
    caveats: tuple[str, ...] = ()
    ask: str = ""
    goals: tuple[str, ...] = ()
    provenance: Mapping[str, Any] = field(default_factory=dict)
    because: str = ""

    @property
    def id(self) -> str:
        """Identity, followed from quarter to quarter."""
        return "/".join((self.analysis, self.subject, self.question, self.group, self.place))

    def to_json(self) -> dict:
        """Plain JSON values, ``id`` included."""
        return {"id": self.id} | asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Finding":
        """The finding that :meth:`to_json` wrote."""
        own = {key: value for key, value in values.items() if key != "id"}
        own["verdict"] = Verdict(own["verdict"])
        own["size"] = Size(**own["size"]) if own.get("size") else None
        for name in ("also", "caveats", "goals"):
            own[name] = tuple(own.get(name, ()))
        return cls(**own)


@dataclass(frozen=True)
class Context:
    """What a finding must know beside the released results: names for people, goals, provenance."""

    analysis: str
    department: str
    subject: str
    title: str
    goals: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)  # "race/black" -> "Black"
    provenance: Mapping[str, Any] = field(default_factory=dict)
