"""How a verdict is marked: its tone and the sign that carries the tone without colour."""

from dataclasses import dataclass

from workbench.findings.model import Verdict


@dataclass(frozen=True)
class Tone:
    """A way of marking: ``name`` is looked up in style sheets, ``sign`` is read without colour."""

    name: str
    sign: str


CONCERN = Tone("concern", "▼")
GOOD = Tone("good", "▲")
WATCH = Tone("watch", "◆")
STEADY = Tone("steady", "●")
OPEN = Tone("open", "?")
HIDDEN = Tone("hidden", "–")

TONES = {
    Verdict.WORSE_OFF: CONCERN,
    Verdict.WIDENING: CONCERN,
    Verdict.SLOWER: CONCERN,
    Verdict.WORSENING: CONCERN,
    Verdict.CANNOT_MEET: CONCERN,
    Verdict.OTHER_WAY: CONCERN,
    Verdict.BETTER_OFF: GOOD,
    Verdict.NARROWING: GOOD,
    Verdict.FASTER: GOOD,
    Verdict.IMPROVING: GOOD,
    Verdict.RELIABLY_MEETS: GOOD,
    Verdict.AS_EXPECTED: GOOD,
    Verdict.LONGEST_WAIT: WATCH,
    Verdict.CONSTRAINT: WATCH,
    Verdict.REWORK: WATCH,
    Verdict.MIX_ONLY: WATCH,
    Verdict.MOVED: WATCH,
    Verdict.HIT_OR_MISS: STEADY,  # as in NHS England, Making Data Count: grey, it says what is usual
    Verdict.CHECK_DATA: WATCH,
    Verdict.FALLING_DUE: WATCH,
    Verdict.NO_DIFFERENCE: STEADY,
    Verdict.NO_CHANGE: STEADY,
    Verdict.NO_CLEAR_CHANGE: STEADY,
    Verdict.COMMON_CAUSE: STEADY,
    Verdict.SPARE_CAPACITY: STEADY,
    Verdict.TOO_EARLY: OPEN,
    Verdict.DESCRIBED: OPEN,
    Verdict.CANT_TELL: OPEN,
    Verdict.SUPPRESSED: HIDDEN,
}


def tone_of(verdict: str) -> Tone:
    """The tone of a verdict's word.

    Raises
    ------
    ValueError
        When the word is not on the closed list of verdicts.
    """
    return TONES[Verdict(verdict)]


ORDER = {
    verdict: place
    for place, tone in enumerate((CONCERN, WATCH, GOOD, STEADY, OPEN, HIDDEN))
    for verdict, own in TONES.items()
    if own == tone
}


def order_of(verdict: str) -> int:
    """Where a verdict stands when findings are listed: 0 first (concerns), hidden ones last.

    Raises
    ------
    ValueError
        When the word is not on the closed list of verdicts.
    """
    return ORDER[Verdict(verdict)]
