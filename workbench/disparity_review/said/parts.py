"""What is said of a gap and its parts: where people live, what they ask for, and what is there within."""

import math

from workbench.disparity_review.mix import patterns
from workbench.disparity_review.mix.kinds import STRATUM
from workbench.disparity_review.statements import Statement, positive
from workbench.findings.model import Finding, Verdict

SURE, HALF = 0.5, 0.5  # widest interval of a share at which it is said in words; what is most of a gap
_PATTERNS = {
    patterns.ALL_PLACE: ("live", "why_where"),
    patterns.WITHIN: ("within", "why_within"),
    patterns.BOTH: ("both", "why_where"),
    patterns.HIDDEN: ("only", "why_within"),
    patterns.NEITHER: ("none", ""),
    patterns.UNCLEAR: ("unclear", "more_data"),
}
_OF_KINDS = {patterns.OF_KINDS.get(name, name): ending for name, (ending, _) in _PATTERNS.items()}
_ASKS_OF_KINDS = {
    "live": "why_kinds",
    "within": "why_within_kind",
    "both": "why_kinds",
    "only": "why_within_kind",
}


def beside(statement: Statement, crude: dict) -> tuple[tuple[str, ...], dict]:
    """What a gap's own sentence adds: which part of it is the mix, by place and by kind, as message keys."""
    keys: list[str] = []
    arguments: dict = {}
    for stem, row in (("place", _by_place(statement, crude)), ("kind", _by_kind(statement, crude))):
        if row:
            ending = share_words(row)
            follows = "_too" if keys else ""
            keys.append(f"share_{stem}_{ending}{follows}")
            if ending == "part":
                arguments[f"share_{stem}"] = float(row["composition_share"])
    return tuple(keys), arguments


def asked_of_most(beside: tuple[str, ...], arguments: dict) -> str:
    """What to ask of a gap of which most is the mix, the first that is told of; empty where it is not most."""
    for stem, question in (("place", "why_where"), ("kind", "why_kinds")):
        told = next((key for key in beside if key.startswith(f"share_{stem}_")), "")
        ending = told.removeprefix(f"share_{stem}_").removesuffix("_too")
        if ending in ("most", "over") or (ending == "part" and arguments[f"share_{stem}"] > HALF):
            return question
    return ""


def share_words(row: dict) -> str:
    """How a share of the gap is said.

    ``over`` all of it or ``under`` none where it is sure to be; ``part`` in words where its interval is narrow;
    ``most`` or ``less`` than half where it lies on one side of a half; else ``open``.
    """
    share, lower, upper = (row[f"composition_share{side}"] for side in ("", "_lower", "_upper"))
    if not all(map(math.isfinite, (share, lower, upper))):
        return "open"
    if lower > 1:
        return "over"
    if upper < 0:
        return "under"
    if upper - lower <= SURE:
        return "part"
    return "most" if lower >= HALF else "less" if upper <= HALF else "open"


def of_group(statement: Statement, group: str, *, certain: bool) -> list[Finding]:
    """The gap of a group within the same place, and in its parts; by kind as well, where there are kinds."""
    found = []
    level = next(iter(statement.facts["levels"]), "")
    for mix in filter(None, (level, STRATUM)):
        rows = statement.rows("adjusted", question="group", group=group, mix=mix)
        found += [_same(statement, row) for row in rows]
        rows = statement.rows("split", question="group", group=group, mix=mix) if certain else []
        found += [_split(statement, row) for row in rows if row["state"] == "value"]
    return found


def of_place(statement: Statement, place: str, level: str) -> list[Finding]:
    """The gap of a place among cases of the same kind."""
    rows = statement.rows("adjusted", question="place", place=place, place_level=level, mix=STRATUM)
    return [_same(statement, row) for row in rows if row["state"] == "value"]


def _by_place(statement: Statement, crude: dict) -> dict:
    """The split by the finest level that can be told."""
    levels = list(statement.facts["levels"]) if crude["question"] == "group" else []
    return next((row for level in levels if (row := _row(statement, crude, level))), {})


