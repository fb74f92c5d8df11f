"""Bad input of a disparity review, the whole way: what is legal is said on the report, what is not costs its own report.

The tiny town gets services and tables that are odd in one way each. Its potholes stay as they are and must be
reviewed whatever is wrong beside them.
"""

import json
import re
from html import unescape
from pathlib import Path

import pandas as pd
import pytest

pytestmark = pytest.mark.xdist_group("tiny")

SERVICE = """
  {name}:
    title: {title}
    department: works
    source: {source}
    interval: opened
    where: {where}
    outcome: {outcome}
    favourable: yes
    groups: {{{dimension}: {column}}}
    places: {{neighbourhood: neighbourhood}}
"""
ON_TIME = "{numerator: [{column: closed, on_or_before: due}], denominator: [{column: due, filled: yes}], words: repaired on time}"
PER_RESIDENT = "{{kind: per_resident, population: {0}, words: asked, unit: residents}}"
RATE = "{kind: rate, numerator: [{column: request, filled: yes}], exposure: exposure, exposure_unit: bed nights, words: called, unit: nights}"
ODD = {
    "one-group": ("Only black residents", "requests", "[{column: race, equals: B}]", ON_TIME, "race"),
    "nobody": ("A group that nobody is of", "requests", "[]", ON_TIME, "language"),
    "unplaced": ("A place without population", "requests", "[]", PER_RESIDENT.format("two_places"), "race"),
    "calls": ("More events than exposure", "calls", "[]", RATE, "race"),
}
FATAL = {
    "overlapping": ("Groups that overlap", "requests", "[]", PER_RESIDENT.format("twice"), "race"),
    "elsewhere": ("Another coding of places", "requests", "[]", PER_RESIDENT.format("tracts"), "race"),
    "uncoded": ("Another coding of groups", "requests", "[]", PER_RESIDENT.format("words"), "race"),
}
DIMENSION = """
  language:
    title: Language
    groups:
      english: {title: English, codes: [W]}
      somali: {title: Somali, codes: [B]}
      hmong: {title: Hmong, codes: [HM]}
    reference: hmong
"""
POPULATION = "  {name}: {{source: {name}, place_level: neighbourhood, place: place, dimension: race, group: race, count: people, total: [ALL]}}\n"
PEOPLE = {
    "two_places": [("{{7*7}}", "B", 900), ("{{7*7}}", "W", 800), ("Nowhere", "B", 40)],
    "twice": [("Mill Pond", "B", 900), ("Mill Pond", "W", 800), ("Mill Pond", "ALL", 1000)],
    "tracts": [("27053000101", "B", 900), ("27053000102", "W", 800)],
    "words": [("Mill Pond", "African American", 900), ("Mill Pond", "Caucasian", 800)],
}


def add(city: Path, file: str, text: str) -> None:
    path = city / "parameters" / f"{file}.yml"
    path.write_text((path.read_text() if path.exists() else "format: 1\n") + text)


def with_services(city: Path, services: dict[str, tuple]) -> Path:
    """The town with more services, and the tables that they rest on."""
    sources = city / "private" / "sources"
    for name, (title, source, where, outcome, dimension) in services.items():
        values = {"title": title, "source": source, "where": where, "outcome": outcome}
        add(city, "services", SERVICE.format(name=name, dimension=dimension, column="race", **values))
    dimensions = city / "parameters" / "dimensions.yml"
    before, places = dimensions.read_text().split("places:\n")
    dimensions.write_text(f"{before}{DIMENSION.removeprefix(chr(10))}places:\n{places}populations:\n")
    for name, rows in PEOPLE.items():
        add(city, "dimensions", POPULATION.format(name=name))
        add(city, "sources", _source(name, "place race", people="integer"))
        _write(sources / f"{name}.csv", [("place", "race", "people"), *rows])
    add(city, "sources", _source("calls", "request race neighbourhood", exposure="integer", opened="date"))
    rows = [(n, "BW"[n % 2], "Mill Pond", int(n % 3 == 0), f"2025-{1 + n // 50:02}-15") for n in range(600)]
    _write(sources / "calls.csv", [("request", "race", "neighbourhood", "exposure", "opened"), *rows])
    return city


def _source(name: str, texts: str, **typed: str) -> str:
    columns = dict.fromkeys(texts.split(), "text") | typed
    listed = "".join(
        f"      {column}: {{name: {column}, type: {kind}}}\n" for column, kind in columns.items()
    )
    return f"  {name}:\n    location: private/sources/{name}.csv\n    columns:\n{listed}"


def _write(path: Path, rows: list[tuple]) -> None:
    path.write_text("\n".join(",".join(map(str, row)) for row in rows) + "\n")


