"""What is said of an entry that its values do not bear out: which part of it, what was got, what to write."""

from workbench.findings.model import Finding, Verdict
from workbench.target_tracking.misfits import DECLARED
from workbench.target_tracking.statements import Statement


def off_scale(one: Statement) -> list[Finding]:
    """That a target is a hundredfold off the values, and nothing is held against it."""
    got, value = one.facts["off_scale"], float(one.measure["value"])
    if got is None:
        return []
    shown = one.amount(got)
    arguments = {
        "got": shown,
        "got_plain": shown[0],
        "nearer": shown[0] / 100 if got > value else shown[0] * 100,
        "had": one.amount(value),
        "end": "upper" if one.facts["direction"] == "decrease" else "lower",
    }
    message = "off_scale" if one.facts["off_scale_is"] == DECLARED else "off_scale_read"
    return [_check(one, "scale", message, **arguments)]


def refused(one: Statement) -> list[Finding]:
    """That too many rows of a measure cannot be read for any of them to be used: in place of all else that is said of it."""
    own = one.facts["refused"]
    arguments = {"rows": own["rows"], "rejects": own["rejects"], "why": own["why"]}
    return [_check(one, "variation", "refused", **arguments)]


def idle(one: Statement) -> list[Finding]:
    """That a baseline names periods without values."""
    if not one.facts["idle"]:
        return []
    periods = [f"`{word}` {name}" for word, _, name in (each.partition(" ") for each in one.facts["idle"])]
    first = one.results.points
    first = first[(first["measure"] == one.measure["measure"]) & first["value"].notna()]["interval"]
    return [_check(one, "baseline", "idle", periods=periods, first=first.iloc[0])] if len(first) else []


def strays(one: Statement) -> list[Finding]:
    """That rows are dated long after the as-of day, and count for nothing."""
    far = one.facts["strays"]
    if not far:
        return []
    column = one.facts["columns"]["interval"]
    return [_check(one, "dates", "strays", far=far[0], as_of=one.results.facts["as_of"], column=column)]


def _check(one: Statement, question: str, message: str, **arguments) -> Finding:
    return one.finding(
        question, Verdict.CHECK_DATA, message, method="", ask="check_data", arguments=arguments
    )
