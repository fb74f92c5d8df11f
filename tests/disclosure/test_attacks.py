"""No attacker pins a small count down, on tables nobody thought of."""

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from scipy.optimize import linprog

from workbench.analyses import Sum
from workbench.disclosure.attacker import strongest
from workbench.disclosure.audit import attack, exposed
from workbench.disclosure.pattern import hidden_cells
from workbench.disclosure.policy import Policy
from workbench.disclosure.tables import Table
from workbench.disclosure.unknown import Unknown

POLICY = Policy(11)


@st.composite
def tables(draw, most=60):
    """Places in two communities by groups, with all margins: true (numerator, denominator) of each cell."""
    rows, columns = draw(st.integers(2, 4)), draw(st.integers(2, 3))
    pair = st.tuples(st.integers(0, most), st.integers(0, most)).map(sorted)
    inner = np.array(draw(st.lists(pair, min_size=rows * columns, max_size=rows * columns))).reshape(
        rows, columns, 2
    )
    names = [f"p{row}" for row in range(rows)]
    return _with_margins(inner, names, [f"g{column}" for column in range(columns)])


def _with_margins(inner, places, groups):
    cells = {f"{p}|{g}": inner[r, c] for r, p in enumerate(places) for c, g in enumerate(groups)}
    sums = [Sum(f"north|{g}", tuple(f"{p}|{g}" for p in places[:2])) for g in groups]
    sums += [Sum(f"city|{g}", (f"north|{g}", *(f"{p}|{g}" for p in places[2:]))) for g in groups]
    sums += [Sum(f"{p}|all", tuple(f"{p}|{g}" for g in groups)) for p in [*places, "north", "city"]]
    for one in sums:
        cells[one.total] = sum(cells[part] for part in one.parts)
    counts = pd.DataFrame([(cell, *map(int, pair)) for cell, pair in cells.items()])
    return counts.set_axis(["cell", "numerator", "denominator"], axis=1), tuple(sums)


def small(values: pd.DataFrame, smallest=1) -> pd.Series:
    return values["true"].between(smallest, 10)


def ranges(counts, sums, hidden, least) -> pd.DataFrame:
    """Ranges of hidden counts, with the true value beside."""
    true = counts.assign(complement=counts["denominator"] - counts["numerator"]).set_index("cell")
    found = attack(counts, sums, hidden, least, most=5000)
    return found.assign(true=[true.loc[row.cell, row.kind] for row in found.itertuples()])


@settings(max_examples=25, deadline=None)
@given(tables())
def test_a_release_gives_no_small_count_away(table):
    counts, sums = table
    hidden = hidden_cells(counts, sums, POLICY)
    _nothing_shown_is_small(counts, hidden)
    _no_sum_of_hidden_counts_is_small(counts, sums, hidden)
    found = ranges(counts, sums, hidden, least=1)
    assert ((found["lower"] <= found["true"]) & (found["true"] <= found["upper"])).all()
    assert (found["upper"] - found["lower"])[small(found)].ge(11).all()
    assert not hidden & set(counts.loc[counts["denominator"] == 0, "cell"])


def _nothing_shown_is_small(counts, hidden):
    shown = counts[~counts["cell"].isin(hidden)]
    for values in (shown["numerator"], shown["denominator"], shown["denominator"] - shown["numerator"]):
        assert not values.between(1, 10).any()


def _no_sum_of_hidden_counts_is_small(counts, sums, hidden):
    """A total that is shown less the parts that are shown can be worked out by anybody."""
    values = counts.set_index("cell")
    for one in sums:
        parts = [part for part in one.parts if part in hidden]
        if one.total not in hidden and parts:
            numerator, denominator = values.loc[parts].sum()
            assert not any(1 <= count <= 10 for count in (numerator, denominator, denominator - numerator))


@settings(max_examples=8, deadline=None)
@given(tables(most=25))
def test_hidden_zeros_are_protected_too(table):
    counts, sums = table
    hidden = hidden_cells(counts, sums, Policy(11, show_zeros=False))
    found = ranges(counts, sums, hidden, least=0)
    assert (found["upper"] - found["lower"])[small(found, 0)].ge(11).all()


@settings(max_examples=6, deadline=None)
@given(tables(), st.randoms(use_true_random=False))
def test_the_order_of_the_counts_changes_neither_safety_nor_result(table, random):
    counts, sums = table
    assert hidden_cells(counts, sums, POLICY) == hidden_cells(counts.copy(), sums, POLICY)
    shuffled = counts.sample(frac=1, random_state=random.randrange(1000))
    assert exposed(counts, sums, hidden_cells(shuffled, sums, POLICY), POLICY) == []