def _by_kind(statement: Statement, crude: dict) -> dict:
    return _row(statement, crude, STRATUM)


def _row(statement: Statement, crude: dict, mix: str) -> dict:
    keys = {name: crude[name] for name in ("question", "group", "place_level", "place")}
    rows = statement.rows("split", mix=mix, **keys)
    return next((row for row in rows if row["state"] == "value"), {})


def _same(statement: Statement, row: dict) -> Finding:
    """The gap as it is, standardised and pooled, side by side."""
    kinds = row["mix"] == STRATUM
    question, stem = f"same_{row['mix']}", "same_kind" if kinds else "same_place"
    stem = f"{stem}_there" if row["question"] == "place" else stem
    if Verdict(row["verdict"]) == Verdict.SUPPRESSED:
        return statement.suppressed(question, row)
    readable = row["state"] == "value"
    ending, ask = _ending(row["pattern"], kinds=kinds) if readable else ("few", "more_data")
    uneven = readable and row["homogeneity_p"] < 1 - statement.facts["confidence"]
    return statement.finding(
        row,
        question=question,
        message=f"{stem}_{ending}",
        also=(f"uneven_{'kinds' if kinds else 'places'}",) if uneven else (),
        arguments=_of_same(statement, row),
        size=statement.size(row),
        affected=statement.affected(row) if row["question"] == "group" else None,
        caveats=("where_people_live",) if readable and not kinds else (),
        ask=ask,
    )


def _ending(pattern: str, *, kinds: bool) -> tuple[str, str]:
    if not kinds:
        return _PATTERNS[pattern]
    ending = _OF_KINDS[pattern]
    return ending, _ASKS_OF_KINDS.get(ending, "more_data" if ending == "unclear" else "")


def _of_same(statement: Statement, row: dict) -> dict:
    """Arguments of a gap beside itself, all positive where the crude gap lies."""
    crude = row["crude_difference"]
    sign = -1 if crude < 0 else 1
    sizes = positive(row, given=crude) | {"crude": abs(crude)}
    sizes["standardised"] = sign * row["standardised_difference"]
    said = statement.of_sides(row) | {"pattern": row["pattern"]}
    if row["mix"] != STRATUM:
        said["level"] = statement.label(row["mix"]).lower()
    return said | statement.scaled(sizes)


def _split(statement: Statement, row: dict) -> Finding:
    """The two parts that a gap adds up from, with their intervals."""
    kinds, mix = row["mix"] == STRATUM, row["mix"]
    sign = -1 if row["difference"] < 0 else 1
    sizes = {"gap": sign * row["difference"]}
    for name in ("composition", "treatment"):
        own = positive(row, name, given=row["difference"])
        sizes |= {name: own["size"], f"{name}_lower": own["lower"], f"{name}_upper": own["upper"]}
    said = statement.of_sides(row) | {"coverage": float(row["coverage"]), "parts": int(row["parts"])}
    said |= {} if kinds else {"level": statement.label(mix).lower()}
    coarser = {} if kinds else _coarser(statement, row)
    return statement.finding(
        row | {"p": None},
        question=f"split_{mix}",
        message="split_kinds" if kinds else "split_places",
        also=("split_coarser",) if coarser else (),
        arguments=said | statement.scaled(sizes) | coarser,
        size=statement.size(row, "treatment"),
        n=None,
        caveats=() if kinds else ("where_people_live",),
        judged_by=statement.id_of(f"same_{mix}", row["group"]),
    )


def _coarser(statement: Statement, row: dict) -> dict:
    """The same split at the place level above, as a check on it."""
    levels = list(statement.facts["levels"])
    above = levels[levels.index(row["mix"]) + 1 :][:1]
    other = _row(statement, row, above[0]) if above else {}
    if not other:
        return {}
    sign = -1 if row["difference"] < 0 else 1
    told = {
        "coarser_composition": sign * other["composition"],
        "coarser_treatment": sign * other["treatment"],
    }
    return {"coarser": statement.label(above[0]).lower()} | statement.scaled(told)
