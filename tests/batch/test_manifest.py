import json
import re
import subprocess
from importlib.metadata import requires

from workbench.analyses import Analysis, Provenance, Results
from workbench.batch.manifest import commit, review_record, run_record, versions
from workbench.batch.outcome import Failure, Outcome
from workbench.batch.plan import Run

SECRET = "4711"


def test_a_record_of_a_run_says_on_what_it_was_made_and_no_value(tmp_path):
    notebook = tmp_path / "toy.ipynb"
    notebook.write_text("{}")
    analysis = Analysis("toy", "Toy", notebook, Results, list, list, dict, dict, list, tmp_path)
    run = Run("fire", "toy", "a", {"city": ".", "zip_code": "02116"})
    provenance = Provenance(
        {"calls": "h"}, {"calls": "2026-01-16"}, {"calls": 3}, {"calls": 0}, sql={"x": SECRET}, key="k"
    )
    outcome = Outcome(run.name, 1.23456, None, "2026-01-16T00:00:00+00:00")
    folder = tmp_path / "a"
    (folder / "results").mkdir(parents=True)
    (folder / "results" / "facts.json").write_text("{}")
    record = run_record(run, analysis, provenance, outcome, tmp_path, {"notebook": "n"}, folder)
    assert record["parameters"] == {"city": ".", "zip_code": "02116"}
    # The digest of {}, from sha256sum.
    empty = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    assert record["notebook_hash"] == empty
    assert (record["inputs"], record["files"]) == ({"notebook": "n"}, {"results/facts.json": empty})
    assert (record["cube"], record["snapshots"], record["rows"]) == ("k", {"calls": "h"}, {"calls": 3})
    assert (record["outcome"], record["seconds"]) == ("done", 1.235)
    assert "pandas" in record["versions"]
    assert SECRET not in json.dumps(record)


def test_a_record_of_a_review_names_failures_by_kind_and_cell_but_not_by_cause(tmp_path):
    (tmp_path / "index.html").write_text("")
    for name in ("fire/toy/a", "fire/toy/c", "fire/toy/d"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "run.json").write_text(json.dumps({"name": name, "seconds": 9.0}))
    outcomes = [
        Outcome("fire/toy/a", 1.0),
        Outcome("fire/toy/b", 2.0, Failure("error", SECRET, "'view' (page)")),
        Outcome("fire/toy/c", 3.0, Failure("timed out", SECRET)),
    ]
    record = review_record({"review": "q4"}, outcomes, tmp_path, tmp_path)
    failed = {"outcome": "failed", "kind": "error", "cell": "'view' (page)", "report": "none"}
    earlier = {"outcome": "failed", "kind": "timed out", "cell": "", "report": "of an earlier run"}
    assert record["runs"] == [
        {"name": "fire/toy/a", "outcome": "done", "seconds": 1.0},
        {"name": "fire/toy/b", **failed, "seconds": 2.0},
        {"name": "fire/toy/c", **earlier, "seconds": 3.0},
        {"name": "fire/toy/d", "outcome": "kept", "seconds": 9.0},
    ]
    # The digest of nothing.
    digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert record["files"] == {"index.html": digest}
    assert record["records"].keys() == {f"fire/toy/{name}/run.json" for name in "acd"}
    assert SECRET not in json.dumps(record)


def test_what_a_run_says_of_its_files_is_believed_and_not_hashed_again(tmp_path):
    run = tmp_path / "fire/toy/a"
    run.mkdir(parents=True)
    for name in ("findings.json", "report.html"):
        (run / name).write_text("changed by hand")
    record = {"name": "fire/toy/a", "seconds": 1.0, "files": {"findings.json": "as it was made"}}
    (run / "run.json").write_text(json.dumps(record))
    files = review_record({}, [Outcome("fire/toy/a", 1.0, kept=True)], tmp_path, tmp_path)["files"]
    assert files["fire/toy/a/findings.json"] == "as it was made"
    assert len(files["fire/toy/a/report.html"]) == 64


def test_a_run_that_stands_is_told_as_kept(tmp_path):
    record = review_record({}, [Outcome("fire/toy/a", 2.0, kept=True)], tmp_path, tmp_path)
    assert record["runs"] == [{"name": "fire/toy/a", "outcome": "kept", "seconds": 2.0}]


def test_the_version_of_every_package_that_files_of_a_review_are_made_with_is_recorded():
    # What only reads parameters, shows, serves, watches, locks or copies makes no file of a review.
    beside = {
        "anywidget",
        "filelock",
        "fsspec",
        "holidays",
        "ipywidgets",
        "jupyterlab",
        "psutil",
        "pyyaml",
        "rich",
    }
    told = [each for each in requires("city-performance-workbench") if "extra ==" not in each]
    needed = {re.match(r"[\w-]+", each)[0] for each in told} - beside - {"typer", "voila"}
    assert {"pandas", "python-calamine"} <= needed
    assert needed - set(versions()) == set()


def test_the_commit_is_marked_when_files_have_changed_since(tmp_path):
    assert commit(tmp_path / "nowhere") == ""
    town = tmp_path / "town"
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-C", str(town)]
    subprocess.run(["git", "init", "-q", str(town)], check=True)
    (town / "x").write_text("1")
    subprocess.run([*git, "add", "x"], check=True)
    subprocess.run([*git, "commit", "-q", "-m", "x"], check=True)
    clean = commit(town)
    assert len(clean) == 40
    (town / "x").write_text("2")
    commit.cache_clear()
    assert commit(town) == clean + "+"
