"""Whole reviews elsewhere: a reader who begins at the pointer never sees a half."""

import json
import mimetypes
from pathlib import Path
from types import SimpleNamespace

import fsspec
import pytest

from workbench.batch.folders import ReviewFolder
from workbench.batch.progress import Count
from workbench.errors import BusyError, PublishError, UsageError
from workbench.publish.elsewhere import Elsewhere
from workbench.review.means import Means

FILES = {"index.html": "home", "manifest.json": "{}", "fire/toy/a/results/facts.json": "1"}


@pytest.fixture
def made(tmp_path):
    """``made(text)`` is a whole review whose record says the text."""

    def written(text: str) -> Path:
        folder = tmp_path / "city" / "outputs" / "q4"
        for name, content in {**FILES, "manifest.json": text}.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(content)
        return folder

    return written


@pytest.fixture(params=["memory", "local", "file"])
def place(request, tmp_path) -> str:
    """A place on three kinds of file system, as its address."""
    yield {
        "memory": "memory://bucket/reviews",
        "local": f"local://{tmp_path}/share",
        "file": str(tmp_path / "share"),
    }[request.param]
    fsspec.filesystem("memory").store.clear()


def elsewhere(place: str, tmp_path: Path) -> Elsewhere:
    (tmp_path / "city").mkdir(exist_ok=True)
    return Elsewhere(place, tmp_path / "city")


def read(place: str, name: str) -> str:
    with fsspec.open(f"{place}/q4/{name}", "r") as file:
        return file.read()


def as_read(place: str) -> dict[str, str]:
    """Every file of the review, for one who begins at the pointer."""
    system, path = fsspec.core.url_to_fs(place)
    root = f"{path}/q4/{json.loads(read(place, 'current.json'))['folder']}"
    return {each.removeprefix(f"{root}/"): system.cat_file(each).decode() for each in system.find(root)}


def folders(place: str) -> list[str]:
    system, path = fsspec.core.url_to_fs(place)
    return [each for each in system.ls(f"{path}/q4", detail=False) if system.isdir(each)]


def test_the_whole_review_is_where_the_pointer_says(made, place, tmp_path):
    there = elsewhere(place, tmp_path).put(made("first"))
    assert as_read(place) == {**FILES, "manifest.json": "first"}
    folder = json.loads(read(place, "current.json"))["folder"]
    assert there == f"{place}/q4/{folder}"
    assert f'url={folder}/index.html"' in read(place, "index.html")
    assert '<a href="' + folder in read(place, "index.html")


def test_the_review_before_stays_for_those_who_read_it_and_the_one_before_that_goes(made, place, tmp_path):
    seen = []
    for text in ("first", "second", "third"):
        elsewhere(place, tmp_path).put(made(text))
        seen.append(json.loads(read(place, "current.json"))["folder"])
    assert as_read(place)["manifest.json"] == "third"
    assert sorted(each.rpartition("/")[2] for each in folders(place)) == sorted(seen[1:])


def test_a_review_that_is_there_is_not_written_again(made, place, tmp_path):
    elsewhere(place, tmp_path).put(folder := made("first"))
    (folder / "index.html").write_text("by hand")
    elsewhere(place, tmp_path).put(folder)
    assert as_read(place)["index.html"] == "home"


def test_a_review_that_was_published_in_between_is_the_one_that_is_put(made, tmp_path):
    folders = ReviewFolder(tmp_path / "city" / "outputs", "q4")
    order, place = SimpleNamespace(folders=folders), str(tmp_path / "share")
    means = Means(outputs=elsewhere(place, tmp_path))
    made("mine")
    made("another's")
    means.put(order, Count())
    assert as_read(place) == {**FILES, "manifest.json": "another's"}
    made("a third")
    with folders.locked(), pytest.raises(BusyError, match="another process is working on review 'q4'"):
        means.put(order, Count())
    assert as_read(place) == {**FILES, "manifest.json": "another's"}


