"""Reviews killed with -9 at moments drawn from a seed, and started again until they end.

    python benchmarks/chaos.py [--kills 50] [--seed 0] [--city tiny|toy]

A city has a last good review and sources that have changed since. The command, a worker, a kernel or the fork
server is killed, in each review whichever of these was killed least so far, then the command; after each kill nothing may be left running and the last good review must stand to the byte;
the review that ends at last must have the bytes of one that was never killed, and nothing may be left lying.
``tiny`` is the town of the tests with all three analyses; ``toy`` costs a fifth, four runs of a small notebook.
"""

import argparse
import os
import runpy
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from random import Random

from killed import COMMAND, INSIDE, Survived, attempt, content, copied, moments, survived

ROOT = Path(__file__).parents[1]
# Only the toy town has what its small analysis reads.
PATHS = {"tiny": str(ROOT), "toy": os.pathsep.join((str(ROOT / "tests" / "toy"), str(ROOT)))}


def tiny(root: Path) -> Path:
    """The tests' town of one department with a service, a process and a measure."""
    shutil.copytree(ROOT / "tests" / "tiny" / "parameters", root / "parameters")
    runpy.run_path(str(ROOT / "tests" / "tiny" / "rows.py"))["write"](root / "private" / "sources")
    return root


def toy(root: Path) -> Path:
    """The tests' town of four sources."""
    return runpy.run_path(str(ROOT / "tests" / "conftest.py"))["toy_town"](root, "a", "b", "c", "d")


TOWNS: dict[str, Callable[[Path], Path]] = {"tiny": tiny, "toy": toy}


def changed(city: Path) -> None:
    """Two of its sources, as of a later day: the last rows are gone."""
    for path in sorted((city / "private" / "sources").glob("*.csv"))[:2]:
        path.write_text("".join(path.read_text().splitlines(keepends=True)[:-1]))


def reviews(town: str, kills: int, seed: int, place: Path) -> Iterator[Survived]:
    """As many reviews as it takes to kill so often."""
    random, scratch = Random(seed), Path(tempfile.mkdtemp(dir=place, prefix="t"))
    base, paths = TOWNS[town](place / "base"), PATHS[town]
    attempt(base, scratch, PYTHONPATH=paths)
    changed(base)
    never = copied(base, place / "never")
    whole = attempt(never, scratch, PYTHONPATH=paths)
    assert whole.code == 0, whole.said
    made, victims = content(never / "outputs" / "q4"), Counter()
    while (missing := kills - victims.total()) > 0:
        least = min(INSIDE, key=lambda kind: victims[kind])
        drawn = list(islice(moments(random, least, whole.writes, whole.events), missing))
        city = copied(base, place / "city")
        each = survived(city, drawn, made, scratch, PYTHONPATH=paths)
        yield each
        victims += each.victims
        shutil.rmtree(city)


def told(number: int, each: Survived) -> None:
    """The rows of one review: what was killed in which phase, and how each attempt ended."""
    for tried in each.attempts:
        victims = "; ".join(tried.killed) or "nothing"
        left = f", left running: {', '.join(tried.left)}" if tried.left else ""
        print(f"{number:>4}  {victims:<70} exit {tried.code}{left}")
    same = "the same bytes" if not each.differing else f"differs: {', '.join(each.differing[:3])}"
    stood = "the last stood" if each.last_stood else "THE LAST DID NOT STAND"
    print(f"{number:>4}  -> {same}; {stood}; left lying: {', '.join(each.litter) or 'nothing'}", flush=True)


def main() -> None:
    """Kill, tell, and sum up."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--kills", type=int, default=50)
    words.add_argument("--seed", type=int, default=0)
    words.add_argument("--city", choices=TOWNS, default="tiny")
    asked = words.parse_args()
    found = []
    with tempfile.TemporaryDirectory(prefix="x-") as place:
        for each in reviews(asked.city, asked.kills, asked.seed, Path(place)):
            found.append(each)
            told(len(found), each)
    whole = [not each.differing and each.last_stood and not each.litter for each in found]
    left = sum(len(tried.left) for each in found for tried in each.attempts)
    victims = sum((each.victims for each in found), Counter())
    kinds = ", ".join(f"{victims[kind]} {kind}" for kind in (COMMAND, *INSIDE))
    print(f"{victims.total()} kills in {len(found)} reviews ({kinds}), seed {asked.seed}")
    print(f"RATIO kinds_killed {len(victims)} >=4")
    print(f"RATIO chaos_identical {sum(whole) / len(whole):.2f} >=1")
    print(f"RATIO left_running {left} <=0")


if __name__ == "__main__":
    main()
