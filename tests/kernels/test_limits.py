"""How the system says that it has ended a process because memory ran out."""

from pathlib import Path

import pytest

from workbench.kernels import limits

EVENTS = "low 0\nhigh 0\nmax 7\noom 3\noom_kill 2\noom_group_kill 0\n"
CONTROL = "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n"
VMSTAT = "nr_free_pages 4711\noom_kill 9\n"


@pytest.mark.parametrize(
    ("group", "files", "count"),
    [
        ("0::/city.slice/review\n", {"cgroup/city.slice/review/memory.events": EVENTS}, 2),
        ("0::/city.slice/review\n", {"cgroup/memory.events": EVENTS}, 2),
        ("4:memory:/pod\n0::/\n", {"cgroup/memory/pod/memory.oom_control": CONTROL}, 3),
        ("5:cpu,memory:/pod\n", {"cgroup/memory/memory.oom_control": CONTROL}, 3),
        ("0::/\n", {}, 9),
        ("4:cpuset:/\n", {"cgroup/memory/memory.oom_control": CONTROL}, 9),
        ("", {}, 9),
    ],
    ids=["version 2", "in a container", "version 1", "version 1 in a container", "root", "no memory", "none"],
)
def test_a_group_counts_its_own_and_else_the_machine_counts_all(tmp_path, monkeypatch, group, files, count):
    here(tmp_path, monkeypatch, {"proc/self/cgroup": group, "proc/vmstat": VMSTAT, **files})
    assert limits.killed_for_memory() == count


def test_a_system_that_does_not_say_has_ended_none(tmp_path, monkeypatch):
    here(tmp_path, monkeypatch, {})
    assert limits.killed_for_memory() == 0


def here(tmp_path: Path, monkeypatch, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.setattr(limits, "_CGROUP", tmp_path / "cgroup")
    monkeypatch.setattr(limits, "_PROC", tmp_path / "proc")
    monkeypatch.setattr(limits, "_VMSTAT", tmp_path / "proc" / "vmstat")
