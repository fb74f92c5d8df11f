"""The message catalogue: looked up, filled once, and complete."""

import re
from pathlib import Path

import pytest

from workbench.analyses import registered
from workbench.errors import MessageError
from workbench.findings.messages import SECTIONS, SHARED, catalogue, examples, faults_of, fill, message
from workbench.findings.model import Verdict

CAUSAL = re.compile(
    r"\b(because|caus(e|es|ed|ing)|due to|lead(s|ing)? to|led to|result(s|ed|ing)? (in|from|of)|owing to|thanks to|"
    r"driv(es?|en|ing) (by|up|down)|drove|explains?|explained by|responsible for|impact(s|ed)?|effects? of|"
    r"on account of|attribut(ed|able) to|makes? .* (slower|faster|worse|better)|brought about|contribut(es?|ed) to|"
    r"discriminat\w+)\b",
    re.IGNORECASE,
)


def message_files() -> list[Path]:
    folders = [SHARED, *(analysis.messages for analysis in registered().values())]
    return [file for folder in folders for file in sorted(Path(folder).glob("*.toml"))]


def test_arguments_are_put_in_their_place():
    assert (
        fill("{n:count} of {group:label}, {p:p}", {"n": 12, "group": "Black", "p": 0.5})
        == "12 of Black, p = 0.5"
    )


def test_braces_in_data_stay_braces():
    hostile = "{n:count} {0.__class__} {{7*7}} ${x} \\1 \\g<0>"
    assert fill("in {place:label}: {n:count}", {"place": hostile, "n": 3}) == f"in {hostile}: 3"


def test_all_missing_and_wrong_arguments_are_named_at_once():
    with pytest.raises(MessageError, match=r"'size' is missing.*'n' must be a whole number, not 'many'"):
        fill("{size:number} {n:count} {group:label}", {"n": "many", "group": "Black"})


@pytest.mark.parametrize(
    ("template", "fault"),
    [
        ("{size}", "stray brace"),
        ("{size.real:number}", "stray brace"),
        ("{size[0]:number}", "stray brace"),
        ("{size!r:number}", "stray brace"),
        ("{{size:number}}", "stray brace"),
        ("100 } left", "stray brace"),
        ("{size:float}", "no format 'float'"),
        (12, "a message is text, not 12"),
    ],
)
def test_a_template_with_a_fault_is_told(template, fault):
    assert fault in faults_of(template)[0]


def test_all_faults_of_a_file_are_told_together(tmp_path):
    file = tmp_path / "en.toml"
    file.write_text('[message]\na = "{x}"\nb = "fine"\n[ask]\nc = "{y:float}"\n')
    with pytest.raises(
        MessageError, match=r"(?s)\[message\] a: stray brace.*\[ask\] c: there is no format 'float'"
    ):
        catalogue(file)


def test_a_missing_key_names_itself_and_where_it_was_looked_for():
    with pytest.raises(MessageError, match=r"\[caveat\] 'nothing' in findings/en.toml"):
        message("caveat", "nothing")


def test_a_missing_language_is_named():
    with pytest.raises(MessageError, match=r"findings/xx\.toml"):
        message("caveat", "small_numbers", language="xx")


def test_a_file_that_is_not_toml_is_named(tmp_path):
    (tmp_path / "en.toml").write_text("[message\n")
    with pytest.raises(MessageError, match=r"en\.toml is not TOML"):
        catalogue(tmp_path / "en.toml")


def test_every_verdict_has_its_word():
    assert {str(verdict) for verdict in Verdict} == set(catalogue(SHARED / "en.toml")["verdict"])


def test_every_message_renders_with_example_arguments():
    sections = [(file, catalogue(file).get(section, {})) for file in message_files() for section in SECTIONS]
    for file, section in sections:
        for key, template in section.items():
            words = fill(template, examples(template), file.stem)
            assert words.strip(), f"{file}: {key} is empty"
            assert "{" not in words, f"{file}: {key}"


def test_no_message_claims_a_cause():
    claims = [
        f"{file.parent.name}: {key}: {template}"
        for file in message_files()
        for key, template in catalogue(file).get("message", {}).items()
        if CAUSAL.search(template)
    ]
    assert claims == []


@pytest.mark.parametrize(
    "claim", ["slow because of staffing", "the delay caused", "Due to X", "this leads to", "is driven by"]
)
def test_the_search_for_causes_finds_them(claim):
    assert CAUSAL.search(claim)
