"""Every edge of a log with its times: hand-written SQL, pm4py and the workbench on one log, in one run.

``WORKBENCH_SHARED=<folder of real data> python benchmarks/process.py [--size 1m|10m]`` makes a log of 1 and of 10 million
events from a real one, asks all three the same, and prints seconds, memory, and, in its last lines, the ratios that are
held. pm4py has an environment of its own, made in the temporary folder: it is not a dependency.

Seconds are the least of the runs: whatever else the machine does only adds to them. Processor seconds stand
beside them, since they change less when others use the machine, too.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from statistics import median

from process_log import write_log

HERE = Path(__file__).parent
SIZES = {"1m": 117, "10m": 1166}  # copies of the real log
ENGINES = ("prepare", "sql", "pm4py", "ours", "sql_business", "ours_business", "filtered")
ROUNDS = {"1m": 5, "10m": 3}
FEWER = {("1m", "prepare"): 1, ("10m", "prepare"): 1, ("1m", "pm4py"): 3, ("10m", "pm4py"): 1}
LONGEST = {"1m": 120, "10m": 240}  # seconds of one run, imports included
PM4PY = ("pm4py==2.7.23.11", "pyarrow")
LIMITS = {
    "edges_vs_sql": "<=1.15",
    "edges_vs_pm4py": {"1m": ">=4", "10m": ">=10"},
    "business_vs_calendar": "<=2",
    "filtered_seconds": {"1m": "<=0.1", "10m": "<=0.5"},
    "memory_gb": {"10m": "<=1.4"},
    "memory_business_gb": {"10m": "<=2.6"},
}


def main() -> None:
    """Make the logs, run all engines in turn, check that they agree, and print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=SIZES, help="the log of this size only")
    parser.add_argument("--rounds", type=int, default=0, help="how often each is run; 0: 5 and 3 times")
    asked = parser.parse_args()
    folder = Path(tempfile.gettempdir()) / "workbench-benchmark-process"
    folder.mkdir(exist_ok=True)
    other = _environment_of_pm4py(folder)
    lines = []
    for size in [asked.size] if asked.size else SIZES:
        lines += _compared(size, folder, other, asked.rounds or ROUNDS[size])
    print("\n" + "\n".join(lines))


def _compared(size: str, folder: Path, other: Path, rounds: int) -> list[str]:
    """All engines on the log of one size: what they took is printed, what is held is given back."""
    shared = Path(os.environ.get("WORKBENCH_SHARED", HERE.parents[1] / "shared"))
    log = folder / f"{size}.parquet"
    events = write_log(shared / "data" / "coselog-receipt" / "receipt.csv.gz", SIZES[size], log)
    print(f"\n{events:,} events, {log.stat().st_size / 1e6:.0f} MB, {os.cpu_count()} processors")
    runs = _measured(size, log, other, rounds)
    _must_agree(runs)
    _tell(runs)
    return _ratios(size, runs)


def _environment_of_pm4py(folder: Path) -> Path:
    """The interpreter of an environment that has pm4py, made once."""
    place = folder / "pm4py"
    python = place / "bin" / "python"
    if (
        subprocess.run([python, "-c", "import pm4py"], check=False, capture_output=True).returncode
        if python.exists()
        else True
    ):
        venv.create(place, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PM4PY], check=True)
    return python


def _measured(size: str, log: Path, other: Path, rounds: int) -> dict[str, list[dict]]:
    """What each engine took, one process a run, in turn; ``prepare`` writes what ``filtered`` asks."""
    runs: dict[str, list[dict]] = {name: [] for name in ENGINES}
    for number in range(rounds):
        print(f"round {number + 1}: load {os.getloadavg()[0]:.1f}", flush=True)
        for name in ENGINES:
            if number < FEWER.get((size, name), rounds):
                python = other if name == "pm4py" else Path(sys.executable)
                runs[name] += _one_run(python, name, log, LONGEST[size])
    return runs