def test_the_audit_finds_what_primary_hiding_alone_gives_away():
    counts, sums = _with_margins(
        np.array([[(4, 25), (30, 90)], [(20, 60), (40, 80)]]), ["p0", "p1"], ["g0", "g1"]
    )
    assert exposed(counts, sums, {"p0|g0"}, POLICY) == [("p0|g0", "numerator")]
    assert exposed(counts, sums, {"p0|g0", "p0|g1", "p1|g0"}, POLICY) == [("p0|g0", "numerator")]
    assert exposed(counts, sums, {"p0|g0", "p0|g1", "p1|g0", "p1|g1"}, POLICY) == []


def test_the_audit_finds_a_range_that_is_too_narrow():
    """All of the column is within 7: each of the two can only be 0 to 7."""
    counts, sums = _with_margins(
        np.array([[(3, 40), (30, 90)], [(4, 60), (40, 80)]]), ["p0", "p1"], ["g0", "g1"]
    )
    found = exposed(counts, sums, {"p0|g0", "p0|g1", "p1|g0", "p1|g1"}, POLICY)
    assert found == [("p0|g0", "numerator"), ("p1|g0", "numerator")]


def test_the_audit_knows_the_difference_of_two_counts():
    """Numerators are large, but all but 3 and all but 2 were served; 5 in all were not."""
    counts, sums = _with_margins(
        np.array([[(37, 40), (30, 90)], [(58, 60), (40, 80)]]), ["p0", "p1"], ["g0", "g1"]
    )
    found = exposed(counts, sums, {"p0|g0", "p0|g1", "p1|g0", "p1|g1"}, POLICY)
    assert found == [("p0|g0", "complement"), ("p1|g0", "complement")]


def test_a_count_that_no_sum_binds_is_known_to_be_small_and_no_more():
    counts = pd.DataFrame({"cell": ["a", "b"], "numerator": [7, 70], "denominator": pd.NA})
    assert hidden_cells(counts, (), POLICY) == {"a"}


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.none() | st.integers(0, 40)).map(
            lambda pair: pair if pair[1] is None else tuple(sorted(pair))
        ),
        min_size=1,
        max_size=5,
    ),
    st.booleans(),
)
def test_counts_that_no_sum_binds_can_be_anything_when_hidden(sizes, zeros):
    counts = pd.DataFrame(sizes, columns=["numerator", "denominator"]).astype("Int64")
    counts.insert(0, "cell", [f"c{place}" for place in range(len(sizes))])
    hidden = hidden_cells(counts, (), Policy(11, show_zeros=zeros))
    _nothing_shown_is_small(counts, hidden)
    if hidden:
        found = attack(counts, (), hidden, int(zeros), most=5000)
        assert (found["upper"] - found["lower"]).ge(4999).all()
    assert exposed(counts, (), hidden, Policy(11, show_zeros=zeros)) == []


def test_tables_without_a_small_count_lose_nothing():
    counts, sums = _with_margins(np.full((3, 2, 2), (20, 50)), ["p0", "p1", "p2"], ["g0", "g1"])
    assert hidden_cells(counts, sums, POLICY) == set()


def test_tables_that_no_sum_binds_are_protected_apart():
    counts, sums = _with_margins(
        np.array([[(4, 25), (30, 90)], [(20, 60), (40, 80)]]), ["p0", "p1"], ["g0", "g1"]
    )
    other = counts.assign(cell="later " + counts["cell"], numerator=20, denominator=50)
    assert len(list(Table.of(pd.concat([counts, other.head(2)]), sums).blocks())) == 3
    assert hidden_cells(pd.concat([counts, other.head(2)]), sums, POLICY) == hidden_cells(
        counts, sums, POLICY
    )


def test_flows_of_a_process_map_are_sums_too():
    """6 of 200 cases take the side road: its edges in and out, and the main road beside it, go together."""
    flow = {"start>b": 194, "start>a": 6, "a>b": 6, "b>end": 200}
    nodes = {"start": 200, "a": 6, "b": 200, "end": 200}
    counts = pd.DataFrame(
        {"cell": [*flow, *nodes], "numerator": [*flow.values(), *nodes.values()], "denominator": pd.NA}
    )
    into = [
        Sum(node, tuple(edge for edge in flow if edge.endswith(">" + node))) for node in ("a", "b", "end")
    ]
    out = [
        Sum(node, tuple(edge for edge in flow if edge.startswith(node + ">"))) for node in ("start", "a", "b")
    ]
    hidden = hidden_cells(counts, (*into, *out), POLICY)
    assert {"start>a", "a>b", "a", "start>b"} <= hidden
    assert exposed(counts, (*into, *out), hidden, POLICY) == []


