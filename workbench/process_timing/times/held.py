"""In whose hands cases were, and for how long."""

from dataclasses import dataclass

import numpy as np

from workbench.process_timing.cohort import Cohort
from workbench.process_timing.times.clocks import begins_of, lead_of, place_of, read

CITY, OTHER = "city", "other"
KINDS = (CITY, "applicant", "agency", "hold")


@dataclass(frozen=True)
class Held:
    """How long each holder held each case of the cube, on one clock.

    Parameters
    ----------
    words : list of str
        The holders as the city calls them, the city itself first.
    kinds : list of str
        What each is: ``city``, ``applicant``, ``agency``, ``hold`` (by law), or ``other`` where a word
        is declared as none of these. Only what the city holds runs on the city's clock.
    times : array of int, cases by words
        Microseconds of the clock; a case's times add up to its lead time so far.
    """

    words: list[str]
    kinds: list[str]
    times: np.ndarray

    @classmethod
    def of(cls, cohort: Cohort, clock: str) -> "Held":
        """Who held the cases of a cube.

        After an activity a case is held by whom ``clock`` of the process names, until the next event of
        the case begins, or until its end. All other time is the city's: before the first
        event, while work that someone recorded is under way, and after activities of which nothing is said.
        """
        cases, events = cohort.cases, cohort.cube.frames["events"]
        words, word = _words(cohort)
        place = place_of(cases, events)
        start, end = (read(cohort, cases, name, clock)[place] for name in ("start", "end"))
        leaves = np.clip(read(cohort, events, "time", clock), start, end)
        waits = np.maximum(np.clip(_until(cohort, place, end, clock), start, end) - leaves, 0)
        times = np.zeros((len(cases), len(words)), dtype="int64")
        np.add.at(times, (place, word[events["activity"].to_numpy()]), waits)
        lead = lead_of(cases, clock)
        times[lead == 0] = 0  # those set aside have no known lead time
        times[:, 0] = lead - times[:, 1:].sum(axis=1)
        declared = cohort.cube.definition["process"]["holders"]
        return cls(words, [kind_of(each, declared) for each in words], times)

    @property
    def elsewhere(self) -> np.ndarray:
        """How long each case was held by others than the city: its clock stood still meanwhile."""
        return self.times[:, [kind != CITY for kind in self.kinds]].sum(axis=1)

    @property
    def has_others(self) -> bool:
        """Whether anybody but the city ever holds a case."""
        return any(kind != CITY for kind in self.kinds)


def _words(cohort: Cohort) -> tuple[list[str], np.ndarray]:
    """The holders, and for each activity by code which of them holds a case after it."""
    said = cohort.cube.definition["process"]["clock"]
    after = [said.get(name, CITY) for name in cohort.names]
    words = [CITY, *sorted({*after} - {CITY})]
    return words, np.array([words.index(each) for each in after], dtype="int64")


def _until(cohort: Cohort, place: np.ndarray, end: np.ndarray, clock: str) -> np.ndarray:
    """When the next event of the case begins; after the last event, the end of the case."""
    begins = begins_of(cohort, cohort.cube.frames["events"], clock)
    follows = np.r_[place[1:] == place[:-1], False][: place.size]
    return np.where(follows, np.r_[begins[1:], 0][: place.size], end)


def kind_of(word: str, declared: dict[str, str]) -> str:
    """What a holder is: declared, one of the known kinds itself, or ``other``."""
    return declared.get(word, word if word in KINDS else OTHER)