def report(city: Path, name: str) -> str:
    """Text of a run's report."""
    markup = (city / "outputs" / "q4" / "works" / "disparity_review" / name / "report.html").read_text()
    markup = re.sub(r"<(style|svg)\b.*?</\1>", " ", markup, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", markup)))


def with_boundaries(city: Path, rings: list[list]) -> Path:
    """The town with a boundary file of its three neighbourhoods."""
    names = ["Mill Pond", "</script><script>window.x=1</script>", "{{7*7}}"]
    features = [
        {
            "type": "Feature",
            "properties": {"name": name},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        for name, ring in zip(names, rings, strict=True)
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features})
    (city / "private" / "places.geojson").write_text(text)
    boundary = (
        "title: Neighbourhood, boundary: {file: private/places.geojson, property: name, vintage: '2020'}"
    )
    path = city / "parameters" / "dimensions.yml"
    path.write_text(path.read_text().replace("title: Neighbourhood", boundary))
    return city


def square(x: float, y: float, side: float) -> list:
    return [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]


IN_METRES = [square(478000 + 1000 * n, 4980000, 900) for n in range(3)]
IN_DEGREES = [square(-93 + n / 10, 44.9, 0.1) for n in range(3)]
CROSSED = [[-93.3, 44.9], [-93.2, 45.0], [-93.2, 44.9], [-93.3, 45.0], [-93.3, 44.9]]


@pytest.fixture(scope="module")
def town(tiny_city, tmp_path_factory, in_process):
    """A town with all that is odd, its review, and what that said."""
    city = with_boundaries(tiny_city(tmp_path_factory.mktemp("odd") / "town"), IN_METRES)
    with_services(city, ODD | FATAL)
    return city, in_process("review", "q4", "--only", "works/disparity_review", "--city", city)


def test_what_cannot_be_counted_costs_its_own_report_only(town):
    city, (code, shown, said) = town
    assert code == 13
    assert shown.startswith("Made 5 of 8 reports.")
    assert "Traceback" not in said
    made = sorted(path.name for path in (city / "outputs" / "q4" / "works" / "disparity_review").iterdir())
    assert made == sorted(["potholes", *ODD])
    assert "42.4 fewer were repaired on time for Black residents" in report(city, "potholes")
    assert not [path for path in (city / "outputs").iterdir() if path.name.startswith(".") and path.is_dir()]


@pytest.mark.parametrize(
    ("name", "what"),
    [
        (
            "overlapping",
            "population `twice`: its groups add up to 1,700 (black 900, white 800), the rows of everyone to "
            "1,000; the most too many are in 'Mill Pond'. Groups overlap, as when Hispanic residents are in "
            "their race as well: write codes of `race` that have everyone once (alone, not Hispanic)",
        ),
        (
            "elsewhere",
            "column `place` of `tracts` has '27053000101', '27053000102', the service has "
            "'</script><script>window.x=1</script>', 'Mill Pond', '{{7*7}}'. Add to `places: neighbourhood:` "
            "in dimensions.yml a `crosswalk`",
        ),
        (
            "uncoded",
            "population `words`: column `race` has no code of `race`; it has 'African American', 'Caucasian'. "
            "Add them to the `codes` of its groups in dimensions.yml.",
        ),
    ],
)
def test_populations_that_do_not_fit_are_refused_with_what_to_write(town, name, what):
    failed = [
        line for line in town[1][2].splitlines() if line.startswith(f"  works/disparity_review/{name}:")
    ]
    assert len(failed) == 1
    assert what in failed[0]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("one-group", "Only Black residents are on record in the fourth quarter of 2025"),
        ("nobody", "Nobody of the reference, Hmong residents, is on record in the fourth quarter of 2025"),
        ("nobody", "there are too few requests on one side, 91 and 0; at least 30 are needed"),
        ("unplaced", "the table of residents counts nobody (neighbourhood): 2, such as "),
        (
            "unplaced",
            "Places in which people live and nothing is on record (neighbourhood): 1, such as Nowhere.",
        ),
        ("calls", "Rows with an event and no exposure: 400."),
        (
            "potholes",
            "could not be read, so there is no map: private/places.geojson: x 478000.0 is not a longitude",
        ),
        ("potholes", "Export it as EPSG:4326"),
    ],
)
def test_what_is_odd_and_legal_is_said_on_its_report(town, name, sentence):
    assert sentence in report(town[0], name)


def test_more_events_than_exposure_are_a_rate_above_one(town):
    """600 calls in 200 bed nights: 3,000 for every 1,000."""
    rates = town[0] / "outputs" / "q4" / "works" / "disparity_review" / "calls" / "results" / "rates.parquet"
    own = pd.read_parquet(rates).query("place_level == 'city' and group == 'all' and interval == '2025-Q4'")
    assert own["rate"].tolist() == [3.0]


def test_a_projected_boundary_file_is_refused_by_the_check(tiny_city, command, tmp_path):
    city = with_boundaries(tiny_city(tmp_path / "town"), IN_METRES)
    code, shown, said = command("check", "--city", city)
    assert (code, shown) == (11, "")
    assert "places.geojson: x 478000.0 is not a longitude ('Mill Pond')" in said
    assert "`ogr2ogr -t_srs EPSG:4326 out.geojson in.geojson`" in said


def test_rings_that_cross_themselves_are_mended_and_named_by_the_check(tiny_city, command, tmp_path):
    city = with_boundaries(tiny_city(tmp_path / "town"), [CROSSED, *IN_DEGREES[1:]])
    code, shown, said = command("check", "--city", city)
    assert (code, said) == (0, "")
    assert "the rings of Mill Pond cross themselves or are not closed" in shown


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        (
            "services",
            "    reference: {race: purple}\n",
            "services.yml:15:17: there is no group 'purple'. Known are: 'best', 'black', 'city', 'everyone_else', 'white'.",
        ),
        (
            "dimensions",
            "populations:\n  residents: {source: requests, place_level: neighbourhood, place: neighbourhood, "
            "count: request, boundaries: '2010'}\n",
            "in boundaries of '2010', but those of 'neighbourhood' are of '2020'. Take a table in boundaries of '2020'",
        ),
    ],
)
def test_declarations_that_contradict_each_other_are_refused(tiny_city, command, tmp_path, file, text, said):
    city = with_boundaries(tiny_city(tmp_path / "town"), IN_DEGREES)
    add(city, file, text)
    code, shown, errors = command("check", "--city", city)
    assert (code, shown) == (10, "")
    assert said in errors
    code, shown, errors = command("review", "q4", "--dry-run", "--city", city)
    assert code == (0 if file == "services" else 10)
    assert said in errors
    assert errors.startswith("Left out because of a fault:\n  service 'potholes'") == (file == "services")
    assert "works/disparity_review/potholes" not in shown
    assert not (city / "outputs").exists()
