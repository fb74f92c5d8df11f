"""A city with one process, whose log is written out and read back as a second process."""

from collections.abc import Callable
from pathlib import Path

import pytest

CITY = {
    "city.yml": "format: 1\nname: Testville\ntime_zone: America/New_York\nminimum_count: 5\n",
    "departments.yml": "format: 1\ndepartments:\n  works: {title: Public Works}\n",
    "dimensions.yml": "format: 1\ndimensions:\n  race: {title: Race, groups: {black: {title: Black, codes: [B]}}, unknown: [U]}\n",
    "reviews/q3.yml": "format: 1\nperiod: 2025-Q3\nas_of: 2025-09-30\n",
    "reviews/q4.yml": "format: 1\nperiod: 2025-Q4\nas_of: 2025-12-31\n",
    "sources.yml": """format: 1
sources:
  steps:
    location: steps.csv
    columns:
      permit: {name: Permit, required: yes}
      step: {name: Step, required: yes}
      at: {name: At, type: time, required: yes}
      who: {name: Who}
      team: {name: Team}
      moment: {name: Moment}
      job: {name: Job}
      filed: {name: Filed, type: time}
      issued: {name: Issued, type: date}
      fee: {name: Fee, type: integer}
      rush: {name: Rush, type: yes_no}
      race: {name: Race}
  back:
    location: private/back.xes
    columns:
      permit: {name: "case:concept:name", required: yes}
      step: {name: "concept:name", required: yes}
      at: {name: "time:timestamp", type: time, required: yes}
      who: {name: "org:resource"}
      team: {name: "org:group"}
      moment: {name: "lifecycle:transition"}
      job: {name: "concept:instance"}
      filed: {name: "case:filed", type: time}
      issued: {name: "case:issued", type: date}
      fee: {name: "case:fee", type: integer}
      rush: {name: "case:rush", type: yes_no}
      race: {name: "case:race"}
""",
    "processes.yml": "format: 1\nprocesses:\n"
    + "".join(
        f"""  {name}:
    title: Permits
    department: works
    source: {source}
    case: permit
    activity: step
    timestamp: at
    resource: who
    team: team
    lifecycle: moment
    instance: job
    submitted: filed
    closed: issued
    attributes: [fee, rush]
    groups: {{race: race}}
    set_aside: [robot]
    order: [Check, Sign]
"""
        for name, source in (("permits", "steps"), ("again", "back"))
    ),
}
# P1 is given to Ann, who begins, rests over lunch and ends; Ben signs at the same moment. The start of
# Ben's signature is not known. A robot files. P2 is open, its group is said in its second row only.
STEPS = """Permit,Step,At,Who,Team,Moment,Job,Filed,Issued,Fee,Rush,Race
P2,Check,2025-08-02 09:00:00,Ann,Plans,complete,9,2025-08-01 08:00,,,,U
P1,Check,2025-07-15 08:00:00,Ann,Plans,assign,1,2025-07-14 16:30,2025-07-16,80,yes,B
P1,Check,2025-07-15 09:00:00,Ann,Plans,start,1,2025-07-14 16:30,2025-07-16,80,yes,B
P1,Check,2025-07-15 12:00:00,Ann,Plans,suspend,1,2025-07-14 16:30,2025-07-16,80,yes,B
P1,Check,2025-07-15 13:00:00.000250,Ann,Plans,resume,1,2025-07-14 16:30,2025-07-16,80,yes,B
P1,Sign,2025-07-15 17:00:00,"Ben ""B"" <b@x>",Desk,complete,2,2025-07-14 16:30,2025-07-16,80,yes,B
P1,Check,2025-07-15 17:00:00,Ann,Plans,complete,1,2025-07-14 16:30,2025-07-16,80,yes,B
P1,File,2025-07-16 00:00:00,robot,,complete,3,2025-07-14 16:30,2025-07-16,80,yes,B
P2,Sign,2025-10-03 09:00:00,,Desk,complete,10,2025-08-01 08:00,,120,no,B
"""


def city_in(root: Path, steps: str = STEPS, about_people: bool = True) -> Path:
    """Write the city into a folder."""
    for name, text in CITY.items():
        path = root / "parameters" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            text if about_people else text.replace("location:", "about_people: no\n    location:")
        )
    (root / "steps.csv").write_text(steps)
    return root


@pytest.fixture
def city(tmp_path) -> Callable[..., Path]:
    """``city(steps, about_people)``: the folder of a city of the test's own."""
    return lambda *given, **more: city_in(tmp_path, *given, **more)


@pytest.fixture(scope="session")
def town(tmp_path_factory) -> Path:
    """The folder of a city that tests share, which spares each its own cube; they write to it under ``private/``."""
    return city_in(tmp_path_factory.mktemp("town"))
