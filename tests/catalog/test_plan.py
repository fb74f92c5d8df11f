"""The tree of the strategic plan."""

import pytest

from workbench.catalog.plan import above

PARENTS = {"safe": "", "streets": "safe", "lamps": "streets", "a": "b", "b": "a", "alone": "unknown"}


@pytest.mark.parametrize(
    ("goal", "found"),
    [
        ("safe", []),
        ("lamps", ["streets", "safe"]),
        ("a", ["b", "a"]),
        ("alone", []),
        ("not declared", []),
    ],
)
def test_the_goals_above_the_nearest_first(goal, found):
    assert above(goal, PARENTS) == found
