import contextlib
import multiprocessing
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.batch.folders import LONGEST, ReviewFolder, remove_empty, run_folder, slug
from workbench.errors import BusyError, UsageError


@pytest.mark.parametrize("name", ["fire", "practice-2025-Q4", "disparity_review", "a.b"])
def test_an_ordinary_name_is_its_own_folder(name):
    assert slug(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "../../x",
        "/etc/x",
        "a/b",
        "CON",
        "con.txt",
        "nul",
        "x" * 300,
        "a\0b",
        "dot.",
        "",
        ".",
        "..",
        "🙂",
        "é",
    ],
)
def test_a_hostile_name_becomes_a_safe_folder(tmp_path, name):
    folder = run_folder(tmp_path, (name, "toy", name))
    folder.mkdir(parents=True)
    assert folder.resolve().is_relative_to(tmp_path.resolve())
    assert len(folder.relative_to(tmp_path).parts) == 3
    assert slug(name) != name


@given(st.text(), st.text())
def test_different_names_never_share_a_folder(one, other):
    assert (slug(one) == slug(other)) == (one == other)


@given(st.text())
def test_a_folder_name_is_plain_and_short(name):
    assert set(slug(name)) <= set(string.ascii_letters + string.digits + "_.-")
    assert 0 < len(slug(name)) <= LONGEST + 11


def whole(folders, text):
    """Write one whole review."""
    with folders.locked():
        (folders.begin() / "index.html").write_text(text)
        folders.switch()


def test_the_last_review_stays_until_the_new_one_is_whole(tmp_path):
    folders = ReviewFolder(tmp_path, "q4")
    whole(folders, "old")
    with contextlib.suppress(OSError), folders.locked():
        (folders.begin() / "index.html").write_text("new")
        raise OSError("disk full")
    assert (folders.final / "index.html").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir() if path.suffix != ".lock"] == ["q4"]


def test_a_new_review_takes_the_place_of_the_last(tmp_path):
    folders = ReviewFolder(tmp_path, "q4")
    whole(folders, "old")
    whole(folders, "new")
    assert (folders.final / "index.html").read_text() == "new"


def run_of(folder, text):
    """A run's folder with a file of its own and a page."""
    (folder / "results").mkdir(parents=True)
    (folder / "results" / "facts.json").write_text(text)
    (folder / "report.html").write_text(text)


def test_files_of_a_run_are_taken_over_as_they_are_and_pages_are_not(tmp_path):
    folders = ReviewFolder(tmp_path, "q4")
    run_of(folders.final / "fire/toy/a", "old")
    with folders.locked():
        folders.begin()
        folders.take_over("fire/toy/a", ["results/facts.json"])
        taken = folders.staging / "fire/toy/a"
        assert [str(path.relative_to(taken)) for path in taken.rglob("*.*")] == ["results/facts.json"]
        assert (taken / "results/facts.json").samefile(folders.final / "fire/toy/a/results/facts.json")


def test_a_run_whose_files_are_not_known_is_copied_so_that_a_new_page_leaves_the_last_as_it_is(tmp_path):
    folders = ReviewFolder(tmp_path, "q4")
    run_of(folders.final / "fire/toy/a", "old")
    with folders.locked():
        run_of(folders.begin() / "fire/toy/a", "half made")
        folders.take_over("fire/toy/a", [])
        assert not (folders.staging / "fire/toy/a/report.html").exists()
        for name in ("report.html", "results/facts.json"):
            (folders.staging / "fire/toy/a" / name).write_text("new")
        assert (folders.final / "fire/toy/a/report.html").read_text() == "old"
        assert (folders.final / "fire/toy/a/results/facts.json").read_text() == "old"


def test_a_run_that_is_not_there_is_not_taken_over(tmp_path):
    folders = ReviewFolder(tmp_path, "q4")
    with folders.locked():
        folders.begin()
        folders.take_over("fire/toy/a", [])
        assert list(folders.staging.iterdir()) == []


