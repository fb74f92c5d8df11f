"""Each test that starts a kernel costs a second, so one notebook shows several things."""

import os
import resource
import tempfile
import time

import nbformat
import psutil
import pytest

from workbench.batch.runner import run_one

# A picture without what Jupyter's own messages always have.
MALFORMED = """
kernel = get_ipython().kernel
kernel.session.send(kernel.iopub_socket, "display_data", {"data": {}}, parent=kernel.get_parent())
"""


def test_a_run_leaves_its_whole_folder_and_no_trace_of_the_machine(job):
    cells = ("print(zip_code)", "import os; os.getcwd()", "print('x' * 11_000_000)", "print('after')")
    made = job(*cells, parameters={"zip_code": "02116"}, explore="1 / 0")
    assert run_one(made).failure is None
    text = (made.folder / "notebook.ipynb").read_text()
    notebook = nbformat.reads(text, as_version=4)
    assert [cell.id for cell in notebook.cells] == [
        "parameters",
        "injected-parameters",
        "cell-1",
        "cell-2",
        "cell-3",
        "cell-4",
        "save",
    ]
    assert notebook.cells[2].outputs[0].text == "02116\n"
    assert notebook.cells[3].outputs[0].data["text/plain"] == "'.'"
    assert "cut here: it went over 10,000,000 bytes" in notebook.cells[4].outputs[0].text
    assert notebook.cells[5].outputs == []
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert "papermill" not in text
    assert str(made.root.resolve()) not in text
    assert sorted(path.name for path in made.folder.iterdir()) == [
        "findings.json",
        "notebook.ipynb",
        "results",
    ]
    assert not made.failed.exists()


def test_of_200_megabytes_of_pictures_the_first_ten_are_kept_and_the_run_goes_on(job):
    show = (
        "from IPython.display import HTML, display\nfor _ in range(25):\n    display(HTML('x' * 8_000_000))"
    )
    made = job(show, "print('after')")
    assert run_one(made).failure is None
    path = made.folder / "notebook.ipynb"
    kinds = [each.output_type for each in nbformat.read(path, as_version=4).cells[1].outputs]
    assert kinds == ["display_data", "stream"]
    assert 8_000_000 < path.stat().st_size < 10_000_000


def test_what_is_kept_of_output_is_measured_as_it_is_written(job):
    made = job("print('\\0' * 2_000_000)")  # six characters each
    assert run_one(made).failure is None
    assert (made.folder / "notebook.ipynb").stat().st_size < 10_000


def test_the_notebook_is_written_once_when_it_has_ended(job):
    look = "import os, pathlib\nplace = pathlib.Path(os.environ['WORKBENCH_OUTPUT']) / 'notebook.ipynb'"
    made = job(look, "assert not place.exists()", "assert not place.exists()")
    assert run_one(made).failure is None
    assert '"execution_count": 5' in (made.folder / "notebook.ipynb").read_text()


@pytest.mark.parametrize(
    ("cells", "kind", "cell", "said"),
    [
        (("1 / 0",), "error", "cell-1", "ZeroDivisionError: division by zero"),
        (("raise SystemExit(0)", "2"), "stopped early", "cell-1", "stopped itself"),
        (("exit()",), "stopped early", "cell-1", "stopped itself"),
        (("1", "import os; os.kill(os.getpid(), 9)"), "kernel died", "cell-2", "kernel died"),
        (("import os; os._exit(0)",), "kernel died", "cell-1", "kernel died"),
        (("raise MemoryError",), "out of memory", "cell-1", "more memory"),
        (("import numpy", "numpy.zeros(10**15)"), "out of memory", "cell-2", "more memory"),
        (("%nosuchmagic",), "error", "cell-1", "nosuchmagic"),
        ((MALFORMED,), "error", "cell-1", "inside the workbench: KeyError: 'metadata'"),
    ],
)
def test_each_way_to_fail_is_told_apart_and_names_the_cell(job, cells, kind, cell, said):
    made = job(*cells)
    failure = run_one(made).failure
    assert (failure.kind, failure.cell.split("'")[1]) == (kind, cell)
    assert said in failure.cause
    assert not made.folder.exists()
    assert (made.failed / "notebook.ipynb").is_file()


