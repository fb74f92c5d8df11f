import json
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.analyses import Analysis, Results
from workbench.batch.parameters import check_notebook, declared, names, typed
from workbench.errors import ParameterError


def analyse(
    cube,
    *,
    period: str,
    zip_code: str = "02116",
    months: int = 12,
    confidence: float = 0.95,
    working: bool = False,
    groups: list[str] = (),
    kind: Literal["rate", "count"] = "rate",
    since: str | None = None,
): ...


def analysis(notebook: Path = Path("toy.ipynb")) -> Analysis:
    return Analysis("toy", "Toy", notebook, Results, list, list, dict, analyse, list, Path("."))


TOY = analysis()


@pytest.mark.parametrize("text", ["02116", "06037", "no", "1.0", "", " x ", "2025-Q4", "é'\"\\\n"])
def test_text_survives_exactly(text):
    assert typed(TOY, {"zip_code": text}) == {"zip_code": text}


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_survives_exactly(text):
    assert typed(TOY, {"zip_code": text}) == {"zip_code": text}


def test_values_are_converted_by_the_declared_type_only():
    texts = {
        "months": "06",
        "confidence": "0.9",
        "working": "no",
        "groups": "black, white",
        "kind": "count",
        "since": "",
    }
    assert typed(TOY, texts) == {
        "months": 6,
        "confidence": 0.9,
        "working": False,
        "groups": ["black", "white"],
        "kind": "count",
        "since": None,
    }


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("monhts", "there is no parameter 'monhts'. Did you mean 'months'?"),
        ("print", "'print' cannot be the name of a parameter"),
        ("__builtins__", "there is no parameter '__builtins__'"),
        ("x=1;import os", "'x=1;import os' cannot be the name of a parameter"),
        ("a b", "'a b' cannot be the name"),
        ("for", "'for' cannot be the name"),
        ("city", "'city' is chosen by the command itself"),
        ("subject", "Known are: period, zip_code, months"),
        ("x\ny", "cannot be the name"),
        ("x" * 10_000, "there is no parameter 'xxx"),
    ],
)
def test_an_unknown_or_hostile_name_is_refused(name, said):
    with pytest.raises(ParameterError) as error:
        typed(TOY, {name: "1"})
    assert said in str(error.value)
    assert len(str(error.value)) < 400


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("months", "twelve", "'months' is 'twelve'. Write a whole number."),
        ("confidence", "high", "'confidence' is 'high'. Write a number"),
        ("confidence", "nan", "write a finite number"),
        ("working", "maybe", "'working' is 'maybe'. Write yes or no."),
        ("kind", "share", "Write one of 'rate' or 'count'."),
        ("zip_code", "\ud800", "not valid text"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused(name, text, said):
    with pytest.raises(ParameterError) as error:
        typed(TOY, {name: text})
    assert said in str(error.value)


def test_all_faults_are_reported_together():
    with pytest.raises(ParameterError) as error:
        typed(TOY, {"months": "x", "confidence": "y"})
    assert "months" in str(error.value)
    assert "confidence" in str(error.value)


def notebook(tmp_path, source: str) -> Path:
    path = tmp_path / "toy.ipynb"
    cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": source}
    path.write_text(json.dumps({"cells": [cell]}))
    return path


def test_the_parameters_cell_must_declare_exactly_the_names_of_the_analysis(tmp_path):
    lines = [f"{name} = ''  # help" for name in names(TOY)]
    path = notebook(tmp_path, "\n".join(lines))
    assert declared(path) == names(TOY)
    check_notebook(analysis(path))


def test_a_parameters_cell_with_another_name_is_refused(tmp_path):
    path = notebook(tmp_path, "city = '.'\nreview: str = ''\nzipcode = ''")
    with pytest.raises(
        ParameterError, match="declares city, review, zipcode; analyse.. needs exactly city, review"
    ):
        check_notebook(analysis(path))


def test_a_missing_notebook_is_named(tmp_path):
    with pytest.raises(ParameterError, match="notebook of 'toy' is missing"):
        check_notebook(analysis(tmp_path / "gone.ipynb"))