def test_files_are_copied_where_the_file_system_has_no_links(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError("no links here")

    monkeypatch.setattr("workbench.batch.folders.os.link", refuse)
    folders = ReviewFolder(tmp_path, "q4")
    run_of(folders.final / "fire/toy/a", "old")
    with folders.locked():
        folders.begin()
        folders.take_over("fire/toy/a", ["results/facts.json"])
        taken = folders.staging / "fire/toy/a/results/facts.json"
        assert taken.read_text() == "old"
        assert not taken.samefile(folders.final / "fire/toy/a/results/facts.json")


def test_a_review_killed_between_the_two_renames_is_put_back(tmp_path):
    folders = ReviewFolder(tmp_path, "q4")
    whole(folders, "old")
    folders.final.rename(folders.previous)
    folders.staging.mkdir()
    with folders.locked():
        assert (folders.final / "index.html").read_text() == "old"
    assert not folders.previous.exists()
    assert not folders.staging.exists()


def test_runs_of_a_review_that_was_killed_are_set_apart_until_the_next_is_whole(tmp_path):
    folders = ReviewFolder(tmp_path, "q4")
    run_of(folders.staging / "fire/toy/a", "made")
    (folders.staging / "fire/toy/a/run.json").write_text("{}")
    with folders.locked():
        assert (folders.interrupted / "fire/toy/a/report.html").read_text() == "made"
        folders.begin()
        folders.take_over("fire/toy/a", ["results/facts.json"], folders.interrupted)
        folders.switch()
    assert (folders.final / "fire/toy/a/results/facts.json").read_text() == "made"
    assert not folders.interrupted.exists()


def test_killed_again_before_a_run_was_made_it_keeps_what_it_had(tmp_path):
    folders = ReviewFolder(tmp_path, "q4")
    run_of(folders.interrupted / "fire/toy/a", "made")
    run_of(folders.staging / "fire/toy/b", "half made")
    with folders.locked():
        assert (folders.interrupted / "fire/toy/a/report.html").read_text() == "made"
        assert not folders.staging.exists()


def test_a_review_killed_after_the_second_rename_stays_new(tmp_path):
    folders = ReviewFolder(tmp_path, "q4")
    whole(folders, "new")
    folders.previous.mkdir()
    with folders.locked():
        assert (folders.final / "index.html").read_text() == "new"
    assert not folders.previous.exists()


def hold(outputs, ready, go):
    with ReviewFolder(outputs, "q4").locked():
        ready.set()
        go.wait(20)


def test_a_second_process_is_refused_and_a_dead_one_does_not_block(tmp_path):
    context = multiprocessing.get_context("spawn")
    ready, go = context.Event(), context.Event()
    other = context.Process(target=hold, args=(tmp_path, ready, go))
    other.start()
    assert ready.wait(20)
    with pytest.raises(BusyError, match="another process is working on review 'q4'"):
        ReviewFolder(tmp_path, "q4").locked().__enter__()
    assert ReviewFolder(tmp_path, "q4").is_busy
    other.kill()
    other.join()
    assert not ReviewFolder(tmp_path, "q4").is_busy
    with ReviewFolder(tmp_path, "q4").locked():
        pass


def test_folders_are_removed_that_hold_nothing(tmp_path):
    kept, empty = tmp_path / "failed/q4/fire/toy/a", tmp_path / "failed/q4/fire/toy/b"
    for folder in (kept, empty):
        folder.mkdir(parents=True)
    (kept / "notebook.ipynb").write_text("{}")
    remove_empty(tmp_path / "failed/q4")
    assert [path.name for path in kept.parent.iterdir()] == ["a"]
    (kept / "notebook.ipynb").unlink()
    remove_empty(tmp_path / "failed/q4")
    assert list(tmp_path.iterdir()) == []


def test_outputs_that_are_a_link_are_refused(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "outputs").mkdir()
    (tmp_path / "outputs" / "q4").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="is a link to another place"):
        ReviewFolder(tmp_path / "outputs", "q4")
