"""Layout of maps: few crossings, nothing on top of anything else, the same whatever the order."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.charts.map_layout import Link, laid_out

BOX, LABEL = (196.0, 60.0), (90.0, 18.0)


def layout_of(edges):
    boxes = {name: BOX for edge in edges for name in edge[:2]}
    links = [Link(a, b, float(n), 2.0, LABEL if a != b else None) for a, b, n in edges]
    return laid_out(boxes, links)


def crossings(layout):
    """How often level and upright parts of different lines cross."""
    parts = [
        (edge, *pair) for edge, path in layout.paths.items() for pair in zip(path, path[1:], strict=False)
    ]
    return sum(one[0] != other[0] and cross(one[1:], other[1:]) for one, other in combinations(parts, 2))


def cross(one, other):
    (ax, ay), (bx, by) = one
    (cx, cy), (dx, dy) = other
    if ay == by and cx == dx:
        return min(ax, bx) < cx < max(ax, bx) and min(cy, dy) < ay < max(cy, dy)
    return ax == bx and cy == dy and cross(other, one)


def overlap(one, size, other, other_size):
    return all(abs(one[axis] - other[axis]) < (size[axis] + other_size[axis]) / 2 - 1e-6 for axis in (0, 1))


def test_a_circle_is_broken_at_its_rarest_line():
    layout = layout_of([("A", "B", 100), ("B", "C", 90), ("C", "B", 5)])
    assert layout.nodes["A"][1] < layout.nodes["B"][1] < layout.nodes["C"][1]


def test_a_planar_map_has_no_crossings():
    forks = [("A", f"B{k}", 10) for k in range(4)] + [(f"B{k}", "C", 10) for k in range(4)]
    assert crossings(layout_of(forks)) == 0


def test_three_by_three_cross_once_as_they_must():
    """The complete bipartite graph of three and three is not planar: Kuratowski 1930."""
    assert crossings(layout_of([(a, b, 1) for a in "ABC" for b in "XYZ"])) >= 1


def test_lines_run_from_border_to_border():
    layout = layout_of([("A", "B", 10)])
    (x0, y0), (x1, y1) = layout.paths["A", "B"][0], layout.paths["A", "B"][-1]
    assert y0 == pytest.approx(layout.nodes["A"][1] + BOX[1] / 2)
    assert y1 == pytest.approx(layout.nodes["B"][1] - BOX[1] / 2)
    assert x0 == pytest.approx(x1)


def test_the_order_of_edges_changes_nothing():
    edges = [("A", "B", 10), ("B", "C", 8), ("C", "A", 3), ("B", "B", 2), ("A", "C", 1)]
    assert layout_of(edges) == layout_of(edges[::-1])


def test_ranks_are_columns_from_left_to_right():
    boxes = dict.fromkeys("ABCD", BOX)
    layout = laid_out(boxes, [Link("A", "C"), Link("C", "A")], {"A": 0, "B": 0, "C": 1, "D": 2})
    across = {name: x for name, (x, _) in layout.nodes.items()}
    assert across["A"] == across["B"] < across["C"] < across["D"]
    assert layout.paths["A", "C"][0][0] == pytest.approx(across["A"] + BOX[0] / 2)


def test_a_step_that_only_follows_itself_has_its_place():
    layout = layout_of([("A", "A", 3)])
    assert list(layout.nodes) == ["A"]
    assert len(layout.paths["A", "A"]) > 2


def test_nothing_is_an_empty_layout():
    assert laid_out({}, []).nodes == {}


@given(
    st.dictionaries(
        st.tuples(st.integers(0, 9), st.integers(0, 9)), st.integers(1, 900), min_size=1, max_size=18
    )
)
@settings(max_examples=40, deadline=None)
def test_boxes_and_labels_keep_apart(edges):
    layout = layout_of([(f"S{a}", f"S{b}", n) for (a, b), n in edges.items()])
    rooms = [(point, BOX) for point in layout.nodes.values()] + [
        (point, LABEL) for point in layout.labels.values()
    ]
    assert not [1 for one, other in combinations(rooms, 2) if overlap(*one, *other)]
    for (x, y), (wide, tall) in rooms:
        assert x - wide / 2 >= 0
        assert x + wide / 2 <= layout.width
        assert y - tall / 2 >= 0
        assert y + tall / 2 <= layout.height
