"""What a city declares, as typed values. One class for each kind of entry of ``parameters/``.

Text is never converted behind the city's back: ``02116`` stays a ZIP code and ``no`` a
word wherever the field is text. Field names are the keys of the YAML files.
"""

from datetime import date
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from workbench.catalog.entry import Direction, Entry, Frequency, Hours, Id, OneOrMore, Text, Weekday
from workbench.catalog.left_out import LeftOut
from workbench.catalog.measures import Baseline, Chart, Gap, MeasureColumns, Stage, Target, Tolerance
from workbench.catalog.processes import Holder, KnownChange, ServiceLevel, Staff, Window
from workbench.catalog.tables import Source


class City(Entry):
    """``city.yml``: facts and policies of the whole city."""

    name: Text
    time_zone: Text
    fiscal_year_starts: int = Field(default=1, ge=1, le=12)
    working_days: list[Weekday] = ["Mon", "Tue", "Wed", "Thu", "Fri"]
    working_hours: Hours = ["09:00-17:00"]
    closures: list[date] = []  # closed beside the holidays of holidays.yml
    short_days: dict[date, Hours] = {}  # dates with hours of their own, such as Christmas Eve
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    minimum_count: int = Field(default=11, ge=3)
    show_zeros: bool = True
    audience: Literal["public", "internal"] = "public"
    languages: list[str] = ["en"]
    contact: str = ""


class Department(Entry):
    """``departments.yml``."""

    title: Text
    head: str = ""
    contact: str = ""
    seen_by: list[str] = []
    formerly: list[str] = []
    working_days: list[Weekday] = []  # the city's where empty
    working_hours: Hours = []
    closures: list[date] = []  # beside the city's
    short_days: dict[date, Hours] = {}  # beside the city's, and before its holidays and closures
    holidays: bool = True  # whether the city's holidays, closures and short days are its own, too


class Holiday(Entry):
    """``holidays.yml``: a date on which the city is closed, and its name: ``2026-01-01: New Year's Day``."""

    key_noun: ClassVar[str] = "a date"
    key_words: ClassVar[str] = "a date, such as 2025-12-31"
    name: Text

    @classmethod
    def is_key(cls, key: str) -> bool:
        """Whether a key is a date."""
        try:
            return date.fromisoformat(key).isoformat() == key
        except ValueError:
            return False

    @model_validator(mode="before")
    @classmethod
    def _of_its_name(cls, value):
        return {"name": value} if isinstance(value, str) else value


class Group(Entry):
    """One value of a dimension, and the codes that mean it in the sources."""

    title: Text
    codes: list[str] = []
    residents: str = ""  # in sentences: "residents of two or more races"; empty: the title and "residents"


class Dimension(Entry):
    """How people are grouped: race, language, ... Order of ``groups`` is the order shown."""

    title: Text
    groups: dict[Id, Group]
    unknown: list[str] = []
    reference: str = "everyone_else"  # a group id, best, everyone_else or city


class Boundary(Entry):
    """A GeoJSON file with the places of one level, in degrees of longitude and latitude."""

    file: Text
    property: Text
    vintage: str = ""


class PlaceLevel(Entry):
    """One level of place; ``within`` names the level above. ``places`` maps a place to its parent."""

    title: Text
    within: str = ""
    boundary: Boundary | None = None
    crosswalk: dict[str, str] = {}  # a name as found in a source: the name used here
    parents: dict[str, str] = {}  # a place: the place of the level above that it lies in
    unknown: list[str] = []
    disadvantage: dict[str, float] = {}  # a place: a figure by which places are ordered, higher is worse
    disadvantage_title: str = ""  # what the figure is: "households in poverty, percent, 2020-2024"


class Population(Entry):
    """How many people live where, by group, with margins of error at 90 %; or how much need there is."""

    source: Text
    place_level: Text
    place: Text
    dimension: str = ""
    group: str = ""
    count: Text
    margin: str = ""
    vintage: str = ""
    boundaries: str = ""  # vintage of the boundaries that the table was counted in
    total: list[str] = []  # codes of rows that count everyone together