def test_a_kernel_may_not_take_all_the_memory_there_is(job, monkeypatch):
    monkeypatch.setenv("WORKBENCH_KERNEL_MEMORY", "700")
    failure = run_one(job("kept = []", "while True: kept.append(bytearray(10_000_000))")).failure
    assert (failure.kind, failure.cell.split("'")[1]) == ("out of memory", "cell-2")
    assert "(700 MB, which WORKBENCH_KERNEL_MEMORY sets)" in failure.cause


def test_a_kernel_may_not_use_the_processor_without_end(job, monkeypatch):
    monkeypatch.setenv("WORKBENCH_KERNEL_SECONDS", "2")
    failure = run_one(job("while True: pass")).failure
    assert (failure.kind, failure.cell.split("'")[1]) == ("timed out", "cell-1")
    assert "(2 seconds, which WORKBENCH_KERNEL_SECONDS sets)" in failure.cause


def test_passwords_of_the_environment_do_not_reach_the_kernel(job, monkeypatch):
    monkeypatch.setenv("CITY_SECRET", "CANARY-31415")
    look = (
        "import os, pathlib",
        "assert 'CITY_SECRET' not in os.environ",
        "assert b'CANARY' not in pathlib.Path('/proc/self/environ').read_bytes()",
    )
    assert run_one(job(*look)).failure is None


def test_a_traceback_shown_as_html_is_still_a_failure(job):
    hide = (
        "def hide(shell, kind, error, trace, tb_offset=None): print('<b>fine</b>')\n"
        "get_ipython().set_custom_exc((Exception,), hide)"
    )
    assert run_one(job(hide, "1 / 0")).failure.kind == "error"


def test_a_cell_over_its_time_is_ended_with_all_that_it_started(job):
    start = "import subprocess, pathlib\nchild = subprocess.Popen(['sleep', '60'])\nopen('child', 'w').write(str(child.pid))"
    deaf = "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: time.sleep(0.1)"
    made = job(start, deaf, timeout=1)
    began = time.monotonic()
    failure = run_one(made).failure
    assert (failure.kind, failure.cell.split("'")[1]) == ("timed out", "cell-2")
    assert time.monotonic() - began < 20
    assert _gone(int((made.root / "child").read_text()))


def test_what_a_killed_kernel_had_started_is_ended_too(job):
    start = "import os, subprocess\nchild = subprocess.Popen(['sleep', '60'])\nopen('child', 'w').write(str(child.pid))"
    made = job(start, "os.kill(os.getpid(), 9)")
    assert run_one(made).failure.kind == "kernel died"
    assert _gone(int((made.root / "child").read_text()))


def test_a_notebook_that_saves_nothing_did_not_succeed(job):
    failure = run_one(job("1", save=False)).failure
    assert failure.kind == "no results"
    assert "results/facts.json" in failure.cause


@pytest.mark.parametrize(("after", "kind"), [("1", "disk full"), ("1 / 0", "error")])
def test_a_full_disk_is_named_and_leaves_nothing(job, after, kind):
    made = job("print('x' * 200_000)", after)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        failure = run_one(made).failure
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert failure.kind == kind
    assert not made.folder.exists()
    assert not made.failed.exists()


def test_a_temporary_folder_whose_name_is_too_long_for_sockets_will_do(job, tmp_path, monkeypatch):
    long = tmp_path / ("t" * 100)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    assert run_one(job("1")).failure is None
    assert list(long.iterdir()) == []


def test_braces_in_a_folder_are_not_formatted(job, tmp_path):
    made = job("1", parameters={"zip_code": "../../x"})
    folder = tmp_path / "{zip_code}" / "a"
    made = type(made)(**{**vars(made), "folder": folder})
    assert run_one(made).failure is None
    assert (folder / "notebook.ipynb").is_file()


def _gone(pid: int) -> bool:
    for _ in range(50):
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.1)
    os.kill(pid, 9)
    return False
