"""What process map timing finds: where the time goes, how long cases take, and what changed."""

from dataclasses import dataclass, field

import pandas as pd

from workbench.analyses import Results


@dataclass(frozen=True)
class ProcessResults(Results):
    """Result frames of one process.

    Every row has ``state`` and ``cells``; every column is described in GLOSSARY.md.

    Parameters
    ----------
    summary : DataFrame
        One row a quantity of the whole log: events, cases, variants, durations, lead times.
    lead_times : DataFrame
        One row for each interval and clock: submitted; Kaplan-Meier median and 90th percentile with
        limits beside the median of closed cases only.
    progress : DataFrame
        One row for each interval and ``open`` or ``overdue``: how many, of how many.
    survival : DataFrame
        One row for each interval shown and share: the days within which that share was closed.
    comparison : DataFrame
        One row a comparison (``previous``, ``last_year``): difference of medians or of shares closed, chance of
        being faster, difference at the same mix, verdict.
    service_levels : DataFrame
        One row for each interval and clock (the whole, the city's): cases that were due, met, missed.
        None where no service level is declared.
    attributes : DataFrame
        One row for each dimension and group of the period: lead time.
    edges : DataFrame
        One row an edge of the period: count, waits, share of the total wait, verdict of the longest.
    activities : DataFrame
        One row an activity of the period: how often it was done.
    endpoints : DataFrame
        One row an activity that cases start with, or are closed at: how many.
    waiting : DataFrame
        One row an activity after which open cases wait: how many, how long so far.
    rework : DataFrame
        One row an activity of the period: cases in which it was done more than once; and one for any.
    rework_kinds : DataFrame
        One row for each repeated activity and kind: by the same hand or another, at once or later.
    variants : DataFrame
        The most frequent variants of the period and one row for all others.
    variant_coverage : DataFrame
        One row a share of cases: the fewest variants that have so many.
    quality : DataFrame
        One row a check of the log: how many, of how many.
    restricted_means : DataFrame
        One row for each interval and clock.
    outcomes : DataFrame
        One row for each interval, outcome, clock and day.
    holders : DataFrame
        One row for each holder of the period and clock.
    falling_due : DataFrame
        One row for each span ahead: open cases that fall due in it.
    step_times : DataFrame
        One row for each activity of the period and clock.
    efficiency : DataFrame
        One row for each clock and measure of the period.
    handoffs : DataFrame
        One row a level: person, team.
    yields : DataFrame
        One row an activity of the period, and one for all steps together.
    causes : DataFrame
        One row for each step waited for and cause.
    edges_compared : DataFrame
        One row an edge of both periods.
    change : DataFrame
        One row: the week from which cases took longer or shorter.
    constraint : DataFrame
        One row an activity of the period that people do.
    flow_check : DataFrame
        One row: cases at hand against what their arrivals and lead times make.
    scenarios : DataFrame
        One row a scenario of the constraint.
    removed : DataFrame
        One row a step: lead time if it took no time.
    equity : DataFrame
        One row for each dimension, group or place, and quantity: how it differs from its reference.
    equity_steps : DataFrame
        One row for each group with a judged gap and edge: how much of the gap arises there.
    capability : DataFrame
        One row for each clock and index.
    defects : DataFrame
        One row a clock: defects per million opportunities and sigma level.
    value_stream : DataFrame
        One row a step of the usual path, in order, and one for the whole.
    excluded : DataFrame
        One row a record that was left out or is suspect.
    """

    summary: pd.DataFrame = field(default_factory=pd.DataFrame)
    lead_times: pd.DataFrame = field(default_factory=pd.DataFrame)
    progress: pd.DataFrame = field(default_factory=pd.DataFrame)
    survival: pd.DataFrame = field(default_factory=pd.DataFrame)
    comparison: pd.DataFrame = field(default_factory=pd.DataFrame)
    service_levels: pd.DataFrame = field(default_factory=pd.DataFrame)
    attributes: pd.DataFrame = field(default_factory=pd.DataFrame)
    edges: pd.DataFrame = field(default_factory=pd.DataFrame)
    activities: pd.DataFrame = field(default_factory=pd.DataFrame)
    endpoints: pd.DataFrame = field(default_factory=pd.DataFrame)
    waiting: pd.DataFrame = field(default_factory=pd.DataFrame)
    rework: pd.DataFrame = field(default_factory=pd.DataFrame)
    rework_kinds: pd.DataFrame = field(default_factory=pd.DataFrame)
    variants: pd.DataFrame = field(default_factory=pd.DataFrame)
    variant_coverage: pd.DataFrame = field(default_factory=pd.DataFrame)
    quality: pd.DataFrame = field(default_factory=pd.DataFrame)
    restricted_means: pd.DataFrame = field(default_factory=pd.DataFrame)
    outcomes: pd.DataFrame = field(default_factory=pd.DataFrame)
    holders: pd.DataFrame = field(default_factory=pd.DataFrame)
    falling_due: pd.DataFrame = field(default_factory=pd.DataFrame)
    step_times: pd.DataFrame = field(default_factory=pd.DataFrame)
    efficiency: pd.DataFrame = field(default_factory=pd.DataFrame)
    handoffs: pd.DataFrame = field(default_factory=pd.DataFrame)
    yields: pd.DataFrame = field(default_factory=pd.DataFrame)
    causes: pd.DataFrame = field(default_factory=pd.DataFrame)
    edges_compared: pd.DataFrame = field(default_factory=pd.DataFrame)
    change: pd.DataFrame = field(default_factory=pd.DataFrame)
    constraint: pd.DataFrame = field(default_factory=pd.DataFrame)
    flow_check: pd.DataFrame = field(default_factory=pd.DataFrame)
    scenarios: pd.DataFrame = field(default_factory=pd.DataFrame)
    removed: pd.DataFrame = field(default_factory=pd.DataFrame)
    equity: pd.DataFrame = field(default_factory=pd.DataFrame)
    equity_steps: pd.DataFrame = field(default_factory=pd.DataFrame)
    capability: pd.DataFrame = field(default_factory=pd.DataFrame)
    defects: pd.DataFrame = field(default_factory=pd.DataFrame)
    value_stream: pd.DataFrame = field(default_factory=pd.DataFrame)
    excluded: pd.DataFrame = field(default_factory=pd.DataFrame)

    KEYS = {
        "summary": ("quantity", "unit"),
        "lead_times": ("interval", "clock"),
        "progress": ("interval", "outcome"),
        "survival": ("interval", "share"),
        "comparison": ("interval", "comparison", "since"),
        "service_levels": ("interval", "clock"),
        "attributes": ("interval", "dimension", "group"),
        "edges": ("interval", "from", "to", "holder"),
        "activities": ("interval", "activity"),
        "endpoints": ("interval", "activity", "side"),
        "waiting": ("interval", "activity", "holder"),
        "rework": ("interval", "activity"),
        "rework_kinds": ("interval", "activity", "kind"),
        "variants": ("interval", "rank"),
        "variant_coverage": ("interval", "share"),
        "quality": ("check",),
        "restricted_means": ("interval", "clock"),
        "outcomes": ("interval", "outcome", "clock", "day"),
        "holders": ("interval", "holder", "clock"),
        "falling_due": ("interval", "position", "within"),
        "step_times": ("interval", "activity", "clock"),
        "efficiency": ("interval", "clock", "measure"),
        "handoffs": ("interval", "level"),
        "yields": ("interval", "activity"),
        "causes": ("interval", "activity", "cause"),
        "edges_compared": ("interval", "since", "from", "to", "holder"),
        "change": ("interval",),
        "constraint": ("interval", "activity"),
        "flow_check": ("interval",),
        "scenarios": ("interval", "activity", "staff", "arrivals", "batch"),
        "removed": ("interval", "activity"),
        "equity": ("interval", "dimension", "group", "quantity"),
        "equity_steps": ("interval", "dimension", "group", "from", "to"),
        "capability": ("interval", "clock", "index"),
        "defects": ("interval", "clock"),
        "value_stream": ("interval", "position", "activity"),
        "excluded": ("reason", "row"),
    }