def test_numerators_beyond_denominators_are_protected_as_two_counts():
    counts = pd.DataFrame(
        {"cell": ["a", "b", "c", "all"], "numerator": [3, 60, 70, 133], "denominator": [20, 20, 30, 70]}
    )
    hidden = hidden_cells(counts, (Sum("all", ("a", "b", "c")),), POLICY)
    assert "a" in hidden
    assert len(hidden) >= 2


@pytest.mark.parametrize("minimum", [2, 5, 16])
def test_other_thresholds_hold_as_well(minimum):
    counts, sums = _with_margins(
        np.array([[(1, 25), (30, 90)], [(20, 60), (40, 80)]]), ["p0", "p1"], ["g0", "g1"]
    )
    policy = Policy(minimum)
    hidden = hidden_cells(counts, sums, policy)
    found = ranges(counts, sums, hidden, least=1)
    narrow = found[found["true"].between(1, minimum - 1) & (found["upper"] - found["lower"] < minimum)]
    assert narrow.empty


def test_many_counts_are_attacked_with_few_searches(monkeypatch):
    """60 places by 6 groups, every fourth count small: some hundred targets, and a search for a dozen at a time."""
    at = np.indices((60, 6)).sum(axis=0)
    few = np.stack([3 + at % 8, 30 + at], axis=-1)
    inner = np.where((at % 4 == 0)[..., None], few, (15, 60))
    counts, sums = _with_margins(inner, [f"p{r}" for r in range(60)], [f"g{c}" for c in range(6)])
    hidden = hidden_cells(counts, sums, POLICY)
    targets, searched, furthest = counts["numerator"].lt(11).sum(), [], Unknown.furthest
    monkeypatch.setattr(Unknown, "furthest", lambda *at, **how: searched.append(1) or furthest(*at, **how))
    assert exposed(counts, sums, hidden, POLICY) == []
    assert len(searched) < targets / 5


@st.composite
def single_sums(draw):
    """A layer of two to six parts and their total, which of the cells are hidden, and one that is."""
    parts = draw(st.lists(st.integers(0, 40), min_size=2, max_size=6))
    cells = [f"p{at}" for at in range(len(parts))]
    counts = pd.DataFrame({"cell": [*cells, "all"], "numerator": [*parts, sum(parts)], "denominator": pd.NA})
    hidden = np.array(draw(st.lists(st.booleans(), min_size=len(counts), max_size=len(counts))))
    target = draw(st.integers(0, len(parts)))
    hidden[target] = True
    (layer, _) = Table.of(counts, (Sum("all", tuple(cells)),)).layers(zeros_are_shown=True)
    return layer, target, hidden


@given(single_sums(), st.sampled_from([1.0, -1.0]))
def test_a_table_of_one_sum_is_attacked_without_a_search(table, direction):
    """As far as the search goes; within the table; and what each cell adds is never too little for a wider pattern."""
    layer, target, hidden = table
    found = strongest(layer, target, hidden, direction, 11)
    assert found.reach == pytest.approx(searched(layer, target, hidden, direction))
    assert found.moves[target] == pytest.approx(direction * found.reach)
    assert layer.matrix @ found.moves == pytest.approx(0)
    assert (found.moves[~hidden] == 0).all()
    assert (layer.values + found.moves >= layer.least).all()
    for also in range(len(hidden)):
        wider = hidden | (np.arange(len(hidden)) <= also)
        assert searched(layer, target, wider, direction) <= found.adds[wider].sum() + 1e-9


def searched(layer, target: int, hidden: np.ndarray, direction: float) -> float:
    """The furthest move by linear programming."""
    far = 11 * len(hidden)
    bounds = [
        (-min(value - least, far), far) if may else (0, 0)
        for value, least, may in zip(layer.values, layer.least, hidden, strict=True)
    ]
    goal = np.where(np.arange(len(hidden)) == target, -direction, 0)
    return -linprog(goal, A_eq=layer.matrix.toarray(), b_eq=[0], bounds=bounds).fun
