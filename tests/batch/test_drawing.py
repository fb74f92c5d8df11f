"""Charts that a process beside the kernels draws: the same bytes, and nothing depends on it."""

import os
import tempfile

import altair as alt
import psutil
import pytest

from workbench.batch import drawing
from workbench.batch.drawing import Drawer
from workbench.charts import engine
from workbench.charts.svg import accessible, printed, rendered
from workbench.kernels.environment import DRAWER
from workbench.kernels.forks import Forks

DAYS = alt.Chart(alt.Data(values=[{"Day": 1, "Cases": 3}, {"Day": 2, "Cases": 5}]))
CHART = DAYS.mark_line(clip=True).encode(x="Day:Q", y="Cases:Q")


@pytest.fixture(scope="module")
def server():
    forks = Forks()
    forks.start()
    yield forks
    forks.stop()


@pytest.fixture
def drawer(server, monkeypatch):
    """A drawer that the charts of this process are drawn by."""
    monkeypatch.setattr(drawing, "forks", server)
    made = Drawer()
    with tempfile.TemporaryDirectory() as made.folder:
        monkeypatch.setenv(DRAWER, made.variables()[DRAWER])
        yield made
        if made._process.line.fileno() >= 0:
            made._process.kill()
            made._process.wait(10)


def picture() -> str:
    return accessible(rendered(CHART), "cases", "Cases", "A line.")


def test_another_process_draws_the_same_picture_and_page(drawer, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(engine, "_engine", lambda: pytest.fail("drawn in this process"))
        there = [picture(), picture(), printed(picture())]
    monkeypatch.delenv(DRAWER)
    assert there == [picture(), picture(), printed(picture())]


def test_only_this_user_reaches_it(drawer):
    assert os.stat(os.path.dirname(os.environ[DRAWER])).st_mode & 0o077 == 0


def test_what_it_cannot_draw_is_told_here_and_it_goes_on(drawer, monkeypatch):
    elsewhere = alt.Chart("https://example.org/a.csv").mark_bar().encode(x="a:Q")
    with pytest.raises(ValueError, match="example.org"):
        rendered(elsewhere)
    monkeypatch.setattr(engine, "_engine", lambda: pytest.fail("drawn in this process"))
    assert picture().startswith("<svg")


def test_after_it_was_killed_a_kernel_draws_for_itself_and_the_next_has_another(drawer):
    first = drawer._process.pid
    psutil.Process(first).kill()
    drawer._process.wait(10)
    assert picture().startswith("<svg")
    assert DRAWER not in os.environ
    os.environ |= drawer.variables()
    assert drawer._process.pid != first
    assert picture().startswith("<svg")
    assert DRAWER in os.environ


def test_one_that_does_not_answer_is_not_waited_for_twice(drawer, monkeypatch):
    psutil.Process(drawer._process.pid).suspend()
    monkeypatch.setattr(engine, "PATIENCE", 0.2)
    assert picture().startswith("<svg")
    assert DRAWER not in os.environ


def test_it_ends_with_the_line_of_whoever_had_it_forked(drawer):
    process = psutil.Process(drawer._process.pid)
    drawer._process.line.close()
    process.wait(10)
    assert not process.is_running()


def test_a_process_that_keeps_none_names_none():
    assert Drawer().variables() == {}
