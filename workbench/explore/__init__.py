"""A view bound to widgets: the last cell of each notebook, and the face of its app."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.analyses import Results
    from workbench.charts.figure import Figure
    from workbench.view import View


def panel(page: "View", results: "Results", draw: Mapping[str, Callable[..., "Figure"]]):
    """Controls and the figures they redraw, from released results only.

    Parameters
    ----------
    page : View
        What is shown at first; its department and subject are the first two controls.
    results : Results
        Released results of ``page``.
    draw : dict of str to callable
        A label: the function that draws a figure from results. A function with keywords
        ``measure``, ``group``, ``place`` or ``period`` is given these choices, or None, and the
        controls it has no keyword for are not offered; where no function of ``draw`` has any, each
        is given results of the chosen rows only. What a function asks for beside them
        (:mod:`workbench.charts.asks`) is offered on sliders and lists.

    Returns
    -------
    ipywidgets.VBox
    """
    from workbench.explore.panel import Panel

    assert results.released, "only released results may be shown"
    return Panel(page, results, draw).box
