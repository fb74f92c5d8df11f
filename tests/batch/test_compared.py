"""What differs between two versions of a file, in words and without a value."""

import json

import pandas as pd
import pytest

from workbench.batch.compared import Difference, changed_since, compared, first_difference
from workbench.batch.manifest import file_hashes

FRAME = pd.DataFrame({"group": ["black", "white"], "rate": [4711.5, 2.0], "n": [3, 4]})
SECRET = "4711"


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (FRAME.assign(rate=[4711.5, 3.0]), "column 'rate', from row 2 on"),
        (FRAME.assign(rate=[0.0, 3.0], n=[3, 5]), "columns 'rate', 'n', from row 1 on"),
        (FRAME.head(1), "2 rows then, 1 now"),
        (FRAME.drop(columns="n"), "column 'n' is gone"),
        (FRAME.assign(share=1.0), "column 'share' is new"),
        (FRAME[["rate", "group", "n"]], "its columns are in another order"),
        (FRAME.astype({"n": float}), "another type of column 'n'"),
        (FRAME.assign(rate=[float("nan"), 2.0]), "column 'rate', from row 1 on"),
    ],
)
def test_frames_are_told_apart_by_column_and_row(tmp_path, now, words):
    FRAME.to_parquet(tmp_path / "then.parquet")
    now.to_parquet(tmp_path / "now.parquet")
    assert first_difference(tmp_path / "then.parquet", tmp_path / "now.parquet") == words


def test_the_same_rows_in_other_bytes_are_said_to_be_so(tmp_path):
    with_gap = FRAME.assign(rate=[None, 2.0])
    with_gap.to_parquet(tmp_path / "then.parquet")
    with_gap.to_parquet(tmp_path / "now.parquet", compression="zstd")
    said = first_difference(tmp_path / "then.parquet", tmp_path / "now.parquet")
    assert said == "the same content, written in other bytes"


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ({"n": 4711, "list": [1, {"verdict": "b"}]}, "list[1].verdict differs"),
        ({"n": 4712, "list": [1, {"verdict": "a"}]}, "n differs"),
        ({"n": 4711.0, "list": [1, {"verdict": "a"}]}, "n differs"),
        ({"list": [1, {"verdict": "a"}]}, "n is gone"),
        ({"n": 4711, "list": [1, {"verdict": "a"}], "more": 1}, "more is new"),
        ({"n": 4711, "list": [1]}, "list has 2 entries then, 1 now"),
        ([], "the value differs"),
    ],
)
def test_documents_are_told_apart_by_place(tmp_path, now, words):
    (tmp_path / "then.json").write_text(json.dumps({"n": 4711, "list": [1, {"verdict": "a"}]}))
    (tmp_path / "now.json").write_text(json.dumps(now))
    assert first_difference(tmp_path / "then.json", tmp_path / "now.json") == words


@pytest.mark.parametrize(
    ("name", "then", "now", "words"),
    [
        ("page.html", b"a\n4711\nc\n", b"a\n4712\nc\n", "line 2 of 3"),
        ("page.html", b"a\n", b"a\nb\n", "line 2 of 1"),
        ("page.pdf", b"4711", b"4712", "byte 4 of 4"),
        ("page.pdf", b"4711", b"47", "4 bytes then, 2 now"),
        ("facts.json", b"{", b"[]", "cannot be read as what its name says"),
        ("rows.parquet", b"4711", b"4712", "cannot be read as what its name says"),
    ],
)
def test_other_files_are_told_apart_by_line_or_byte(tmp_path, name, then, now, words):
    paths = [tmp_path / folder / name for folder in ("then", "now")]
    for path, content in zip(paths, (then, now), strict=True):
        path.parent.mkdir()
        path.write_bytes(content)
    said = first_difference(*paths)
    assert (said, SECRET in said) == (words, False)


def review(folder, **files) -> None:
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)
    (folder / "manifest.json").write_text(json.dumps({"files": file_hashes(folder), "records": {}}))


def test_what_was_changed_removed_or_added_by_hand_is_told_without_running_anything(tmp_path):
    review(tmp_path / "q4", a="1", b="2", c="3")
    assert changed_since(tmp_path / "q4") == []
    (tmp_path / "q4" / "a").write_text("9")
    (tmp_path / "q4" / "b").unlink()
    (tmp_path / "q4" / "d").write_text("4")
    assert changed_since(tmp_path / "q4") == [
        Difference("a", "changed"),
        Difference("b", "missing"),
        Difference("d", "added"),
    ]


def test_two_reviews_are_held_against_each_other_by_what_they_say_they_wrote(tmp_path):
    review(tmp_path / "then", a="1\n2", b="2", same="")
    review(tmp_path / "now", a="1\n3", c="2", same="")
    assert compared(tmp_path / "then", tmp_path / "now") == [
        Difference("a", "changed", "line 2 of 2"),
        Difference("b", "missing"),
        Difference("c", "added"),
    ]
    assert str(Difference("a", "changed", "line 2 of 2")) == "a: line 2 of 2"
    assert str(Difference("b", "missing")) == "b: missing"
