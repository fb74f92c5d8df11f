"""What the next meeting should talk about: all findings of a review, judged together and ranked.

**Judged together.** A review makes hundreds of comparisons, and some look real by luck. Within
each family (``review``: everything looked at; ``plan``: what was registered beforehand) the
p values become q values (Benjamini and Hochberg 1995). A finding stands when q is at most 0.05.
A finding without a p value is not a test and does not take part. One that says more about a comparison
that another finding tests (``judged_by``) stands or falls with that one, and is not counted again.

**Ranked.** First what stands or is no test, then what does not stand, then what found no
difference, then what cannot be told yet, then what is not shown. Within these by

    score = evidence x stakes x goals x tone

- evidence, 0 to 1: -log10(q) up to 6, divided by 6; of what is no test, that of q = 0.05;
- stakes, 0 to 1: log(1 + affected) beside that of the most affected finding of the review; 0.5
  where it is not known how many are affected;
- goals: 1.5 where a goal, or one that it serves, is for racial equity; 1.25 for another goal; 1 for none;
- tone: 1 for a concern, 0.75 for something to watch, 0.5 for good news.

References
----------
Benjamini, Y., Hochberg, Y. (1995). Controlling the false discovery rate. Journal of the Royal
Statistical Society B 57(1), 289-300.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from workbench.catalog.plan import above
from workbench.findings.model import Finding
from workbench.findings.shown import plain
from workbench.findings.tones import CONCERN, GOOD, HIDDEN, OPEN, STEADY, WATCH, tone_of
from workbench.statistics.false_discovery import benjamini_hochberg

FAMILIES = ("review", "plan")
STANDS_AT = 0.05
NOT_A_TEST = "not a test"
MOST_EVIDENCE = 6
UNKNOWN_STAKES = 0.5
RACIAL_EQUITY, OTHER_GOAL = 1.5, 1.25
TONES = {CONCERN.name: 1.0, WATCH.name: 0.75, GOOD.name: 0.5}
LAST = {STEADY.name: 2, OPEN.name: 3, HIDDEN.name: 4}

Values = Mapping[str, Any]


def agenda(
    findings: Iterable[Finding | Values],
    previous: Values | None = None,
    definitions: Values | None = None,
    previous_definitions: Values | None = None,
    goals: Values | None = None,
    formerly: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The ranked findings of a review, and what changed since the previous one.

    Parameters
    ----------
    findings : iterable of Finding, or of dict as ``Finding.to_json`` makes them
    previous : dict, optional
        The agenda of the previous review.
    definitions, previous_definitions : dict, optional
        A subject: its catalog entry as plain JSON, now and then (``catalog.resolved.definitions``).
    goals : dict, optional
        A goal: its catalog entry as plain JSON.
    formerly : dict of str to str, optional
        An earlier name of a subject: its name now. What was found under it is followed.

    Returns
    -------
    dict
        Plain JSON values, the same for the same findings in any order.

        - ``items``: one a finding in rank order: ``id``, ``rank``, ``finding``, ``q``, ``stands`` (true,
          false, or null for what is no test), ``standing`` in words, ``leads`` (whether it belongs on a
          first page), ``evidence``, ``stakes``, ``score``, ``change`` (``new``, ``verdict changed`` or
          ``same``; empty without a previous review), ``before`` (its verdict then), ``changed_by``
          (``changed definition`` or ``data``, or what the analysis itself can tell of data: ``new data`` or
          ``restated data``; empty for the same, or when not known), ``definition_changed``.
        - ``gone``: findings of the previous review that were not made again.
        - ``changes``: how many are new, gone, changed, the same.
        - ``tests``: ``id``, ``p`` and ``family`` of all that was tested; ``tested``: how many.
        - ``families``: how many of each were tested and stand.
    """
    ordered = sorted(map(_values, findings), key=lambda values: (values["id"], values["department"]))
    tested = _q_values(ordered)
    q = tested | _borrowed(ordered, tested)
    largest = max((values["affected"] or 0 for values in ordered), default=0)
    changed = _Changes(previous, definitions, previous_definitions, formerly or {})
    items = [
        _judged(values, q.get(place), largest, goals or {}) | changed.of(values)
        for place, values in enumerate(ordered)
    ]
    items.sort(key=lambda item: (_class_of(item), -item["score"], item["id"]))
    items = [{"id": item["id"], "rank": rank} | item for rank, item in enumerate(items, 1)]
    gone = changed.gone({values["id"] for values in ordered})
    return {
        "items": items,
        "gone": gone,
        "changes": _counted(items, gone, previous),
        "tested": len(tested),
        "tests": [{name: ordered[place][name] for name in ("id", "p", "family")} for place in sorted(tested)],
        "families": {family: _family(items, family) for family in FAMILIES},
    }


def top(ranked: Values, count: int) -> list[dict[str, Any]]:
    """The first items of an agenda, each of another subject as long as there are others that lead.

    What says more about a comparison that another finding tests comes after all that do not.
    """
    leading = [item for item in ranked["items"] if item["leads"] and not _says_more(item)]
    first: dict[tuple[str, str], dict] = {}
    for item in leading:
        first.setdefault((item["finding"]["analysis"], item["finding"]["subject"]), item)
    chosen = list(first.values())
    rest = [item for item in ranked["items"] if item not in chosen]
    rest.sort(key=_says_more)
    return sorted([*chosen, *rest][:count], key=lambda item: item["rank"])


