"""Published cases, read at run time."""

import json

import pytest


@pytest.fixture
def disparity_case(shared):
    """A case of the collection by id: its inputs, what is expected, its tolerance for approx."""
    cases = {case["id"]: case for case in json.loads((shared / "cases/disparity.json").read_text())["cases"]}

    def found(name):
        case = cases[name]
        tolerance = {"rel": case["tolerance"]["rel"] or None, "abs": case["tolerance"]["abs"]}
        return case["inputs"], case["expected"], tolerance

    return found
