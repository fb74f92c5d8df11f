import gzip

import pytest

from workbench.errors import SourceError
from workbench.sources import files, snapshot


def refused(catalog):
    with pytest.raises(SourceError) as refusal:
        snapshot(catalog, "requests")
    return str(refusal.value)


def test_a_missing_file_is_answered_with_names_like_it(declare, tmp_path):
    (tmp_path / "requests_2024.csv").write_text("ID\n")
    message = refused(declare(file="request_2024.csv"))
    assert message == (
        "source `requests`: there is no file 'request_2024.csv'; in that folder there is 'requests_2024.csv'."
    )


def test_a_missing_folder_is_named(declare):
    assert "no file 'exports/a.csv', and no folder 'exports' either" in refused(declare(file="exports/a.csv"))


def test_a_folder_is_not_a_file(declare, tmp_path):
    (tmp_path / "exports").mkdir()
    assert "'exports' is a folder; write the name of a file in it, or 'exports/*.csv'" in refused(
        declare(file="exports")
    )


def test_a_pattern_without_match_is_told(declare, tmp_path):
    (tmp_path / "notes.txt").write_text("")
    assert "no file matches '*.csv'" in refused(declare(file="*.csv"))


def test_the_files_of_a_pattern_are_read_in_order_of_their_names(declare, tmp_path, rows_of):
    (tmp_path / "b.csv").write_text("N,ID\n3,c\n")
    (tmp_path / "a.csv").write_text("ID,N\na,1\nb,2\n")
    taken = snapshot(declare(columns={"id": "text", "n": "integer"}, file="*.csv"), "requests")
    assert rows_of(taken.path) == [
        {"_row": 1, "id": "a", "n": 1},
        {"_row": 2, "id": "b", "n": 2},
        {"_row": 3, "id": "c", "n": 3},
    ]


def test_gzip_is_known_by_its_content(declare, rows_of):
    taken = snapshot(declare(gzip.compress("ID\né\n".encode())), "requests")
    assert rows_of(taken.path) == [{"_row": 1, "id": "é"}]


@pytest.mark.parametrize("cut", [4, 12])
def test_a_damaged_gzip_file_is_told(declare, cut):
    packed = gzip.compress(("ID\n" + "abc\n" * 500).encode())
    assert "is a damaged gzip file" in refused(declare(packed[:-cut], file="requests.csv.gz"))


def test_a_gzip_bomb_is_refused_while_it_unpacks(declare, monkeypatch):
    monkeypatch.setattr(files, "RATIO_FROM", 1 << 20)
    bomb = gzip.compress(b"ID\n" + b"a\n" * (4 << 20), compresslevel=9)
    assert "unpacks to more than 200 times its size" in refused(declare(bomb, file="requests.csv.gz"))


def test_a_text_larger_than_the_limit_is_refused(declare, monkeypatch):
    monkeypatch.setattr(files, "LARGEST", 1 << 10)
    assert "holds more than 0 GB of text" in refused(declare("ID\n" + "a\n" * 1000))


def test_a_line_without_end_is_refused(declare):
    assert "line 3: is longer than 1,048,576 characters" in refused(declare("ID\na\n" + "b" * (3 << 20)))


def test_a_zip_archive_named_csv_is_refused(declare):
    assert "requests.csv is a zip archive" in refused(declare(b"PK\x03\x04rest"))


def test_latin1_declared_as_utf8_is_located(declare):
    message = refused(declare("ID\na\nSeñor\n".encode("latin-1")))
    assert "requests.csv, line 3: byte 0xf1 is not utf-8" in message
    assert "write `encoding: latin-1`" in message


def test_mixed_encodings_are_told_from_latin1(declare):
    mixed = "ID\nSeñor\n".encode() + "Señora\n".encode("latin-1")
    message = refused(declare(mixed))
    assert "line 3: byte 0xf1" in message
    assert "mixes encodings" in message


def test_a_fault_beyond_the_first_piece_has_the_right_line(declare):
    content = b"ID\n" + b"abcdefg\n" * 300_000 + b"\xf1\n"
    assert "line 300002: byte 0xf1" in refused(declare(content))


def test_utf8_declared_as_latin1_is_refused(declare):
    assert "is UTF-8, not latin-1" in refused(declare("ID\nSeñor\n", encoding="latin-1"))


def test_plain_ascii_may_be_declared_as_latin1(declare, rows_of):
    assert rows_of(snapshot(declare("ID\na\n", encoding="latin-1"), "requests").path) == [
        {"_row": 1, "id": "a"}
    ]


def test_latin1_is_read_as_windows_writes_it(declare, rows_of):
    taken = snapshot(declare("ID\n\u2018Señor\u2019\n".encode("cp1252"), encoding="latin-1"), "requests")
    assert rows_of(taken.path) == [{"_row": 1, "id": "\u2018Señor\u2019"}]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_declared_as_utf8_is_refused(declare, encoding):
    assert "is UTF-16, not utf-8; write `encoding: utf-16`" in refused(declare("ID\nabc\n".encode(encoding)))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_is_read_when_declared_with_or_without_its_mark(declare, rows_of, encoding):
    taken = snapshot(declare("ID\nSeñor\n".encode(encoding), encoding="utf-16"), "requests")
    assert rows_of(taken.path) == [{"_row": 1, "id": "Señor"}]


def test_a_cut_off_utf16_file_is_told(declare):
    content = "ID\nabc\n".encode("utf-16") + b"x"
    assert "line 3: byte 0x78 is not utf-16" in refused(declare(content, encoding="utf-16"))


def test_bytes_that_are_no_text_are_told(declare):
    assert "is damaged, or is not text" in refused(declare(b"ID\nabc\n\xff\x00\x01"))


def test_utf8_declared_as_utf16_is_refused(declare):
    assert "is not UTF-16" in refused(declare("ID\nabc\n", encoding="utf-16"))


def test_a_nul_byte_is_located(declare):
    assert "requests.csv, line 3: holds a NUL character" in refused(declare(b"ID\nabc\nd\0e\nfgh\n"))


def test_a_byte_order_mark_is_no_part_of_the_header(declare, rows_of):
    assert rows_of(snapshot(declare("\ufeffID\na\n"), "requests").path) == [{"_row": 1, "id": "a"}]