class Goal(Entry):
    """One node of the strategic plan."""

    title: Text
    parent: str = ""
    owner: str = ""
    racial_equity: bool = False
    resilience: bool = False


class Milestone(Entry):
    """A dated promise of an initiative."""

    title: Text
    due: date
    done: date | None = None


class Initiative(Entry):
    """A major initiative."""

    title: Text
    department: Text
    goals: list[str] = []
    milestones: list[Milestone] = []


class Condition(Entry):
    """One test of a row. Exactly one test is given; all conditions of a list must hold."""

    column: Text
    equals: OneOrMore | None = None
    differs: OneOrMore | None = None
    filled: bool | None = None
    on_or_before: str | None = None  # another column; a missing value on either side fails
    after: str | None = None
    within_days: float | None = None  # together with ``since``: column - since <= so many days
    since: str | None = None


class Subject(Entry):
    """What measures, services and processes have in common."""

    title: Text
    department: Text
    owner: str = ""
    goals: list[str] = []
    initiative: str = ""
    formerly: list[str] = []
    source: Text
    where: list[Condition] = []


class Measure(Subject):
    """``measures.yml``: a quotient or count tracked over intervals."""

    kind: Literal["count", "proportion", "rate", "mean", "cumulative", "value"]
    scale: Literal["number", "fraction", "percent", "per_1000", "per_100000"] = "number"
    unit: str = ""
    direction: Direction
    columns: MeasureColumns
    frequency: Frequency = "month"
    targets: list[Target] = []
    baseline: Baseline = Baseline()
    groups: list[str] = []
    gaps: dict[str, Gap] = {}  # a dimension of `groups`: how its gap is measured, and to become what
    revision_lag: int = Field(default=0, ge=0)  # latest intervals that still change
    chart: Chart = ""  # empty: chosen from the kind of measure and its data
    tolerance: Tolerance | None = None
    stage: Stage = ""  # what is done, what comes of it, or what changes for people
    leads_to: list[str] = []  # measures that this one is meant to move


class Outcome(Entry):
    """What a service is judged by.

    A share of its rows; a count against residents; a count against an exposure that the rows carry
    (bed nights, inspector hours); or a wait, judged by the share served within the standard.
    """

    kind: Literal["proportion", "per_resident", "rate", "waiting_time"] = "proportion"
    numerator: list[Condition] = []
    denominator: list[Condition] = []
    words: str = ""  # "closed on time": completes "12 fewer of every 100 requests were ..."
    unit: str = "requests"
    population: str = ""  # of per_resident
    exposure: str = ""  # of rate: the column of whole numbers that is added up
    exposure_unit: str = ""  # of rate: what it counts, "bed nights"
    started: str = ""  # of waiting_time: a date or time column; empty: the one that places the row
    ended: str = ""  # of waiting_time: a date or time column, missing while someone still waits
    standard_days: float | None = None  # of waiting_time: within how many days the wait should end


class Stages(Entry):
    """What lies before and after the outcome of a service that people ask for."""

    residents: Text  # a population: asks are counted against it
    need: str = ""  # a population that counts the need: service is counted against it
    need_unit: str = ""  # "rented homes"


class Decisions(Entry):
    """Tests of the decisions in a service: of searches by their hits, of stops by daylight."""

    hit: list[Condition] = []  # what a search, tow or inspection was to find; tested among the numerator
    hit_words: str = ""  # "found something": completes "12 fewer of every 100 searches ..."
    daylight: str = ""  # a time column: whether darkness, that hides who is stopped, changes who is


class Imputation(Entry):
    """Missing groups estimated from surname and place: a sensitivity, never the headline."""

    surname: Text  # the column of surnames
    surnames: Text  # the source with one row a surname
    surname_in: Text  # its column of surnames
    shares: dict[Id, str]  # a group: its column of the share of bearers who belong to it
    population: Text  # residents by place and group


