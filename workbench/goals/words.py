"""The word that a measure has in a roll-up: the worst of what is known of it, and how words are ordered."""

from collections.abc import Iterable

from workbench.findings.messages import message
from workbench.findings.model import Verdict
from workbench.findings.tones import CONCERN, GOOD, HIDDEN, OPEN, STEADY, WATCH, Tone, tone_of

NOT_REVIEWED = "not in this review"
GAP_WIDENED = "gap widened"
# What is not known stands before what is steady: it must not hide behind it. Findings are listed otherwise,
# by what there is to talk about.
TONES_WORST_FIRST = (CONCERN, WATCH, OPEN, HIDDEN, STEADY, GOOD)
WORST_FIRST = (
    Verdict.WORSENING,
    Verdict.CANNOT_MEET,
    GAP_WIDENED,
    Verdict.CHECK_DATA,
    Verdict.MOVED,
    Verdict.CANT_TELL,
    NOT_REVIEWED,
    Verdict.SUPPRESSED,
    Verdict.HIT_OR_MISS,
    Verdict.COMMON_CAUSE,
    Verdict.IMPROVING,
    Verdict.RELIABLY_MEETS,
)
# Words that do not say how a measure stands.
UNTOLD = (Verdict.CANT_TELL, Verdict.CHECK_DATA, Verdict.SUPPRESSED, NOT_REVIEWED)
_OWN = {GAP_WIDENED: CONCERN, NOT_REVIEWED: OPEN}


def tone(word: str) -> Tone:
    """The tone of a word of a roll-up.

    Raises
    ------
    ValueError
        When it is neither a verdict nor a word of this module.
    """
    return _OWN.get(word) or tone_of(word)


def place(word: str) -> tuple[int, int]:
    """Where a word stands, the worst first: by its tone, then as listed; verdicts of others lead their tone."""
    within = WORST_FIRST.index(word) if word in WORST_FIRST else -1
    return TONES_WORST_FIRST.index(tone(word)), within


def worst(verdicts: Iterable[str], gap_widened: bool = False) -> str:
    """The word of a measure: the worst of its verdicts, never a mean of them.

    Parameters
    ----------
    verdicts : iterable of str
        On its variation and its target. *Can't tell yet* counts only where nothing else is told.
    gap_widened : bool
        Whether a gap between its groups widened: its word where none of the verdicts is a concern.
    """
    told = sorted({word for word in verdicts if word}, key=place)
    known = [word for word in told if word != Verdict.CANT_TELL] or told or [NOT_REVIEWED]
    if gap_widened and tone(known[0]) != CONCERN:
        return GAP_WIDENED
    return str(known[0])


def in_words(word: str, language: str = "en") -> str:
    """A word as pages say it: ``common cause`` is *usual ups and downs*."""
    return word if word in _OWN else message("verdict", word, language=language)
