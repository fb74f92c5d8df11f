"""Published tables: what an attacker finds, and the cheapest pattern that stops him."""

import json
from itertools import product

import numpy as np
import pandas as pd
import pytest

from workbench.analyses import Sum
from workbench.disclosure.audit import attack
from workbench.disclosure.policy import Policy
from workbench.disclosure.protection import Problem, protect
from workbench.disclosure.tables import Table


@pytest.fixture(scope="module")
def cases(shared) -> dict[str, dict]:
    listed = json.loads((shared / "cases" / "disclosure.json").read_text())["cases"]
    return {case["id"]: case for case in listed}


def counted(values: dict[str, int]) -> pd.DataFrame:
    return pd.DataFrame({"cell": list(values), "numerator": list(values.values()), "denominator": pd.NA})


def two_way(case) -> tuple[dict[str, int], list[Sum]]:
    values = {f"{cell['row']}|{cell['col']}": cell["value"] for cell in case["table"]}
    rows, columns = ({key.split("|")[side]: 0 for key in values} for side in (0, 1))
    inner = [name for name in columns if name != "Total"]
    sums = [Sum(f"{row}|Total", tuple(f"{row}|{column}" for column in inner)) for row in rows]
    inner = [name for name in rows if name != "Total"]
    return values, sums + [
        Sum(f"Total|{column}", tuple(f"{row}|{column}" for row in inner)) for column in columns
    ]


def one_way(case) -> tuple[dict[str, int], list[Sum]]:
    cells = case["cells"]
    named = cells if isinstance(cells, dict) else {str(number): value for number, value in enumerate(cells)}
    return named | {"total": case["total"]}, [Sum("total", tuple(named))]


def ranges(values, sums, hidden, least=0) -> dict[str, list[int]]:
    found = attack(counted(values), sums, {str(cell) for cell in hidden}, least)
    return {row.cell: [row.lower, row.upper] for row in found.itertuples()}


def cheapest(values, sums, primary, frozen=(), width=1) -> tuple[set[str], float]:
    table = Table.of(counted(values), tuple(sums))
    layer = table.layers(zeros_are_shown=False)[0]
    first = np.isin(table.cells, list(primary))
    cost = np.maximum(table.numerators, 1)
    problem = Problem([layer], [first], first, np.isin(table.cells, list(frozen)), cost, width)
    hidden = protect(problem, rounds=100)
    return set(table.cells[hidden]), cost[hidden].sum()


@pytest.mark.parametrize(
    ("case_id", "least"),
    [
        ("geurts-1992-feasibility", 0),
        ("fischetti-salazar-naive-single", 0),
        ("two-ones-known-nonzero", 1),
        ("two-zeros-sum-zero", 0),
        ("secondary-large-enough", 1),
        ("opensafely-column-total", 0),
    ],
)
def test_the_attacker_finds_the_published_ranges(cases, case_id, least):
    case = cases[case_id]
    values, sums = two_way(case) if "table" in case else one_way(case)
    hidden = ["|".join(cell) if isinstance(cell, list) else cell for cell in case["suppressed"]]
    found = ranges(values, sums, hidden, least)
    for cell, expected in case.get("expect_intervals", {}).items():
        assert found[cell] == expected
    for cell, exact in case.get("expect_exact", {}).items():
        assert found[cell] == [exact, exact]
    assert len(found) == len(hidden)


def test_a_margin_recomputed_without_the_hidden_cell_gives_it_away(cases):
    case = cases["acro-margins-recomputed"]
    values = {"true total": case["true_total"], "shown": case["acro_total"], "small": 3}
    assert ranges(values, [Sum("true total", ("shown", "small"))], ["small"])["small"] == [3, 3]


def test_the_cheapest_pattern_of_fischetti_and_salazar(cases):
    case = cases["fischetti-salazar-IIC"]
    values, sums = two_way(case)
    hidden, cost = cheapest(values, sums, ["II|C"])
    assert hidden == {"|".join(cell) for cell in case["expect_suppressed"]}
    assert cost == case["expect_cost"]
    assert ranges(values, sums, hidden) == case["expect_intervals"]


def test_the_cheapest_pattern_of_a_three_way_table(cases):
    case = cases["three-way-4x4x4"]
    shape = np.array(case["shape"])
    values = {str(number): value for number, value in enumerate(case["values"])}
    numbers = np.arange(len(values)).reshape(shape)
    sums = [
        Sum(str(line[-1]), tuple(str(part) for part in line[:-1]))
        for axis in range(3)
        for line in np.moveaxis(numbers, axis, -1).reshape(-1, shape[axis])
    ]
    primary = [cell for cell, value in values.items() if 1 <= value <= 4]
    hidden, cost = cheapest(values, sums, primary)
    assert cost == case["expect_cost"]
    assert set(primary) <= hidden
    found = ranges(values, sums, hidden)
    assert all(found[cell][1] - found[cell][0] >= 1 for cell in primary)
    if hidden == {str(cell) for cell in case["published_suppressed_index"]}:
        assert {cell: found[cell] for cell in case["expect_primary_intervals"]} == case[
            "expect_primary_intervals"
        ]


def test_a_pattern_from_practice_is_found_and_safe(cases):
    case = cases["gausssuppression-vignette-table1"]
    values, sums = two_way(case)
    hidden, _ = cheapest(values, sums, ["|".join(cell) for cell in case["primary"]])
    assert hidden == {"|".join(cell) for cell in case["expect_suppressed"]}
    assert ranges(values, sums, hidden) == case["expect_intervals"]


def test_the_rule_of_one_to_ten(cases):
    expected = cases["cms-1-to-10"]["expect"]
    table = Table.of(counted({text: int(text) for text in expected}), ())
    policy = Policy(11)
    hidden = table.sensitive(policy.smallest_hidden, policy.minimum_count)
    assert {
        text: "suppress" if gone else "show" for text, gone in zip(expected, hidden, strict=True)
    } == expected


def test_two_hidden_cells_in_every_line_can_still_be_solved():
    """Two circuits and one cell that joins them: that cell lies on no circuit (sdcTable's "w|b")."""
    values = {
        f"{row}|{column}": 10 + 3 * number for number, (row, column) in enumerate(product("wxyz", "abcd"))
    }
    values["w|c"] = 47
    rows = [Sum(f"{row}|all", tuple(f"{row}|{c}" for c in "abcd")) for row in "wxyz"]
    columns = [Sum(f"all|{c}", tuple(f"{row}|{c}" for row in "wxyz")) for c in "abcd"]
    totals = {one.total: sum(values[part] for part in one.parts) for one in rows + columns}
    circuits = [f"{row}|{column}" for row, column in [*product("wx", "ab"), *product("yz", "cd")]]
    found = ranges(values | totals, rows + columns, [*circuits, "w|c"])
    assert found.pop("w|c") == [47, 47]
    assert all(lower < upper for lower, upper in found.values())