class Service(Subject):
    """``services.yml``: something residents receive, reviewed for disparity."""

    interval: Text  # the date or time column that places a row in an interval
    frequency: Frequency = "quarter"
    outcome: Outcome
    favourable: bool
    groups: dict[str, str]  # a dimension: the column that codes it
    places: dict[str, str] = {}  # a place level: the column that names it
    stratum: str = ""
    reference: dict[str, str] = {}  # a dimension: a group id, best, everyone_else or city
    person: str = ""  # the column that tells who it was: rows of one person are not independent
    plan: list[str] = []  # groups, "race/black", whose gap the strategic plan promised to close
    stages: Stages | None = None
    decisions: Decisions | None = None
    imputation: Imputation | None = None


class Process(Subject):
    """``processes.yml``: cases that pass through activities."""

    case: Text
    activity: Text
    timestamp: Text
    started: str = ""  # the column of start times, where they are recorded
    resource: str = ""
    team: str = ""  # the column of the team that the resource belongs to
    lifecycle: str = (
        ""  # the column that says of a row whether work is scheduled, starts, pauses or completes
    )
    instance: str = ""  # the column that pairs those rows; without it the first that starts is the first done
    set_aside: list[str] = []  # resources that are no people: system and test accounts
    order: list[str] = []  # declared step order: breaks ties of time
    first: list[str] = []
    last: list[str] = []  # a case is closed when its last event is one of these
    withdrawn: list[str] = []
    value_adding: list[str] = []
    clock: dict[str, str] = {}  # an activity: who holds the case after it; the city where nothing is said
    holders: dict[str, Holder] = {}  # a word of `clock`: whether that is the applicant, an agency, ...
    staff: dict[str, Staff] = {}  # an activity: who does it
    window: Window | None = None
    changes: list[KnownChange] = []
    double_click_seconds: int = Field(default=60, ge=0)  # a step repeated sooner by the same hand is suspect
    service_level: ServiceLevel | None = None
    submitted: str = ""  # case attribute columns that date the case better than its events
    closed: str = ""
    attributes: list[str] = []  # columns carried to the case; compared for case mix
    groups: dict[str, str] = {}
    places: dict[str, str] = {}
    frequency: Frequency = "quarter"
    noun: str = "cases"


class Action(Entry):
    """``actions.yml``: what was decided about a finding, before the data that will judge it."""

    finding: Text
    title: Text
    owner: Text
    start: date
    direction: Direction
    size: float | None = None
    by: str = ""
    registered: date
    compared_with: str = (
        ""  # where nothing was done: a place "ward/3", a group "race/white", or another measure
    )
    decided: Literal["", "keep", "change", "stop"] = ""
    decided_on: date | None = None


class Review(Entry):
    """``reviews/<name>.yml``: one quarterly run."""

    title: str = ""
    period: Text
    as_of: date
    previous: str = ""
    departments: list[str] = []  # empty: all
    analyses: list[str] = []
    subjects: list[str] = []
    audience: Literal["public", "internal"] | None = None
    languages: list[str] = ["en"]
    outputs: list[str] = ["html"]


class Catalog(BaseModel):
    """Everything one city declares, typed, checked and cross-referenced."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    root: Path
    city: City
    departments: dict[str, Department]
    holidays: dict[date, Holiday] = {}
    dimensions: dict[str, Dimension]
    places: dict[str, PlaceLevel] = {}
    populations: dict[str, Population] = {}
    goals: dict[str, Goal] = {}
    initiatives: dict[str, Initiative] = {}
    sources: dict[str, Source]
    measures: dict[str, Measure] = {}
    services: dict[str, Service] = {}
    processes: dict[str, Process] = {}
    actions: dict[str, Action] = {}
    reviews: dict[str, Review] = {}
    left_out: tuple[LeftOut, ...] = ()  # entries with faults of their own, which a review is made without
    declared_at: dict[str, str] = {}  # "measures/<id>": file:line:column

    @property
    def parameters(self) -> Path:
        """Folder of the YAML files."""
        return self.root / "parameters"

    @property
    def private(self) -> Path:
        """Folder of snapshots and true cubes: never published."""
        return self.root / "private"

    @property
    def outputs(self) -> Path:
        """Folder of reviews: may be published."""
        return self.root / "outputs"
