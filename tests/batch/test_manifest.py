import json
import subprocess

from workbench.analyses import Analysis, Provenance, Results
from workbench.batch.manifest import commit, review_record, run_record
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
    record = run_record(run, analysis, provenance, outcome, tmp_path)
    assert record["parameters"] == {"city": ".", "zip_code": "02116"}
    # The digest of {}, from sha256sum.
    assert record["notebook_hash"] == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
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
    assert SECRET not in json.dumps(record)


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
