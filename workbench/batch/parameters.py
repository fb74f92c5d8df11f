"""Parameters of a notebook: typed by the signature of ``analyse``, checked before a kernel starts.

papermill guesses types from text (``02116`` becomes 2116), only warns of an unknown name,
and executes a hostile one. So nothing reaches it that has not passed here.
"""

import ast
import builtins
import inspect
import json
import keyword
import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, create_model

from workbench.analyses import Analysis
from workbench.catalog.words import did_you_mean, explain
from workbench.errors import ParameterError

COMMON = ("city", "review", "department", "subject")


def own(analysis: Analysis) -> dict[str, inspect.Parameter]:
    """The keyword-only parameters of an analysis, in the order of its signature."""
    signature = inspect.signature(analysis.analyse)
    return {name: each for name, each in signature.parameters.items() if each.kind is each.KEYWORD_ONLY}


def names(analysis: Analysis) -> tuple[str, ...]:
    """Every name that the parameters cell of its notebook declares."""
    return (*COMMON, *own(analysis))


def typed(analysis: Analysis, texts: Mapping[str, str]) -> dict[str, Any]:
    """Values given as text, converted by the declared types and by nothing else.

    Parameters
    ----------
    analysis : Analysis
    texts : dict of str to str
        Some of its own parameters, as found on the command line or in a link. City, review,
        department and subject are not among them: a report would carry one name and show another.

    Returns
    -------
    dict
        The same names; text parameters keep their text exactly.

    Raises
    ------
    ParameterError
        With every unknown name and every value of the wrong type.
    """
    known = tuple(own(analysis))
    refused = [said for name in texts if (said := _refused_name(name, known))]
    if refused:
        raise ParameterError("\n".join(refused))
    try:
        values = _model(analysis).model_validate(dict(texts)).model_dump(exclude_unset=True)
    except ValidationError as error:
        raise ParameterError("\n".join(_said(each) for each in error.errors())) from None
    return json_safe({name: values[name] for name in known if name in values})


def json_safe(values: dict[str, Any]) -> dict[str, Any]:
    """The values, when each is a JSON scalar or a list of them that a notebook receives unchanged."""
    for name, value in values.items():
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, float) and not math.isfinite(item):
                raise ParameterError(f"parameter {name!r} is {item!r}; write a finite number.")
            if isinstance(item, str) and not _encodable(item):
                raise ParameterError(f"parameter {name!r} is {item!r}, which is not valid text.")
    return values


def declared(notebook: Path) -> tuple[str, ...]:
    """Names that the cell tagged ``parameters`` of a notebook assigns, in order."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    tagged = [cell for cell in cells if "parameters" in cell["metadata"].get("tags", [])]
    if len(tagged) != 1:
        raise ParameterError(f"{notebook.name} must have one cell tagged 'parameters', has {len(tagged)}.")
    found = []
    for statement in ast.parse("".join(tagged[0]["source"])).body:
        targets = (
            statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        )
        found += [target.id for target in targets if isinstance(target, ast.Name)]
    return tuple(found)


def check_notebook(analysis: Analysis) -> None:
    """Refuse a notebook whose parameters cell and ``analyse`` declare different names.

    Raises
    ------
    ParameterError
    """
    if not analysis.notebook.is_file():
        raise ParameterError(f"the notebook of {analysis.handle!r} is missing: {analysis.notebook.name}.")
    found, wanted = declared(analysis.notebook), names(analysis)
    if found != wanted:
        raise ParameterError(
            f"the parameters cell of {analysis.notebook.name} declares {', '.join(found)}; "
            f"analyse() needs exactly {', '.join(wanted)}."
        )


@cache
def _model(analysis: Analysis) -> type[BaseModel]:
    """One optional field a parameter: what is not given keeps the notebook's own value."""
    hints = get_type_hints(analysis.analyse)
    kinds = {name: _from_text(hints.get(name, str)) for name in own(analysis)}
    return create_model(
        f"{analysis.handle}_parameters",
        __config__=ConfigDict(extra="forbid"),
        **{name: (kind, None) for name, kind in kinds.items()},
    )


def _from_text(hint: Any) -> Any:
    """The declared type, for a value that arrives as text: lists by commas, nothing for None."""
    if hint is list or get_origin(hint) in (list, tuple):
        return Annotated[hint, BeforeValidator(_split)]
    if type(None) in get_args(hint):
        return Annotated[hint, BeforeValidator(lambda value: None if value == "" else value)]
    return hint


def _split(value: Any) -> Any:
    if isinstance(value, str):
        return [part.strip() for part in value.split(",")] if value else []
    return value


def _refused_name(name: str, known: tuple[str, ...]) -> str:
    shown = name if len(name) <= 60 else name[:57] + "..."
    if not name.isidentifier() or keyword.iskeyword(name) or (hasattr(builtins, name) and name not in known):
        return f"{shown!r} cannot be the name of a parameter. Known are: {', '.join(known)}."
    if name in COMMON:
        return f"{name!r} is chosen by the command itself, not by a parameter. Known are: {', '.join(known)}."
    if name not in known:
        return f"there is no parameter {shown!r}. {did_you_mean(name, known)}"
    return ""


def _said(error: dict) -> str:
    what, instead = explain(error, ())
    return f"parameter {what} {instead}".strip()


def _encodable(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)