def _one_run(python: Path, name: str, log: Path, longest: int) -> list[dict]:
    """What one run took; nothing, and a line that says so, where pm4py needs too long or too much memory."""
    command = [python, HERE / "process_engines.py", name, log]
    try:
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=longest)
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as fault:
        if name != "pm4py":
            raise
        print(f"pm4py has no figure: {fault}\n{(fault.stderr or '')[-500:]}", flush=True)
        return []
    return [json.loads(done.stdout.splitlines()[-1])]


def _must_agree(runs: dict[str, list[dict]]) -> None:
    """Counts of all engines are equal, means and quantiles to a microsecond (1e-6 s)."""
    pairs = (("ours", "sql"), ("pm4py", "sql"), ("ours_business", "sql_business"))
    for name, truth in (pair for pair in pairs if runs[pair[0]]):
        found, expected = runs[name][0]["edges"], runs[truth][0]["edges"]
        assert found.keys() == expected.keys(), (name, len(found), len(expected))
        for edge, (count, *times) in expected.items():
            assert found[edge][0] == count, (name, edge)
            worst = max(abs(a - b) for a, b in zip(found[edge][1:], times, strict=True))
            assert worst <= 1e-6 + 1e-9 * max(times), (name, edge, worst)
    print(f"{len(runs['sql'][0]['edges'])} edges: counts equal, mean, median and p90 within 1e-6 s")


def _tell(runs: dict[str, list[dict]]) -> None:
    print(f"{'':14} {'runs':>4} {'min s':>8} {'median s':>9} {'spread':>7} {'CPU s':>7} {'peak GB':>8}")
    for name, found in ((name, found) for name, found in runs.items() if found):
        seconds = [run["seconds"] for run in found]
        least, spread = min(seconds), max(seconds) / min(seconds) - 1
        cpu, memory = _best(found, "cpu"), max(run["gigabytes"] for run in found)
        print(
            f"{name:14} {len(found):4} {least:8.3f} {median(seconds):9.3f} {spread:7.0%} {cpu:7.2f} {memory:8.2f}"
        )
    cpu = {name: _best(found, "cpu") for name, found in runs.items()}
    print(
        f"processor seconds: ours {cpu['ours'] / cpu['sql']:.2f} of SQL's, "
        f"pm4py, on one processor only, {cpu['pm4py'] / cpu['ours']:.1f} of ours, "
        f"business hours {cpu['ours_business'] / cpu['ours']:.2f} of the calendar's, filtered {cpu['filtered']:.3f}"
    )


def _best(found: list[dict], what: str) -> float:
    return min((run[what] for run in found), default=math.nan)


def _ratios(size: str, runs: dict[str, list[dict]]) -> list[str]:
    best = {name: _best(found, "seconds") for name, found in runs.items()}
    memory = {name: max(run["gigabytes"] for run in runs[name]) for name in ("ours", "ours_business")}
    values = {
        "edges_vs_sql": best["ours"] / best["sql"],
        "edges_vs_pm4py": best["pm4py"] / best["ours"],
        "business_vs_calendar": best["ours_business"] / best["ours"],
        "filtered_seconds": best["filtered"],
        "memory_gb": memory["ours"],
        "memory_business_gb": memory["ours_business"],
    }
    lines = []
    for name, value in values.items():
        limit = LIMITS[name] if isinstance(LIMITS[name], str) else LIMITS[name].get(size)
        first, _, rest = name.partition("_")
        if limit:
            lines.append(f"RATIO {_named(first, rest, size)} {value:.3f} {limit}")
    return lines


def _named(first: str, rest: str, size: str) -> str:
    """The size stands after the word that says what was asked: edges_1m_vs_sql, memory_business_10m_gb."""
    return f"memory_business_{size}_gb" if rest == "business_gb" else f"{first}_{size}_{rest}"


if __name__ == "__main__":
    main()
