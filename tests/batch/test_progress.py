import io
import json

import pytest

from workbench.batch.outcome import Failure
from workbench.batch.progress import Bar, Events, Lines, Several, retrying

FAILURE = Failure("kernel died", "the kernel died", "'view' (page)")


def tell(progress):
    """One phase of two items, the second of which fails."""
    progress.phase("notebooks", 2)
    progress.started("fire/toy/a")
    progress.finished("fire/toy/a")
    progress.started("fire/toy/b")
    progress.finished("fire/toy/b", FAILURE)
    progress.close()


def test_plain_lines_say_each_item_and_its_end():
    stream = io.StringIO()
    tell(Lines(stream))
    assert stream.getvalue().splitlines() == [
        "notebooks 1/2 fire/toy/a: done",
        "notebooks 2/2 fire/toy/b: FAILED the kernel died (in cell 'view' (page))",
    ]


def test_the_time_left_is_told_when_it_is_a_second_or_more(monkeypatch):
    stream, progress = io.StringIO(), Lines(io.StringIO())
    progress.stream = stream
    progress.phase("notebooks", 4)
    progress.began -= 10
    progress.finished("a")
    assert stream.getvalue() == "notebooks 1/4 a: done (about 30 s left)\n"


def test_events_are_one_json_object_a_line_without_the_cause():
    stream = io.StringIO()
    tell(Events(stream))
    events = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [each["event"] for each in events] == ["phase", "started", "done", "started", "failed"]
    assert all(each.pop("seconds") >= 0 for each in events if each["event"] in ("done", "failed"))
    assert events[4] == {
        "event": "failed",
        "phase": "notebooks",
        "item": "fire/toy/b",
        "count": 2,
        "failures": 1,
        "total": 2,
        "kind": "kernel died",
        "cell": "'view' (page)",
    }


def test_the_bar_shows_what_is_in_hand_and_prints_failures(capsys):
    bar = Bar()
    bar.phase("notebooks", 3)
    bar.started("fire/toy/a")
    assert bar.bar.tasks[0].fields["in_hand"] == "fire/toy/a"
    bar.finished("fire/toy/a", FAILURE)
    assert (bar.bar.tasks[0].completed, bar.bar.tasks[0].fields["failed"]) == (1, "1 failed")
    bar.close()
    assert "FAILED fire/toy/a: the kernel died (in cell 'view' (page))" in capsys.readouterr().err


def test_what_is_no_item_is_an_event_and_no_line():
    lines, events = io.StringIO(), io.StringIO()
    progress = Several(Lines(lines), Events(events))
    progress.tell("source", item="calls", taken="2026-01-16")
    assert lines.getvalue() == ""
    assert json.loads(events.getvalue()) == {"event": "source", "item": "calls", "taken": "2026-01-16"}


def test_several_are_told_the_same():
    streams = io.StringIO(), io.StringIO()
    tell(Several(*map(Lines, streams)))
    assert streams[0].getvalue() == streams[1].getvalue() != ""


def test_an_item_takes_as_long_as_it_was_in_hand(monkeypatch):
    clock = iter([0.0, 10.0, 12.0, 13.5, 17.0]).__next__
    monkeypatch.setattr("workbench.batch.progress.time.monotonic", clock)
    stream = io.StringIO()
    progress = Events(stream)
    progress.started("a")
    progress.started("b")
    progress.finished("a")
    progress.finished("b")
    events = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [each["seconds"] for each in events if each["event"] == "done"] == [3.5, 5.0]


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (None, ""),
        (FAILURE, ""),
        (
            Failure("kernel died", "the kernel died", "'view' (page)", transient=True),
            "notebooks fire/toy/a: kernel died in cell 'view' (page); it is made once more after the others\n",
        ),
        (
            Failure("worker died", "it was killed", transient=True),
            "notebooks fire/toy/a: worker died; it is made once more after the others\n",
        ),
    ],
)
def test_what_may_pass_is_done_again_and_said(failure, said):
    stream = io.StringIO()
    progress = Lines(stream)
    progress.phase("notebooks", 2)
    again = retrying(progress, "fire/toy/{}".format, lambda _: failure)
    assert again("a", "result") == bool(said)
    assert stream.getvalue() == said
