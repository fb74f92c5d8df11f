"""A review's folder becomes pages: one list of renderers, of which HTML is the first."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from workbench.catalog.model import Catalog, Review
from workbench.catalog.words import did_you_mean
from workbench.errors import PublishError, refusal
from workbench.lean import import_jsonschema


def publish(
    review_folder: Path,
    catalog: Catalog,
    review: Review,
    agenda: Mapping[str, Any],
    failed: Sequence[tuple[str, str]] = (),
    standing: Collection[str] = (),
    spread: Callable[..., Iterable] = map,
) -> list[Path]:
    """Write the pages of a review, in every form that the review asks for.

    Parameters
    ----------
    review_folder : Path
        Holds the run folders; the pages are written into it.
    catalog : Catalog
    review : Review
        Its ``outputs`` name the renderers.
    agenda : dict
        As ``workbench.agenda.agenda`` made it.
    failed : sequence of (str, str)
        Runs that did not finish: ``department/analysis/subject`` and the kind of failure, never
        a message, since that could quote a value.
    standing : collection of str
        Runs whose reports are there already and stay as they are.
    spread : callable
        Applies a function to each of some pages as ``map`` does, several at once and in any order; what its process
        was killed at gives None.

    Returns
    -------
    list of Path
        What was written, in order.

    Raises
    ------
    PublishError
        When a renderer is not known, a run cannot be read, or a page cannot be written.
    """
    renderers = renderers_by_name()
    for name in review.outputs:
        if name not in renderers:
            raise PublishError(f"there is no output {name!r}. {did_you_mean(name, renderers)}")
    written = []
    for name in review.outputs:
        try:
            written += renderers[name](review_folder, catalog, review, agenda, failed, standing, spread)
        except OSError as error:
            raise PublishError(
                f"{error.filename or review_folder} could not be written: {refusal(error)}."
            ) from error
    return written


def renderers_by_name() -> dict[str, Callable[..., list[Path]]]:
    """Every renderer by the name that a review asks for it with."""
    import_jsonschema()
    from workbench.publish.site import site

    return {"html": site}
