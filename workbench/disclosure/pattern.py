"""The pattern of a release: which counts are hidden."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from workbench.analyses import Sum
from workbench.disclosure.audit import exposed
from workbench.disclosure.policy import Policy
from workbench.disclosure.protection import Problem, protect
from workbench.disclosure.tables import Table
from workbench.errors import DisclosureError

MARGINS = (0, 1, 4)  # added to the width when the audit, which knows the rule, still finds a count


def hidden_cells(counts: pd.DataFrame, sums: tuple[Sum, ...], policy: Policy) -> set[str]:
    """Ids of the counts to hide, so chosen that an attack finds none of the small ones.

    Parameters
    ----------
    counts : DataFrame
        ``cell``, ``numerator``, ``denominator``.
    sums : tuple of Sum
    policy : Policy

    Raises
    ------
    DisclosureError
        When there is no such choice.
    """
    table = Table.of(counts, sums)
    for margin in MARGINS:
        hidden = {cell for block in table.blocks() for cell in _hidden_of(block, policy, margin)}
        found = exposed(counts, sums, hidden, policy) if hidden else []
        if not found:
            return hidden
    names = ", ".join(f"{cell!r}" for cell in sorted({cell for cell, _ in found})[:5])
    raise DisclosureError(
        f"the small counts of {names} could be worked out from what is shown; merge groups or places, or leave a table out."
    )


def _hidden_of(block: Table, policy: Policy, margin: int) -> Iterable[str]:
    primary = block.sensitive(policy.smallest_hidden, policy.minimum_count)
    if not primary.any():
        return ()
    if not block.sums:  # a cell by itself: hidden, it may be any size, whatever else is shown
        return block.cells[primary]
    layers = block.layers(policy.show_zeros)
    low, high = policy.smallest_hidden, policy.minimum_count
    size = np.fmax(block.numerators, block.denominators)
    problem = Problem(
        layers=layers,
        targets=[(layer.values >= low) & (layer.values < high) for layer in layers],
        primary=primary,
        frozen=block.empty() & ~primary,
        cost=np.nan_to_num(size) + 1,
        width=policy.width + margin,
    )
    return block.cells[protect(problem)]