def test_after_a_fault_at_any_write_the_last_review_is_read_whole_and_the_next_attempt_mends_it(
    made, tmp_path, monkeypatch
):
    place = "memory://bucket/reviews"
    system = type(fsspec.filesystem("memory"))
    elsewhere(place, tmp_path).put(made("first"))
    second = made("second")
    writes = len(FILES) + 2  # every file, the way, the pointer
    for last in range(writes):
        count = iter(range(writes))

        def failing(write, count=count, last=last):
            def instead(*words, **more):
                if next(count) == last:
                    raise ConnectionError("reset by peer")
                return write(*words, **more)

            return instead

        with monkeypatch.context() as patched:
            patched.setattr(system, "put_file", failing(system.put_file))
            with pytest.raises(PublishError, match=r"ConnectionError: reset by peer.*what was there stays"):
                elsewhere(place, tmp_path).put(second)
        assert as_read(place) == {**FILES, "manifest.json": "first"}
    elsewhere(place, tmp_path).put(second)
    assert as_read(place) == {**FILES, "manifest.json": "second"}
    fsspec.filesystem("memory").store.clear()


def test_an_object_store_is_sent_files_whose_names_say_what_they_are(made, tmp_path, monkeypatch):
    system, kinds = type(fsspec.filesystem("memory")), {}

    def put_file(self, here, there, **_):
        """As the packages of the stores do it."""
        kinds[there.rpartition("/")[2]] = mimetypes.guess_type(here)[0]
        self.pipe_file(there, Path(here).read_bytes())

    monkeypatch.setattr(system, "put_file", put_file)
    elsewhere("memory://bucket/kinds", tmp_path).put(made("first"))
    assert kinds["index.html.new"] == "text/html"
    assert kinds["current.json.new"] == "application/json"
    assert kinds["index.html"] == "text/html"
    fsspec.filesystem("memory").store.clear()


def test_a_file_that_arrives_cut_off_is_no_review(made, tmp_path, monkeypatch):
    system = type(fsspec.filesystem("memory"))
    monkeypatch.setattr(system, "put_file", lambda self, here, there, **_: self.pipe_file(there, b"ho"))
    with pytest.raises(PublishError, match="not written whole"):
        elsewhere("memory://bucket/cut", tmp_path).put(made("first"))
    assert not fsspec.filesystem("memory").exists("/bucket/cut/q4/current.json")
    fsspec.filesystem("memory").store.clear()


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("nosuch://bucket", "cannot be written from here: Protocol not known: nosuch"),
        ("sftp://me:secret@host/reviews", "has a password in it"),
        ("{city}/outputs", "lies in the city's folder"),
        ("file://{city}", "lies in the city's folder"),
    ],
)
def test_a_place_that_cannot_be_is_a_wrong_command(place, said, tmp_path):
    with pytest.raises(UsageError) as refused:
        elsewhere(place.format(city=tmp_path / "city"), tmp_path)
    assert said in str(refused.value)
    assert "secret" not in str(refused.value)


def test_the_command_puts_the_review_elsewhere_and_says_where(toy_city, workbench, tmp_path):
    city, share = toy_city("calls"), tmp_path / "share"
    done = workbench("review", "q4", "--city", city, "--json", "--outputs", share)
    assert done.returncode == 0, done.stderr
    put = [event for event in map(json.loads, done.stdout.splitlines()) if event["event"] == "put"]
    for name in ("index.html", "manifest.json"):
        assert (Path(put[0]["folder"]) / name).read_bytes() == (city / "outputs" / "q4" / name).read_bytes()


def test_a_wrong_place_is_told_before_anything_is_made(toy_city, command):
    city = toy_city("calls")
    code, _, said = command("review", "q4", "--city", city, "--outputs", "nosuch://bucket")
    assert (code, (city / "outputs").exists()) == (2, False)
    assert "nosuch://bucket" in said
