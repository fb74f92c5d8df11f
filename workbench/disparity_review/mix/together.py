"""Parts of a mix in which one side is missing, put together until both sides occur."""

from collections.abc import Sequence

import numpy as np


def together(parts: Sequence[str], parents: Sequence[str], sizes: np.ndarray) -> dict[str, list[int]]:
    """Which parts are compared as one.

    Parameters
    ----------
    parts, parents : sequence of str
        Names; the place above each part, empty where there is none.
    sizes : ndarray of shape (parts, sides)
        Denominators of both sides, in every interval that is looked at.

    Returns
    -------
    dict of str to list of int
        A name, the positions of its parts. A part in which every side occurs stays as it is. The others
        under one place above are put together; where even so a side is missing, they join the smallest
        under that place in which every side occurs, or are all of it. What then still lacks a side is in
        none.
    """
    everywhere, anywhere = (sizes > 0).all(axis=1), (sizes > 0).any(axis=1)
    found: dict[str, list[int]] = {}
    for above in dict.fromkeys(parents):
        inside = [i for i, parent in enumerate(parents) if parent == above and anywhere[i]]
        own = {parts[i]: [i] for i in inside if everywhere[i]}
        lacking = [i for i in inside if not everywhere[i]]
        if lacking and above:
            own = _joined(own, lacking, above, sizes)
        found |= own
    return found


def _joined(own: dict, lacking: list[int], above: str, sizes: np.ndarray) -> dict:
    if (sizes[lacking].sum(axis=0) > 0).all():
        return own | {f"{above}, other places" if own else above: lacking}
    if not own:
        return own
    smallest = min(own, key=lambda name: (sizes[own[name]].sum(), name))
    return {name: inside for name, inside in own.items() if name != smallest} | {
        f"{smallest} and other places": sorted([*own[smallest], *lacking])
    }
