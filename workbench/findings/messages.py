"""The message catalogue: every sentence that a reader of a review sees, by key and language.

Messages are TOML files, one a language: an analysis has its own (``Analysis.messages``), and
``workbench/findings/<language>.toml`` holds what all share. A message names its arguments and
their formats, ``{size:number}``, and nothing else: arguments are put in its place once, so that
braces in data stay braces, no attribute is read and nothing is evaluated.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from workbench.analyses import named
from workbench.errors import MessageError
from workbench.findings.formats import EXAMPLES, FORMATS

SHARED = Path(__file__).parent
SECTIONS = ("message", "caveat", "ask")

_PLACE = re.compile(r"\{([a-z][a-z0-9_]*):([a-z]+)\}")


def message(section: str, key: str, analysis: str = "", language: str = "en") -> str:
    """The template of a key: the analysis' own, or else the shared one.

    Parameters
    ----------
    section : {'message', 'caveat', 'ask', 'verdict', 'page'}
    key, analysis, language : str
        ``analysis`` may be empty: only the shared messages are looked at.

    Raises
    ------
    MessageError
        When there is no such key, naming it and the files that were looked in.
    """
    files = files_of(analysis, language)
    for file in files:
        found = catalogue(file).get(section, {}).get(key)
        if found is not None:
            return found
    looked = " and ".join(f"{file.parent.name}/{file.name}" for file in files)
    raise MessageError(f"there is no [{section}] {key!r} in {looked}; add it there.")


def files_of(analysis: str, language: str) -> tuple[Path, ...]:
    """Message files in the order they are looked in."""
    own = (named(analysis).messages / f"{language}.toml",) if analysis else ()
    return (*own, SHARED / f"{language}.toml")


@cache
def catalogue(file: Path) -> Mapping[str, Mapping[str, Any]]:
    """The sections of one message file, its templates checked.

    Raises
    ------
    MessageError
        When the file is missing, is not TOML, or a template has a fault; all faults are named.
    """
    try:
        sections = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise MessageError(
            f"there are no messages in {file.parent.name}/{file.name}: no such file."
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise MessageError(f"{file.parent.name}/{file.name} is not TOML: {error}.") from error
    faults = [
        f"{file.parent.name}/{file.name} [{section}] {key}: {fault}"
        for section in SECTIONS
        for key, template in sections.get(section, {}).items()
        for fault in faults_of(template)
    ]
    if faults:
        raise MessageError("\n".join(faults))
    return sections


def faults_of(template) -> list[str]:
    """What is wrong with a template, in words; an empty list when nothing is."""
    if not isinstance(template, str):
        return [f"a message is text, not {template!r}."]
    unknown = [
        f"there is no format {style!r}; there are: {', '.join(FORMATS)}."
        for _, style in _PLACE.findall(template)
        if style not in FORMATS
    ]
    rest = _PLACE.sub("", template)
    stray = [
        f"stray brace near {rest[rest.index(brace) :][:20]!r}; write {{name:format}}."
        for brace in "{}"
        if brace in rest
    ]
    return unknown + stray


def fill(template: str, arguments: Mapping[str, Any], language: str = "en") -> str:
    """The template with its arguments in place.

    Raises
    ------
    MessageError
        When an argument is missing or has the wrong type; all of them are named.
    """
    words, faults = [], []
    locale = catalogue(SHARED / f"{language}.toml")["locale"]
    for name, style in _PLACE.findall(template):
        try:
            words.append(FORMATS[style](arguments[name], locale))
        except KeyError:
            faults.append(f"{name!r} is missing")
        except ValueError as error:
            faults.append(f"{name!r} must be {error}, not {arguments[name]!r}")
    if faults:
        raise MessageError(f"the message {template!r} cannot be filled: {'; '.join(faults)}.")
    rest = iter(words)
    return _PLACE.sub(lambda _: next(rest), template)


def examples(template: str) -> dict[str, Any]:
    """One argument of the right type for each place of a template."""
    return {name: EXAMPLES[style] for name, style in _PLACE.findall(template)}
