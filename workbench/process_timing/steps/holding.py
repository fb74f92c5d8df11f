"""Who holds a case after a step."""

from workbench.process_timing.cohort import Cohort
from workbench.process_timing.times.held import CITY, kind_of


def holder_after(cohort: Cohort, activity: str) -> dict[str, str]:
    """The holder as the city calls it and what kind it is; the city itself where nothing is said."""
    process = cohort.cube.definition["process"]
    word = process["clock"].get(activity, CITY)
    return {"holder": word, "kind": kind_of(word, process["holders"])}