def _says_more(item: Values) -> bool:
    return bool(item["finding"].get("judged_by"))


def _values(finding: Finding | Values) -> Values:
    return plain(finding.to_json(), finding.id) if isinstance(finding, Finding) else finding


def _q_values(ordered: list[Values]) -> dict[int, float]:
    """q of each finding that has a p value, by its place; each family for itself."""
    q = {}
    for family in FAMILIES:
        places = [
            place
            for place, values in enumerate(ordered)
            if values["family"] == family and values["p"] is not None
        ]
        if places:
            controlled = benjamini_hochberg([ordered[place]["p"] for place in places])
            q |= dict(zip(places, controlled.tolist(), strict=True))
    return q


def _borrowed(ordered: list[Values], tested: Mapping[int, float]) -> dict[int, float]:
    """q of each finding that is judged by the test of another one."""
    known = {(ordered[place]["id"], ordered[place]["department"]): q for place, q in tested.items()}
    lent = {
        place: known.get((values.get("judged_by", ""), values["department"]))
        for place, values in enumerate(ordered)
        if values["p"] is None
    }
    return {place: q for place, q in lent.items() if q is not None}


def _judged(values: Values, q: float | None, largest: float, goals: Values) -> dict[str, Any]:
    stands = None if q is None else q <= STANDS_AT
    evidence = _evidence(STANDS_AT if q is None else q)
    stakes = _stakes(values["affected"], largest)
    tone = tone_of(values["verdict"]).name
    return {
        "id": values["id"],
        "finding": dict(values),
        "q": q,
        "stands": stands,
        "standing": {None: NOT_A_TEST, True: "stands", False: "does not stand"}[stands],
        "leads": stands is not False and tone in TONES,
        "evidence": evidence,
        "stakes": stakes,
        "score": evidence * stakes * _weight(values["goals"], goals) * TONES.get(tone, 1.0),
    }


def _evidence(q: float) -> float:
    return min(-math.log10(q), MOST_EVIDENCE) / MOST_EVIDENCE if q > 0 else 1.0


def _stakes(affected: float | None, largest: float) -> float:
    if affected is None or not largest:
        return UNKNOWN_STAKES
    return math.log1p(max(affected, 0)) / math.log1p(largest)


def _weight(own: Iterable[str], goals: Values) -> float:
    parents = {name: entry.get("parent", "") for name, entry in goals.items()}
    served = [step for goal in own for step in (goal, *above(goal, parents))]
    if any(goals.get(goal, {}).get("racial_equity") for goal in served):
        return RACIAL_EQUITY
    return OTHER_GOAL if served else 1.0


def _class_of(item: Values) -> int:
    tone = tone_of(item["finding"]["verdict"]).name
    return LAST.get(tone, 0 if item["leads"] else 1)


def _renamed(values: Values, formerly: Mapping[str, str]) -> Values:
    """A finding of an earlier review under the name that its subject has now."""
    if values["subject"] not in formerly:
        return values
    name = formerly[values["subject"]]
    analysis, _, rest = values["id"].split("/", 2)
    return {**values, "id": f"{analysis}/{name}/{rest}", "subject": name}


class _Changes:
    """Compares findings with those of the previous review."""

    def __init__(
        self, previous: Values | None, now: Values | None, then: Values | None, formerly: Mapping[str, str]
    ):
        self._compared = previous is not None
        before = [_renamed(item["finding"], formerly) for item in (previous or {}).get("items", [])]
        self._before = {values["id"]: values for values in before}
        self._now = now
        self._then = then and {formerly.get(name, name): entry for name, entry in then.items()}

    def of(self, values: Values) -> dict[str, Any]:
        """What changed about one finding."""
        before = self._before.get(values["id"])
        change = self._change(values, before)
        redefined = self._redefined(values["subject"])
        by = values.get("because") or {None: "", True: "changed definition", False: "data"}[redefined]
        return {
            "change": change,
            "before": before["verdict"] if before else None,
            "changed_by": by if change not in ("", "same") else "",
            "definition_changed": redefined,
        }

    def gone(self, here: set[str]) -> list[dict[str, Any]]:
        """Findings that were not made again, by id."""
        return [
            {"id": name, "finding": dict(before), "definition_changed": self._redefined(before["subject"])}
            for name, before in sorted(self._before.items())
            if name not in here
        ]

    def _change(self, values: Values, before: Values | None) -> str:
        if not self._compared:
            return ""
        if before is None:
            return "new"
        return "same" if before["verdict"] == values["verdict"] else "verdict changed"

    def _redefined(self, subject: str) -> bool | None:
        if self._now is None or self._then is None:
            return None
        return self._now.get(subject) != self._then.get(subject)


def _counted(items: list[Values], gone: list[Values], previous: Values | None) -> dict[str, int]:
    if previous is None:
        return {}
    found = Counter(item["change"] for item in items)
    return {name: found[name] for name in ("new", "verdict changed", "same")} | {"gone": len(gone)}


def _family(items: list[Values], family: str) -> dict[str, int]:
    tests = [item for item in items if item["finding"]["p"] is not None]
    own = [item["stands"] for item in tests if item["finding"]["family"] == family]
    return {"tested": len(own), "stand": sum(own)}
