"""The registered analyses, and how they are found."""

from pathlib import Path

import pytest

from workbench import analyses
from workbench.errors import UsageError

TOY = Path(__file__).parent / "toy"


def test_installed_packages_are_read_once_and_not_for_each_sentence(monkeypatch):
    read = []

    def entry_points(group):
        read.append(group)
        return found(group=group)

    found = analyses.entry_points
    monkeypatch.setattr(analyses, "entry_points", entry_points)
    monkeypatch.syspath_prepend("a/path/of/this/test/alone")
    assert [analyses.named("target_tracking").handle for _ in range(3)] == ["target_tracking"] * 3
    assert list(analyses.registered()) == sorted(analyses.registered())
    assert read == [analyses.GROUP]


def test_an_analysis_on_a_new_search_path_is_found_and_gone_without_it(monkeypatch):
    with monkeypatch.context() as installed:
        installed.syspath_prepend(str(TOY))
        assert analyses.named("toy_rows").handle == "toy_rows"
    assert "toy_rows" not in analyses.registered()


def test_an_unknown_analysis_is_answered_with_those_that_are():
    with pytest.raises(UsageError, match=r"no analysis 'paint'; registered are: .*disparity_review, "):
        analyses.named("paint")
